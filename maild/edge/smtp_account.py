"""What maild must know of the server that sends its mail, and how it says that the server cannot be had now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from maild.settings.host import is_loopback


class ServerDown(Exception):
    """No mail can be handed over now: why, in words for a person."""

    def __init__(self, reason: str, crowded: bool = False):
        super().__init__(reason)
        self.reason = reason
        self.crowded = crowded
        """The server has too many connections already, ours perhaps among them."""


@dataclass(frozen=True)
class SmtpAccount:
    """A server that takes mail for anybody, and how to sign in to it."""

    host: str
    port: int = 0
    """0 means the usual one: 465 for "tls", 587 for "starttls", otherwise 25."""
    security: str = "tls"
    """tls | starttls | none"""
    username: str = ""
    """Empty where the server lets this machine send without signing in."""
    password: str | Callable[[], str] = field(default="", repr=False)
    """The password, or what gives it: called at every sign-in, so that a changed file is read again."""
    oauth: Callable[[], str] | None = None
    """Gives an access token that is still good, for servers that take no password (XOAUTH2)."""
    ca_file: Path | str | None = None
    """Trust this authority and no other; None trusts those the machine trusts."""
    allow_plaintext: bool = False
    """Let the password and the mails travel unencrypted to another machine."""
    timeout: float = 30.0
    """Seconds of silence after which the server counts as down."""
    data_timeout: float = 300.0
    """Seconds for taking a mail over once it was sent: who gives up too early sends it twice."""
    connections: int = 4
    idle: float = 60.0
    """Seconds after which an unused connection is closed."""
    local_hostname: str = ""
    """How this machine introduces itself; empty: by its own name."""

    @property
    def where(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.real_port}"

    @property
    def real_port(self) -> int:
        return self.port or {"tls": 465, "starttls": 587}.get(self.security, 25)

    def objection(self) -> str:
        """Say what forbids using this account at all, or "" where nothing does."""
        if self.security not in {"tls", "starttls", "none"}:
            return f'security is "{self.security}"; it can be "tls", "starttls" or "none".'
        if self.security == "none" and not (self.allow_plaintext or is_loopback(self.host)):
            return (
                f"Every mail, and the password, would travel to {self.host} unencrypted. Set security to "
                '"tls" or "starttls"; only for a server on this same machine is "none" taken at its word.'
            )
        return ""
