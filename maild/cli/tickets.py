"""`maild tickets` and `maild ticket N`: the desk, and one ticket with its history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from maild.cli.failing import fail
from maild.cli.options import Json, Limit, number
from maild.cli.session import Session

if TYPE_CHECKING:
    from maild.desk.held import Held
    from maild.desk.ticket import Entry, Ticket
    from maild.settings import Settings
    from maild.store import OutboxRow, Store


def tickets(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option(help="new, open, pending, resolved or closed.")] = None,
    queue: Annotated[str | None, typer.Option(help="Those of one queue.")] = None,
    requester: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Those of one person.")] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """List the tickets, the newest first.

    \b
    maild tickets --status open
    maild tickets --requester eva@example.com --json
    """
    from maild.cli.fields import ticket_fields
    from maild.cli.show import Column, listing
    from maild.cli.times import brief
    from maild.desk.ticket import STATUSES

    if status and status not in STATUSES:
        raise typer.BadParameter(f"{status} is none of {', '.join(STATUSES)}", ctx, param_hint="--status")
    session: Session = ctx.obj
    zone = session.zone
    columns = [
        Column("Ticket", 6, right=True),
        Column("Status", 8),
        Column("P", 2),
        Column("Requester", 18),
        Column("Subject"),
        Column("Due", 11),
    ]

    def cells(one: Ticket) -> tuple[object, ...]:
        return (one.number, one.status, one.priority, one.requester, one.subject, brief(_due(one), zone))

    nothing = "There are no such tickets." if status or queue or requester else "There are no tickets yet."
    address = requester.lower() if requester else None
    with session.store() as store:
        found = store.tickets.each(status=status, queue=queue, requester=address) if store else iter(())
        listing(found, limit, as_json, ticket_fields, columns, cells, nothing)


def ticket(
    ctx: typer.Context,
    wanted: Annotated[int, typer.Argument(help="Its number, with or without #.", metavar="N", parser=number)],
    why: Annotated[bool, typer.Option("--why", help="Show the trace of every decision about it.")] = False,
    as_json: Json = False,
) -> None:
    """Show one ticket: who had it how long, every mail, comment and change, and every notice that went out.

    \b
    maild ticket 1042
    maild ticket 1042 --why
    """
    import maild.cli.show as show
    from maild.cli.fields import entry_fields, held_fields, ticket_fields

    session: Session = ctx.obj
    with session.store() as store:
        found = store.tickets.get(wanted) if store else None
        if store is None or found is None:
            fail(f"there is no ticket {wanted}", "maild tickets lists those there are")
        history = _history(store, found.number)
        stretches = _held(found, store, session.settings)
        if as_json:
            entries = [entry_fields(entry, why) | more for entry, more in history]
            show.json_object(ticket_fields(found) | {"entries": entries, "held": list(map(held_fields, stretches))})
        else:
            _page(found, stretches, history, why, session.zone)


def _held(ticket: Ticket, store: Store, settings: Settings) -> tuple[Held, ...]:
    """Say who had it how long, by the hours of its priority in the rulebook in force."""
    from maild.daemon.rulebook import rulebook_for_looking
    from maild.desk.held import held

    rulebook = rulebook_for_looking(settings, store)
    sla = rulebook.sla.get(ticket.priority)
    return held(store.clocks.of(ticket.number), sla.calendar if sla else rulebook.calendar, datetime.now(UTC))


def _history(store: Store, ticket: int) -> list[tuple[Entry, dict[str, Any]]]:
    """Give what happened to a ticket in the order of time, its notices among the rest, each with what more is known."""
    entries = store.tickets.entries(ticket)
    told: list[tuple[Entry, dict[str, Any]]] = [(entry, {"quoted": ""}) for entry in entries]
    if entries and entries[0].direction == "in":
        told[0][1]["quoted"] = _quoted(store, ticket)
    kept = {entry.message_id for entry in entries if entry.kind == "notice"}
    for row in reversed(store.outbox.list(ticket=ticket)):
        if row.state != "withheld" and row.message_id not in kept:
            told.append((_notice(store, row), {"quoted": "", "notice": row.notice, "to": row.to, "state": row.state}))
    return sorted(told, key=lambda one: one[0].at)


def _quoted(store: Store, ticket: int) -> str:
    """Give what stands below the words of a ticket's first mail: the desk may have seen it nowhere else."""
    from maild.mail.body import reply_text
    from maild.mail.parse import parse

    mails = [mail for _, mail in store.tickets.correspondence(ticket)[:1] if mail]
    message = parse(store.inbox.raw(mails[0])) if mails else None
    return reply_text(message.text, message.subject).quoted if message else ""


