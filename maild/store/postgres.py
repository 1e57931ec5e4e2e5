"""PostgreSQL: a server that several maild processes share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import peewee
import psycopg

from maild.store.database import WAIT_SECONDS, Database, Row, marks, storable
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
        """Number the placeholders as PostgreSQL itself wants them: a large statement is not looked through again."""
        first, *others = sql.split("?")
        return first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))

    @staticmethod
    def listed(keys: Sequence[str]) -> tuple[str, Sequence[Any]]:
        """Give it in the same words for any number of them, since PostgreSQL remembers how to answer a question."""
        return "SELECT unnest(?::text[]) AS v", [list(keys)]

    def select(self, query: peewee.Query) -> list[Row]:
        sql, params = self.get_sql_context().sql(query).query()
        return self.rows(sql.replace("%s", "?"), params)

    def insert_with_parts(self, sql: str, params: Sequence[Any], into: str, parts: Sequence[Sequence[Any]]) -> int:
        """Do it in one statement, since each costs a round trip to the server."""
        if not 0 < len(parts) <= MOST_PARTS:
            return super().insert_with_parts(sql, params, into, parts)
        return self.rows(*_with_parts(sql, params, into, parts))[0][0]

    def write_with_parts(self, sql: str, params: Sequence[Any], into: str, parts: Sequence[Sequence[Any]]) -> None:
        self._let_go()
        if len(parts) > MOST_PARTS:
            super().insert_with_parts(sql, params, into, parts)
        else:
            self._send(*(_with_parts(sql, params, into, parts) if parts else (sql, params)))

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        with self._guard:
            cursor = self._cursor().execute(self.placeholders(sql), storable(params))
            if self._pipeline:
                self._pipeline.sync()
            return cursor.rowcount

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        if not self._pipeline:
            super().run_many(sql, rows)
            return
        self._let_go()
        for row in rows:
            self._send(sql, row)

    def write(self, sql: str, params: Sequence[Any] = ()) -> int | None:
        held = self._held
        if held is None:
            return self._send(sql, params)
        table = _table(sql)
        if table in held:
            self._let_go()
        held[table] = (sql, params)
        return None

    def _send(self, sql: str, params: Sequence[Any]) -> int | None:
        if not self._pipeline:
            return self.run(sql, params)
        with self._guard:
            self._here.writer.execute(self.placeholders(sql), storable(params))
        return None

    # Many statements as one, since each costs a round trip to the server, and each its processor's time

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one statement of those that write to different tables; whatever is read here sees all of them done."""
        if self._held is not None:
            yield
            return
        self._here.held = {}
        try:
            yield
            self._let_go()
        finally:
            self._here.held = None

    @property
    def _held(self) -> dict[str, tuple[str, Sequence[Any]]] | None:
        """Give the statements that wait for each other by their tables, None where none shall wait."""
        return getattr(self._here, "held", None)

    def _let_go(self) -> None:
        if not self._held:
            return
        *others, last = (sql for sql, _ in self._held.values())
        params = [value for _, some in self._held.values() for value in some]
        self._held.clear()
        first = ", ".join(f"w{number} AS ({sql})" for number, sql in enumerate(others))
        self._send(f"WITH {first} {last}" if first else last, params)

    def _cursor(self) -> psycopg.Cursor:
        self._let_go()
        return super()._cursor()

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        self._let_go()
        return super().execute_sql(sql, params)

    @contextmanager
    def without_waiting(self) -> Iterator[None]:
        """Leave the answers on the wire until one is needed: what waits for the server's processor waits at the end."""
        if not self.in_transaction() or self._pipeline:
            raise RuntimeError("it begins once in a transaction, whose end it must not outlive")
        with self._guard:
            connection = self._cursor().connection
            self._here.writer = self._make_cursor(connection)  # an answer that nobody fetched is no reader's
        with self._guard, connection.pipeline() as self._here.pipeline:
            try:
                yield
                self._pipeline.sync()
            except BaseException:
                self._settle()
                raise
            finally:
                self._here.pipeline = None

    @property
    def _pipeline(self) -> psycopg.Pipeline | None:
        return getattr(self._here, "pipeline", None)

    def _settle(self) -> None:
        if self._held:
            self._held.clear()
        if self._pipeline:
            with suppress(psycopg.Error):
                self._pipeline.sync()

    def reserve(self, **counts: int) -> None:
        missing = {table: count - len(self._at_hand(table)) for table, count in counts.items()}
        asked = [table for table, count in missing.items() if count > 0]
        if not asked:
            return
        taken = [f"ARRAY(SELECT nextval('{SEQUENCES[table]}') FROM generate_series(1, ?))" for table in asked]
        found = self.rows(f"SELECT {', '.join(taken)}", [missing[table] for table in asked])[0]
        for table, ids in zip(asked, found, strict=True):
            self._at_hand(table)[:] = sorted([*self._at_hand(table), *ids], reverse=True)

    def reserved(self, table: str) -> int | None:
        at_hand = self._at_hand(table)
        if not at_hand:
            return None
        id_ = at_hand.pop()

        def put_back() -> None:
            at_hand.append(id_)
            at_hand.sort(reverse=True)

        self.when_over(lambda: None, put_back)
        return id_

    def _at_hand(self, table: str) -> list[int]:
        """Give what is left of the ids reserved for this thread, the next one at the end."""
        if not hasattr(self._here, "reserved"):
            self._here.reserved = {name: [] for name in SEQUENCES}
        return self._here.reserved[table]

    def stream(self, sql: str, some: int = 500) -> Iterator[list[Row]]:
        """Give the rows of one statement some at a time; only within a transaction."""
        with self._guard, self.connection().cursor(name="stream") as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(some):
                yield rows

    def _initialize_connection(self, conn: psycopg.Connection) -> None:
        # A plan made while a table is small reads all of it and is kept as it grows; every question has an index.
        conn.execute("SET enable_seqscan = off")
        # Where the server has it: the usual way costs ten times as much, which for a mail is more than all its rows do.
        conn.execute(
            "SELECT set_config('default_toast_compression', 'lz4', false) FROM pg_settings "
            "WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
        )

    @staticmethod
    def _make_cursor(connection: psycopg.Connection) -> psycopg.Cursor:
        cursor = psycopg.RawCursor(connection)
        cursor.format = psycopg.pq.Format.BINARY
        return cursor

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


@lru_cache(maxsize=512)
def _table(sql: str) -> str:
    """Give the table that a statement writes to."""
    return re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", sql)[1]


def _with_parts(sql: str, params: Sequence[Any], into: str, parts: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Make one statement that inserts a row and its parts, and gives the row's id."""
    rows = ", ".join([marks(len(parts[0]))] * len(parts))
    statement = (
        f"WITH made (id) AS ({sql}), "
        f"parts AS (INSERT INTO {into} SELECT made.id, part.* FROM made, (VALUES {rows}) AS part) "
        "SELECT id FROM made"
    )
    return statement, [*params, *(value for part in parts for value in part)]


SEQUENCES = {"ticket": "ticket_number_seq", "outbox": "outbox_id_seq"}
MOST_PARTS = 100
"""Of one row that are written with it in one statement."""
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
