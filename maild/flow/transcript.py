"""The transcript: an agent hears at once what his mail did, what of it people get, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from maild.desk.archive import SOLVED
from maild.desk.commands.verbs import VERBS
from maild.desk.decision import Decision, Notice
from maild.desk.orders import Orders, Told, Went, changes
from maild.desk.ticket import Ticket
from maild.flow.agents import reasons
from maild.flow.context import Context
from maild.rulebook.model import Rulebook
from maild.store import Store


def with_transcript(decision: Decision, store: Store, context: Context, now: datetime) -> Decision:
    """Add the transcript to what the gate has let through: one for all tickets that a mail is about.

    A mail that waits for a confirmation has none.
    """
    orders = decision.orders
    rulebook: Rulebook = context.rulebook()
    if orders is None or orders.ask or orders.release is not None:
        return decision
    agent = rulebook.agents[orders.agent]
    verbs = {step.name for step in decision.steps if step.stage == "command"}
    about = (*((decision,) if decision.after else ()), *decision.also)
    ordered = [orders, *(one.orders for one in decision.also if one.orders)]
    answers = any(notice.words for one in about for notice in one.notices)
    after = decision.after
    facts = {
        "agent": agent.name,
        "parts": tuple(_told(one, store) for one in about if one.after),
        "refusals": orders.refusals,
        "undo": any(each.undoable for each in ordered),
        "undo_until": now + context.undo if answers else None,
        "undone": any(each.undone for each in ordered),
        "verbs": VERBS if "/help" in verbs else (),
        "reasons": reasons(store.tickets.entries(after.number)) if after and after.number and "/why" in verbs else (),
    }
    notice = Notice("transcript", agent.email, "agent", agent.language, facts)
    return replace(decision, notices=(*decision.notices, notice))


def numbered(notice: Notice, tickets: Iterable[Ticket]) -> Notice:
    """Give the transcript with its tickets as they were written: numbered, with their due times."""
    if "parts" not in notice.facts:
        return notice
    parts = zip(notice.facts["parts"], tickets, strict=True)
    return replace(notice, facts={**notice.facts, "parts": tuple(_as_written(part, ticket) for part, ticket in parts)})


def _as_written(part: Told, ticket: Ticket) -> Told:
    """Tell of the due times that the clocks have come to, and of what the archive has found out."""
    return replace(part, ticket=ticket, changes=changes(part.before, ticket) if part.before else ())


def _told(decision: Decision, store: Store) -> Told:
    before, after = decision.before, decision.after
    answers = [notice for notice in decision.notices if notice.words]
    orders = decision.orders or Orders("")
    return Told(
        ticket=after,
        opened=before is None,
        changes=changes(before, after) if before else (),
        clocks=clocks(before, after, bool(orders.undone)) if before else (),
        went=tuple(Went(notice.to, _name(after, notice.to), notice.withheld) for notice in answers),
        told=tuple(Went(notice.to, "", notice.withheld) for notice in decision.notices if not notice.words),
        text=answers[0].facts.get("text", "") if answers else "",
        notes=tuple(entry.text for entry in decision.entries if entry.kind == "comment"),
        withdrawn=_to(orders.withdraw, store),
        kept=orders.kept,
        before=before,
    )


def clocks(before: Ticket, after: Ticket, undone: bool = False) -> tuple[str, ...]:
    """Name what became of the promises by these orders."""
    if undone:
        return ("unwound",) if before.status != after.status and _runs(after) else ()
    found = []
    if after.first_responded_at and not before.first_responded_at:
        found.append("answered")
    if after.status in SOLVED and before.status not in SOLVED:
        found.append("stopped")
    elif before.status in SOLVED and after.status not in SOLVED:
        found.append("begun")
    if after.status == "pending" != before.status:
        found.append("paused")
    elif before.status == "pending" and _runs(after):
        found.append("resumed")
    return tuple(found)


def _runs(ticket: Ticket) -> bool:
    return ticket.status in ("new", "open")


def _name(ticket: Ticket | None, email: str) -> str:
    people = ticket.participants if ticket else ()
    return next((person.name for person in people if person.email == email), "")


def _to(ids: Iterable[int], store: Store) -> tuple[str, ...]:
    return tuple(row.to for id_ in ids if (row := store.outbox.get(id_)))
