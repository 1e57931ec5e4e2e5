"""A person at a terminal sees how far a large backlog is; nobody else sees anything."""

import io

import pytest

from maild.cli.progress import LARGE, Progress
from maild.daemon.bell import Summary


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _able(monkeypatch):
    """The terminal can move its cursor, whatever the tests themselves run in."""
    monkeypatch.setenv("TERM", "xterm")


def summary(taken: int, opened: int, sent: int = 0) -> Summary:
    found = Summary(taken=taken)
    found.outcomes["opened"] = opened
    found.deliveries["sent"] = sent
    return found


def shown(stream: io.StringIO, *states: Summary) -> str:
    with Progress(stream) as progress:
        for state in states:
            progress.update(state)
    return stream.getvalue()


def test_a_large_backlog_is_shown_and_taken_away_again():
    text = shown(Terminal(), summary(400, 100, 90), summary(400, 400, 400))
    assert "400 mails taken, 100 dealt with, 90 notices" in text
    assert "100/400" in text


def test_a_few_mails_are_not_worth_a_bar():
    assert shown(Terminal(), summary(LARGE - 1, 0), summary(LARGE - 1, LARGE - 1)) == ""


def test_a_second_backlog_counts_from_where_the_first_one_ended():
    text = shown(Terminal(), summary(400, 100), summary(400, 400), summary(500, 400), summary(500, 450))
    assert "50/100" in text


def test_a_pipe_gets_no_bar():
    assert shown(io.StringIO(), summary(400, 100)) == ""
