"""A copy of a desk in a SQLite file of its own, to try things out on; what it is made from is only read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from maild.store.database import marks
from maild.store.store import Store, connect, open_store
from maild.store.tables import TABLES

_STILL_NEEDED = {
    "inbox_raw": " WHERE id IN (SELECT id FROM inbox WHERE state <> 'done')",
    "outbox_raw": " WHERE id IN (SELECT id FROM outbox WHERE ready_at IS NOT NULL)",
}
"""Of the mails themselves, which are most of a database, the copy takes those that have somewhere to go."""


def copy_store(url: str, to: Path) -> Store:
    """Copy the database of a URL as it is at one moment, in use as it may be; without one the copy is empty.

    Raises what `open_store` does.
    """
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///"):
        return _from_postgres(url, to)
    if path.exists():
        with sqlite3.connect(path) as source, sqlite3.connect(to) as copy:
            source.backup(copy)
    return open_store(f"sqlite:///{to}")


def _from_postgres(url: str, to: Path) -> Store:
    open_store(url).close()  # which brings it to the schema of this code
    source, store = connect(url), open_store(f"sqlite:///{to}")
    target = store._db
    try:
        with source.transaction(), store.transaction():
            source.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for table in TABLES:
                name, columns = table._meta.table_name, list(table._meta.columns)
                sql = f"SELECT {', '.join(columns)} FROM {name}{_STILL_NEEDED.get(name, '')}"
                for rows in source.stream(sql):
                    target.run_many(f"INSERT INTO {name} ({', '.join(columns)}) VALUES {marks(len(columns))}", rows)
        store.find.rebuild()
    except BaseException:
        store.close()
        raise
    finally:
        source.close_all()
    return store
