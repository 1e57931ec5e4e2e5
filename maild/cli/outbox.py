"""`maild outbox`: every notice, its state and each attempt to send it."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from maild.cli.failing import Failure, fail
from maild.cli.options import Json, Limit, rows_wanted
from maild.cli.session import Session

STATES = ("queued", "sending", "deferred", "sent", "failed", "withheld", "bounced")

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@app.callback()
def outbox(
    ctx: typer.Context,
    state: Annotated[str | None, typer.Option(help=f"{', '.join(STATES[:-1])} or {STATES[-1]}.")] = None,
    ticket: Annotated[int | None, typer.Option(metavar="N", help="Those of one ticket.")] = None,
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
    import maild.cli.show as printing
    from maild.cli.fields import outbox_fields
    from maild.cli.times import brief

    session: Session = ctx.obj
    with session.store() as store:
        address = (to or "").lower()
        every = store.outbox.each(state=state, ticket=ticket) if store else ()
        found = (row for row in every if address in {"", row.to})
        some = islice(found, rows_wanted(limit, as_json))
        if as_json:
            printing.json_array(outbox_fields(row) for row in some)
            return
        rows = list(some)
        if not rows:
            print("There are no such notices." if state or ticket or to else "No notice was written yet.")
            return
        zone = session.settings.desk.zone
        column = printing.Column
        printing.table(
            [
                column("Notice", 6, right=True),
                column("Queued", 11),
                column("Kind", 11),
                column("To", 16),
                column("Ticket", 6, right=True),
                column("State", 8),
                column("Reply"),
            ],
            (
                (one.id, brief(one.queued_at, zone), one.notice, one.to, one.ticket, one.state,
                 one.withheld or one.last_reply)
                for one in rows
            ),
        )  # fmt: skip
        if next(found, None):
            print(f"The newest {len(rows)} are shown; --limit 0 shows all.")


@app.command()
def show(
    ctx: typer.Context,
    notice: Annotated[int, typer.Argument(metavar="ID")],
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
        zone = session.settings.desk.zone
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
def retry(ctx: typer.Context, notices: Annotated[list[int], typer.Argument(metavar="ID...")]) -> None:
    """Send notices once more that failed, bounced or wait; the daemon, or the next `maild run --once`, does it.

    \b
    maild outbox retry 12
    """
    with ctx.obj.store() as store:
        problems = []
        for notice in notices:
            if store and store.outbox.retry(notice):
                print(f"notice {notice} will be sent once more")
                continue
            row = store.outbox.get(notice) if store else None
            why = f"notice {notice} cannot be sent again: it is {row.state}" if row else f"there is no notice {notice}"
            problems.append(f"maild: {why}")
        if problems:
            raise Failure(*problems)
