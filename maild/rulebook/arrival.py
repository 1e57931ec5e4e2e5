"""The stimulus "a mail has come", with all that was looked up about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from maild.desk.rating import Rating
from maild.desk.ticket import Ticket
from maild.desk.trust import Speaker, Thread
from maild.mail.classify import Verdict
from maild.mail.message import Message
from maild.rulebook.roster import Workload


@dataclass(frozen=True, slots=True)
class BouncedNotice:
    """A notice of ours that a bounce or an abuse report is about."""

    outbox_id: int
    ticket: int
    notice: str
    to: str


@dataclass(frozen=True, slots=True)
class Contact:
    """What the desk knows of a requester beforehand."""

    email: str
    name: str = ""
    department: str = ""
    location: str = ""
    phone: str = ""
    language: str = ""
    vip: bool = False


@dataclass(frozen=True, slots=True)
class Solved:
    """An earlier ticket, and what helped."""

    number: int
    subject: str
    solution: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that has come."""

    message: Message
    verdict: Verdict
    text: str
    """The readable reply."""
    language: str
    speaker: Speaker
    thread: Thread
    mailbox: str
    """Our address that took the mail."""
    own: frozenset[str]
    """All addresses of ours; they never become participants."""
    bounced: tuple[BouncedNotice, ...] = ()
    duplicate_of: str = ""
    """Says which mail this one repeats, or ""."""
    duplicate_ticket: Ticket | None = None
    workload: Workload = field(default_factory=Workload)
    answers: str = ""
    """The notice of ours that it answers, by our own Message-ID; "" where it answers none."""
    rated: Rating | None = None
    """How the ticket was rated before."""
    contact: Contact | None = None
    """Who the sender is by the desk's own list; None where the list does not have the address."""
    found: tuple[str, ...] = ()
    """Articles whose words and error codes fit a new mail, the best first."""
    quoted: str = ""
    """What stands below the readable reply: earlier mails, which the desk may never have seen."""
    solved: tuple[Solved, ...] = ()
    """Earlier tickets that a new mail is like, the best first."""
