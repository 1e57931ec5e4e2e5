"""When a timer's moment comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from maild.desk.calendar import Calendar
from maild.desk.ticket import Ticket
from maild.rulebook.keys import PROMISES, STATES
from maild.rulebook.model import Rulebook, Timer


def moment(timer: Timer, calendar: Calendar, start: datetime, due: datetime | None = None) -> datetime | None:
    """Say when a timer fires whose clock began at a moment; None where the clock has no due time to be a part of."""
    if timer.length is not None:
        return calendar.add(start, timer.length)
    if timer.percent is None or due is None:
        return None
    return calendar.share(start, due, timer.percent)


def untouched(ticket: Ticket, rulebook: Rulebook, until: datetime) -> Iterator[Timer]:
    """Give the timers that fire until a moment while nobody touches a ticket, in the order of the rulebook.

    The ticket came into its status when it was opened. SLA clocks run while it is new or open.
    """
    row = rulebook.sla.get(ticket.priority)
    calendar = row.calendar if row else rulebook.calendar
    for timer in rulebook.timers:
        running = "open" if ticket.status in ("new", "open") else ticket.status
        if timer.clock in STATES and timer.clock != running:
            continue
        if timer.clock in PROMISES and (running != "open" or (timer.clock == "acknowledge" and ticket.acknowledged_at)):
            continue
        due = getattr(ticket, f"{timer.clock}_due") if timer.clock in PROMISES else None
        at = moment(timer, calendar, ticket.opened_at, due)
        if at and at <= until:
            yield timer
