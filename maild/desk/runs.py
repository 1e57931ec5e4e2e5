"""The runs of a ticket, from each opening until it was solved, and how long it was the desk's turn in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.desk.calendar import Calendar
from maild.desk.clock import Clock


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a ticket was open."""

    started_at: datetime
    done_at: datetime | None = None
    waited: tuple[tuple[datetime, datetime | None], ...] = ()
    """When its requester was waited for; only the last has no end, while he still is."""


def runs_of(clocks: Iterable[Clock]) -> tuple[Run, ...]:
    """Read the runs of one ticket from its clocks, the first one first."""
    opened = sorted((clock for clock in clocks if clock.name == "open"), key=lambda clock: clock.started_at)
    return tuple(run_of(clock.started_at, clock.done_at, clock.pauses, clock.paused_at) for clock in opened)


def run_of(
    started_at: datetime,
    done_at: datetime | None,
    pauses: tuple[tuple[datetime, datetime], ...],
    paused_at: datetime | None,
) -> Run:
    """Make a run of what its clock `open` says."""
    return Run(started_at, done_at, pauses if paused_at is None else (*pauses, (paused_at, done_at)))


def desk_time(runs: Sequence[Run], calendar: Calendar, until: datetime) -> timedelta:
    """Add up the open hours until a moment in which it was the desk's turn: neither pending nor solved."""
    whole = timedelta(0)
    for run in runs:
        end = min(run.done_at or until, until)
        whole += _between(calendar, run.started_at, end)
        for start, stop in run.waited:
            whole -= _between(calendar, start, min(stop or end, end))
    return whole


def _between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    return calendar.between(start, end) if start < end else timedelta(0)
