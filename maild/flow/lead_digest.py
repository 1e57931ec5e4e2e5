"""The lead's morning: what is due today in his queues, what broke since the last one, what waits longest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from maild.desk.day import Day, Line, Part
from maild.desk.decision import Notice
from maild.rulebook.model import Agent, Rulebook
from maild.store import Store

LEAD_DIGEST = "lead-digest"
_MOST = 12
_LONGEST = 5
_BACK = 14
"""Days that are looked through for the last one on which the desk was open."""


def lead_digest(lead: Agent, store: Store, rulebook: Rulebook, now: datetime) -> Notice | None:
    """Write what an agent shall know of the queues he leads; None where there is nothing to say."""
    queues = tuple(queue.name for queue in rulebook.queues.values() if queue.lead == lead.key)
    if not queues:
        return None
    since = store.days.last_sent(LEAD_DIGEST, lead.email) or _last_open_day(rulebook, now)
    day = day_of(queues, since, store, rulebook, now)
    if not day.anything:
        return None
    facts = {"agent": lead.name, "day": day, "numbers": day.numbers}
    return Notice(LEAD_DIGEST, lead.email, "lead", lead.language, facts)


def day_of(queues: tuple[str, ...], since: datetime, store: Store, rulebook: Rulebook, now: datetime) -> Day:
    """Look up how some queues stand this morning."""
    tonight = datetime.combine(now.astimezone(rulebook.zone).date() + timedelta(days=1), time(), rulebook.zone)
    lines = _Lines(store, rulebook)
    counts = store.days.counts(queues)
    return Day(
        queues,
        since,
        broken=lines.part(store.days.broken(queues, since, now)),
        due=lines.part(store.days.due(queues, now, tonight)),
        longest=lines.part((number, "", at) for number, at in store.days.longest(queues, _LONGEST)),
        new=counts.get("new", 0),
        open=counts.get("open", 0),
        pending=counts.get("pending", 0),
    )


class _Lines:
    """Numbers the lines of one mail."""

    def __init__(self, store: Store, rulebook: Rulebook) -> None:
        self._store, self._rulebook, self._place = store, rulebook, 0

    def part(self, found: Iterable[tuple[int, str, datetime]]) -> Part:
        """Make a line of each ticket, however many of its promises are meant."""
        by_ticket: dict[int, list[tuple[str, datetime]]] = {}
        for number, promise, at in found:
            by_ticket.setdefault(number, []).append((promise, at))
        shown = list(by_ticket.items())[:_MOST]
        lines = [line for number, meant in shown if (line := self._line(number, meant))]
        return Part(tuple(lines), len(by_ticket) - len(shown))

    def _line(self, number: int, meant: list[tuple[str, datetime]]) -> Line | None:
        ticket = self._store.tickets.get(number)
        if ticket is None:
            return None
        self._place += 1
        at = meant[0][1]
        agent = self._rulebook.agents.get(ticket.assignee)
        return Line(
            self._place,
            ticket,
            at,
            f"{at.astimezone(self._rulebook.zone):%H:%M}",
            agent.name if agent else ticket.assignee,
            tuple(dict.fromkeys(promise for promise, _ in meant if promise)),
        )


def _last_open_day(rulebook: Rulebook, now: datetime) -> datetime:
    """Say when the last day began on which the desk was open, before today."""
    today = now.astimezone(rulebook.zone).date()
    days = (today - timedelta(days=back) for back in range(1, _BACK + 1))
    day = next((day for day in days if rulebook.calendar.hours_of(day)), today - timedelta(days=1))
    return datetime.combine(day, time(), rulebook.zone)
