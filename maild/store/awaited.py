"""The mails that a ticket's mails answer and that have not come: an answer may be taken before what it answers."""

from __future__ import annotations

from collections.abc import Sequence

from maild.store.absent import appears, is_absent
from maild.store.database import Database, marks

MOST = 10
"""Tickets that may wait for the same mail as far as anybody asks; a mail to a whole company is answered by many."""


class Awaited:
    """Message-IDs by the tickets that wait for them; every method commits at once unless a transaction is open."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, ticket: int, message_ids: Sequence[str]) -> None:
        """Keep what a mail of a ticket answers and nobody here has seen."""
        with self._db.writing():
            self._db.run_many(
                "INSERT INTO awaited (message_id, ticket) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(message_id, ticket) for message_id in message_ids],
            )
            appears(self._db, "awaited", *message_ids)

    def tickets(self, message_id: str) -> list[int]:
        """Give the oldest tickets with a mail that answers this one."""
        if is_absent(self._db, "awaited", message_id):
            return []
        return [
            number
            for (number,) in self._db.rows(
                "SELECT ticket FROM awaited WHERE message_id = ? ORDER BY ticket LIMIT ?", (message_id, MOST)
            )
        ]

    def shared(self, message_ids: Sequence[str], email: str) -> list[tuple[int, str]]:
        """Give the oldest tickets that somebody takes part in with a mail that answers one of these, too."""
        return self._db.rows(
            "SELECT a.ticket, MIN(a.message_id) FROM awaited a JOIN participant p ON p.ticket = a.ticket "
            f"WHERE a.message_id IN {marks(len(message_ids))} AND p.email = ? "
            "GROUP BY a.ticket ORDER BY a.ticket LIMIT ?",
            (*message_ids, email, MOST),
        )
