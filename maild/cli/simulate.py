"""`maild simulate`: a copy of the desk lives through a stretch of time at full speed, and nothing leaves it."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli.failing import fail
from maild.cli.options import Json, moment_at
from maild.cli.session import Session

if TYPE_CHECKING:
    from maild.flow.context import Context
    from maild.store import Store


def simulate(
    ctx: typer.Context,
    since: Annotated[str, typer.Option("--from", metavar="TIME", help='As "2026-11-20 09:00".')],
    until: Annotated[str, typer.Option("--to", metavar="TIME", help='As "2026-11-27 18:00".')],
    mails: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Let the .eml files of a folder come in, each at its Date.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what would be sent to whom in a stretch of time if nobody did anything; nothing is sent.

    \b
    maild simulate --from "2026-11-20 09:00" --to "2026-11-27 18:00" --mails sample-mails/
    """
    import maild.cli.show as show
    from maild.cli.times import local, rfc3339
    from maild.daemon.build import build_context
    from maild.store import open_store

    session: Session = ctx.obj
    settings = session.settings
    start, end = (moment_at(text, settings.desk.zone, ctx) for text in (since, until))
    if start is None or end is None or end <= start:
        raise typer.BadParameter("--to must be later than --from", ctx, param_hint="--to")
    arriving = _mails(mails, start, end)
    context = replace(build_context(settings), shelf=None)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "desk.db"
        _copy(settings.database.url.get_secret_value(), copy)
        store = open_store(f"sqlite:///{copy}")
        try:
            sent = _live(store, context, settings.mailboxes[0].address, arriving, start, end)
            fields = ({"at": rfc3339(at), "notice": n, "to": to, "ticket": t, "subject": s} for at, n, to, t, s in sent)
            if as_json:
                show.json_array(fields)
                return
            count = 0
            for count, (at, notice, to, _, subject) in enumerate(sent, 1):  # noqa: B007
                print(show.one_line(f"{local(at, settings.desk.zone)}  {notice:<15} {to:<32} {subject}"))
            print(f"{show.many(count, 'mail')} would be sent.")
        finally:
            store.close()


Sending = tuple[datetime, str, str, int | None, str]


def _live(
    store: Store,
    context: Context,
    mailbox: str,
    arriving: list[tuple[datetime, bytes]],
    now: datetime,
    end: datetime,
) -> Iterator[Sending]:
    """Go from one moment at which something happens to the next; give what is sent, in order."""
    import asyncio

    from maild.flow.deliver import deliver
    from maild.flow.receive import process
    from maild.flow.tick import tick
    from maild.log import open_log
    from maild.mail.retry import Sent
    from maild.store import Arrived

    log = open_log(io.StringIO(), "text", "error")
    last = max((row.id for row in store.outbox.list(limit=1)), default=0)

    async def send(*_: Any) -> Sent:
        return Sent("250 simulated")

    uid = 0
    while now <= end:
        while tick(store, context, now).anything:
            pass
        while arriving and arriving[0][0] <= now:
            uid += 1
            raw = arriving.pop(0)[1]
            store.inbox.keep(mailbox, 0, [Arrived(uid, raw, len(raw))], now)
        while process(store, context, now, "simulate"):
            pass
        asyncio.run(deliver(store, send, lambda at=now: at, "simulate", log=log))
        for row in sorted(store.outbox.each(), key=lambda row: row.id):
            if row.id > last and row.sent_at == now:
                yield now, row.notice, row.to, row.ticket, row.subject
        coming = [at for at in (store.clocks.next_due(), store.outbox.next_due()) if at and at > now]
        coming += [at for at, _ in arriving[:1]]
        if not coming:
            return
        now = min(coming)


def _copy(url: str, to: Path) -> None:
    """Copy the database, open as it may be; a desk on PostgreSQL, or one without a database, begins empty."""
    import sqlite3

    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and path.exists():
        with sqlite3.connect(path) as source, sqlite3.connect(to) as copy:
            source.backup(copy)


def _mails(folder: Path | None, start: datetime, end: datetime) -> list[tuple[datetime, bytes]]:
    if folder is None:
        return []
    if not folder.is_dir():
        fail(f"{folder} is no folder", "name a folder of .eml files")
    found = []
    for path in sorted(folder.glob("*.eml")):
        raw = path.read_bytes()
        found.append((max(start, _date(raw) or start), raw))
    return sorted((one for one in found if one[0] <= end), key=lambda one: one[0])


def _date(raw: bytes) -> datetime | None:
    from maild.mail.parse import parse

    return parse(raw).date
