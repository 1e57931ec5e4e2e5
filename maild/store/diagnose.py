"""Whether a database can be used, tried without leaving anything in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import peewee

from maild.store.errors import BadUrl, StoreError, StoreTooNew
from maild.store.migrate import migrate
from maild.store.sqlite import Sqlite
from maild.store.store import connect


class _Undo(Exception):
    """Takes back what was tried."""


LITTLE_ROOM = 50_000_000
"""Octets that are soon full: what is written lies twice on the disk for a while."""


def diagnose(url: str, room: Callable[[str], int] = lambda folder: shutil.disk_usage(folder).free) -> str:
    """Open a database, bring it to this schema, write, and take all of it back.

    Args:
        room: gives the octets that are free where a folder lies.

    Returns:
        What is wrong, in a person's words; "" where all is well.
    """
    try:
        db = connect(url)
    except BadUrl as error:
        return str(error)
    if isinstance(db, Sqlite):
        folder = os.path.dirname(os.path.abspath(db.database))
        if not os.path.isdir(folder):
            return f"the folder of the database is not there: {folder} (make it: mkdir -p {folder})"
        if (free := room(folder)) < LITTLE_ROOM:
            return f"the disk of the database is nearly full: {free // 1_000_000} MB are free in {folder}"
        if not os.path.exists(db.database):
            return "" if os.access(folder, os.W_OK) else f"maild may not make its database in {folder}"
    try:
        with db.transaction():
            migrate(db)
            db.run("CREATE TABLE maild_check (tried INTEGER)")
            raise _Undo
    except _Undo:
        return ""
    except (StoreError, StoreTooNew) as error:
        return str(error)
    except peewee.PeeweeException as error:
        return f"the database refuses to be written: {str(error).splitlines()[0]}"
    finally:
        db.close_all()
