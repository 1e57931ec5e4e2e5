"""What an agent's orders leave behind beside the ticket: questions, what can be undone, mails released or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from maild.desk.decision import Decision, Notice
from maild.desk.orders import to_json
from maild.desk.ticket import Entry, Ticket
from maild.store import CarriedOut, Question, Store

ANSWER_WITHIN = timedelta(days=7)
"""How long a mail waits for the agent to confirm it."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A decision as it was written."""

    decision: Decision
    queued: tuple[tuple[Notice, int], ...]
    """Its notices with their outbox ids."""
    others: tuple[tuple[Ticket, Ticket], ...] = ()
    """Other tickets that it changed: as they were, and as they are."""

    @property
    def ticket(self) -> Ticket | None:
        return self.decision.after

    @property
    def to_people(self) -> tuple[int, ...]:
        """What waits in the outbox so that it can be taken back."""
        return tuple(outbox_id for notice, outbox_id in self.queued if notice.send_at and not notice.withheld)


def settle(one: Carried, main: Carried, also: Sequence[Carried], inbox: int, store: Store, now: datetime) -> None:
    """Write what the orders of a decision need, in the caller's transaction.

    Args:
        main: the decision of the same mail that has the transcript.
        also: those that came with it.
        inbox: the row of the agent's mail.

    Raises LookupError where a notice that was to be withdrawn has gone meanwhile; the mail is then looked at again.
    """
    decision, orders = one.decision, one.decision.orders
    if orders is None:
        return
    ids = {notice.name: outbox_id for notice, outbox_id in main.queued}
    if orders.ask:
        message_id = _message_id(ids["confirm"], store)
        store.orders.ask(Question(message_id, inbox, orders.agent, orders.ask, now, now + ANSWER_WITHIN))
    if orders.release is not None and store.orders.answer(orders.answered, now):
        store.inbox.retry(orders.release)
    if orders.withdraw and set(store.outbox.withdraw(orders.withdraw, f"taken back by {orders.agent}")) != set(
        orders.withdraw
    ):
        raise LookupError("a notice that was to be withdrawn has gone meanwhile")
    if orders.undone and decision.after:
        store.orders.undone(orders.undone, decision.after.number, now)
    if orders.undoable and decision.before and decision.after:
        opened = [each for each in also if one is main and each.decision.before is None and each.ticket]
        people = (*one.to_people, *(id_ for each in opened for id_ in each.to_people))
        message_id = _message_id(ids["transcript"], store)
        changes: dict[str, Any] = dict(to_json(decision.before, decision.after))
        if one.others:
            changes["others"] = {str(was.number): to_json(was, other) for was, other in one.others}
        if opened:
            changes["opened"] = [each.ticket.number for each in opened if each.ticket]
        store.orders.remember(CarriedOut(message_id, decision.after.number, orders.agent, now, changes, people))


def _message_id(outbox_id: int, store: Store) -> str:
    row = store.outbox.get(outbox_id)
    if row is None:
        raise LookupError(f"no notice {outbox_id} in the outbox")
    return row.message_id


@dataclass(frozen=True, slots=True)
class Thread:
    """The mail that an agent's words answer, as the requester's mail program knows it."""

    message_id: str
    references: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()


def thread_of(history: Sequence[Entry]) -> Thread | None:
    """Give the thread of a ticket's people: the first and the last mail that came in, nothing of the agents'."""
    came = [e.message_id for e in history if e.direction == "in" and e.message_id]
    return Thread(came[-1], tuple(came[:1])) if came else None
