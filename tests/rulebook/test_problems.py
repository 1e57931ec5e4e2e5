"""Every mistake an admin makes has its exact text: tests/rulebooks/bad/NAME.yaml and its twin NAME.txt."""

import json

import pytest

from maild.problem import Problem, render
from maild.rulebook.load import load
from tests.rulebook.desks import RULEBOOKS, WORLD, problems

BAD = sorted((RULEBOOKS / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_told_with_its_place_and_what_to_write_instead(path):
    found = load(path.read_text(), "rules.yaml", WORLD)
    assert isinstance(found, list)
    assert render(found) + "\n" == path.with_suffix(".txt").read_text()


def test_there_are_at_least_forty_kinds_of_mistakes():
    assert len(BAD) >= 40
    told = {line.split(": ", 1)[1] for path in BAD for line in path.with_suffix(".txt").read_text().splitlines()
            if line.startswith("rules.yaml:")}  # fmt: skip
    assert len(told) >= 150


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_caret_stands_under_the_very_word(path):
    lines = path.read_text().split("\n")
    for problem in load(path.read_text(), "rules.yaml", WORLD):
        assert problem.source == lines[problem.line - 1]
        assert 1 <= problem.col <= len(problem.source) + 1
        assert problem.col + problem.width - 1 <= max(len(problem.source), problem.col)
        assert not problem.what.endswith(".")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_problems_come_in_file_order(path):
    places = [(problem.line, problem.col) for problem in load(path.read_text(), "rules.yaml", WORLD)]
    assert places == sorted(places)


def test_a_pass_with_problems_keeps_the_later_passes_quiet():
    found = problems("""
        defaults: {queue: nowhere, colour: blue}
        priorities: {urgency: [high], company: [P1]}
        """)
    assert [problem.what for problem in found] == ['unknown key "colour" in defaults']


def test_problems_can_be_shown_as_annotations_and_as_json():
    found = problems("defaults: {queue: nowhere}\n")
    said = "there is no queue nowhere (known: helpdesk)"
    assert render(found, "github") == f"::error file=rules.yaml,line=1,col=19::{said}"
    assert [Problem(**row) for row in json.loads(render(found, "json"))] == found


def test_a_byte_order_mark_and_windows_line_ends_do_not_move_the_caret():
    found = load("\ufeffdefaults:\r\n  queue: nowhere\r\n", "rules.yaml", WORLD)
    assert [(problem.line, problem.col, problem.source) for problem in found] == [(2, 10, "  queue: nowhere")]


@pytest.mark.parametrize(
    "text", ["[" * 1_000, "a: " + "{b: " * 500, "- " * 3_000, "x" * 3_000_000, "&a [*a, *a]", "? [a]\n: b"]
)
def test_a_hostile_file_is_a_problem_and_nothing_worse(text):
    assert isinstance(load(text, "rules.yaml", WORLD), list)
