"""The sample at the top level is a rulebook to start with tomorrow: sound, and tested to its last cell."""

from pathlib import Path

import pytest

from maild.edge.templates import NOTICES
from maild.problem import render
from maild.rulebook.load import load
from maild.rulebook.model import Rulebook
from maild.rulebook.reading.names import World
from maild.rulebook.selftest import run, uncovered
from tests.rulebook.desks import verdict

REPOSITORY = Path(__file__).parents[2]
TEXT = (REPOSITORY / "rules.yaml").read_text("utf-8")
WORLD = World(frozenset(NOTICES), frozenset(file.stem for file in REPOSITORY.glob("knowledge/*/*.md")) or None)


@pytest.fixture(scope="module")
def sample():
    found = load(TEXT, "rules.yaml", WORLD)
    assert isinstance(found, Rulebook), render(found)
    return found


def test_every_test_of_the_sample_passes(sample):
    failed = {result.test.name: result.differences for result in run(sample) if not result.passed}
    assert failed == {}


def test_every_rule_timer_and_cell_of_the_sample_is_tested(sample):
    assert not uncovered(sample, run(sample))


@pytest.mark.parametrize(
    "word",
    ["password", "vpn", "printer", "outlook", "account", "laptop", "wifi", "server", "database", "access to",
     "new starter", "outage", "密码",
     "打印机", "邮箱", "账号", "电脑", "无线", "服务器", "数据库", "权限", "新员工", "瘫痪"],
)  # fmt: skip
def test_the_sample_knows_what_an_it_desk_is_asked_in_both_languages(sample, word):
    assert verdict(sample, subject=word).value("category") != "other"


def test_every_template_the_sample_names_is_written_in_both_languages(sample):
    named = {notify.template for notices in sample.notifications.values() for notify in notices}
    named |= {notify.template for rule in sample.rules for notify in rule.notify}
    named |= {notify.template for timer in sample.timers for notify in timer.notify}
    for name in named:
        for language in ("en", "zh"):
            assert (REPOSITORY / "templates" / language / f"{name}.txt").exists()


def test_no_line_of_the_sample_is_too_long_to_read():
    assert max(map(len, TEXT.splitlines())) <= 120


def test_no_rule_of_the_sample_leans_on_its_calendars():
    assert "calendar:" not in TEXT.partition("\nrules:")[2].partition("\ntimers:")[0]
