"""A mail of ours came back: its promise is broken, its address is believed no more, and a person hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from maild.desk.clock import Clock
from maild.desk.decision import Decision, Notice, Undelivered
from maild.desk.ticket import Ticket
from maild.flow.context import Context
from maild.flow.keep_time import came_back
from maild.flow.outgoing import pass_gate
from maild.rulebook.elapse import lead_or_queue
from maild.rulebook.model import Notify, Rulebook
from maild.rulebook.notices import Addressing, Audience
from maild.store import OutboxRow, Store


def note_undelivered(
    failures: Iterable[Undelivered], store: Store, context: Context, now: datetime
) -> list[tuple[Ticket, Notice]]:
    """Write what follows from mails that came back, in the caller's transaction; give what people have to be told."""
    tell = []
    for failure in failures:
        why = f"{failure.status} {failure.reason}".strip()
        row = store.outbox.get(failure.outbox_id)
        store.outbox.mark_bounced(failure.outbox_id, why, now)
        broken = came_back(failure.outbox_id, f"it came back: {why}", store, now)
        if failure.hard:
            store.suppress(failure.address, why, now)
        if row and row.ticket and row.role == "requester" and row.state != "bounced":
            tell += _told(row, broken, why, store, context, now)
    return tell


def _told(
    row: OutboxRow, broken: tuple[int, Clock] | None, why: str, store: Store, context: Context, now: datetime
) -> list[tuple[Ticket, Notice]]:
    """Address whoever can call the requester: of a receipt the lead, of anything else whoever has the ticket."""
    rulebook: Rulebook = context.rulebook()
    ticket = store.tickets.get(row.ticket)
    if ticket is None:
        return []
    clock = broken[1] if broken else None
    due = clock.due_at if clock else None
    facts = {"why": why, "clock": clock.name if clock else "", "due": due, "lost": row.notice}
    who = lead_or_queue(rulebook, ticket) if row.notice == "receipt" else (Notify("assignee", "promise-broken"),)
    addressing = Addressing(rulebook, now)
    addressing.tell(who, Audience(ticket, agents=facts), "a mail to the requester came back")
    decision = pass_gate(Decision("", "", notices=tuple(addressing.notices.values())), "", store, context, now)
    if clock:
        told = tuple(dict.fromkeys((*clock.told, *(n.to for n in decision.notices if not n.withheld))))
        store.clocks.keep(ticket.number, [replace(clock, told=told)])
    return [(ticket, notice) for notice in decision.notices]
