"""What a mail says, as values: the shape that every other room reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

Headers = tuple[tuple[str, str], ...]
"""Header fields in their order: (name in lower case, value unfolded and decoded)."""


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322 section 3.4: a display name and an addr-spec in lower case."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail; `name` is safe to save under and never a path."""

    name: str
    type: str
    content: bytes
    sha256: str
    inline: bool = False
    """Shown within the HTML text (referred to by its Content-ID)."""

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class Message:
    """A mail as its sender meant it, whatever its bytes looked like; made by `maild.mail.parse.parse`."""

    size: int
    """Octets of the raw mail."""
    sha256: str
    """Of the raw mail, in hexadecimal."""
    headers: Headers = ()
    from_: tuple[Address, ...] = ()
    """Every address of every From field; a second one is noted in `defects`."""
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    """Addresses of Delivered-To, X-Original-To, Envelope-To, newest first."""
    return_path: str | None = None
    """The envelope sender; "" is the null sender of a bounce, None means that no field said it."""
    subject: str = ""
    date: datetime | None = None
    """Aware, in UTC."""
    message_id: str = ""
    """With its angle brackets, or "" where there is none."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Oldest first, without what in_reply_to has."""
    content_type: str = "text/plain"
    """The media type of the whole mail, in lower case."""
    report_type: str = ""
    """The report-type of a multipart/report (RFC 6522): delivery-status, disposition-notification, feedback-report."""
    text: str = ""
    """The readable text: text/plain parts, else text/html made readable; "\\n" line ends, no control characters."""
    html: str = ""
    """The HTML as it came, decoded; never to be shown without cleaning."""
    attachments: tuple[Attachment, ...] = ()
    report: tuple[Headers, ...] = ()
    """Field groups of a machine-readable report: per message first, then one per recipient (RFC 3464, RFC 5965)."""
    returned: Headers = ()
    """The header fields of the mail that a report gives back."""
    calendar_method: str = ""
    """The METHOD of a text/calendar part (RFC 5546), in upper case: REQUEST, REPLY, CANCEL ..."""
    truncated: bool = False
    """Only the header was taken, because the mail was over the size limit."""
    defects: tuple[str, ...] = ()
    """What was wrong with the bytes and mended or cut, in words for an admin."""

    @cached_property
    def _index(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for name, value in self.headers:
            index.setdefault(name, []).append(value)
        return index

    def header(self, name: str) -> str | None:
        """Give the first field of this name (lower case), or None."""
        values = self._index.get(name)
        return values[0] if values else None

    def header_all(self, name: str) -> list[str]:
        """Give every field of this name (lower case), newest (topmost) first."""
        return list(self._index.get(name, ()))

    @property
    def author(self) -> Address | None:
        """Who speaks: the first From address. Never Reply-To, never Sender."""
        return self.from_[0] if self.from_ else None

    @cached_property
    def fingerprint(self) -> str:
        """Hash what the sender wrote, so that the same mail by two ways or under a new UID is known again.

        Fields that mail servers add on the way are left out; but what bears neither a Message-ID nor a Date, as the
        alarms of some devices do, is told from its like by the server that took it first.
        """
        digest = hashlib.sha256()
        author = self.author
        bare = not self.message_id and self.header("date") is None
        for part in (
            self.message_id,
            *(self.header_all("received")[-1:] if bare else ()),
            author.email if author else "",
            self.header("date") or "",
            self.subject,
            self.text,
            self.html,
            *(a.sha256 for a in self.attachments),
        ):
            digest.update(part.encode("utf-8", "surrogatepass"))
            digest.update(b"\0")
        return digest.hexdigest()
