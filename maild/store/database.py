"""A connection per thread to SQLite or PostgreSQL: transactions, statements, and the drivers' errors made our own."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

import peewee
import psycopg

from maild.store.errors import StoreBusy, StoreDown, StoreError

Row = tuple[Any, ...]

WAIT_SECONDS = 10
"""How long a statement waits for someone else's lock before it gives up with StoreBusy."""


class Connections:
    """What both databases have in common; mixed into peewee's own classes."""

    for_update = ""
    """Ends a SELECT whose row shall stay as it is until the transaction ends."""
    skip_locked = ""
    """Ends a SELECT that leaves out rows which another transaction is just taking."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._here = threading.local()
        self._opened: dict[threading.Thread, Any] = {}
        super().__init__(*args, **kwargs)

    # Statements

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one statement with `?` for its parameters and give every row it returns."""
        cursor = self.execute_sql(self.placeholders(sql), params)
        try:
            return cursor.fetchall()
        except Exception as error:
            raise self._translated(error) from error

    def row(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        found = self.rows(sql, params)
        return found[0] if found else None

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement that returns no row; give the number of rows it changed."""
        return self.execute_sql(self.placeholders(sql), params).rowcount

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""
        self._refuse_after_failure()
        try:
            self.cursor().executemany(self.placeholders(sql), [storable(row) for row in rows])
        except (peewee.PeeweeException, sqlite3.Error, psycopg.Error) as error:
            raise self._translated(error) from error

    def select(self, query: peewee.Query) -> list[Row]:
        """Run a query that peewee built and give its rows as the columns hold them."""
        sql, params = self.get_sql_context().sql(query).query()
        return self.execute_sql(sql, params).fetchall()

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        self._refuse_after_failure()
        try:
            return super().execute_sql(sql, storable(params or ()))
        except peewee.PeeweeException as error:
            raise self._translated(error) from error

    # Transactions

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all or nothing; within another one, only this inner part is taken back when it fails."""
        if self.in_transaction():
            with self._savepoint():
                yield
            return
        try:
            with self._turn_to_write(), super().transaction():
                yield
        finally:
            self._here.failure = None
            if not self.is_closed() and self._is_lost(self._state.conn):
                self.hang_up()

    def writing(self) -> AbstractContextManager[None]:
        """Join the transaction that is open, or open one."""
        return nullcontext() if self.in_transaction() else self.transaction()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self.execute_sql("SAVEPOINT inner_part")
        try:
            yield
        except BaseException:
            if self._failure() is None:
                self.execute_sql("ROLLBACK TO SAVEPOINT inner_part")
                self.execute_sql("RELEASE SAVEPOINT inner_part")
            raise
        self.execute_sql("RELEASE SAVEPOINT inner_part")

    def begin(self, *args: Any) -> None:
        try:
            super().begin(*args)
        except peewee.PeeweeException as error:
            raise self._translated(error) from error

    def commit(self) -> None:
        self._refuse_after_failure()
        try:
            super().commit()
        except peewee.PeeweeException as error:
            raise self._translated(error) from error

    def rollback(self) -> None:
        """Take the transaction back; where the database did so itself, only leave it."""
        try:
            super().rollback()
        except peewee.PeeweeException:
            self._forget()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        yield

    def _failure(self) -> StoreError | None:
        return getattr(self._here, "failure", None)

    def _refuse_after_failure(self) -> None:
        """Let nothing more into a transaction that the database has lost, or half of it would be written."""
        failure = self._failure()
        if failure is not None:
            raise failure

    def _translated(self, error: Exception) -> Exception:
        """Give the error to raise in this one's place: one of ours where waiting may help, else itself."""
        found = self.explain(_driver_error(error))
        if found is None:
            return error
        if self.in_transaction():
            self._here.failure = found
        elif not self.is_closed() and self._is_lost(self._state.conn):
            self._forget()
        return found

    # Connections

    def connect(self, reuse_if_open: bool = False) -> bool:
        try:
            opened = super().connect(reuse_if_open)
        except (peewee.PeeweeException, OSError) as error:
            raise self._translated(error) from error
        self._close_of_dead_threads()
        self._opened[threading.current_thread()] = self._state.conn
        return opened

    def hang_up(self) -> None:
        """Close this thread's connection; its next statement opens a new one."""
        self._opened.pop(threading.current_thread(), None)
        if not self.is_closed():
            self._forget()

    def close_all(self) -> None:
        """Close the connections of every thread; to be called when the others have stopped."""
        self.hang_up()
        for thread in list(self._opened):
            _close_quietly(self._opened.pop(thread, None))

    def _close_of_dead_threads(self) -> None:
        for thread in [t for t in self._opened if not t.is_alive()]:
            _close_quietly(self._opened.pop(thread, None))

    def _forget(self) -> None:
        connection = self._state.conn
        transactions = list(self._state.transactions)
        self.dispose()
        self._state.transactions = transactions
        _close_quietly(connection)


class Sqlite(Connections, peewee.SqliteDatabase):
    """One file, one writer at a time, safe against power loss at every commit."""

    name = "SQLite"
    next_ticket = "(SELECT COALESCE(MAX(number), 1000) + 1 FROM ticket)"

    def __init__(self, path: Path) -> None:
        self._writer = threading.Lock()
        super().__init__(
            str(path),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",
                "foreign_keys": 1,
                "cache_size": -4096,
                "wal_autocheckpoint": 1000,
                "journal_size_limit": 16 * 1024 * 1024,
            },
            timeout=WAIT_SECONDS,
            lock_type="IMMEDIATE",
            check_same_thread=False,
            cached_statements=256,
        )

    @staticmethod
    def placeholders(sql: str) -> str:
        return sql

    def _connect(self) -> sqlite3.Connection:
        self._make_private_file()
        return super()._connect()

    def _make_private_file(self) -> None:
        """Make a new file readable by its owner only, since it holds people's mail; SQLite's other files follow it."""
        try:
            os.close(os.open(self.database, os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            pass

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Queue the threads of this process for the one writer's place; SQLite itself would let them sleep and poll."""
        if not self._writer.acquire(timeout=WAIT_SECONDS):
            raise StoreBusy("another thread has been writing to the database for too long")
        try:
            yield
        finally:
            self._writer.release()

    @staticmethod
    def _is_lost(connection: sqlite3.Connection) -> bool:
        return False

    def explain(self, error: BaseException) -> StoreError | None:
        if isinstance(error, OSError):
            return StoreDown(f"cannot open the database {self.database}: {error.strerror or error}")
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return StoreBusy(f"the database {self.database} is locked by another program")
        reason = SQLITE_DOWN.get(code)
        return StoreDown(f"{reason}: {self.database} ({error})") if reason else None

    def describe(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}, {self.database}"

    def size(self) -> int:
        pages, page_size = self.pragma("page_count"), self.pragma("page_size")
        return pages * page_size


SQLITE_DOWN = {
    sqlite3.SQLITE_FULL: "the disk of the database is full",
    sqlite3.SQLITE_IOERR: "the disk of the database does not read or write",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_PERM: "the database may not be opened by this user",
    sqlite3.SQLITE_CORRUPT: "the database is damaged",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database",
}


class Postgres(Connections, peewee.PostgresqlDatabase):
    """A server that several maild processes share."""

    name = "PostgreSQL"
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

    @staticmethod
    def _is_lost(connection: psycopg.Connection) -> bool:
        return bool(connection.closed)

    def explain(self, error: BaseException) -> StoreError | None:
        state = getattr(error, "sqlstate", None) or ""
        text = " ".join(str(error).split())
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
POSTGRES_DOWN = ("08", "25006", "28", "3D", "53", "57", "58", "XX")
"""Connection, read-only server, sign-in, no such database, no resources, shutdown, disk, internal error."""
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


def marks(count: int) -> str:
    """Give the placeholders of so many parameters: (?, ?, ?)."""
    return f"({', '.join('?' * count)})"


def storable(params: Sequence[Any]) -> Sequence[Any]:
    """Replace in texts what neither UTF-8 nor PostgreSQL can hold: NUL and lone surrogates."""
    for value in params:
        if type(value) is str and ("\0" in value or not _encodes(value)):
            return tuple(_mended(v) if type(v) is str else v for v in params)
    return params


def _encodes(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mended(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _driver_error(error: Exception) -> BaseException:
    """Look through peewee's wrapping, which gives the driver's error as its first argument."""
    if isinstance(error, peewee.PeeweeException) and error.args and isinstance(error.args[0], BaseException):
        return error.args[0]
    return error


def _close_quietly(connection: Any) -> None:
    try:
        if connection is not None:
            connection.close()
    except (sqlite3.Error, psycopg.Error):
        pass
