"""Tickets as the monthly review looks at them: few columns, streamed, with the first words of their requesters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from maild.store.database import Database
from maild.store.tables import micros, moment

PAGE = 2_000
WORDS = 600
"""Characters of the first mail; who asks says what about at the beginning."""

_COLUMNS = (
    "number", "subject", "requester", "status", "queue", "category", "priority", "assignee", "solved_by",
    "opened_at", "first_response_due", "first_responded_at", "resolution_due", "resolved_at", "closed_at",
)  # fmt: skip
_TIMES = 9
"""The columns from here on are times."""

_ALIVE = """
    t.opened_at >= ? OR COALESCE(t.resolved_at, t.closed_at) IS NULL OR t.resolved_at >= ? OR t.closed_at >= ?
    OR t.first_response_due >= ? OR t.resolution_due >= ?
"""
_TICKETS = f"""
SELECT {", ".join(f"t.{name}" for name in _COLUMNS)}, r.at, r.score, r.comment, (
    SELECT substr(e.text, 1, {WORDS}) FROM entry e
    WHERE e.ticket = t.number AND e.kind = 'correspondence' AND e.direction = 'in' ORDER BY e.id LIMIT 1
)
FROM ticket t LEFT JOIN rating r ON r.ticket = t.number
WHERE t.number > ? AND t.opened_at < ? AND ({_ALIVE} OR r.at >= ?) ORDER BY t.number LIMIT {PAGE}
"""
_REOPENINGS = f"""
SELECT e.ticket, e.at FROM ticket t JOIN entry e ON e.ticket = t.number
WHERE t.opened_at < ? AND ({_ALIVE}) AND e.at >= ? AND e.at < ? AND e.kind = 'change'
AND (e.text LIKE ? OR e.text LIKE ?)
ORDER BY e.id
"""
_AGAIN = ("%status: resolved -> open%", "%status: closed -> open%")
"""What the line of a ticket's history says, whether its requester or an agent opened it again."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the review knows of a ticket."""

    number: int
    subject: str
    requester: str
    status: str
    queue: str
    category: str
    priority: str
    assignee: str
    solved_by: str
    """"" while it is not solved, then agent | self-service."""
    opened_at: datetime
    first_response_due: datetime | None = None
    first_responded_at: datetime | None = None
    resolution_due: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    rated_at: datetime | None = None
    rating: int | None = None
    comment: str = ""
    text: str = ""
    """How the first mail begins."""

    @property
    def done_at(self) -> datetime | None:
        """When it was resolved, or closed without that."""
        return self.resolved_at or self.closed_at


class Reviews:
    """What happened to the desk's tickets within a stretch of time; reads only."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def tickets(self, since: datetime, until: datetime) -> Iterator[Reviewed]:
        """Give every ticket opened before `until` that was not wholly over before `since`, by number."""
        last = 0
        while rows := self._db.rows(_TICKETS, (last, *_alive(since, until), micros(since))):
            for row in rows:
                *times, rating, comment, text = row[_TIMES:]
                yield Reviewed(*row[:_TIMES], *map(moment, times), rating, comment or "", text or "")
            last = rows[-1][0]

    def reopenings(self, since: datetime, until: datetime) -> list[tuple[int, datetime]]:
        """Give which ticket was opened again when, in the order it happened."""
        rows = self._db.rows(_REOPENINGS, (*_alive(since, until), micros(since), micros(until), *_AGAIN))
        return [(number, moment(at)) for number, at in rows]


def _alive(since: datetime, until: datetime) -> list[int | None]:
    return [micros(until), *[micros(since)] * 5]
