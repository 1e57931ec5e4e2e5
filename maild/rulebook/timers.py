"""When a timer's moment comes: those of the rulebook, and those that maild keeps for every promise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from maild.desk.calendar import Calendar
from maild.desk.clock import PROMISES, Clock, begun_at, full_time, last, shifted
from maild.desk.sla import Sla
from maild.desk.ticket import Ticket
from maild.rulebook.model import Rulebook, Timer

ESCALATE = "maild:escalate"
ASK = "maild:ask"
"""The assignee is asked for word to the requester."""
PROGRESS = "maild:progress"
WAKE = "maild:wake"
"""The moment has come until which an agent let the ticket wait."""
BROKEN = "maild:broken"
"""Followed by the promise: its due time has come, and it is not kept."""
ASK_AT = 75
"""Percent of the time until the next word after which the assignee is asked for it."""


@dataclass(frozen=True, slots=True)
class Armed:
    """A timer with its moment; it fires once per start of its clock."""

    timer: str
    clock: str
    started_at: datetime
    """Of its clock."""
    due_at: datetime


def moment(timer: Timer, calendar: Calendar, start: datetime, due: datetime | None = None) -> datetime | None:
    """Say when a timer fires whose clock began at a moment; None where the clock has no due time to be a part of."""
    if timer.length is not None:
        return calendar.add(start, timer.length)
    if timer.percent is None or due is None:
        return None
    return calendar.share(start, due, timer.percent)


def armed(ticket: Ticket, clocks: Iterable[Clock], rulebook: Rulebook) -> list[Armed]:
    """Give every timer that a ticket's running clocks will let fire, as things are; those fired already among them."""
    clocks = tuple(clocks)
    sla = rulebook.sla.get(ticket.priority)
    begun = begun_at(clocks, ticket)
    found = []
    for timer in rulebook.timers:
        clock = last(clocks, timer.clock)
        if clock and clock.runs:
            at = _moment_of(timer, clock, sla, rulebook.calendar, begun)
            if at:
                found.append(Armed(timer.name, clock.name, clock.started_at, at))
    pending = last(clocks, "pending")
    if ticket.status == "pending" and ticket.waits_until and pending and pending.runs:
        found.append(Armed(WAKE, "pending", pending.started_at, ticket.waits_until))
    found += _escalation(ticket, clocks, rulebook, sla)
    if sla and sla.progress and ticket.status in ("new", "open"):
        found += _words(clocks, sla, begun)
    for clock in clocks:
        if clock.name in PROMISES and clock.runs and clock.due_at and clock.broken_at is None:
            found.append(Armed(f"{BROKEN} {clock.name}", clock.name, clock.started_at, clock.due_at))
    return found


def _moment_of(timer: Timer, clock: Clock, sla: Sla | None, usual: Calendar, begun: datetime) -> datetime | None:
    calendar = sla.calendar if sla else usual
    if timer.percent is not None:
        if sla is None:
            return None
        due = full_time(clock, sla, begun)
        at = moment(timer, calendar, clock.started_at, due)
    else:
        at = moment(timer, calendar, clock.started_at)
    return shifted(calendar, at, clock.pauses) if at else None


def _escalation(ticket: Ticket, clocks: tuple[Clock, ...], rulebook: Rulebook, sla: Sla | None) -> Iterator[Armed]:
    queue, clock = rulebook.queues.get(ticket.queue), last(clocks, "queue")
    if not queue or not queue.escalate or ticket.first_responded_at or not clock or not clock.runs:
        return
    calendar = sla.calendar if sla else rulebook.calendar
    at = shifted(calendar, calendar.add(clock.started_at, queue.escalate.after), clock.pauses)
    yield Armed(ESCALATE, clock.name, clock.started_at, at)


def _words(clocks: tuple[Clock, ...], sla: Sla, begun: datetime) -> Iterator[Armed]:
    clock = last(clocks, "word")
    if clock is None or not clock.runs or clock.notice is not None:
        return
    due = full_time(clock, sla, begun)
    if due is None:
        return
    ask = sla.calendar.share(clock.started_at, due, ASK_AT)
    yield Armed(ASK, "word", clock.started_at, shifted(sla.calendar, ask, clock.pauses))
    yield Armed(PROGRESS, "word", clock.started_at, shifted(sla.calendar, due, clock.pauses))
