"""What can be set, section by section, with the defaults."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr

import maild
from maild.settings.kinds import (
    Address,
    Addresses,
    AnyCase,
    Command,
    DatabaseUrl,
    FilePath,
    Host,
    Hours,
    Listen,
    Names,
    Plain,
    Port,
    Promise,
    Seconds,
    Sender,
    Size,
    TimeZone,
    WebAddress,
    Words,
    masked,
)


def shipped(name: str) -> Path:
    """Find what comes with maild: inside an installed wheel, or at the top of a checkout."""
    package = Path(maild.__file__).parent
    installed = package / "shipped" / name
    return installed if installed.exists() else package.parent / name


def _drafts(knowledge: Path | None) -> Path:
    """Lay drafts among the admin's own articles; where he has none, beside his settings."""
    return Path("drafts") if knowledge in (None, shipped("knowledge")) else knowledge / "drafts"


class Section(BaseModel):
    """One table of maild.toml: fixed once read, strict about names, silent about values in its errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, validate_default=True, hide_input_in_errors=True
    )


class OAuth(Section):
    """Where a fresh access token comes from at each sign-in (RFC 7628, XOAUTH2)."""

    token_file: FilePath | None = None
    token_command: Command = ()


class Account(Section):
    """A server, and how to sign in to it."""

    host: Host = Field(examples=["mail.example.com"])
    security: Annotated[Literal["tls", "starttls", "none"], AnyCase] = "tls"
    allow_plaintext: bool = False
    """Said once more, beside security = "none", for a server that is not on this machine."""
    port: Port
    username: Plain = ""
    password: SecretStr | None = None
    """After loading: wherever it came from. None with OAuth, or where nobody signs in."""
    password_file: FilePath | None = None
    password_env: Plain = ""
    password_credential: Plain = ""
    """A credential of systemd (LoadCredential=), by its name."""
    oauth: OAuth | None = None
    ca_file: FilePath | None = None
    """Certificates to trust instead of the machine's own."""
    timeout: Seconds = 60.0
    """For every single read and write."""


class Mailbox(Account):
    """An IMAP mailbox to read."""

    address: Address = Field(examples=["support@example.com"])
    also: Addresses = ()
    """Further addresses whose mail comes here."""
    host: Host = Field(examples=["imap.example.com"])
    port: Port = Field(default_factory=lambda data: 993 if data.get("security") == "tls" else 143)
    folder: Words = "INBOX"
    processed: Words = "Processed"
    held: Words = "Held"
    size_limit: Size = 25_000_000
    """A larger mail is taken as its header alone."""
    poll: Seconds = 60.0
    """How often to look, also where the server tells at once (IDLE)."""

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.also)


class Smtp(Account):
    """The server that takes what maild writes."""

    host: Host = Field(examples=["smtp.example.com"])
    port: Port = Field(default_factory=lambda data: {"tls": 465, "starttls": 587}.get(data.get("security"), 25))
    from_: Sender = Field(alias="from", examples=["IT Helpdesk <support@example.com>"])
    connections: int = Field(4, ge=1, le=50)
    plus_addressing: bool = False
    """Mail to support+anything@ comes to the mailbox too, so that Reply-To may carry a token."""

    @property
    def from_name(self) -> str:
        return parseaddr(self.from_)[0]

    @property
    def from_address(self) -> str:
        return parseaddr(self.from_)[1].lower()


class Database(Section):
    """Where tickets live; the URL is secret, for it may hold a password."""

    url: DatabaseUrl = SecretStr("sqlite:///maild.db")

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return masked(self.url.get_secret_value())


class Web(Section):
    """The few pages maild has."""

    listen: Listen = "127.0.0.1:8025"
    base_url: WebAddress | None = None
    """How people reach it from outside; None: notices carry no links."""
    monitors: Names = ("127.0.0.1/32", "::1/128")
    """Who may read /metrics: networks or addresses."""


class Paths(Section):
    """What the admin writes; what comes with maild where nothing is named."""

    rulebook: FilePath = Field(default_factory=lambda: shipped("rules.yaml"))
    templates: FilePath = Field(default_factory=lambda: shipped("templates"))
    knowledge: FilePath = Field(default_factory=lambda: shipped("knowledge"))
    drafts: FilePath = Field(default_factory=lambda data: _drafts(data.get("knowledge")))
    """Where `/knowledge` lays drafts of articles; nobody is shown one before it is moved among the articles."""
    contacts: FilePath | None = None
    """A CSV file of the people who may write: email, name, department, location, phone, language, vip."""


class Trust(Section):
    """How far a mail is believed."""

    secret_file: FilePath = Path("secret")
    trusted_authserv_id: Names = ()
    """Whose Authentication-Results count (RFC 8601 section 2.5)."""
    own_domains: Names = ()
    """Senders from here are known, not strangers."""


class Desk(Section):
    """The helpdesk in general, until the rulebook says more."""

    name: Words = "Helpdesk"
    language: Words = "en"
    """For people whose language cannot be told."""
    timezone: TimeZone = "UTC"
    hours: Hours = Field(default_factory=lambda: {"mon-fri": "09:00-17:00"})
    reopen_days: int = Field(14, ge=0)
    """A reply to a closed ticket reopens it this long; later it opens a new one."""
    low_rating: int = Field(2, ge=0, le=4)
    """A requester's rating (1-5) this low or lower brings the ticket back to the lead; 0: none does."""
    promise: Promise = "1bd"
    """By when a person answers, as the receipt says, where the rulebook has no SLA table."""
    undo_seconds: int = Field(60, ge=0, le=3600)
    """How long what an agent writes to people waits in the outbox, so that he can take it back."""
    digest_hour: int = Field(8, ge=-1, le=23)
    """When agents get the list of their open tickets, and leads the day of their queues, on open days; -1: never."""
    admins: Addresses = ()
    """Who hears when an edited rulebook is not sound; where none is named, the leads of its queues."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Logging(Section):
    """How maild tells what it does."""

    format: Literal["text", "json"] | None = None
    """None: text on a terminal, JSON lines elsewhere."""
    level: Annotated[Literal["debug", "info", "warning", "error"], AnyCase] = "info"


class Systemd(Section):
    """What the service manager said in the environment (sd_notify(3), sd_watchdog_enabled(3))."""

    notify_socket: str = ""
    watchdog: float = 0.0
    """Seconds within which it wants to hear from us; 0: it does not."""


class Settings(Section):
    """Everything maild is told before it starts."""

    mailboxes: tuple[Mailbox, ...] = Field(alias="mailbox", min_length=1)
    smtp: Smtp
    database: Database = Field(default_factory=Database)
    web: Web = Field(default_factory=Web)
    paths: Paths = Field(default_factory=Paths)
    trust: Trust = Field(default_factory=Trust)
    desk: Desk = Field(default_factory=Desk)
    log: Logging = Field(default_factory=Logging)
    systemd: Systemd = Field(default_factory=Systemd)
    """Never in the file."""

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address mail to or from which is ours."""
        return frozenset({self.smtp.from_address}.union(*(mailbox.addresses for mailbox in self.mailboxes)))
