"""`maild outbox`: every notice, its state and each attempt to send it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli.failing import each, fail
from maild.cli.options import Id, Ids, Json, Limit, number
from maild.cli.session import Session

if TYPE_CHECKING:
    from maild.store import OutboxRow

STATES = ("queued", "sending", "deferred", "sent", "failed", "withheld", "bounced")

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@app.callback()
def outbox(
    ctx: typer.Context,
    state: Annotated[str | None, typer.Option(help=f"{', '.join(STATES[:-1])} or {STATES[-1]}.")] = None,
    ticket: Annotated[int | None, typer.Option(metavar="N", parser=number, help="Those of one ticket.")] = None,
    to: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Those to one address.")] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """List every notice with its state, the newest first.

    \b
    maild outbox                     all of them
    maild outbox --state failed      those that were given up
    maild outbox show 12             one notice, each attempt to send it, and its text
    maild outbox retry 12            send it once more
    """
    if ctx.invoked_subcommand:
        return
    if state and state not in STATES:
        raise typer.BadParameter(f"{state} is none of {', '.join(STATES)}", ctx, param_hint="--state")
    from maild.cli.fields import outbox_fields
    from maild.cli.show import Column, listing
    from maild.cli.times import brief

    session: Session = ctx.obj
    zone = session.zone
    columns = [
        Column("Notice", 6, right=True),
        Column("Queued", 11),
        Column("Kind", 11),
        Column("To", 16),
        Column("Ticket", 6, right=True),
        Column("State", 8),
        Column("Reply"),
    ]

    def cells(row: OutboxRow) -> tuple[object, ...]:
        said = row.withheld or row.last_reply
        return (row.id, brief(row.queued_at, zone), row.notice, row.to, row.ticket, row.state, said)

    nothing = "There are no such notices." if state or ticket or to else "No notice was written yet."
    address = (to or "").lower()
    with session.store() as store:
        every = store.outbox.each(state=state, ticket=ticket) if store else ()
        found = (row for row in every if address in {"", row.to})
        listing(found, limit, as_json, outbox_fields, columns, cells, nothing)


@app.command()
def show(
    ctx: typer.Context,
    notice: Id,
    raw: Annotated[bool, typer.Option("--raw", help="Print the bytes as they go out.")] = False,
    as_json: Json = False,
) -> None:
    """Show one notice: each attempt to send it, and what it says.

    \b
    maild outbox show 12
    """
    import maild.cli.show as printing
    from maild.cli.fields import outbox_fields, tries_fields
    from maild.cli.times import local
    from maild.mail.parse import parse

    session: Session = ctx.obj
    with session.store() as store:
        row = store.outbox.get(notice) if store else None
        if store is None or row is None:
            fail(f"there is no notice {notice} in the outbox", "maild outbox lists those there are")
        if raw:
            printing.raw(store.outbox.raw(notice))
            return
        if as_json or ctx.parent.params["as_json"]:
            printing.json_object(outbox_fields(row) | {"tries": tries_fields(row)})
            return
        zone = session.zone
        printing.facts(
            [
                ("Notice", f"{row.id}, {row.notice}"),
                ("To", f"{row.to} ({row.role})"),
                ("Subject", row.subject),
                ("Ticket", row.ticket),
                ("Message-ID", row.message_id),
                ("Queued", local(row.queued_at, zone)),
                ("State", row.state),
                ("Withheld", row.withheld),
                ("Next attempt", local(row.send_at, zone) if row.state in {"queued", "deferred"} else ""),
                ("Promised by", local(row.due_at, zone)),
                ("Sent", local(row.sent_at, zone)),
            ]
        )
        for one in row.tries:
            print(f"  {local(one.at, zone)} {one.state}: {printing.one_line(one.reply)}")
        print("\n" + printing.plain(parse(store.outbox.raw(notice)).text).strip())


@app.command()
def retry(ctx: typer.Context, notices: Ids) -> None:
    """Send notices once more that failed, bounced or wait; the daemon, or the next `maild run --once`, does it.

    \b
    maild outbox retry 12
    """
    with ctx.obj.store() as store:

        def again(notice: int) -> str:
            row = store.outbox.get(notice) if store else None
            if store is None or row is None:
                return f"there is no notice {notice}"
            return "" if store.outbox.retry(notice) else f"notice {notice} cannot be sent again: it is {row.state}"

        each(notices, again, "notice {} will be sent once more")
