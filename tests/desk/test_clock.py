"""The clocks of a ticket: they run, stand still, go on, begin anew, and follow their SLA."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maild.desk.calendar import Calendar, Span
from maild.desk.clock import last, wind
from maild.desk.length import Length
from maild.desk.sla import Progress, Sla
from maild.desk.ticket import Ticket

HOURS = (Span(540, 720), Span(780, 1080))


def office(zone="Asia/Shanghai", **more):
    return Calendar("office", ZoneInfo(zone), (HOURS,) * 5 + ((), ()), **more)


def sla(calendar, **lengths):
    usual = {"acknowledge": "1h", "first_response": "2h", "resolution": "8h"}
    lengths = {name: Length.parse(text) for name, text in {**usual, **lengths}.items()}
    return Sla("P2", calendar, **lengths, progress=Progress(Length.parse("4h"), Length.parse("2h")))


def local(text, zone="Asia/Shanghai"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class Life:
    """A ticket whose clocks are wound at each change."""

    def __init__(self, row, at):
        self.row = row
        ticket = Ticket(1001, "VPN", "eva@example.com", "Eva", "en", at, queue="helpdesk", priority="P2")
        self.wound = wind((), None, ticket, row, at, acknowledges=True)
        self.ticket = self.wound.ticket

    def change(self, at, *, word=False, undone=False, row=None, **fields):
        self.row = row or self.row
        before, after = self.ticket, replace(self.ticket, **fields)
        self.wound = wind(self.wound.clocks, before, after, self.row, at, word=word, undone=undone)
        self.ticket = self.wound.ticket
        return self.wound

    def clock(self, name):
        return last(self.wound.clocks, name)


FRIDAY = local("2026-11-20T16:00")


def test_a_new_ticket_has_a_clock_for_every_promise_and_for_who_has_it():
    life = Life(sla(office()), FRIDAY)
    assert {clock.name for clock in life.wound.clocks} == {
        "acknowledge", "first_response", "resolution", "word", "open", "queue",
    }  # fmt: skip
    assert life.ticket.first_response_due == local("2026-11-20T18:00")
    assert life.ticket.resolution_due == local("2026-11-23T16:00")


def test_every_promise_stands_still_while_the_requester_is_waited_for():
    life = Life(sla(office()), FRIDAY)
    life.change(local("2026-11-20T17:00"), status="pending")
    assert not life.clock("resolution").runs
    wound = life.change(local("2026-11-25T10:00"), status="open")
    assert life.ticket.first_response_due == local("2026-11-25T11:00")
    assert life.ticket.resolution_due == local("2026-11-25T18:00")
    assert any(text.startswith("resolution_due: 2026-11-23 08:00 UTC -> 2026-11-25") for text in wound.changes)


def test_a_pause_at_night_costs_no_business_time():
    life = Life(sla(office()), FRIDAY)
    life.change(local("2026-11-20T20:00"), status="pending")
    life.change(local("2026-11-21T10:00"), status="open")
    assert life.ticket.resolution_due == local("2026-11-23T16:00")


def test_what_ran_out_before_the_pause_stays_due_when_it_was():
    life = Life(sla(office()), FRIDAY)
    life.change(local("2026-11-23T10:00"), status="pending")
    life.change(local("2026-11-24T10:00"), status="open")
    assert life.ticket.first_response_due == local("2026-11-20T18:00")


def test_an_answer_keeps_the_first_response_and_the_next_word():
    life = Life(sla(office()), FRIDAY)
    answered = FRIDAY + timedelta(minutes=30)
    word = life.clock("word")
    life.change(answered, word=True, first_responded_at=answered, status="open")
    assert life.clock("first_response").done_at == answered
    assert next(c for c in life.wound.clocks if c.key == word.key).done_at == answered
    assert life.clock("word").started_at == answered
    assert life.clock("word").due_at == local("2026-11-23T09:45"), "two hours, and the margin"


def test_resolving_stops_everything_and_reopening_begins_anew():
    life = Life(sla(office()), FRIDAY)
    done = FRIDAY + timedelta(hours=1)
    life.change(done, status="resolved", resolved_at=done, first_responded_at=done)
    assert [c.name for c in life.wound.clocks if c.runs] == ["acknowledge", "resolved"]
    again = local("2026-11-24T09:00")
    life.change(again, status="open", resolved_at=None)
    assert life.ticket.first_responded_at is None
    assert (life.ticket.first_response_due, life.ticket.resolution_due) == (
        local("2026-11-24T11:00"),
        local("2026-11-24T18:00"),
    )
    assert life.clock("resolved").done_at == again
    assert [c.done_at for c in life.wound.clocks if c.name == "resolution"] == [done, None]


def test_an_agent_who_takes_his_resolution_back_has_never_resolved_it():
    life = Life(sla(office()), FRIDAY)
    due = life.ticket.resolution_due
    done = FRIDAY + timedelta(minutes=30)
    life.change(done, status="resolved", resolved_at=done)
    life.change(done + timedelta(minutes=1), status="open", resolved_at=None, undone=True)
    assert (life.ticket.resolution_due, life.clock("resolution").done_at) == (due, None)
    assert life.clock("resolution").started_at == FRIDAY
    assert life.clock("word").done_at is None


def test_another_priority_counts_from_the_same_opening_without_what_was_pending():
    life = Life(sla(office()), FRIDAY)
    life.change(local("2026-11-20T17:00"), status="pending")
    life.change(local("2026-11-23T10:00"), status="open")
    wound = life.change(local("2026-11-23T10:30"), priority="P1", row=sla(office(), resolution="4h"))
    assert life.ticket.resolution_due == local("2026-11-23T14:00")
    assert "resolution_due" in "".join(wound.changes)


def test_a_due_time_that_an_agent_set_goes_before_the_table():
    life = Life(sla(office()), FRIDAY)
    wish = local("2026-11-27T12:00")
    life.change(FRIDAY + timedelta(minutes=5), resolution_due=wish)
    life.change(FRIDAY + timedelta(minutes=9), status="open")
    assert life.ticket.resolution_due == wish


def test_a_queue_and_an_agent_have_it_one_after_the_other():
    life = Life(sla(office()), FRIDAY)
    life.change(FRIDAY + timedelta(hours=1), queue="network", assignee="noor")
    assert [(c.about, c.done_at) for c in life.wound.clocks if c.name == "queue"] == [
        ("helpdesk", FRIDAY + timedelta(hours=1)),
        ("network", None),
    ]
    assert life.clock("assignee").about == "noor"


@pytest.mark.parametrize(
    ("zone", "opened", "paused", "resumed", "due"),
    [
        ("Europe/Berlin", "2026-10-23T16:00", "2026-10-23T17:00", "2026-10-26T10:00", "2026-10-26T18:00"),
        ("America/New_York", "2026-03-06T16:00", "2026-03-06T17:00", "2026-03-09T10:00", "2026-03-09T18:00"),
        ("Europe/Berlin", "2026-12-31T16:00", "2026-12-31T17:00", "2027-01-04T10:00", "2027-01-04T18:00"),
    ],
)
def test_a_clock_change_and_a_new_year_steal_nothing(zone, opened, paused, resumed, due):
    life = Life(sla(office(zone)), local(opened, zone))
    life.change(local(paused, zone), status="pending")
    life.change(local(resumed, zone), status="open")
    assert life.ticket.resolution_due == local(due, zone)


def test_a_promise_is_not_broken_by_the_time_its_requester_was_waited_for_even_if_that_ends_with_the_solution():
    life = Life(sla(office()), FRIDAY)
    life.change(local("2026-11-20T17:00"), status="pending")
    solved = local("2026-11-27T17:30")
    wound = life.change(solved, status="resolved", resolved_at=solved)
    for name in ("first_response", "resolution"):
        assert life.clock(name).done_at == solved <= life.clock(name).due_at
    assert life.ticket.resolution_due == life.clock("resolution").due_at == local("2026-11-30T16:30")
    assert any(text.startswith("resolution_due: ") for text in wound.changes)


def test_an_answer_while_the_requester_is_waited_for_keeps_its_promise():
    life = Life(sla(office()), FRIDAY)
    life.change(local("2026-11-20T17:00"), status="pending")
    answered = local("2026-11-24T10:00")
    life.change(answered, word=True, first_responded_at=answered)
    assert answered <= life.clock("first_response").due_at == local("2026-11-24T11:00")


def test_a_solution_that_is_taken_back_leaves_the_pause_it_ended_as_if_it_had_never_ended():
    life = Life(sla(office()), FRIDAY)
    life.change(local("2026-11-20T17:00"), status="pending")
    solved = local("2026-11-23T17:00")
    life.change(solved, status="resolved", resolved_at=solved)
    life.change(local("2026-11-23T17:05"), undone=True, status="pending", resolved_at=None)
    life.change(local("2026-11-24T10:00"), status="open")
    assert life.clock("open").pauses == ((local("2026-11-20T17:00"), local("2026-11-24T10:00")),)
    assert life.clock("first_response").due_at == local("2026-11-24T11:00")
