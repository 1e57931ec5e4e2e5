"""SQLite: one file, one writer at a time, safe against power loss at every commit."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee

from maild.store.database import WAIT_SECONDS, Database
from maild.store.errors import NotUnique, StoreBusy, StoreDown, StoreError


class Sqlite(Database, peewee.SqliteDatabase):
    """One file, one writer at a time, safe against power loss at every commit."""

    next_ticket = "(SELECT COALESCE(MAX(number), 1000) + 1 FROM ticket)"

    def __init__(self, path: Path, wait_seconds: float = WAIT_SECONDS) -> None:
        self._writer = threading.Lock()
        self._wait_seconds = wait_seconds
        super().__init__(
            str(path),
            pragmas=PRAGMAS,
            timeout=wait_seconds,
            lock_type="IMMEDIATE",
            check_same_thread=False,
            cached_statements=256,
        )

    @staticmethod
    def placeholders(sql: str) -> str:
        return sql

    def _connect(self) -> sqlite3.Connection:
        """Open the file; where others open a new one at the same moment, SQLite turns it to WAL without waiting."""
        self._make_private_file()
        until = time.monotonic() + self._wait_seconds
        while True:
            try:
                return super()._connect()
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _make_private_file(self) -> None:
        """Make a new file readable by its owner only, since it holds people's mail; SQLite's other files follow it."""
        try:
            os.close(os.open(self.database, os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            pass

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Queue the threads of this process for the one writer's place; SQLite itself would let them sleep and poll."""
        if not self._writer.acquire(timeout=self._wait_seconds):
            raise StoreBusy("another thread has been writing to the database for too long")
        try:
            yield
        finally:
            self._writer.release()

    @staticmethod
    def _make_cursor(connection: sqlite3.Connection) -> sqlite3.Cursor:
        return connection.cursor()

    @staticmethod
    def _is_lost(connection: sqlite3.Connection) -> bool:
        return False

    def explain(self, error: BaseException) -> StoreError | NotUnique | None:
        if isinstance(error, OSError):
            return StoreDown(f"cannot open the database {self.database}: {error.strerror or error}")
        extended = getattr(error, "sqlite_errorcode", 0)
        if extended in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
            return NotUnique(str(error))
        code = extended & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return StoreBusy(f"the database {self.database} is locked by another program")
        reason = SQLITE_DOWN.get(code)
        return StoreDown(f"{reason}: {self.database} ({error})") if reason else None

    def describe(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}, {self.database}"

    def size(self) -> int:
        pages, page_size = self.pragma("page_count"), self.pragma("page_size")
        return pages * page_size


PRAGMAS = {
    "page_size": 8192,  # a mail of 45 KB is kept in two thirds of the time that pages of 4 KB take
    "journal_mode": "wal",
    "synchronous": "full",  # after a commit returns, no power cut takes it back
    "foreign_keys": 1,
    "cache_size": -4096,  # KB for each connection
    "wal_autocheckpoint": 4000,  # pages: what is written to the same page several times reaches the file once
    "journal_size_limit": 64 * 1024 * 1024,
}
SQLITE_DOWN = {
    sqlite3.SQLITE_FULL: "the disk of the database is full",
    sqlite3.SQLITE_IOERR: "the disk of the database does not read or write",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened; look whether it is there and belongs to this user",
    sqlite3.SQLITE_READONLY: "the database, its folder or its disk is read-only for this user",
    sqlite3.SQLITE_PERM: "the database may not be opened by this user",
    sqlite3.SQLITE_CORRUPT: "the database is damaged",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database",
}
