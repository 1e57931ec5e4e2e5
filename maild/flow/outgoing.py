"""The gate in front of the outbox: looks up what desk.gate has to know and marks what must not go out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk.decision import Decision, Notice
from maild.desk.gate import RECEIPTS, Limits, Recipient, withhold
from maild.flow.context import Context
from maild.store import Store

_ASKED_FOR = frozenset({"transcript", "remind"})
"""What an agent has ordered himself; like his own words it is held back by no cap."""


def pass_gate(decision: Decision, answers: str, store: Store, context: Context, now: datetime) -> Decision:
    """Give the decision with each notice either free to go or withheld with its reason.

    Args:
        answers: the kind of mail that gave rise to it, "" where time did.
    """
    if not decision.notices:
        return decision
    limits = context.rulebook().limits
    checked = tuple(_check(notice, answers, limits, store, context, now) for notice in decision.notices)
    return replace(decision, notices=checked)


def _check(notice: Notice, answers: str, limits: Limits, store: Store, context: Context, now: datetime) -> Notice:
    base = notice.to.partition("+")[0] + "@" + notice.to.rpartition("@")[2]
    standing = store.standing(notice.to, (now - limits.receipts_window, RECEIPTS), (now - limits.notices_window, ()))
    receipts, notices = standing.sent
    ours = notice.role not in ("requester", "participant")  # an agent's or admin's daily work is no flood
    recipient = Recipient(
        notice.to,
        ours=notice.to in context.own or base in context.own,
        suppressed=standing.suppressed,
        receipts=receipts,
        notices=0 if ours else notices,
    )
    if notice.words or notice.name in _ASKED_FOR:
        recipient = replace(recipient, receipts=0, notices=0)
    answering = "" if ours else answers
    return replace(notice, withheld=withhold(notice.name, recipient, answering, limits))
