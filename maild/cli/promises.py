"""`maild promises`: what requesters were promised, what was kept and by what proof, what was broken and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli.options import Json, Limit, number
from maild.cli.session import Session

if TYPE_CHECKING:
    from maild.desk.clock import Clock
    from maild.store import Promise

NAMES = {
    "acknowledge": "receipt",
    "first_response": "answer",
    "resolution": "solution",
    "word": "next word",
}


def promises(
    ctx: typer.Context,
    open_: Annotated[bool, typer.Option("--open", help="Those that can still be kept.")] = False,
    broken: Annotated[bool, typer.Option("--broken", help="Those that were not kept.")] = False,
    kept: Annotated[bool, typer.Option("--kept", help="Those that were kept.")] = False,
    ticket: Annotated[int | None, typer.Option(metavar="N", parser=number, help="Those of one ticket.")] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """List what requesters were promised, the one due last in front; what waits for its requester is never late.

    \b
    maild promises --open            what is still to be kept
    maild promises --broken          what was not kept, why, and who was told
    maild promises --ticket 1042     those of one ticket
    """
    from maild.cli.show import Column, listing
    from maild.cli.times import brief

    session: Session = ctx.obj
    wanted = {state for state, said in (("open", open_), ("broken", broken), ("kept", kept)) if said}
    zone = session.zone
    columns = [
        Column("Ticket", 6, right=True),
        Column("Promise", 9),
        Column("Due", 11),
        Column("State", 6),
        Column("Done", 11),
        Column("Proof, or why not"),
    ]

    def cells(one: Promise) -> tuple[object, ...]:
        clock = one.clock
        due = "waits" if clock.paused_at else brief(clock.due_at, zone)
        told = f" (told: {', '.join(clock.told)})" if clock.told else ""
        said = why_of(clock) + told if one.state == "broken" else clock.proof
        return (one.ticket, NAMES[clock.name], due, one.state, brief(_done(one), zone), said)

    with session.store() as store:
        every = store.clocks.promises(datetime.now(UTC), ticket=ticket) if store else []
        found = (one for one in reversed(every) if not wanted or one.state in wanted)
        nothing = "There are no such promises." if wanted or ticket else "Nothing was promised yet."
        listing(found, limit, as_json, promise_fields, columns, cells, nothing)


def _done(one: Promise) -> datetime | None:
    """Say when it was done, in time or late; word that was never written was not."""
    clock = one.clock
    never = one.state == "broken" and clock.name == "word" and not clock.proof
    return None if never else clock.done_at


def why_of(clock: Clock) -> str:
    """Say why a promise is broken, also where maild was not there to note it."""
    if clock.why:
        return clock.why
    return "it came too late" if clock.done_at else "maild has not looked at it since it was due"


def promise_fields(one: Promise) -> dict[str, Any]:
    """Give a promise as --json prints it."""
    from maild.cli.times import rfc3339

    clock = one.clock
    return {
        "ticket": one.ticket,
        "promise": clock.name,
        "due": rfc3339(clock.due_at),
        "state": one.state,
        "kept_at": rfc3339(clock.done_at) if one.state == "kept" else None,
        "proof": clock.proof,
        "started_at": rfc3339(clock.started_at),
        "paused_at": rfc3339(clock.paused_at),
        "done_at": rfc3339(_done(one)),
        "broken_at": rfc3339(clock.broken_at or clock.due_at) if one.state == "broken" else None,
        "why": why_of(clock) if one.state == "broken" else "",
        "told": list(clock.told),
        "notice": clock.notice,
    }
