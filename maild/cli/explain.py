"""`maild explain`: what would become of a mail, and why; by the same function that the daemon runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from maild.cli.options import At, Json, moment_at
from maild.cli.session import Session

if TYPE_CHECKING:
    from maild.flow.receive import Considered
    from maild.settings import Settings
    from maild.store import Store


def explain(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE.eml", help='The mail as it came; "-" reads it from a pipe.')],
    at: At = None,
    mailbox: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where it came to; else the first.")] = None,
    as_json: Json = False,
) -> None:
    """Say what would become of a mail, and why; nothing is written and nothing is sent.

    \b
    maild explain mail.eml
    maild explain mail.eml --at "2026-11-20 17:50" --json
    maild inbox show 17 --raw | maild explain -
    """
    session: Session = ctx.obj
    settings = session.settings
    raw = _read(file, ctx)
    now = moment_at(at, session.zone, ctx) or datetime.now(UTC)
    addresses = [box.address for box in settings.mailboxes]
    if mailbox and mailbox.lower() not in addresses:
        raise typer.BadParameter(f"{mailbox} is none of {', '.join(addresses)}", ctx, param_hint="--mailbox")
    from maild.daemon.build import build_context
    from maild.flow.receive import explain as consider

    with _nothing_written(session) as (settings, store):
        considered = consider(raw, mailbox or addresses[0], store, build_context(settings), now)
    if as_json:
        import maild.cli.show as show
        from maild.cli.fields import explained_fields, read_fields

        explained = explained_fields(considered.reading.verdict.kind, considered.decision)
        show.json_object(explained | read_fields(considered.reading))
    else:
        _page(considered, now, session.zone)


def _read(file: str, ctx: typer.Context) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", ctx, param_hint="FILE.eml") from None


@contextmanager
def _nothing_written(session: Session) -> Iterator[tuple[Settings, Store]]:
    """Give settings and a store to think with; what the daemon has not made yet is made aside and thrown away."""
    from maild.store import open_store

    settings = session.settings
    with TemporaryDirectory(prefix="maild-") as aside, session.store() as store:
        if not settings.trust.secret_file.exists():
            trust = settings.trust.model_copy(update={"secret_file": Path(aside) / "secret"})
            settings = settings.model_copy(update={"trust": trust})
        if store is not None:
            yield settings, store
            return
        empty = open_store(f"sqlite:///{aside}/empty.db")
        try:
            yield settings, empty
        finally:
            empty.close()


def _page(considered: Considered, now: datetime, zone: ZoneInfo) -> None:
    from maild.cli.show import facts, one_line, plain
    from maild.cli.times import local
    from maild.cli.trace import print_steps

    message, decision = considered.reading.message, considered.decision
    ticket = decision.after or decision.before
    print(f"At {local(now, zone)} this mail would be {decision.outcome}: {one_line(decision.reason)}\n")
    facts(
        [
            ("From", message.author),
            ("Subject", message.subject),
            ("Kind", considered.reading.verdict.kind),
            ("Ticket", (ticket.number or "a new one") if ticket else ""),
        ]
    )
    if ticket:
        facts(
            [
                ("Queue", ticket.queue),
                ("Category", ticket.category),
                ("Priority", f"{ticket.priority} (impact {ticket.impact}, urgency {ticket.urgency})"),
                ("Assignee", ticket.assignee),
                ("Answer due", local(ticket.first_response_due, zone)),
                ("Solution due", local(ticket.resolution_due, zone)),
                ("Suggests", ", ".join(decision.suggest)),
            ]
        )
    for notice in decision.notices:
        withheld = f", not sent: {notice.withheld}" if notice.withheld else ""
        facts([("Notice", f"{notice.name} to {notice.to} ({notice.role}){withheld}")])
    for defect in message.defects:
        facts([("Mended", defect)])
    print("\nWhat the person wrote now:")
    for line in plain(considered.reading.text).strip().splitlines():
        print(f"    {line}".rstrip())
    print("\nWhy (+ held, - did not):")
    print_steps(
        (
            {"stage": step.stage, "name": step.name, "hit": step.hit, "reason": step.reason, "line": step.line}
            for step in decision.steps
        ),
        "  ",
    )
