"""The gate in front of the outbox: looks up what desk.gate has to know and marks what must not go out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maild.desk.decision import Decision, Notice
from maild.desk.gate import RECEIPT, RECEIPTS, Limits, Recipient, withhold
from maild.desk.robot import LOOKED_AT, REPEATS_WITHIN, ROBOT, SAID_BEFORE, Exchange, habit, wording
from maild.desk.ticket import Entry
from maild.flow.context import Context
from maild.mail.follow_up import numbers_in
from maild.store import Store

_TOLD_AGAIN = timedelta(days=1)
"""How long ago somebody must have been without a receipt, before his habits are told of again."""
_ASKED_FOR = frozenset({"transcript", "remind"})
"""What an agent has ordered himself; like his own words it is held back by no cap."""
_MOST_NAMED = 5


def pass_gate(
    decision: Decision,
    answers: str,
    store: Store,
    context: Context,
    now: datetime,
    written_at: datetime | None = None,
) -> Decision:
    """Give the decision with each notice either free to go or withheld with its reason.

    Args:
        answers: the kind of mail that gave rise to it, "" where time did.
        written_at: the Date of that mail.
    """
    if not decision.notices:
        return decision
    limits = context.rulebook().limits
    robot = ""
    if answers and decision.outcome == "opened":
        decision, robot = _with_habit(decision, store, now, written_at)
    checked = tuple(_check(notice, answers, limits, store, context, now, robot) for notice in decision.notices)
    return replace(decision, notices=checked)


def _with_habit(decision: Decision, store: Store, now: datetime, written_at: datetime | None) -> tuple[Decision, str]:
    """Look whether a robot without any sign opens a ticket; a person of the desk is told so once."""
    ticket = decision.after
    if ticket is None or all(notice.name != RECEIPT for notice in decision.notices):
        return decision, ""
    text, answered = _named(decision, store)
    earlier = _exchanges(ticket.requester, text, store, now)
    found = habit(earlier, now, written_at, text, answered, len(decision.linked))
    if not found:
        return decision, ""
    decision = replace(decision, after=replace(ticket, tags=tuple(dict.fromkeys((*ticket.tags, ROBOT)))))
    if any(one.receipt_at is None and now - one.opened_at < _TOLD_AGAIN for one in earlier):
        return decision, found
    text = f"{ticket.requester} seems to be a robot: {found}. It gets no receipt while it goes on so."
    told = tuple(
        replace(notice, facts={**notice.facts, "sure": "robot"}) if "sure" in notice.facts else notice
        for notice in decision.notices
    )
    entries = (*decision.entries, Entry(now, "comment", "none", "maild", text=text))
    return replace(decision, notices=told, entries=entries), found


def _named(decision: Decision, store: Store) -> tuple[str, list[str]]:
    """Give what a mail says, if it brings no files, and what opened the tickets that it names and does not join."""
    opening = decision.entries[0]
    if opening.attachments:
        return "", []
    numbers = (*(link.number for link in decision.linked), *numbers_in(opening.text))
    named = dict.fromkeys(numbers[:_MOST_NAMED])
    if not (named and wording(opening.text)):
        return opening.text, []
    return opening.text, [_opening(entries) for entries in store.tickets.entries_of([*named]).values()]


def _exchanges(requester: str, text: str, store: Store, now: datetime) -> list[Exchange]:
    """Look up what somebody opened before; in which words, only where they may be those of the new mail."""
    earlier = store.tickets.opened_by(requester, LOOKED_AT)
    last = [number for opened_at, _, number in earlier[:SAID_BEFORE] if now - opened_at <= REPEATS_WITHIN]
    histories = store.tickets.entries_of(last) if text and len(last) == SAID_BEFORE else {}
    return [Exchange(*times, text=_opening(histories.get(number, ()))) for *times, number in earlier]


def _opening(history: Sequence[Entry]) -> str:
    return next((e.text for e in history if e.direction == "in" and not e.attachments), "")


def _check(
    notice: Notice, answers: str, limits: Limits, store: Store, context: Context, now: datetime, robot: str
) -> Notice:
    base = notice.to.partition("+")[0] + "@" + notice.to.rpartition("@")[2]
    ours = notice.role not in ("requester", "participant")  # an agent's or admin's daily work is no flood
    uncapped = notice.words or notice.name in _ASKED_FOR
    windows = {
        "receipts": (now - limits.receipts_window, RECEIPTS) if notice.name in RECEIPTS and not uncapped else None,
        "notices": (now - limits.notices_window, ()) if not ours and not uncapped else None,
    }
    asked = {name: window for name, window in windows.items() if window}
    standing = store.standing(notice.to, *asked.values())
    recipient = Recipient(
        notice.to,
        ours=notice.to in context.own or base in context.own,
        suppressed=standing.suppressed,
        habit=robot,
        **dict(zip(asked, standing.sent, strict=True)),
    )
    answering = "" if ours else answers
    return replace(notice, withheld=withhold(notice.name, recipient, answering, limits))
