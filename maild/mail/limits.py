"""How much of one mail is read, and the notes on what was wrong with it or cut."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep the reading of any mail within a fraction of a second; what lies beyond is cut and noted."""

    fields: int = 1_000
    """Header fields kept of the mail's header,"""
    part_fields: int = 100
    """and of a part's."""
    header: int = 1 << 20
    """Octets looked at of one header."""
    field: int = 64 << 10
    """Octets kept of one header field; RFC 5322 allows 998 a line, and a field may be folded."""
    depth: int = 20
    """Multiparts within multiparts."""
    parts: int = 1_000
    addresses: int = 1_000
    """Addresses kept of one kind of field (From, To, Cc ...)."""
    ids: int = 100
    """Message-IDs kept of References, the newest."""
    subject: int = 2_000
    text: int = 500_000
    """Characters of readable text."""
    html: int = 1_000_000
    """Characters of HTML looked at."""
    forwarded: int = 3
    """Mails within mails whose text is read when the mail has no text of its own."""


DEFAULT = Limits()


class Defects:
    """Collects what was wrong with the bytes, each thing once and in order."""

    __slots__ = ("_noted",)

    MOST = 40

    def __init__(self) -> None:
        self._noted: dict[str, None] = {}

    def note(self, words: str) -> None:
        if len(self._noted) < self.MOST:
            self._noted[words] = None

    def all(self) -> tuple[str, ...]:
        return tuple(self._noted)
