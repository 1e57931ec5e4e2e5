"""Who had a ticket how long: its queues, its agents, and the requester while he was waited for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.desk.calendar import Calendar
from maild.desk.clock import Clock

KINDS = {"queue": "queue", "assignee": "agent", "pending": "requester"}
"""The clocks that tell of it, and who each is about."""


@dataclass(frozen=True, slots=True)
class Held:
    """One stretch of time in which somebody had it."""

    kind: str
    """queue | agent | requester"""
    who: str
    """The queue or the agent's key, "" for the requester."""
    since: datetime
    until: datetime | None
    """None where he has it now."""
    business: timedelta
    """Without the time in which the requester was waited for, unless it is his."""
    elapsed: timedelta


def held(clocks: Iterable[Clock], calendar: Calendar, now: datetime) -> tuple[Held, ...]:
    """Give every stretch in the order of time, queues first."""
    clocks = tuple(clocks)
    waits = [(clock.started_at, clock.done_at or now) for clock in clocks if clock.name == "pending"]
    found = []
    for name, kind in KINDS.items():
        for clock in sorted((c for c in clocks if c.name == name), key=lambda c: c.started_at):
            end = clock.done_at or now
            business = calendar.between(clock.started_at, end)
            if kind != "requester":
                overlaps = ((max(a, clock.started_at), min(b, end)) for a, b in waits)
                business -= sum((calendar.between(a, b) for a, b in overlaps if a < b), timedelta(0))
            who = "" if kind == "requester" else clock.about
            found.append(Held(kind, who, clock.started_at, clock.done_at, business, end - clock.started_at))
    return tuple(found)


def totals(stretches: Iterable[Held]) -> tuple[tuple[str, str, timedelta, bool], ...]:
    """Add up the business time of each: (kind, who, how long, has it now); an agent "" is nobody."""
    sums: dict[tuple[str, str], timedelta] = {}
    now: set[tuple[str, str]] = set()
    for one in stretches:
        key = (one.kind, one.who)
        sums[key] = sums.get(key, timedelta(0)) + one.business
        if one.until is None:
            now.add(key)
    by_kind = {kind: sum((t for (k, _), t in sums.items() if k == kind), timedelta(0)) for kind in KINDS.values()}
    nobodys = by_kind["queue"] - by_kind["agent"]
    if nobodys > timedelta(0):
        sums["agent", ""] = nobodys
        if any(kind == "queue" for kind, _ in now) and not any(kind == "agent" for kind, _ in now):
            now.add(("agent", ""))
    order = list(KINDS.values())
    rows = sorted(sums.items(), key=lambda row: order.index(row[0][0]))
    return tuple((kind, who, time, (kind, who) in now) for (kind, who), time in rows)
