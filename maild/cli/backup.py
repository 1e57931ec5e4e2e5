"""`maild backup`: a copy of the database, made while maild runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maild.cli.failing import fail
from maild.cli.session import Session


def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes; one that is there is replaced.")],
) -> None:
    """Copy the SQLite database, whole and as of one moment, while maild goes on.

    A plain cp of a database in use misses what lies in the files beside it. The copy has all tickets and mails; keep
    the secret with it. To restore: stop maild, delete the database with its -wal and -shm, and put the copy there.

    \b
    maild backup /backup/maild.db
    """
    from maild.store.backup import back_up
    from maild.store.sqlite import Sqlite
    from maild.store.store import connect

    settings = (session := ctx.obj).settings
    db = connect(settings.database.url.get_secret_value())
    if not isinstance(db, Sqlite):
        fail("only a SQLite database is copied by maild", "PostgreSQL has pg_dump for this")
    if not Path(db.database).exists():
        fail(f"there is no database yet: {db.database}")
    if file.is_dir():
        fail(f"{file} is a folder", f"name a file in it: {file / Path(db.database).name}")
    if file.exists() and file.samefile(db.database):
        fail(f"{file} is the database itself", "name another file")
    octets = back_up(db, file)
    print(f"{file} has all of {db.database} ({octets / 1_000_000:.1f} MB); {_beside(session)}")


def _beside(session: Session) -> str:
    """Name what else a desk needs that begins anew elsewhere."""
    return f"keep {session.settings.trust.secret_file} with it, which signs the links in mails that went out"
