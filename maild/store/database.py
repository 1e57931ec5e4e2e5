"""A connection per thread to SQLite or PostgreSQL: transactions, statements, and the drivers' errors made our own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import islice
from typing import Any

import peewee
import psycopg

from maild.store.errors import StoreError

Row = tuple[Any, ...]

DRIVER_ERRORS = (peewee.PeeweeException, sqlite3.Error, psycopg.Error, OSError)

WAIT_SECONDS = 10
"""How long a statement waits for someone else's lock before it gives up with StoreBusy."""


class Guard:
    """Around every statement: turns the driver's error into ours, and lets nothing into a transaction that is lost.

    Otherwise what follows in the lost transaction would be written by itself, without what came before it.
    """

    __slots__ = ("_db",)

    def __init__(self, db: Database) -> None:
        self._db = db

    def __enter__(self) -> None:
        failure = self._db.failure()
        if failure is not None:
            raise failure

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DRIVER_ERRORS):
            found = self._db.translated(error)
            if found is not error:
                raise found from error


class Database:
    """What both databases have in common; mixed into peewee's own classes."""

    for_update = ""
    """Ends a SELECT whose row shall stay as it is until the transaction ends."""
    skip_locked = ""
    """Ends a SELECT that leaves out rows which another transaction is just taking."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._here = threading.local()
        self._opened: dict[threading.Thread, Any] = {}
        self._guard = Guard(self)
        super().__init__(*args, **kwargs)

    # Statements

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one statement with `?` for its parameters and give every row it returns."""
        with self._guard:
            return self._cursor().execute(self.placeholders(sql), storable(params)).fetchall()

    def row(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        found = self.rows(sql, params)
        return found[0] if found else None

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement that returns no row; give the number of rows it changed."""
        with self._guard:
            return self._cursor().execute(self.placeholders(sql), storable(params)).rowcount

    def write(self, sql: str, params: Sequence[Any] = ()) -> int | None:
        """Run one statement of whose result nothing is needed; give the number of rows it changed, if that is known.

        It is not known within `together` and `without_waiting`.
        """
        return self.run(sql, params)

    def together(self) -> AbstractContextManager[None]:
        """Give the database what is `write`-n here at once, where that is faster; each statement names one table."""
        return nullcontext()

    def without_waiting(self) -> AbstractContextManager[None]:
        """Go on while the database is still at what is `write`-n here, where that is faster; within a transaction.

        An error of such a statement is raised by a later one or at the end, so that nobody can tell whose it is.
        """
        return nullcontext()

    def reserve(self, **counts: int) -> None:
        """Have the ids of so many rows to come of each table at hand, where asking for each takes long.

        This thread keeps what is left over, or was taken by a transaction that was lost, for those that come later.
        """

    def reserved(self, table: str) -> int | None:
        """Give an id that nobody else gets to the open transaction, None where none is at hand."""
        return None

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""
        with self._guard:
            self._cursor().executemany(self.placeholders(sql), [storable(row) for row in rows])

    def insert_with_parts(self, sql: str, params: Sequence[Any], into: str, parts: Sequence[Sequence[Any]]) -> int:
        """Insert a row and the rows that belong to it; give its id.

        Args:
            sql: an INSERT that ends in RETURNING its id.
            into: the other table with its columns, of which that id is the first.
            parts: the values of the others.
        """
        ((id_,),) = self.rows(sql, params)
        for some in chunks(parts):
            rows = ", ".join([marks(len(some[0]) + 1)] * len(some))
            self.run(f"INSERT INTO {into} VALUES {rows}", [value for part in some for value in (id_, *part)])
        return id_

    def write_with_parts(self, sql: str, params: Sequence[Any], into: str, parts: Sequence[Sequence[Any]]) -> None:
        """Do what `insert_with_parts` does, where nobody needs the id."""
        self.insert_with_parts(sql, params, into, parts)

    @staticmethod
    def listed(keys: Sequence[str]) -> tuple[str, Sequence[Any]]:
        """Give the SELECT of some texts as a column `v`, and its parameters."""
        return f"SELECT column1 AS v FROM (VALUES {', '.join(['(?)'] * len(keys))})", keys

    def select(self, query: peewee.Query) -> list[Row]:
        """Run a query that peewee built and give its rows as the columns hold them."""
        sql, params = self.get_sql_context().sql(query).query()
        with self._guard:
            return self._cursor().execute(sql, storable(params)).fetchall()

    def _cursor(self) -> Any:
        """Give the thread's one cursor: making a new one for each statement takes half as long as the statement."""
        if self.is_closed():
            self.connect()
        return self._here.cursor

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        with self._guard:
            return super().execute_sql(sql, storable(params or ()))

    # Transactions

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all or nothing; within another one, only this inner part is taken back when it fails."""
        if self.in_transaction():
            with self._savepoint():
                yield
            return
        written = False
        try:
            with self._turn_to_write(), super().transaction():
                yield
            written = True
        finally:
            self._here.failure = self._here.absent = None
            if not self.is_closed() and self._is_lost(self._state.conn):
                self.hang_up()
            self._over(0, written)

    def when_over(self, written: Callable[[], None], lost: Callable[[], None]) -> None:
        """Have one of two done once the open transaction is over: all of it was written, or this part of it was not.

        Neither may raise.
        """
        if not self.in_transaction():
            raise RuntimeError("nothing is open that could be over")
        self._waiting().append((written, lost))

    def _waiting(self) -> list[tuple[Callable[[], None], Callable[[], None]]]:
        if not hasattr(self._here, "waiting"):
            self._here.waiting = []
        return self._here.waiting

    def _over(self, since: int, written: bool) -> None:
        waiting = self._waiting()
        some, waiting[since:] = waiting[since:], []
        for when_written, when_lost in some:
            (when_written if written else when_lost)()

    def writing(self) -> AbstractContextManager[None]:
        """Join the transaction that is open, or open one."""
        return nullcontext() if self.in_transaction() else self.transaction()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self.execute_sql("SAVEPOINT inner_part")
        before = len(self._waiting())
        try:
            yield
        except BaseException:
            self._over(before, written=False)
            self._settle()
            if self.failure() is None:
                self.execute_sql("ROLLBACK TO SAVEPOINT inner_part")
                self.execute_sql("RELEASE SAVEPOINT inner_part")
            raise
        self.execute_sql("RELEASE SAVEPOINT inner_part")

    def _settle(self) -> None:
        """Drop what the database was not given yet, and wait until it has done or refused the rest; raises nothing."""

    def begin(self, *args: Any) -> None:
        with self._guard:
            super().begin(*args)

    def commit(self) -> None:
        with self._guard:
            super().commit()

    def rollback(self) -> None:
        """Take the transaction back; where the database did so itself, only leave it."""
        try:
            super().rollback()
        except peewee.PeeweeException:
            self._forget()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        yield

    def failure(self) -> StoreError | None:
        return getattr(self._here, "failure", None)

    def translated(self, error: Exception) -> Exception:
        """Give the error to raise in this one's place: one of ours where the driver's means one, else itself."""
        found = self.explain(_driver_error(error))
        if isinstance(found, StoreError):
            if self.in_transaction():
                self._here.failure = found
            elif not self.is_closed() and self._is_lost(self._state.conn):
                self._forget()
        return found or error

    @property
    def absent(self) -> dict[str, set[str]]:
        """What the open transaction need not look for, by its kind; see maild.store.absent."""
        found = getattr(self._here, "absent", None)
        if found is None:
            found = self._here.absent = {}
        return found

    # Connections

    def connect(self, reuse_if_open: bool = False) -> bool:
        with self._guard:
            opened = super().connect(reuse_if_open)
        self._close_of_dead_threads()
        self._opened[threading.current_thread()] = self._state.conn
        self._here.cursor = self._make_cursor(self._state.conn)
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
        for thread in [t for t in list(self._opened) if not t.is_alive()]:
            _close_quietly(self._opened.pop(thread, None))

    def _forget(self) -> None:
        connection = self._state.conn
        self.dispose()
        _close_quietly(connection)


def marks(count: int) -> str:
    """Give the placeholders of so many parameters: (?, ?, ?)."""
    return f"({', '.join('?' * count)})"


def chunks(items: Iterable[Any], size: int = 500) -> Iterator[list[Any]]:
    """Cut a sequence into lists that fit into one statement."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


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


def _driver_error(error: Exception) -> Exception:
    """Look through peewee's wrappings, of which there may be several."""
    while isinstance(error, peewee.PeeweeException) and isinstance(getattr(error, "orig", None), Exception):
        error = error.orig
    return error


def _close_quietly(connection: Any) -> None:
    try:
        if connection is not None:
            connection.close()
    except (sqlite3.Error, psycopg.Error):
        pass
