"""The README explains every key of the rulebook, and what it shows is true."""

import re
from pathlib import Path

import pytest

from maild.problem import render
from maild.rulebook.keys import ASSIGN, KEYS, OUTCOMES, PROMISES, ROLES, STATES
from maild.rulebook.load import load
from maild.rulebook.model import Rulebook
from maild.rulebook.reading.names import World
from maild.rulebook.selftest import run

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECTION = re.search(r"^## The rulebook\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)[1]


def explained(place):
    """Give the words in backticks at the left of the table that follows a place's name in bold."""
    part = SECTION.partition(f"\n**{place}**\n")[2]
    part = re.split(r"\n\*\*|\n##", part, maxsplit=1)[0]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("place", KEYS)
def test_every_key_is_explained_where_it_stands_and_none_that_does_not_exist(place):
    assert explained(place) == set(KEYS[place])


@pytest.mark.parametrize("words", [ASSIGN, OUTCOMES, PROMISES, ROLES, STATES], ids=lambda words: words[0])
def test_every_fixed_word_is_named(words):
    assert [word for word in words if f"`{word}`" not in SECTION] == []


def test_the_examples_put_together_are_a_rulebook_that_keeps_its_test():
    text = "".join(re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL))
    found = load(text, "rules.yaml", World())
    assert isinstance(found, Rulebook), render(found)
    assert [result.differences for result in run(found)] == [()]


def test_every_command_it_names_exists():
    from maild.cli.app import app

    names = {command.name for command in app.registered_commands}
    assert set(re.findall(r"`maild (\w+)", SECTION)) <= names
