"""Robots that bear no sign and change their subject each time, and people who write as often."""

from dataclasses import replace

import pytest

from maild.flow.tick import tick
from maild.rulebook.model import Notify, Rulebook
from tests.rulebook.desks import rulebook
from tests.stories.desk import Desk
from tests.stories.roster import AGENTS, QUEUES

WITH_WORD = rulebook("""
    calendars: {always: {timezone: UTC, hours: {mon-sun: 00:00-24:00}}}
    sla: {P1: {}, P2: {}, P4: {}, P3: {calendar: always, resolution: 8h, progress: {after: 4h, every: 2h}}}
    notifications: {opened: {requester: receipt}, progress: {requester: progress}}
    """)
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


ACKNOWLEDGES = "Thank you for your message, which we have as number {}. Somebody of our team will look at it soon.\n"
"""What another helpdesk answers to every mail."""


def answers_from(desk, rounds, address, *, delay, thread=False, tag=False, text=ACKNOWLEDGES):
    """Let a helpdesk without any sign answer each receipt, from an address of its own each time; count the receipts."""
    desk.mail(address.format(0), "Your order", "We have a question about your order.\n")
    for number in range(1, rounds):
        receipt = next((post for post in desk.sent() if post.notice == "receipt"), None)
        if receipt is None:
            break
        desk.wait(minutes=delay[number % len(delay)])
        about = f"[other #{number}] {receipt.subject}" if tag else f"We have got your mail, number {number}"
        fields = {"In_Reply_To": receipt.message_id, "References": receipt.message_id} if thread else {}
        desk.mail(address.format(number), about, text.format(number), **fields)
    return len([post for post in desk.everything() if post.notice == "receipt"])


PLUS, EVER_OTHER = "Shop <help+{}@shop.example>", "Shop <ticket-{}@shop.example>"


def test_a_robot_that_takes_ever_another_time_is_known_by_its_words(desk):
    assert answers_from(desk, 40, "Shop <help@shop.example>", delay=(13, 47, 21, 33)) == 4


@pytest.mark.parametrize(("delay", "receipts"), [((0.05,), 3), ((13, 47, 21, 33), 4)])
def test_a_detail_behind_the_plus_makes_nobody_another_one(desk, delay, receipts):
    assert answers_from(desk, 40, PLUS, delay=delay) == receipts


@pytest.mark.parametrize("address", [PLUS, EVER_OTHER])
@pytest.mark.parametrize("way", [{"thread": True}, {"tag": True}, {"text": ACKNOWLEDGES + "It was [#{}].\n"}])
def test_a_robot_that_answers_from_ever_another_address_gets_two_receipts(desk, address, way):
    if "text" in way:
        way = {"text": way["text"].replace("[#{}]", "[#1002]")}
    assert answers_from(desk, 40, address, delay=(13, 47, 21, 33), **way) == 2


def test_a_robot_with_ever_other_words_and_addresses_is_known_by_the_tickets_it_names(desk):
    desk.mail(EVER_OTHER.format(0), "Your order", "Hello.\n")
    for letter in "bcdefghijklmnopqrstuvwxyz":
        receipts = [post for post in desk.sent() if post.notice == "receipt"]
        if not receipts:
            break
        desk.wait(minutes=31)
        thread = f"{receipts[0].mail['References']} {receipts[0].message_id}"
        desk.mail(
            EVER_OTHER.format(letter), "We have it", f"The word of the hour is {letter * 9}.\n", References=thread
        )
    assert len([post for post in desk.everything() if post.notice == "receipt"]) == 3


def test_a_robot_hears_nothing_of_how_it_goes_on_either(store):
    desk = Desk(store, rulebook=lambda: WITH_WORD)
    answers_from(desk, 40, PLUS, delay=(13, 47, 21, 33))
    assert [desk.ticket(number).tags for number in (1004, 1005)] == [(), ("robot",)]
    for _ in range(8):
        desk.wait(hours=1)
        tick(store, desk.context, desk.now)
        desk.send()
    told = {post.to for post in desk.sent() if post.notice == "progress"}
    assert told == {f"help+{number}@shop.example" for number in range(4)}


def test_people_who_write_often_and_alike_get_their_receipts(desk):
    """A personnel office fills in the same form for each newcomer, and somebody sends one picture after the other."""
    for name in ("Tom Miller", "Ann Brown", "Li Na", "Eva Stone", "Ben Field", "Joe Smith"):
        text = (
            f"Please create an account for {name}, who begins in the sales department on Monday, with mail and VPN.\n"
        )
        desk.mail("Office <office@far.example>", "New account", text)
        desk.wait(minutes=len(name) ** 2 / 2)
    for number in range(6):
        desk.mail("Ann <ann@far.example>", f"Picture {number}", "See the picture.\n")
        desk.wait(minutes=13 + number**2)
    assert len(desk.sent()) == 12


def test_a_person_of_the_same_house_is_answered_while_a_robot_there_gets_nothing(desk):
    answers_from(desk, 40, PLUS, delay=(0.05,), thread=True)
    desk.sent()
    desk.mail("Ann <ann@shop.example>", "A question", "Where is my parcel, which I sent to you a week ago?\n")
    assert [post.to for post in desk.sent()] == ["ann@shop.example"]


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
