"""From the settings to a house that runs: every room is made here once and handed what it needs."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from maild.daemon.articles import Shelves, read_articles
from maild.daemon.folders import template_folders
from maild.daemon.loops import Daemon
from maild.daemon.owner import new_owner
from maild.daemon.rulebook import Files, open_files
from maild.daemon.secret import OTHER, is_other
from maild.desk.trust import Keys
from maild.edge.imap import ImapAccount, Mailbox
from maild.edge.shelf import Shelf
from maild.edge.smtp import Courier, SmtpAccount
from maild.edge.templates import Templates
from maild.flow.context import Context
from maild.knowledge.library import Library
from maild.log import Log
from maild.mail.message import Address
from maild.problem import errors
from maild.settings import Account, Missing, Settings, access_token, signing_key
from maild.store import Store, open_store

_NONCE_BYTES = 6


def build_daemon(settings: Settings, log: Log, **options: object) -> Daemon:
    """Make the daemon of these settings; opens the database, no connection to a mail server yet."""
    shelves = Shelves(settings)
    files = replace(open_files(settings), others=(shelves,))
    store, context = build_store(settings), build_context(settings, files, lambda: shelves.current)
    for problem in errors(shelves.problems):
        log.trouble(problem.place, f"{problem.what}; nobody is shown this article")
    daemon = Daemon(
        store,
        context,
        [Mailbox(account) for account in imap_accounts(settings)],
        lambda: Courier(smtp_account(settings)),
        log,
        new_owner(),
        parallel=settings.smtp.connections,
        poll=min(box.poll for box in settings.mailboxes),
        files=files,
        admins=settings.desk.admins,
        **options,
    )
    if is_other(store, context.keys, daemon.clock()):
        log.trouble(str(settings.trust.secret_file), OTHER)
    from maild.daemon.web import build_server, build_site, wants_pages  # which takes a moment

    if wants_pages(settings):
        site = build_site(settings, store, context, log, daemon.clock, daemon.stuck)
        daemon.serve(build_server(settings, site))
    return daemon


def build_store(settings: Settings) -> Store:
    """Open the database and bring it to this version's schema."""
    return open_store(settings.database.url.get_secret_value())


def build_context(
    settings: Settings, files: Files | None = None, library: Callable[[], Library] | None = None
) -> Context:
    """Make what every journey is given; reads templates, articles and the secret, and makes that where it is missing.

    Raises UnsoundRulebook.
    """
    files = files or open_files(settings)
    templates = Templates(template_folders(settings))
    read = None if library else read_articles(settings)
    return Context(
        own=settings.own_addresses,
        sender=Address(settings.smtp.from_name or settings.desk.name, settings.smtp.from_address),
        keys=build_keys(settings.trust.secret_file),
        render=templates.render,
        rulebook=lambda: files.rulebook.current,
        contacts=lambda: files.contacts.current if files.contacts else {},
        nonce=new_nonce,
        library=library or (lambda: read.library),
        shelf=Shelf(settings.paths.drafts),
        trusted_authserv_id=frozenset(name.lower() for name in settings.trust.trusted_authserv_id),
        own_domains=own_domains(settings),
        plus_addressing=settings.smtp.plus_addressing,
        digest_hour=settings.desk.digest_hour,
        undo=timedelta(seconds=settings.desk.undo_seconds),
        canned=templates.canned,
        base_url=settings.web.base_url or "",
    )


def own_domains(settings: Settings) -> frozenset[str]:
    """Name the domains whose people are known: what the settings say, else those of our addresses.

    A provider's domain is everybody's: that a stranger has an address there says nothing about him.
    """
    said = frozenset(domain.lower() for domain in settings.trust.own_domains)
    return said or frozenset(address.rpartition("@")[2] for address in settings.own_addresses) - EVERYBODYS


EVERYBODYS = frozenset(
    {
        "126.com", "139.com", "163.com", "189.cn", "aliyun.com", "aol.com", "fastmail.com", "foxmail.com", "free.fr",
        "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.com",
        "mail.ru", "me.com", "msn.com", "orange.fr", "outlook.com", "proton.me", "protonmail.com", "qq.com", "sina.cn",
        "sina.com", "sohu.com", "t-online.de", "web.de", "yahoo.com", "yandex.com", "yandex.ru", "yeah.net", "zoho.com",
    }
)  # fmt: skip
"""Providers that give an address to anybody."""


def build_keys(path: Path) -> Keys:
    """Read the secrets of a file, one a line: the first signs, all are accepted, so that one can be put before."""
    return Keys(tuple(line for line in signing_key(path).split(b"\n") if line.strip()))


def new_nonce() -> str:
    """Give ten characters of base32 that were never used before."""
    return base64.b32encode(secrets.token_bytes(_NONCE_BYTES)).decode().lower().rstrip("=")


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
