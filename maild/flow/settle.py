"""What an agent's orders leave behind beside the ticket: questions, what can be undone, mails released or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.desk.decision import Decision, Notice
from maild.desk.orders import to_json
from maild.desk.ticket import Entry
from maild.store import CarriedOut, Question, Store

ANSWER_WITHIN = timedelta(days=7)
"""How long a mail waits for the agent to confirm it."""


def settle(decision: Decision, queued: Sequence[tuple[Notice, int]], inbox: int, store: Store, now: datetime) -> None:
    """Write what the orders of a decision need, in the caller's transaction.

    Args:
        queued: its notices with their outbox ids.
        inbox: the row of the agent's mail.

    Raises LookupError where a notice that was to be withdrawn has gone meanwhile; the mail is then looked at again.
    """
    orders = decision.orders
    if orders is None:
        return
    ids = {notice.name: outbox_id for notice, outbox_id in queued}
    if orders.ask:
        message_id = _message_id(ids["confirm"], store)
        store.orders.ask(Question(message_id, inbox, orders.agent, orders.ask, now, now + ANSWER_WITHIN))
    if orders.release is not None and store.orders.answer(orders.answered, now):
        store.inbox.retry(orders.release)
    if orders.withdraw and set(store.outbox.withdraw(orders.withdraw, f"taken back by {orders.agent}")) != set(
        orders.withdraw
    ):
        raise LookupError("a notice that was to be withdrawn has gone meanwhile")
    if orders.undone:
        store.orders.undone(orders.undone, now)
    if orders.undoable and decision.before and decision.after:
        people = tuple(outbox_id for notice, outbox_id in queued if notice.send_at and not notice.withheld)
        message_id = _message_id(ids["transcript"], store)
        changes = to_json(decision.before, decision.after)
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
