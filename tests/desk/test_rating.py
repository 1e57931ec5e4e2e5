"""A rating by mail: read where it is one, and left alone in any doubt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maild.desk.rating import CHANGEABLE, LONGEST_COMMENT, Rating, changeable, read_rating, tidy

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "score", "comment"),
    [
        ("5", 5, ""),
        ("5 quick and friendly", 5, "quick and friendly"),
        ("5, quick and friendly!\n\nEva", 5, "quick and friendly!\n\nEva"),
        ("4/5 good", 4, "good"),
        ("5 stars", 5, ""),
        ("3 - took a while", 3, "took a while"),
        ("1: nobody called", 1, "nobody called"),
        ("5分，很快", 5, "很快"),
        ("５ 很满意", 5, "很满意"),
        ("★★★★", 4, ""),
        ("  2\nIt came back twice.", 2, "It came back twice."),
    ],
)
def test_a_rating_is_read(text, score, comment):
    assert read_rating(text) == (score, comment)


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "6", "10", "55", "5.5", "3:30 pm is fine", "5-10 people", "1) restart 2) wait", "1. first",
        "5th floor",
        "5 people cannot print", "2 more questions", "3 computers have it too", "5台电脑都不行", "3楼打印机", "1个问题",
        "5?", "5, but can you look at the printer?", "It works, 5", "five", "5 " + "x" * 300, "4 of us cannot sign in",
        "5/10", "2026-11-20", "3 times already",
    ],
)  # fmt: skip
def test_what_may_be_something_else_is_no_rating(text):
    assert read_rating(text) is None


def test_a_comment_loses_what_shows_nothing_and_keeps_its_lines():
    assert tidy("a\r\nb\0\u202e\x1b[31m c") == "a\nb[31m c"
    assert len(tidy("x" * 9_999)) == LONGEST_COMMENT


def test_a_rating_can_be_changed_for_a_while_after_it_was_first_given():
    given = Rating(1, 5, "", "eva@example.com", "web", NOW, NOW)
    assert changeable(None, NOW)
    assert changeable(given, NOW + CHANGEABLE - timedelta(seconds=1))
    assert not changeable(replace(given, changed_at=NOW + CHANGEABLE), NOW + CHANGEABLE)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Rating: 4", (4, "")),
        ("My rating is 5, quick and friendly", (5, "quick and friendly")),
        ("评分：5 很快", (5, "很快")),
        ("打5分", (5, "")),
        ("3 of 5", (3, "")),
        ("4 out of 5, quick", (4, "quick")),
        ("3 of 5 printers are dead", None),
        ("2 monitors do not work", None),
        ("5 accounts are missing", None),
        ("给5个人开通账号", None),
        ("My rating page does not open", None),
    ],
)
def test_a_rating_is_read_as_people_put_it_and_what_counts_things_is_none(text, read):
    assert read_rating(text) == read
