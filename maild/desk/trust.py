"""Who may say what by mail: tokens that bind a ticket to an address, and how far a sender is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from maild.desk.ticket import Ticket

_MAC_BYTES = 10
"""80 bits: too many to guess by mail, few enough that a Message-ID stays short."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"(\d{1,12})\.([a-z2-7]{8,32})\.(\d{1,6})\.([a-z2-7]{16})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets tokens are made with: the first signs, every one is accepted, so that keys can be rotated."""

    secrets: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"Keys({len(self.secrets)})"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was found in a mail: genuine for `ticket` and the address it was checked against."""

    ticket: int
    expires: datetime
    text: str


def _mac(secret: bytes, ticket: int, recipient: str, nonce: str, day: int) -> str:
    text = f"maild reply token\0{ticket}\0{recipient.lower()}\0{nonce}\0{day}".encode()
    digest = hmac.new(secret, text, hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.b32encode(digest).decode().lower()


def make_token(keys: Keys, ticket: int, recipient: str, nonce: str, expires: datetime) -> str:
    """Sign (ticket, recipient, nonce, expiry) with HMAC-SHA256 cut to 80 bits.

    Args:
        nonce: 8-32 characters of lower-case base32, different for every notice.
        expires: aware; kept to the day, rounded up.

    Returns:
        `ticket.nonce.day.mac`, lower case, fit for the local part of a Message-ID or an address.
    """
    if not re.fullmatch(r"[a-z2-7]{8,32}", nonce):
        raise ValueError("a nonce is 8-32 characters of lower-case base32")
    day = (expires - _EPOCH).days + 1
    return f"{ticket}.{nonce}.{day}.{_mac(keys.secrets[0], ticket, recipient, nonce, day)}"


def check_token(keys: Keys, text: str, sender: str, now: datetime) -> Token | str:
    """Check a token against the address that uses it.

    Returns:
        The token, or a sentence that says why it is not believed. Any text is allowed, none raises.
    """
    match = _TOKEN.fullmatch(text)
    if not match:
        return "it has not the form of a token"
    ticket, nonce, day, mac = int(match[1]), match[2].lower(), int(match[3]), match[4].lower()
    if not any(hmac.compare_digest(mac, _mac(secret, ticket, sender, nonce, day)) for secret in keys.secrets):
        return f"its signature does not fit ticket #{ticket} and {sender}"
    expires = _EPOCH + timedelta(days=day)
    if now >= expires:
        return f"it expired on {expires:%Y-%m-%d}"
    return Token(ticket, expires, text)


def number_of_token(text: str) -> int | None:
    """Give the ticket a token names, genuine or not: a hint, like a number in a subject."""
    match = _TOKEN.fullmatch(text)
    return int(match[1]) if match else None


def token_of_message_id(message_id: str, domains: frozenset[str]) -> str | None:
    """Give the token a Message-ID of ours carries, or None when the Message-ID cannot be ours."""
    local, at, domain = message_id.strip("<> \t").rpartition("@")
    if at and domain.lower() in domains and _TOKEN.fullmatch(local):
        return local
    return None


def make_message_id(token: str, domain: str) -> str:
    """Make the Message-ID that carries a token back in In-Reply-To and References (RFC 5322 section 3.6.4)."""
    return f"<{token}@{domain}>"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a mail says it is from, and what speaks for that."""

    email: str
    name: str = ""
    authenticated: bool = False
    """A configured authserv-id confirmed the From domain by DMARC or aligned DKIM."""
    refuted: bool = False
    """A configured authserv-id says that the From domain is forged (DMARC fail)."""
    known: bool = False
    """A contact, of one of our own domains, or someone who has shown before that the address is his."""

    @property
    def believed(self) -> bool:
        """Enough is known of the sender to repeat his words to the address he gave."""
        return not self.refuted and (self.authenticated or self.known)

    @property
    def sure(self) -> str:
        """In one word, how sure it is who wrote: confirmed | refuted | known | unknown."""
        if self.refuted:
            return "refuted"
        return "confirmed" if self.authenticated else "known" if self.known else "unknown"


def proof(speaker: Speaker, thread: Thread) -> str:
    """Say by what a person shows that the address he writes from is his; "" where nothing shows it.

    To have a ticket shows nothing: whoever forges a first mail gives his victim one, and a second forged mail would
    have its words repeated to the victim. A token of ours shows that he reads what is sent there.
    """
    if speaker.refuted:
        return ""
    if thread.evidence is not None and thread.evidence.kind == "token":
        return "answered a mail of ours"
    return "was confirmed by the mail server" if speaker.authenticated else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What ties a mail to a ticket."""

    kind: str
    """token | reference | tag | address (a token that was issued to somebody else, or has expired)
    | answered (a mail of the ticket answers this one) | shared (a mail of the ticket answers the same unseen mail)"""
    ticket: int
    detail: str
    """The token, Message-ID or subject tag itself."""
    people: frozenset[str] = frozenset()
    """Whom the mail is from and to; only where the mail it hangs together by had not been seen."""


def may_follow_up(ticket: Ticket, speaker: Speaker, evidence: Evidence) -> tuple[bool, str]:
    """Decide whether a mail joins a ticket, and say why in one sentence."""
    if speaker.refuted:
        return False, f"the receiving server says that {speaker.email} did not send it"
    if evidence.kind == "token":
        return True, f"it carries a token that was issued to {speaker.email}"
    if evidence.kind in _UNSEEN:
        return _may_join_late(ticket, speaker, evidence)
    if any(participant.email == speaker.email for participant in ticket.participants):
        found = {
            "reference": "it answers a mail of the ticket",
            "tag": f"its subject carries [#{ticket.number}]",
            "address": "it goes to the address of the ticket",
        }
        return True, f"{speaker.email} is a participant and {found[evidence.kind]}"
    return False, f"{speaker.email} is no participant of #{ticket.number}"


_UNSEEN = {
    "answered": "a mail of #{} answers it, which was taken before it",
    "shared": "it answers the same mail as one of #{}",
}


def _may_join_late(ticket: Ticket, speaker: Speaker, evidence: Evidence) -> tuple[bool, str]:
    """Decide about a mail that hangs together with a ticket by a mail which had not come when the ticket was opened.

    Whoever opened the ticket has proved nothing by naming a mail that nobody here had seen, so both sides must have
    meant each other: else somebody could open a ticket "in answer" to a mail on its way, copy in who writes it, and be
    told all that is said about it.
    """
    found = _UNSEEN[evidence.kind].format(ticket.number)
    others = [person.email for person in ticket.participants if person.email not in evidence.people]
    if not any(participant.email == speaker.email for participant in ticket.participants):
        return False, f"{found}, but {speaker.email} is no participant there"
    if others:
        return False, f"{found}, but it was not written to {', '.join(others[:3])}, who would hear of it there"
    return True, f"{found}, and each is written to everybody of the other"


@dataclass(frozen=True, slots=True)
class Refused:
    """A ticket that a mail named in vain."""

    ticket: Ticket
    why: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Which ticket a mail belongs to, and which it named in vain."""

    ticket: Ticket | None = None
    evidence: Evidence | None = None
    reason: str = "it refers to no ticket"
    refused: tuple[Refused, ...] = ()
    """Tickets it has to do with and may not join; agents see the link, the sender learns nothing."""
    also: tuple[Ticket, ...] = ()
    """Tickets it could have joined as well, since mails of theirs answer it."""


def choose_thread(candidates: tuple[tuple[Ticket, Evidence], ...], speaker: Speaker) -> Thread:
    """Take the first ticket, in the order of the evidence, that the speaker may follow up on."""
    refused: dict[int, Refused] = {}
    also: dict[int, Ticket] = {}
    chosen: Thread | None = None
    for ticket, evidence in candidates:
        if chosen and evidence.kind != "answered":
            continue
        allowed, reason = may_follow_up(ticket, speaker, evidence)
        if chosen and allowed:
            also[ticket.number] = ticket
        elif allowed:
            chosen = Thread(ticket, evidence, reason)
        elif chosen is None and evidence.kind != "shared":
            refused.setdefault(ticket.number, Refused(ticket, reason))
    if chosen is None:
        reasons = "; ".join(one.why for one in refused.values())
        return Thread(reason=reasons or "it refers to no ticket", refused=tuple(refused.values()))
    others = (one for number, one in refused.items() if number != chosen.ticket.number)
    also.pop(chosen.ticket.number, None)
    return replace(chosen, refused=tuple(others), also=tuple(also.values()))
