"""Robots without any sign, told by their habits, and people, who have none of these."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.robot import Exchange, habit, wording

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def history(*gaps, receipt=timedelta(seconds=1)):
    """Give the exchanges before NOON whose mails came in these gaps, the last gap being that before the new mail."""
    at, found = NOON, []
    for gap in reversed(gaps):
        at -= gap
        found.append(Exchange(at, at + receipt if receipt is not None else None))
    return found


def minutes(*numbers):
    return [timedelta(minutes=n) for n in numbers]


def seconds(*numbers):
    return [timedelta(seconds=n) for n in numbers]


def test_who_answers_three_receipts_within_seconds_is_a_robot():
    assert habit(history(*seconds(5, 9)), NOON, NOON) == ""
    assert "answered 3 receipts" in habit(history(*seconds(5, 9, 4)), NOON, NOON)


def test_a_robot_is_known_again_by_its_first_answer():
    assert habit(history(*seconds(5, 9, 4), timedelta(days=2), *seconds(6)), NOON, None)


def test_without_a_receipt_there_is_nothing_that_a_robot_could_have_answered():
    assert habit(history(*seconds(5, 5, 5, 5), receipt=None), NOON, NOON) == ""


def test_what_was_written_before_the_receipt_did_not_answer_it():
    """A laptop that comes online sends all that was written on the train."""
    assert habit(history(*seconds(5, 5, 5, 5)), NOON, NOON - timedelta(hours=1)) == ""


@pytest.mark.parametrize("gap", [timedelta(minutes=12), timedelta(hours=1), timedelta(hours=24)])
def test_who_writes_like_clockwork_is_a_robot(gap):
    assert habit(history(*[gap] * 4), NOON, NOON) == ""
    assert "clockwork" in habit(history(*[gap] * 5), NOON, NOON)
    assert "clockwork" in habit(history(*[gap] * 5, receipt=None), NOON, NOON)


@pytest.mark.parametrize(
    "gaps",
    [
        minutes(1, 1, 1, 1, 1),
        minutes(9, 9, 9, 9, 9),
        minutes(12, 14, 12, 12, 12),
        minutes(55, 60, 70, 48, 61),
        minutes(1440, 1435, 1446, 1441, 1438),
        minutes(1, 30, 2, 600, 12),
    ],
)
def test_people_write_at_all_times(gaps):
    assert habit(history(*gaps), NOON, NOON) == ""


@given(st.lists(st.floats(0.5, 300), max_size=20))
def test_whoever_takes_half_a_minute_and_is_no_clock_is_a_person(gaps):
    gaps = [timedelta(minutes=gap * (1 + index % 2)) for index, gap in enumerate(gaps)]
    found = habit(history(*gaps), NOON, NOON)
    assert "receipts" not in found


def test_who_sends_mail_upon_mail_is_a_robot_though_it_answers_nothing():
    assert habit(history(*seconds(5, 5, 5, 5), receipt=None), NOON, NOON) == ""
    assert "mail upon mail" in habit(history(*seconds(5, 5, 5, 5, 5), receipt=None), NOON, NOON)


def test_what_was_long_ago_is_forgotten():
    assert habit(history(*seconds(5, 9, 4), timedelta(days=8), *seconds(6)), NOON, None) == ""


def test_words_are_what_stands_free_of_numbers():
    assert wording("Your order 4711 of the 3rd: A-17 will be sent to YOU as soon as it is ready for it") == (
        "your order of the will be sent to you as soon as it is ready for it"
    )
    assert wording("Please see the picture.") == ""


def test_a_line_without_a_gap_costs_no_more_than_others():
    began = time.process_time()
    assert wording("x" * 80_000)
    assert time.process_time() - began < 1
