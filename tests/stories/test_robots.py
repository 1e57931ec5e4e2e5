"""Robots that bear no sign and change their subject each time, and people who write as often."""

from dataclasses import replace

import pytest

from maild.rulebook.model import Notify, Rulebook
from tests.stories.desk import Desk
from tests.stories.roster import AGENTS, QUEUES

ROBOT = "Shop <orders@shop.example>"


@pytest.fixture
def desk(store):
    return Desk(store)


def answers_every_receipt(desk, rounds, **delay):
    """Let a robot write, and write again after each receipt, always about something else."""
    receipts = 0
    desk.mail(ROBOT, "Thank you for your order 0", "We are on it.\n")
    for number in range(1, rounds):
        if not desk.sent():
            break
        receipts += 1
        desk.wait(**delay)
        desk.mail(ROBOT, f"Thank you for your order {number}", "We are on it.\n")
    return receipts


def test_a_robot_that_answers_at_once_gets_three_receipts(desk):
    assert answers_every_receipt(desk, 100, seconds=3) == 3
    assert len(desk.store.tickets.list()) == 4
    [row] = desk.store.outbox.list(state="withheld")
    assert "robot" in row.withheld


@pytest.mark.parametrize("minutes", [11, 240])
def test_a_robot_that_takes_its_time_gets_five(desk, minutes):
    assert answers_every_receipt(desk, 100, minutes=minutes, seconds=7) == 5


def test_a_robot_that_writes_every_hour_anyway_gets_five_and_no_more_on_the_next_day(desk):
    for hour in range(28):
        desk.mail(ROBOT, f"Report {hour}", "All is well.\n")
        desk.wait(hours=1)
    assert len(desk.sent()) == 5
    assert len(desk.store.tickets.list()) == 28


def test_a_robot_that_never_pauses_gets_four_in_all(desk):
    for number in range(25):
        desk.mail(ROBOT, f"Order {number}", "We are on it.\n")
        desk.wait(seconds=20)
    assert len(desk.sent()) == 4


def test_a_worried_person_who_writes_five_mails_in_an_hour_gets_five_receipts(desk):
    for number in range(5):
        desk.mail("Eva <eva@far.example>", f"Please help {number}", "It is worse now.\n")
        desk.wait(minutes=11)
    assert len(desk.sent()) == 5


def test_what_was_written_offline_and_comes_at_once_gets_its_receipts(desk):
    raws = [desk.raw("Eva <eva@far.example>", f"Question {number}", "?\n") for number in range(5)]
    desk.wait(hours=2)
    for raw in raws:
        desk.mail(raw=raw)
        desk.wait(seconds=2)
    assert len(desk.sent()) == 5


def test_agents_are_told_once_and_get_every_ticket(store):
    told = {"opened": (Notify("requester", "receipt"), Notify("queue", "new-ticket"))}
    book = replace(Rulebook(), agents=AGENTS, queues=QUEUES, notifications=told)
    desk = Desk(store, rulebook=lambda: book)
    for number in range(9):
        desk.mail(ROBOT, f"Order {number}", "We are on it.\n")
        desk.wait(seconds=3)
    tickets = store.tickets.list()
    assert len(tickets) == 9
    noted = [t.number for t in tickets if any("robot" in text for kind, text in desk.history(t.number))]
    assert noted == [1004]
    mails = [post for post in desk.sent() if post.notice == "new-ticket" and "robot" in post.text]
    assert {post.subject.partition("]")[0] for post in mails} == {"Re: [#1004"}
    assert "just answer" in mails[0].text
