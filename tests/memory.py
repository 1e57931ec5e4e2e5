"""Finds room in memory for what tests write and throw away, where no commit waits for a disk, and copies databases."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

GIGABYTE = 1 << 30


def memory(room: int) -> str | None:
    """Name a directory in memory with so many free bytes, where there is one."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > room
    return str(shared) if roomy else None


def in_one_file(database: Path) -> Path:
    """Move what a SQLite database's log still holds into the file itself, which can be copied from then on."""
    with closing(sqlite3.connect(database)) as connection:
        [(busy, _, _)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not busy, f"{database} is still in use"
    return database
