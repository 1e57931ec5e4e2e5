"""Whether a database can be used, tried without leaving anything in it."""

from __future__ import annotations

import os

import peewee

from maild.store.errors import BadUrl, StoreError, StoreTooNew
from maild.store.migrate import migrate
from maild.store.sqlite import Sqlite
from maild.store.store import connect


class _Undo(Exception):
    """Takes back what was tried."""


def diagnose(url: str) -> str:
    """Open a database, bring it to this schema, write, and take all of it back.

    Returns:
        What is wrong, in a person's words; "" where all is well.
    """
    try:
        db = connect(url)
    except BadUrl as error:
        return str(error)
    if isinstance(db, Sqlite) and not os.path.exists(db.database):
        folder = os.path.dirname(os.path.abspath(db.database))
        if not os.path.isdir(folder):
            return f"the folder of the database is not there: {folder} (make it: mkdir -p {folder})"
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
