"""From an account to a signed-in client: connect, encrypt, sign in, say who we are."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable

from imapclient.exceptions import LoginError

from maild import __version__
from maild.edge.imap_account import ImapAccount, MailboxDown
from maild.edge.imap_reason import explain, refused, sign_in_refused, words
from maild.edge.imap_wire import Client

ATOM = re.compile(r"[A-Za-z0-9@._+=-]+")


def sign_in(account: ImapAccount) -> Client:
    """Give a client that may open folders; raises MailboxDown."""
    if problem := account.objection():
        raise MailboxDown(problem, temporary=False)
    client, doing = None, "connecting"
    try:
        client = _connect(account)
        doing = "beginning TLS"
        _secure(client, account)
        doing = "signing in"
        client.wire.begin()
        _authenticate(client, account)
        _introduce(client, account)
        return client
    except Exception as error:
        if client is not None:
            client.wire.shutdown()
        if isinstance(error, MailboxDown):
            raise
        raise explain(error, account, doing) from error


def _connect(account: ImapAccount) -> Client:
    host, _, port = account.where.rpartition(":")
    context = _trust(account) if account.security == "tls" else None
    return Client(host, int(port), context, account.timeout)


def _trust(account: ImapAccount) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=account.ca_file)
    except OSError as error:
        why = error.strerror or error
        raise MailboxDown(f"The certificates in {account.ca_file} cannot be read: {why}.", temporary=False) from error


def _secure(client: Client, account: ImapAccount) -> None:
    if account.security != "starttls":
        return
    if client.wire.state == "AUTH":
        # RFC 9051 section 11.1: a PREAUTH greeting would let somebody between us keep the line readable.
        raise MailboxDown(f"{account.where} opens a session before it is encrypted.", temporary=False)
    if not client.has_capability("STARTTLS"):
        raise MailboxDown(
            f"{account.where} offers no STARTTLS, so the password was not sent. "
            'Set security to "tls" and the port for it (993).',
            temporary=False,
        )
    client.wire.begin()
    client.wire.encrypt(_trust(account))
    client.refresh_capabilities()


def _authenticate(client: Client, account: ImapAccount) -> None:
    if client.wire.state == "AUTH":
        return
    offers = {name.decode("ascii", "replace") for name in client.capabilities()}
    try:
        if account.oauth:
            _with_token(client, account, offers)
        else:
            _with_password(client, account, offers)
    except LoginError as error:
        # imapclient calls a connection lost while signing in a wrong password, too.
        lost = error.__context__
        if isinstance(lost, imaplib.IMAP4.abort):
            raise lost from None
        raise sign_in_refused(words(error), account) from error
    client.refresh_capabilities()


def _with_password(client: Client, account: ImapAccount, offers: set[str]) -> None:
    secret = _secret(account, account.password)
    if "AUTH=PLAIN" in offers and "AUTH=PLAIN" not in account.avoid:
        client.sasl_login("PLAIN", lambda _: f"\0{account.username}\0{secret}".encode())
    elif "LOGINDISABLED" in offers:
        raise MailboxDown(
            f'{account.where} takes no password on this line; set security to "tls" or "starttls".', temporary=False
        )
    elif not (account.username + secret).isascii():
        raise MailboxDown(
            f"{account.where} takes only ASCII letters, digits and signs in a user name and a password.",
            temporary=False,
        )
    else:
        # imaplib quotes the password, but not the name.
        name = account.username
        client.login(name if ATOM.fullmatch(name) else quoted(name), secret)


def _with_token(client: Client, account: ImapAccount, offers: set[str]) -> None:
    assert account.oauth is not None
    token = _secret(account, account.oauth)
    if "AUTH=OAUTHBEARER" in offers and "AUTH=XOAUTH2" not in offers:
        name = account.username.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 section 4
        client.sasl_login("OAUTHBEARER", Bearer(f"n,a={name},\1auth=Bearer {token}\1\1"))  # RFC 7628 section 3.1
    else:
        client.sasl_login("XOAUTH2", Bearer(f"user={account.username}\1auth=Bearer {token}\1\1"))


class Bearer:
    """Answers a server's challenges: the token first, and an empty line to each complaint about it.

    imapclient sends the token again instead, and the server waits for the empty line.
    """

    def __init__(self, first: str):
        self._answers = [first.encode()]

    def __call__(self, challenge: bytes) -> bytes:
        return self._answers.pop() if self._answers else b""


def _secret(account: ImapAccount, source: str | Callable[[], str]) -> str:
    try:
        secret = source if isinstance(source, str) else source()
    except Exception as error:
        raise MailboxDown(f"The password for {account.address} cannot be had: {error}") from error
    if not secret:
        raise MailboxDown(f"There is no password for {account.address}.", temporary=False)
    if re.search(r"[\r\n\0]", account.username + secret):
        raise MailboxDown(
            f"The user name or the password for {account.address} contains a line break.", temporary=False
        )
    return secret


def _introduce(client: Client, account: ImapAccount) -> None:
    """Say who asks (RFC 2971): NetEase's servers open no folder to a client without a name."""
    if client.has_capability("ID") and "ID" not in account.avoid:
        refused(client.id_, {"name": "maild", "version": __version__})


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
