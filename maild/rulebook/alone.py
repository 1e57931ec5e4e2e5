"""A ticket that nobody touches: its clocks run and its timers fire, by the same functions that the daemon goes by."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk.clock import Clock, wind
from maild.desk.ticket import Ticket
from maild.rulebook.elapse import Moment, elapse
from maild.rulebook.model import Rulebook
from maild.rulebook.timers import Armed, armed

_MOST = 2_000
"""Firings after which nobody asks for more: timers that open and close a ticket in turn never come to an end."""


def fired_alone(
    ticket: Ticket, status: str, acknowledged: bool, rulebook: Rulebook, until: datetime
) -> tuple[str, ...]:
    """Name what fires until a moment, in order, the timers that maild keeps itself among them.

    Args:
        ticket: as it was opened.
        status: what it is from then on.
        acknowledged: a receipt goes out, and is accepted at once.
    """
    life = _Life(ticket, rulebook, acknowledged)
    if status not in ("new", ticket.status):
        over = ticket.opened_at if status in ("resolved", "closed") else None
        life.change(replace(life.ticket, status=status, resolved_at=over), ticket.opened_at)
    while len(life.fired) < _MOST and (timer := life.next_until(until)):
        life.fire(timer)
    return tuple(life.fired)


class _Life:
    """A ticket with its clocks while time passes."""

    def __init__(self, ticket: Ticket, rulebook: Rulebook, acknowledged: bool) -> None:
        self.rulebook = rulebook
        self.ticket = ticket
        self.clocks: tuple[Clock, ...] = ()
        self.fired: list[str] = []
        self._done: set[tuple[str, datetime]] = set()
        self._wind(None, ticket, ticket.opened_at, acknowledges=acknowledged)
        if acknowledged:
            self.change(replace(self.ticket, acknowledged_at=ticket.opened_at), ticket.opened_at)

    def change(self, after: Ticket, at: datetime, word: bool = False) -> None:
        self._wind(self.ticket, after, at, word=word)

    def _wind(self, before: Ticket | None, after: Ticket, at: datetime, **how: bool) -> None:
        wound = wind(self.clocks, before, after, self.rulebook.sla.get(after.priority), at, **how)
        newest = {clock.name: clock for clock in sorted(wound.clocks, key=lambda clock: clock.started_at)}
        self.ticket, self.clocks = wound.ticket, tuple(newest.values())  # what was before has nothing more to say

    def next_until(self, until: datetime) -> Armed | None:
        coming = (
            one
            for one in armed(self.ticket, self.clocks, self.rulebook)
            if one.due_at <= until and (one.timer, one.started_at) not in self._done
        )
        return min(coming, key=lambda one: (one.due_at, one.timer), default=None)

    def fire(self, timer: Armed) -> None:
        self._done.add((timer.timer, timer.started_at))
        self.fired.append(timer.timer)
        clock = next(one for one in self.clocks if one.key == (timer.clock, timer.started_at))
        passing = elapse(self.ticket, Moment(timer.timer, clock, timer.due_at, timer.due_at), self.rulebook)
        self.clocks = tuple(passing.clock if one.key == clock.key else one for one in self.clocks)
        after = passing.decision.after
        if after is not None and (passing.word or after != self.ticket):
            self.change(after, timer.due_at, passing.word)
