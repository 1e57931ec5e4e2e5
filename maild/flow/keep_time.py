"""Every change of a ticket passes here on its way into the database, so that its clocks and timers follow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from maild.desk.clock import Clock, wind
from maild.desk.decision import Decision, Notice
from maild.desk.ticket import Entry, Ticket
from maild.rulebook.model import Rulebook
from maild.rulebook.timers import armed
from maild.store import Store

RECEIPT = "receipt"
"""The notice whose acceptance acknowledges the ticket."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a ticket came to be as it is now."""

    before: Ticket | None
    after: Ticket
    acknowledges: bool = False
    """A receipt is on its way."""
    word: bool = False
    """The requester was written to."""
    undone: bool = False
    """An agent has taken his own orders back."""
    why: str = ""
    """What the history says of promises that have moved, besides what it says already."""
    entries: tuple[tuple[Entry, int | None], ...] = ()
    """What the history of a new ticket begins with, each with the inbox row of its mail."""


def change_of(decision: Decision, entries: tuple[tuple[Entry, int | None], ...] = ()) -> Change:
    """Say what a decision means for the clocks of its ticket; `entries` are only for a new one."""
    orders = getattr(decision, "orders", None)
    return Change(
        decision.before if decision.after and decision.after.number else None,
        decision.after,
        acknowledges=any(n.name == RECEIPT and n.role == "requester" and not n.withheld for n in decision.notices),
        word=any(entry.kind == "correspondence" and entry.direction == "out" for entry in decision.entries),
        undone=bool(orders and orders.undone),
        entries=entries,
    )


def keep_time(
    change: Change, store: Store, rulebook: Rulebook, now: datetime, missed: datetime | None = None
) -> Ticket:
    """Write a ticket with its clocks and timers, in the caller's transaction; give it as it was written.

    Args:
        now: the moment of the change, which is when a timer was due where time itself made it.
        missed: see `Clocks.arm`.
    """
    new = not change.after.number
    if not new and not _matters(change):
        return change.after
    clocks = () if new else store.clocks.of(change.after.number)
    wound = wind(
        clocks,
        change.before,
        change.after,
        rulebook.sla.get(change.after.priority),
        now,
        acknowledges=change.acknowledges,
        word=change.word,
        undone=change.undone,
    )
    ticket, was = wound.ticket, set(clocks)
    with store.together():
        if new:
            ticket = store.tickets.insert(ticket, change.entries)
        elif ticket != change.before:
            store.tickets.update(ticket)
        store.clocks.keep(ticket.number, [clock for clock in wound.clocks if clock not in was])
        if wound.changes:
            text = "; ".join(wound.changes) + (f" ({change.why})" if change.why else "")
            store.tickets.add_entry(ticket.number, Entry(now, "change", "none", "maild", text=text))
        arm(ticket, wound.clocks, store, rulebook, missed, new)
    return ticket


def _matters(change: Change) -> bool:
    return change.word or change.before is None or change.after != change.before or bool(change.why)


def arm(
    ticket: Ticket,
    clocks: Iterable[Clock],
    store: Store,
    rulebook: Rulebook,
    missed: datetime | None = None,
    new: bool = False,
) -> None:
    """Set a ticket's timers by its clocks; a new one has none yet."""
    timers = [(one.timer, one.clock, one.started_at, one.due_at) for one in armed(ticket, clocks, rulebook)]
    store.clocks.arm(ticket.number, timers, missed, new)


def promise_by(number: int, queued: Iterable[tuple[Notice, int]], store: Store, now: datetime) -> None:
    """Tie promises to the mails that keep them, whose acceptance will be the proof."""
    mails = [(n.name, id_) for n, id_ in queued if n.role == "requester" and not n.withheld]
    if not mails:
        return
    receipt = next((id_ for name, id_ in mails if name == RECEIPT), None)
    store.clocks.tie(number, mails[0][1], now, receipt)


def came_back(outbox_id: int, why: str, store: Store, now: datetime) -> tuple[int, Clock] | None:
    """Break the promise that a mail was to keep, since it came back; give the ticket's number and the promise."""
    found = store.clocks.by_notice(outbox_id)
    if found is None:
        return None
    number, clock = found
    broken = replace(clock, broken_at=clock.broken_at or now, why=why, proof="")
    if clock.name == "acknowledge":
        broken = replace(broken, done_at=None)
        ticket = store.tickets.lock(number)
        store.tickets.update(replace(ticket, acknowledged_at=None))
    store.clocks.keep(number, [broken])
    return number, broken
