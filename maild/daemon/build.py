"""From the settings to a house that runs: every room is made here once and handed what it needs."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

from maild.daemon.loops import Daemon
from maild.daemon.owner import new_owner
from maild.desk.calendar import Calendar, Span, Spans
from maild.desk.length import Length
from maild.desk.sla import Sla
from maild.desk.ticket import PRIORITIES
from maild.desk.trust import Keys
from maild.edge.imap import ImapAccount, Mailbox
from maild.edge.smtp import Courier, SmtpAccount
from maild.edge.templates import Templates
from maild.flow.context import Context
from maild.log import Log
from maild.mail.message import Address
from maild.rulebook.defaults import Defaults
from maild.settings import Account, Missing, Settings, access_token, shipped, signing_key
from maild.store import Store, open_store

_NONCE_BYTES = 6


def build_daemon(settings: Settings, log: Log, **options: object) -> Daemon:
    """Make the daemon of these settings; opens the database, no connection to a mail server yet."""
    return Daemon(
        build_store(settings),
        build_context(settings),
        [Mailbox(account) for account in imap_accounts(settings)],
        lambda: Courier(smtp_account(settings)),
        log,
        new_owner(),
        parallel=settings.smtp.connections,
        poll=min(box.poll for box in settings.mailboxes),
        **options,
    )


def build_store(settings: Settings) -> Store:
    """Open the database and bring it to this version's schema."""
    return open_store(settings.database.url.get_secret_value())


def build_context(settings: Settings) -> Context:
    """Make what every journey is given; reads the templates and the secret, makes the secret where it is missing."""
    name, address = parseaddr(settings.smtp.from_)
    templates = Templates(template_folders(settings))
    defaults = build_defaults(settings)
    return Context(
        own=settings.own_addresses,
        sender=Address(name or settings.desk.name, address.lower()),
        keys=build_keys(settings.trust.secret_file),
        render=templates.render,
        rulebook=lambda: defaults,
        nonce=new_nonce,
        timezone=settings.desk.timezone,
        trusted_authserv_id=frozenset(name.lower() for name in settings.trust.trusted_authserv_id),
        own_domains=frozenset(domain.lower() for domain in settings.trust.own_domains)
        or frozenset(address.rpartition("@")[2] for address in settings.own_addresses),
        plus_addressing=settings.smtp.plus_addressing,
    )


def build_keys(path: Path) -> Keys:
    """Read the secrets of a file, one a line: the first signs, all are accepted, so that one can be put before."""
    return Keys(tuple(line for line in signing_key(path).split(b"\n") if line.strip()))


def new_nonce() -> str:
    """Give ten characters of base32 that were never used before."""
    return base64.b32encode(secrets.token_bytes(_NONCE_BYTES)).decode().lower().rstrip("=")


def template_folders(settings: Settings) -> tuple[Path, ...]:
    """Name where templates are looked for: the admin's own first, then those that came with maild."""
    return tuple(dict.fromkeys((settings.paths.templates, shipped("templates"))))


def build_defaults(settings: Settings) -> Defaults:
    """Make the fixed answers from the settings of the desk."""
    desk = settings.desk
    calendar = Calendar("office", desk.zone, week(desk.hours))
    promise = Length.parse(desk.promise)
    sla = {priority: Sla(priority, calendar, acknowledge=promise, first_response=promise) for priority in PRIORITIES}
    return Defaults(reopen_within=timedelta(days=desk.reopen_days), sla=sla)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week(hours: Mapping[str, str]) -> tuple[Spans, ...]:
    """Turn `{"mon-fri": "09:00-12:00 13:00-18:00"}` into the open hours of each day, Monday first."""
    days: list[Spans] = [()] * 7
    for names, text in hours.items():
        first, _, last = names.partition("-")
        spans = tuple(Span(*map(_minutes, span.split("-"))) for span in text.split())
        for day in range(_DAYS.index(first), _DAYS.index(last or first) + 1):
            days[day] = spans
    return tuple(days)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def imap_accounts(settings: Settings) -> list[ImapAccount]:
    """Say how to reach each mailbox."""
    return [
        ImapAccount(
            address=box.address,
            folder=box.folder,
            processed=box.processed,
            held=box.held,
            size_limit=box.size_limit,
            **_sign_in(box),
        )
        for box in settings.mailboxes
    ]


def smtp_account(settings: Settings) -> SmtpAccount:
    """Say how to reach the server that takes our mail."""
    return SmtpAccount(connections=settings.smtp.connections, **_sign_in(settings.smtp))


def _sign_in(account: Account) -> Mapping[str, object]:
    return {
        "host": account.host,
        "port": account.port,
        "security": account.security,
        "username": account.username,
        "password": account.password.get_secret_value() if account.password else "",
        "oauth": (lambda: _token(account)) if account.oauth else None,
        "ca_file": str(account.ca_file) if account.ca_file else None,
        "allow_plaintext": account.allow_plaintext,
        "timeout": account.timeout,
    }


def _token(account: Account) -> str:
    found = access_token(account.oauth)
    if isinstance(found, Missing):
        raise ConnectionError(f"no access token for {account.host}: {found.what}")
    return found.secret.get_secret_value()
