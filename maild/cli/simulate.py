"""`maild simulate`: a copy of the desk lives through a stretch of time at full speed, and nothing leaves it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    from maild.store import copy_store

    session: Session = ctx.obj
    settings = session.settings
    start, end = (moment_at(text, session.zone, ctx) for text in (since, until))
    if start is None or end is None or end <= start:
        raise typer.BadParameter("--to must be later than --from", ctx, param_hint="--to")
    arriving = _mails(mails, start, end)
    context = replace(build_context(settings), shelf=None)
    with tempfile.TemporaryDirectory() as folder:
        store = copy_store(settings.database.url.get_secret_value(), Path(folder) / "desk.db")
        try:
            sent = _live(store, context, settings.mailboxes[0].address, arriving, start, end)
            fields = ({"at": rfc3339(at), "notice": n, "to": to, "ticket": t, "subject": s} for at, n, to, t, s in sent)
            if as_json:
                show.json_array(fields)
                return
            count = 0
            for count, (at, notice, to, _, subject) in enumerate(sent, 1):  # noqa: B007
                when, who, what = local(at, session.zone), show.one_line(to), show.one_line(subject)
                print(f"{when}  {show.one_line(notice):<15} {who:<32} {what}")
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

    from maild.daemon.time import Mornings, pass_time
    from maild.flow.deliver import deliver
    from maild.flow.process import process
    from maild.log import open_log
    from maild.mail.retry import Sent
    from maild.store import Arrived

    log = open_log(sys.stderr, "text", "error")
    mornings, mails = Mornings(), []

    async def send(_sender: str, recipient: str, data: bytes) -> Sent:
        mails.append((recipient, data))
        return Sent("250 simulated")

    uid = 0
    while now <= end:
        pass_time(store, context, now, log)
        mornings.send(store, context, now, log)
        while arriving and arriving[0][0] <= now:
            uid += 1
            raw = arriving.pop(0)[1]
            store.inbox.keep(mailbox, 0, [Arrived(uid, raw, len(raw))], now)
        while process(store, context, now, "simulate"):
            pass
        asyncio.run(deliver(store, send, lambda at=now: at, "simulate", log=log))
        yield from (_sending(now, recipient, data) for recipient, data in mails)
        mails.clear()
        coming = [
            store.clocks.next_due(),
            store.outbox.next_due(),
            *_mornings(context, now),
            *(at for at, _ in arriving),
        ]
        now = min((at for at in coming if at and at > now), default=end + timedelta(seconds=1))


def _sending(at: datetime, recipient: str, data: bytes) -> Sending:
    from maild.mail.parse import parse

    mail = parse(data)
    number = mail.header("x-maild-ticket")
    return at, mail.header("x-maild-notice") or "", recipient, int(number) if number else None, mail.subject


def _mornings(context: Context, now: datetime) -> Iterator[datetime]:
    """Give when the lists of the next morning go, and when the desk opens next, which is when a review goes."""
    rulebook = context.rulebook()
    today = now.astimezone(rulebook.zone).date()
    for day in (today, today + timedelta(days=1)):
        if context.digest_hour >= 0:
            yield datetime.combine(day, time(context.digest_hour), rulebook.zone)
        yield rulebook.calendar.next_opening(datetime.combine(day, time(), rulebook.zone))


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
