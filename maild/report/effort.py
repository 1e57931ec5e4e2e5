"""What solving tickets has cost: the time of the requester, the time of the desk, and how often somebody wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.desk.calendar import Calendar
from maild.desk.runs import desk_time
from maild.store import Reviewed

Took = Callable[[Reviewed, datetime], timedelta]
"""Gives the business time until a moment in which a ticket was the desk's turn."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What some solved tickets have taken together."""

    solved: int = 0
    elapsed: timedelta = timedelta(0)
    """From their opening until they were solved, nights and all."""
    desk: timedelta = timedelta(0)
    """Business time in which it was the desk's turn."""
    touches: int = 0
    """How often somebody of the desk wrote about them, to a requester or a colleague."""


NOTHING = Effort()


def effort(solved: Iterable[tuple[Reviewed, datetime | None]], took: Took) -> Effort:
    """Add up tickets, each with the moment at which it was solved; those that were not cost nothing yet."""
    done = [(ticket, end) for ticket, end in solved if end]
    return Effort(
        len(done),
        sum((end - ticket.opened_at for ticket, end in done), timedelta(0)),
        sum((took(ticket, end) for ticket, end in done), timedelta(0)),
        sum(ticket.touches for ticket, _ in done),
    )


def cost_of(calendar: Callable[[str], Calendar], until: datetime) -> Callable[[Sequence[Reviewed]], Effort]:
    """Give what tells the effort of tickets that are solved by then; `calendar` is that of a priority."""

    def took(ticket: Reviewed, end: datetime) -> timedelta:
        return desk_time(ticket.spans, calendar(ticket.priority), end)

    def cost(tickets: Sequence[Reviewed]) -> Effort:
        last = {ticket.number: [run for run in ticket.spans if run.started_at < until][-1:] for ticket in tickets}
        ends = [(ticket, run.done_at) for ticket in tickets for run in last[ticket.number]]
        return effort([(ticket, end) for ticket, end in ends if end and end < until], took)

    return cost