def _notice(store: Store, row: OutboxRow) -> Entry:
    from maild.desk.ticket import Entry
    from maild.mail.parse import parse

    text = parse(store.outbox.raw(row.id)).text
    return Entry(row.queued_at, "notice", "out", "maild", row.subject, text, row.message_id)


def _due(ticket: Ticket) -> datetime | None:
    """Tell what a person owes next: the first answer, then the solution."""
    if ticket.resolved_at or ticket.closed_at:
        return None
    return ticket.resolution_due if ticket.first_responded_at else ticket.first_response_due


def _page(
    ticket: Ticket, stretches: tuple[Held, ...], history: list[tuple[Entry, dict[str, Any]]], why: bool, zone: ZoneInfo
) -> None:
    from maild.cli.show import facts, one_line
    from maild.cli.times import local

    name = f"{ticket.requester_name} <{ticket.requester}>" if ticket.requester_name else ticket.requester
    print(f"Ticket {ticket.number}: {one_line(ticket.subject)}\n")
    facts(
        [
            ("Requester", name),
            ("Also told", ", ".join(p.email for p in ticket.participants if p.role != "requester")),
            ("Status", ticket.status),
            ("Waits until", local(ticket.waits_until, zone)),
            ("Queue", ticket.queue),
            ("Assignee", ticket.assignee),
            ("Category", ticket.category),
            ("Priority", f"{ticket.priority} (impact {ticket.impact}, urgency {ticket.urgency})"),
            ("Tags", ", ".join(ticket.tags)),
            *((name.capitalize(), value) for name, value in ticket.details),
            ("Language", ticket.language),
            ("Opened", local(ticket.opened_at, zone)),
            ("Acknowledged", local(ticket.acknowledged_at, zone)),
            ("Answer due", local(ticket.first_response_due, zone)),
            ("Answered", local(ticket.first_responded_at, zone)),
            ("Solution due", local(ticket.resolution_due, zone)),
            ("Resolved", local(ticket.resolved_at, zone)),
            ("Closed", local(ticket.closed_at, zone)),
            ("Rating", ticket.rating),
            ("Belongs to", ticket.parent),
        ]
    )
    _who_had_it(stretches)
    for entry, more in history:
        _entry(entry, more, why, zone)


def _who_had_it(stretches: tuple[Held, ...]) -> None:
    from maild.cli.show import one_line
    from maild.cli.times import spell
    from maild.desk.held import totals

    rows = totals(stretches)
    if rows:
        print("\nWho had it, in business time:")
    for kind, who, time, now in rows:
        name = who or {"agent": "nobody", "requester": "the requester"}[kind]
        print(
            f"    {kind if kind != 'requester' else 'waiting':<9} {one_line(name):<20} {spell(time)}{' so far' * now}"
        )


def _entry(entry: Entry, more: dict[str, Any], why: bool, zone: ZoneInfo) -> None:
    from maild.cli.show import one_line, plain, size
    from maild.cli.times import local
    from maild.cli.trace import print_trace

    arrow = {"in": "<-", "out": "->"}.get(entry.direction, "--")
    who = f"{more['notice']} to {more['to']} ({more['state']})" if "notice" in more else f"{entry.author}, {entry.kind}"
    print(f"\n{local(entry.at, zone)} {arrow} {one_line(who)}")
    for line in plain(entry.text).strip().splitlines():
        print(f"    {line}".rstrip())
    if more["quoted"]:
        print("    (below it:)")
        for line in plain(more["quoted"]).strip().splitlines():
            print(f"    | {line}".rstrip())
    for file in entry.attachments:
        print(f"    [{one_line(file.name)}, {file.type}, {size(file.size)}]")
    if why and entry.trace:
        print_trace(entry.trace)
