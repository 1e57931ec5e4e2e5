"""What agents and leads ask of a day: what is urgent, what broke, what is due, who waits longest; reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maild.store.database import Database, marks
from maild.store.tables import micros, moment

_BY_PEOPLE = ("first_response", "resolution")
"""The promises that people keep; maild itself sees to the others."""
_WAITING = """
SELECT t.number, COALESCE(
    (SELECT MAX(e.at) FROM entry e WHERE e.ticket = t.number AND e.kind = 'correspondence' AND e.direction = 'out'
     AND e.at >= c.started_at), c.started_at) AS since
FROM ticket t JOIN clock c ON c.ticket = t.number AND c.name = 'open' AND c.done_at IS NULL
WHERE t.status IN ('new', 'open') AND t.queue IN {queues} ORDER BY since, t.number LIMIT ?
"""

_URGENT = """
SELECT number FROM ticket WHERE assignee = ? AND assignee <> '' AND status IN ('new', 'open', 'pending')
ORDER BY CASE status WHEN 'pending' THEN 1 ELSE 0 END,
    COALESCE(CASE WHEN first_responded_at IS NULL THEN first_response_due END, resolution_due, 9000000000000000000),
    priority, number LIMIT ?
"""
"""What waits for its requester comes last; then the promise that is due first, then the priority."""


class Days:
    """Where queues are asked for, at least one is."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def urgent(self, assignee: str, limit: int) -> list[int]:
        """Name an agent's open tickets, the most urgent first."""
        return [number for (number,) in self._db.rows(_URGENT, (assignee, limit))]

    def broken(self, queues: Sequence[str], since: datetime, until: datetime) -> list[tuple[int, str, datetime]]:
        """Give the promises that broke after one moment and up to another, in that order: (ticket, promise, when)."""
        return self._promises(
            "SELECT c.ticket, c.name, c.broken_at FROM clock c JOIN ticket t ON t.number = c.ticket "
            f"WHERE c.broken_at > ? AND c.broken_at <= ? AND t.queue IN {marks(len(queues))}",
            (micros(since), micros(until), *queues),
        )

    def due(self, queues: Sequence[str], since: datetime, until: datetime) -> list[tuple[int, str, datetime]]:
        """Give what people have still to keep between two moments, the first due in front; what stands still is not."""
        return self._promises(
            "SELECT c.ticket, c.name, c.due_at FROM clock c JOIN ticket t ON t.number = c.ticket "
            "WHERE c.due_at > ? AND c.due_at <= ? AND c.done_at IS NULL AND c.paused_at IS NULL "
            f"AND c.broken_at IS NULL AND c.name IN {marks(len(_BY_PEOPLE))} AND t.queue IN {marks(len(queues))}",
            (micros(since), micros(until), *_BY_PEOPLE, *queues),
        )

    def _promises(self, sql: str, params: Sequence[object]) -> list[tuple[int, str, datetime]]:
        rows = sorted(self._db.rows(sql, params), key=lambda row: (row[2], row[0], row[1]))
        return [(number, name, moment(at)) for number, name, at in rows]

    def longest(self, queues: Sequence[str], limit: int) -> list[tuple[int, datetime]]:
        """Name the tickets whose requesters wait longest for a person's word, and since when."""
        sql = _WAITING.format(queues=marks(len(queues)))
        return [(number, moment(since)) for number, since in self._db.rows(sql, (*queues, limit))]

    def counts(self, queues: Sequence[str]) -> dict[str, int]:
        """Count what is new, open and pending."""
        return dict(
            self._db.rows(
                "SELECT status, COUNT(*) FROM ticket WHERE status IN ('new', 'open', 'pending') "
                f"AND queue IN {marks(len(queues))} GROUP BY status",
                queues,
            )
        )

    def last_sent(self, notice: str, address: str) -> datetime | None:
        """Say when somebody was last sent a notice of this kind."""
        found = self._db.row(
            "SELECT MAX(queued_at) FROM outbox WHERE recipient = ? AND let_out_at IS NOT NULL AND notice = ?",
            (address, notice),
        )
        return moment(found[0]) if found and found[0] is not None else None
