"""What is decided about one stimulus: changes, notices and the trace that explains them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maild.desk.drafted import DraftArticle
from maild.desk.orders import Orders
from maild.desk.rating import Rating
from maild.desk.ticket import Entry, Ticket

OUTCOMES = (
    "opened",
    "followed_up",
    "commanded",
    "bounced",
    "auto_reply",
    "loop",
    "duplicate",
    "spam",
    "ignored",
    "held",
)
"""Every mail ends in exactly one of these."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a trace: what was looked at, what came of it, and why."""

    stage: str
    """classify | thread | trust | rule | set | due | assign | suggest | notice"""
    name: str
    hit: bool
    reason: str
    line: int | None = None
    """The line of the rulebook that decided, where one did."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail maild means to write; it becomes an outbox row in the same commit."""

    name: str
    """A template of templates/<language>/."""
    to: str
    """The recipient's address, in lower case."""
    role: str
    """requester | participant | assignee | agent | lead | queue | admin"""
    language: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the template needs beyond the ticket."""
    withheld: str = ""
    """Why the gate does not let it out; "" where it does."""
    send_at: datetime | None = None
    """None sends it at once."""
    words: bool = False
    """A person's own words, not an answer of the machine: no cap keeps them back, and they bear no Auto-Submitted."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A notice of ours that did not arrive, as a bounce or an abuse report tells."""

    outbox_id: int
    address: str
    status: str
    """An enhanced status code (RFC 3463), or "" where none was given."""
    hard: bool
    """Nothing shall be sent to this address any more."""
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """Another ticket that the mail has to do with, for agents to see; its sender learns nothing of it."""

    number: int
    why: str
    """What is the matter, to be read on either of the two."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one stimulus; pure data, written by `maild.flow.commit`."""

    outcome: str
    reason: str
    """One sentence for a person: why this outcome."""
    before: Ticket | None = None
    after: Ticket | None = None
    """The ticket as it shall be; number 0 where it is new."""
    entries: tuple[Entry, ...] = ()
    linked: tuple[Link, ...] = ()
    """Tickets whose agents are told that this one has to do with them."""
    proved: str = ""
    """By what the sender has shown that his address is his; "" where he has not, or is known anyway."""
    awaits: tuple[str, ...] = ()
    """Message-IDs that the mail answers and that have not come, should they still do so."""
    notices: tuple[Notice, ...] = ()
    steps: tuple[Step, ...] = ()
    undelivered: tuple[Undelivered, ...] = ()
    suggest: tuple[str, ...] = ()
    orders: Orders | None = None
    """Where an agent's mail ordered it."""
    elsewhere: tuple[tuple[int, Entry], ...] = ()
    """Lines for the history of other tickets."""
    others: tuple[Ticket, ...] = ()
    """Other tickets as they shall be."""
    rating: Rating | None = None
    """What the requester thinks of the help, where he said so."""
    draft: DraftArticle | None = None
    """What an agent wants to become an article."""
    also: tuple[Decision, ...] = ()
    """Decisions about further tickets that the same mail gives rise to; they are written in the same transaction."""
