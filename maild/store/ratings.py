"""What requesters think of the help they got: one rating a ticket, the last one given."""

from __future__ import annotations

from datetime import datetime

from maild.desk.rating import Rating
from maild.store.database import Database
from maild.store.tables import micros, moment

FIELDS = "ticket, score, comment, rater, source, at, changed_at"


class Ratings:
    """The ratings; every method commits at once unless a transaction is open."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, rating: Rating) -> None:
        """Keep a rating, in the place of an earlier one, whose first moment stays."""
        with self._db.writing():
            self._db.run(
                f"INSERT INTO rating ({FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ticket) DO UPDATE SET "
                "score = excluded.score, comment = excluded.comment, rater = excluded.rater, "
                "source = excluded.source, changed_at = excluded.changed_at",
                (
                    rating.ticket,
                    rating.score,
                    rating.comment,
                    rating.by,
                    rating.source,
                    micros(rating.at),
                    micros(rating.changed_at),
                ),
            )
            self._db.run("UPDATE ticket SET rating = ? WHERE number = ?", (rating.score, rating.ticket))

    def get(self, ticket: int) -> Rating | None:
        found = self._db.row(f"SELECT {FIELDS} FROM rating WHERE ticket = ?", (ticket,))
        return _rating(found) if found else None

    def list(self, since: datetime, until: datetime) -> list[Rating]:
        """Give the ratings that were first given in [since, until), oldest first."""
        rows = self._db.rows(
            f"SELECT {FIELDS} FROM rating WHERE at >= ? AND at < ? ORDER BY at, ticket", (micros(since), micros(until))
        )
        return [_rating(row) for row in rows]


def _rating(row: tuple) -> Rating:
    *values, at, changed_at = row
    return Rating(*values, moment(at), moment(changed_at))
