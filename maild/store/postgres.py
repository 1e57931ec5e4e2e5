"""PostgreSQL: a server that several maild processes share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import peewee
import psycopg

from maild.store.database import WAIT_SECONDS, Database, Row, marks
from maild.store.errors import NotUnique, StoreBusy, StoreDown, StoreError


class Postgres(Database, peewee.PostgresqlDatabase):
    """A server that several maild processes share."""

    for_update = " FOR NO KEY UPDATE"
    skip_locked = " FOR NO KEY UPDATE SKIP LOCKED"
    next_ticket = "DEFAULT"

    def __init__(self, url: str) -> None:
        given = psycopg.conninfo.conninfo_to_dict(url)
        super().__init__(url, prefer_psycopg3=True, **{k: v for k, v in POSTGRES_OPTIONS.items() if k not in given})

    @staticmethod
    @lru_cache(maxsize=512)
    def placeholders(sql: str) -> str:
        return sql.replace("?", "%s")

    def insert_with_parts(self, sql: str, params: Sequence[Any], into: str, parts: Sequence[Sequence[Any]]) -> int:
        """Do it in one statement, since each costs a round trip to the server."""
        if not 0 < len(parts) <= 100:
            return super().insert_with_parts(sql, params, into, parts)
        rows = ", ".join([marks(len(parts[0]))] * len(parts))
        statement = (
            f"WITH made (id) AS ({sql}), "
            f"parts AS (INSERT INTO {into} SELECT made.id, part.* FROM made, (VALUES {rows}) AS part) "
            "SELECT id FROM made"
        )
        return self.rows(statement, [*params, *(value for part in parts for value in part)])[0][0]

    def write(self, sql: str, params: Sequence[Any] = ()) -> None:
        waiting = getattr(self._here, "together", None)
        if waiting is None:
            self.run(sql, params)
        else:
            waiting.append((sql, params))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one statement of many, since each costs a round trip to the server."""
        self._here.together = waiting = []
        try:
            yield
        finally:
            self._here.together = None
        if waiting:
            *others, last = (sql for sql, _ in waiting)
            first = ", ".join(f"w{number} AS ({sql})" for number, sql in enumerate(others))
            self.run(f"WITH {first} {last}" if first else last, [value for _, params in waiting for value in params])

    def stream(self, sql: str, some: int = 500) -> Iterator[list[Row]]:
        """Give the rows of one statement some at a time; only within a transaction."""
        with self._guard, self.connection().cursor(name="stream") as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(some):
                yield rows

    def _initialize_connection(self, conn: psycopg.Connection) -> None:
        # A plan made while a table is small reads all of it and is kept as it grows; every question has an index.
        conn.execute("SET enable_seqscan = off")

    @staticmethod
    def _make_cursor(connection: psycopg.Connection) -> psycopg.Cursor:
        return connection.cursor(binary=True)

    @staticmethod
    def _is_lost(connection: psycopg.Connection) -> bool:
        return bool(connection.closed)

    def explain(self, error: BaseException) -> StoreError | NotUnique | None:
        state = getattr(error, "sqlstate", None) or ""
        text = " ".join(str(error).split())
        if state == "23505":
            return NotUnique(text)
        if state in POSTGRES_BUSY:
            return StoreBusy(f"PostgreSQL: {text}")
        if state.startswith(POSTGRES_DOWN) or (not state and isinstance(error, (psycopg.OperationalError, OSError))):
            return StoreDown(f"PostgreSQL: {text}")
        return None

    def describe(self) -> str:
        return self.rows("SELECT 'PostgreSQL ' || current_setting('server_version')")[0][0]

    def size(self) -> int:
        return self.rows("SELECT pg_database_size(current_database())")[0][0]


POSTGRES_BUSY = {"40001", "40P01", "55P03", "57014"}
"""Serialization failure, deadlock, lock not available, statement timeout."""
POSTGRES_DOWN = ("08", "25006", "28", "3D", "42501", "53", "57", "58", "XX")
"""Connection, read-only, sign-in, no such database, no permission, no resources, shutdown, disk, internal error."""
POSTGRES_OPTIONS = {
    "application_name": "maild",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": f"-c lock_timeout={WAIT_SECONDS}s",
}
"""Used where the URL does not say otherwise: a server that falls silent must not stop the daemon for ever."""
