"""What another rulebook would have made of the mails that came: only the differences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from maild.desk.trust import Speaker, Thread
from maild.flow.context import Context
from maild.flow.receive import read
from maild.rulebook.arrival import Arrival
from maild.rulebook.decide import decide
from maild.rulebook.model import Rulebook
from maild.store import InboxRow, Store

_DECIDED = ("opened", "ignored", "spam")
_COMPARED = ("queue", "category", "impact", "urgency", "priority", "tags")


@dataclass(frozen=True, slots=True)
class Change:
    """A mail that the two rulebooks do not agree about."""

    inbox: int
    ticket: int | None
    subject: str
    before: dict[str, str]
    """What would be otherwise, as it is now."""
    after: dict[str, str]

    @property
    def about(self) -> str:
        return f"#{self.ticket} {self.subject}" if self.ticket else f"mail {self.inbox} {self.subject}"

    @property
    def said(self) -> str:
        return "; ".join(
            f"{name} {self.before[name] or 'none'} -> {self.after[name] or 'none'}" for name in self.before
        )


def changes(old: Rulebook, new: Rulebook, store: Store, context: Context, since: datetime) -> Iterator[Change]:
    """Put the mails that came since a moment through two rulebooks, newest first; reads the store alone.

    Mails that joined a ticket, bounced or were held are left out: no rule was asked about them.
    """
    for row in store.inbox.each():
        if row.taken_at < since:
            return
        if row.outcome not in _DECIDED:
            continue
        arrival = _again(row, store, context)
        before, after = _outcome(arrival, old, row), _outcome(arrival, new, row)
        differing = [name for name in before if before[name] != after[name]]
        if differing:
            yield Change(
                row.id, row.ticket, row.subject, {n: before[n] for n in differing}, {n: after[n] for n in differing}
            )


def _again(row: InboxRow, store: Store, context: Context) -> Arrival:
    """See a mail as it came, as if from somebody known who refers to no ticket."""
    reading = read(store.inbox.raw(row.id), context, row)
    author = reading.message.author
    return Arrival(
        message=reading.message,
        verdict=reading.verdict,
        text=reading.text,
        language=reading.language,
        speaker=Speaker(
            author.email if author else "",
            author.name if author else "",
            authenticated=reading.authentication.passed,
            refuted=reading.authentication.failed,
        ),
        thread=Thread(),
        mailbox=row.mailbox,
        own=context.own,
        contact=context.contacts().get(author.email) if author else None,
    )


def _outcome(arrival: Arrival, rulebook: Rulebook, row: InboxRow) -> dict[str, str]:
    decision = decide(None, arrival, rulebook, row.taken_at)
    ticket = decision.after
    fields = {name: getattr(ticket, name) if ticket else "" for name in _COMPARED}
    return {
        "outcome": decision.outcome,
        **{name: " ".join(value) if isinstance(value, tuple) else value for name, value in fields.items()},
        "suggest": " ".join(decision.suggest),
    }
