"""A ticket and what happened to it, in the words of DESIGN.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

STATUSES = ("new", "open", "pending", "resolved", "closed")
IMPACTS = ("individual", "department", "company")
URGENCIES = ("low", "medium", "high")
PRIORITIES = ("P1", "P2", "P3", "P4")


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone who may see a ticket's correspondence: its requester or a Cc."""

    email: str
    name: str = ""
    role: str = "cc"
    """requester | cc"""


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """What an entry knows of a file; its content stays in the raw mail."""

    name: str
    type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a ticket's history."""

    at: datetime
    kind: str
    """correspondence | comment | change | notice | auto_reply | bounce"""
    direction: str
    """in | out | none"""
    author: str
    """An address, an agent's name or "maild"."""
    subject: str = ""
    text: str = ""
    """What the person wrote now, without what they quoted."""
    message_id: str = ""
    attachments: tuple[AttachmentInfo, ...] = ()
    trace: str = ""
    """The JSON of the decision that made it, where a mail or the clock did."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The state of one ticket; times are aware and in UTC, None where it has not happened."""

    number: int
    subject: str
    requester: str
    """The address who asked, in lower case."""
    requester_name: str
    language: str
    """A language of templates/: en, zh."""
    opened_at: datetime
    status: str = "new"
    queue: str = ""
    category: str = "other"
    impact: str = "individual"
    urgency: str = "medium"
    priority: str = "P3"
    assignee: str = ""
    """The key of an agent in the rulebook, or ""."""
    tags: tuple[str, ...] = ()
    acknowledged_at: datetime | None = None
    """When the SMTP server accepted the receipt."""
    acknowledge_due: datetime | None = None
    first_response_due: datetime | None = None
    first_responded_at: datetime | None = None
    resolution_due: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None
    parent: int | None = None
    """The incident this ticket belongs to, or the ticket it continues."""
    mailbox: str = ""
    """The address of ours that it came to; notices about it are sent from there."""
    details: tuple[tuple[str, str], ...] = ()
    """What the requester told when asked: (question, answer); the questions are those of `desk.asking`."""
    cause: str = ""
    """Why it happened, where somebody said so."""
    solution: str = ""
    """What solved it, in the words that the requester was told."""
    solved_by: str = ""
    """agent | self-service; "" while it is not solved, and where time alone closed it."""
    suggested: tuple[str, ...] = ()
    """The articles its requester was shown while he waited."""
    elapsed_seconds: int | None = None
    """From its opening until it was solved."""
    business_seconds: int | None = None
    """By the calendar of its priority, without what it waited for its requester or was held for solved."""
    touches: int = 0
    """How often somebody of the desk wrote about it until it was solved."""
    waits_until: datetime | None = None
    """When it opens again by itself; only while it is pending, and where an agent named the moment."""
    participants: tuple[Participant, ...] = field(default=())
