"""A copy of a SQLite database to keep elsewhere: whole, as it is at one moment, while the daemon goes on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from maild.store.errors import StoreDown, StoreError
from maild.store.sqlite import Sqlite

PART = ".part"
"""Ends the name of a copy that is not whole yet."""


def back_up(db: Sqlite, to: Path) -> int:
    """Copy a database, readable by its owner alone, and give the octets of the copy; a file that is there is replaced.

    Raises StoreDown where either cannot be read or written; what was there before is then left as it was.
    """
    part = to.with_name(to.name + PART)
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _copy(Path(db.database), part)
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)
        return to.stat().st_size
    except OSError as error:
        raise StoreDown(f"the copy cannot be written: {to} ({error.strerror or error})") from error
    except sqlite3.Error as error:
        found = db.explain(error)
        raise (found if isinstance(found, StoreError) else StoreDown(f"no copy can be made: {error}")) from error


def _copy(path: Path, to: Path) -> None:
    there = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(there, uri=True)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = delete")  # one file, that may lie where nothing can be written
    with open(to, "rb") as file:
        os.fsync(file.fileno())
