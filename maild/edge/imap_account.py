"""What maild must know of a mailbox, and how it says that the mailbox cannot be had now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from maild.settings.host import is_loopback

MEGABYTE = 1024 * 1024


class MailboxDown(Exception):
    """The mailbox cannot be used now: why, in words for a person, and whether waiting alone may help."""

    def __init__(self, reason: str, temporary: bool = True):
        super().__init__(reason)
        self.reason = reason
        self.temporary = temporary


@dataclass(frozen=True)
class ImapAccount:
    """A mailbox, how to sign in to it, and what becomes of the mails in it."""

    address: str
    host: str
    username: str
    password: str | Callable[[], str] = ""
    """The password, or what gives it: called at every sign-in, so that a changed file is read again."""
    port: int = 0
    """0 means the usual one: 993 for "tls", otherwise 143."""
    security: str = "tls"
    """tls | starttls | none"""
    oauth: Callable[[], str] | None = None
    """Gives an access token that is still good, for servers that take no password (XOAUTH2, OAUTHBEARER)."""
    folder: str = "INBOX"
    processed: str = "Processed"
    held: str = "Held"
    """Folder names are as a person writes them, with "/" between levels; the server's own ways are found out."""
    ca_file: str | Path | None = None
    """Trust this authority and no other; None trusts those the machine trusts."""
    allow_plaintext: bool = False
    """Let the password travel unencrypted to another machine."""
    timeout: float = 30.0
    """Seconds of silence after which the server counts as down."""
    size_limit: int = 25 * MEGABYTE
    """Of a larger mail only the header is taken."""
    batch: int = 50
    """Mails fetched at once."""
    avoid: frozenset[str] = frozenset()
    """Capabilities (IDLE, MOVE, UIDPLUS ...) the server claims but does badly."""

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port or (993 if self.security == 'tls' else 143)}"

    def objection(self) -> str:
        """Say what forbids using this account at all, or "" where nothing does."""
        if self.security not in {"tls", "starttls", "none"}:
            return f'security is "{self.security}"; it can be "tls", "starttls" or "none".'
        if self.security == "none" and not (self.allow_plaintext or is_loopback(self.host)):
            return (
                f"The password and every mail would travel to {self.host} unencrypted. Set security to "
                '"tls" or "starttls"; only for a server on this same machine is "none" taken at its word.'
            )
        for purpose, folder in (("processed", self.processed), ("held", self.held)):
            if folder.casefold() == self.folder.casefold():
                return (
                    f'Mails are taken from "{self.folder}", so they cannot be moved there: give {purpose} another name.'
                )
        return ""
