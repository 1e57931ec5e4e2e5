"""The journey of a button pressed on a page: a signed link and a form become a committed decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from maild.desk.decision import Decision
from maild.desk.rating import Rating, changeable, tidy
from maild.desk.ticket import Ticket
from maild.flow.archive import archive
from maild.flow.commit import queue_notice, trace_json
from maild.flow.context import Context
from maild.flow.keep_time import change_of, keep_time, promise_by
from maild.flow.outgoing import pass_gate
from maild.mail.message import Address, Message
from maild.rulebook.feedback import OVER, confirm, rate, still_broken
from maild.store import Store

BY = "on the ticket page"


def reopenable(ticket: Ticket, context: Context, now: datetime) -> bool:
    """Tell whether "still broken" opens this ticket again, or a new one has to be written."""
    if ticket.status == "closed":
        return now - (ticket.closed_at or now) <= context.rulebook().reopen_within
    return ticket.status == "resolved"


def say_works(number: int, store: Store, context: Context, now: datetime) -> Ticket | None:
    """Note that the requester says it works; saying it twice changes nothing more."""

    def decide(ticket: Ticket) -> Decision | None:
        decision = confirm(ticket, now, BY)
        said = {entry.text for entry in store.tickets.entries(number) if entry.at >= (ticket.resolved_at or now)}
        again = ticket.status in OVER and decision.entries[0].text in said
        return None if again or ticket.status == "closed" else decision

    return _visit(number, decide, store, context, now)


def say_still_broken(number: int, words: str, store: Store, context: Context, now: datetime) -> Ticket | None:
    """Open the ticket again; pressed twice, the second time is no news."""

    def decide(ticket: Ticket) -> Decision | None:
        if not reopenable(ticket, context, now):
            return None
        return still_broken(ticket, tidy(words), context.rulebook(), now)

    return _visit(number, decide, store, context, now)


def give_rating(number: int, score: int, comment: str, store: Store, context: Context, now: datetime) -> Rating | None:
    """Keep a rating, or change the one there is while that may be; give the rating that holds now."""

    def decide(ticket: Ticket) -> Decision | None:
        before = store.ratings.get(number)
        said = Rating(number, score, tidy(comment), ticket.requester, "web", before.at if before else now, now)
        same = before is not None and (before.score, before.comment) == (said.score, said.comment)
        if same or not changeable(before, now):
            return None
        return rate(ticket, said, before, context.rulebook(), now)

    _visit(number, decide, store, context, now)
    return store.ratings.get(number)


def rateable(ticket: Ticket, rating: Rating | None, now: datetime) -> bool:
    """Tell whether the help can be rated now: it is over, or was rated when it was, not too long ago."""
    return (ticket.status in OVER or rating is not None) and changeable(rating, now)


def _visit(
    number: int, decide: Callable[[Ticket], Decision | None], store: Store, context: Context, now: datetime
) -> Ticket | None:
    """Decide on the ticket as it is now, while nobody else can change it, and write what follows in one transaction."""
    with store.transaction():
        ticket = store.tickets.lock(number)
        decision = decide(ticket) if ticket else None
        if ticket is None or decision is None or decision.after is None:
            return ticket
        decision = pass_gate(decision, "", store, context, now)
        after = keep_time(change_of(decision), store, context.rulebook(), now)
        for index, entry in enumerate(decision.entries):
            store.tickets.add_entry(number, replace(entry, trace=trace_json(decision)) if index == 0 else entry)
        after = archive(decision.before, after, store, context.rulebook(), now)
        if decision.rating:
            store.ratings.put(decision.rating)
        message = _thread(after, store)
        queued = [
            (one, queue_notice(one, after, message, str(one.facts.get("text", "")), store, context, now))
            for one in decision.notices
        ]
        promise_by(number, queued, store, now)
        return after


def _thread(ticket: Ticket, store: Store) -> Message:
    """Give the mail that a notice about a page answers: the last one that came, so that it stays on the thread."""
    ids = [e.message_id for e in store.tickets.entries(ticket.number) if e.direction == "in" and e.message_id]
    author = Address(ticket.requester_name, ticket.requester)
    last = ids[-1] if ids else ""
    first = tuple(ids[:1])
    return Message(0, "", from_=(author,), subject=ticket.subject, message_id=last, references=first)
