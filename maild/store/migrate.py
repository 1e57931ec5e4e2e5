"""Brings a database to the schema of this code, one numbered step at a time."""

from __future__ import annotations

from pathlib import Path

from playhouse.migrations import Runner

from maild.store.database import Database
from maild.store.errors import StoreTooNew
from maild.store.postgres import Postgres
from maild.store.sqlite import Sqlite

DIRECTORY = Path(__file__).parent / "migrations"
LOCK = 0x6D61696C64
"""PostgreSQL's advisory lock that lets one process migrate while the others wait."""


def migrate(db: Database, directory: Path = DIRECTORY) -> list[str]:
    """Apply what the database does not have yet, each step in a transaction of its own; name the steps applied.

    Raises StoreTooNew where the database has steps that this code does not know.
    """
    applied = []
    if not _pending(db, directory):
        return applied
    if isinstance(db, Sqlite):
        # A step may rebuild a table; with foreign keys on, dropping the old one would empty those that refer to it.
        db.pragma("foreign_keys", 0)
    try:
        while step := _apply_next(db, directory):
            applied.append(step)
    finally:
        if isinstance(db, Sqlite) and not db.is_closed():
            db.pragma("foreign_keys", 1)
    return applied


def version(db: Database) -> int:
    """Give the number of the last step the database has, 0 for an empty one."""
    return max((m.idx for m in Runner(db, str(DIRECTORY)).status() if m.applied), default=0)


def _apply_next(db: Database, directory: Path) -> str:
    with db.transaction():
        if isinstance(db, Postgres):
            db.rows("SELECT pg_advisory_xact_lock(?)", (LOCK,))
        pending = _pending(db, directory)
        if not pending:
            return ""
        Runner(db, str(directory)).up(pending[0])
        return pending[0]


def _pending(db: Database, directory: Path) -> list[str]:
    steps = Runner(db, str(directory)).status()
    unknown = [m.name for m in steps if m.path is None]
    if unknown:
        raise StoreTooNew(
            f"{db.describe()} was last used by a newer maild (it has the change {unknown[-1]}, which this version does "
            "not know). Install that version again, or restore a backup of the database made before the upgrade."
        )
    return [m.name for m in steps if not m.applied]
