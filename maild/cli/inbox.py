"""`maild inbox`: every mail taken, what became of it and why; those that wait for a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli.failing import each, fail
from maild.cli.options import Id, Ids, Json, Limit
from maild.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from maild.store import InboxRow, Store

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@app.callback()
def inbox(
    ctx: typer.Context,
    outcome: Annotated[str | None, typer.Option(help="opened, followed_up, bounced, held ...")] = None,
    state: Annotated[str | None, typer.Option(help="new, working, done or held.")] = None,
    mailbox: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Those of one mailbox.")] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """List every mail taken with its outcome, the newest first.

    \b
    maild inbox                        all of them
    maild inbox --outcome auto_reply   those with one outcome
    maild inbox held                   those that wait for a person
    maild inbox show 17                one mail, and why it became what it is
    maild inbox retry 17               read a held mail once more
    maild inbox dismiss 17             take it from those that wait for a person
    """
    if ctx.invoked_subcommand:
        return
    from maild.desk.decision import OUTCOMES

    for name, value, known in (
        ("--outcome", outcome, OUTCOMES),
        ("--state", state, ("new", "working", "done", "held")),
    ):
        if value and value not in known:
            raise typer.BadParameter(f"{value} is none of {', '.join(known)}", ctx, param_hint=name)
    _list(ctx.obj, limit, as_json, outcome=outcome, state=state, mailbox=(mailbox or "").lower())


@app.command()
def held(ctx: typer.Context, limit: Limit = None, as_json: Json = False) -> None:
    """List the mails that wait for a person, each with its reason.

    \b
    maild inbox held
    """
    as_json = as_json or ctx.parent.params["as_json"]
    _list(ctx.obj, limit, as_json, state="held")


@app.command()
def show(
    ctx: typer.Context,
    mail: Id,
    raw: Annotated[bool, typer.Option("--raw", help="Print the bytes as they came.")] = False,
    as_json: Json = False,
) -> None:
    """Show one mail: what became of it, why, and what it says.

    \b
    maild inbox show 17
    maild inbox show 17 --raw > mail.eml
    """
    import maild.cli.show as printing
    from maild.cli.fields import inbox_fields

    session: Session = ctx.obj
    with session.store() as store:
        row = store.inbox.get(mail) if store else None
        if store is None or row is None:
            fail(f"there is no mail {mail} in the inbox", "maild inbox lists those there are")
        if raw:
            printing.raw(store.inbox.raw(mail))
        elif as_json or ctx.parent.params["as_json"]:
            trace = store.inbox.trace(mail)
            printing.json_object(inbox_fields(row) | {"trace": json.loads(trace) if trace else None})
        else:
            _page(store, row, session)


@app.command()
def retry(ctx: typer.Context, mails: Ids) -> None:
    """Let held mails be read once more; the daemon, or the next `maild run --once`, takes them up.

    \b
    maild inbox retry 17
    """

    def again(store: Store, row: InboxRow) -> str:
        if row.state == "held" and row.truncated:
            return f"of mail {row.id} only the header is here; {_ENLARGE}"
        return "" if store.inbox.retry(row.id) else _not_held(row)

    _with_each(ctx, mails, again, "mail {} will be read once more")


@app.command()
def dismiss(ctx: typer.Context, mails: Ids) -> None:
    """Take held mails from the list of those that need a person, once you have seen to them; nothing is deleted.

    \b
    maild inbox dismiss 17
    """

    def gone(store: Store, row: InboxRow) -> str:
        return "" if store.inbox.dismiss(row.id, "A person has seen to it") else _not_held(row)

    _with_each(ctx, mails, gone, "mail {} waits for nobody any more")


def _with_each(ctx: typer.Context, mails: Ids, act: Callable[[Store, InboxRow], str], done: str) -> None:
    with ctx.obj.store() as store:

        def one(mail: int) -> str:
            row = store.inbox.get(mail) if store else None
            return act(store, row) if row else f"there is no mail {mail}"

        each(mails, one, done)


_ENLARGE = "for all of it, raise size_limit in [mailbox] and move it from the held folder back to the one that is read"


def _not_held(row: InboxRow) -> str:
    return f"mail {row.id} is not held: it is {row.outcome or row.state}"


def _list(
    session: Session,
    limit: int | None,
    as_json: bool,
    state: str | None = None,
    outcome: str | None = None,
    mailbox: str = "",
) -> None:
    from maild.cli.fields import inbox_fields
    from maild.cli.show import Column, listing
    from maild.cli.times import brief

    zone, held = session.zone, state == "held"
    columns = [Column("Mail", 6, right=True), Column("Taken", 11), Column("From", 18)]
    if held:
        columns += [Column("Subject", 14), Column("Why")]
    else:
        columns += [Column("Subject"), Column("Outcome", 11), Column("Ticket", 6, right=True)]

    def cells(row: InboxRow) -> tuple[object, ...]:
        last = (row.reason,) if held else (row.outcome or row.state, row.ticket)
        return (row.id, brief(row.taken_at, zone), row.from_, row.subject, *last)

    nothing = "No mail waits for a person." if held else "No such mail was taken yet."
    with session.store() as store:
        every = store.inbox.each(state=state, outcome=outcome) if store else ()
        found = (row for row in every if mailbox in {"", row.mailbox})
        listing(found, limit, as_json, inbox_fields, columns, cells, nothing)
        if store and not (as_json or state or outcome or mailbox):
            _sum(store)


def _sum(store: Store) -> None:
    """Say that every mail has exactly one outcome: the sum shows it."""
    counts, waiting = store.inbox.counts(), store.inbox.waiting()
    parts = [f"{number} {outcome}" for outcome, number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    if waiting:
        parts.append(f"{waiting} waiting")
    print(f"{sum(counts.values()) + waiting} taken: {', '.join(parts)}")


def _page(store: Store, row: InboxRow, session: Session) -> None:
    from maild.cli.show import facts, plain, size
    from maild.cli.times import local
    from maild.cli.trace import print_trace
    from maild.mail.parse import parse

    facts(
        [
            ("Mail", row.id),
            ("Mailbox", f"{row.mailbox} (UID {row.uid} of {row.uidvalidity})"),
            ("From", row.from_),
            ("Subject", row.subject),
            ("Message-ID", row.message_id),
            ("Taken", local(row.taken_at, session.zone)),
            ("Size", size(row.size) + (", too large: only its header was taken" if row.truncated else "")),
            ("Kind", row.kind),
            ("Outcome", row.outcome or f"none yet ({row.state}, attempt {row.attempts})"),
            ("Reason", row.reason),
            ("Ticket", row.ticket),
        ]
    )
    if trace := store.inbox.trace(row.id):
        print_trace(trace)
    elif row.ticket:
        print(f"\nWhy: maild ticket {row.ticket} --why")
    message = parse(store.inbox.raw(row.id), truncated=row.truncated, size=row.size)
    print("\n" + plain(message.text).strip())
    for file in message.attachments:
        print(f"[{plain(file.name)}, {file.type}, {size(file.size)}]")
    for defect in message.defects:
        print(f"({plain(defect)})")
