"""Accounts and mailboxes on the fake server, for the tests of the IMAP edge."""

from __future__ import annotations

from dataclasses import replace

from maild.edge.imap import Fetched, ImapAccount, Mailbox
from tests.edge.fake_imap import FakeImap


def account(server: FakeImap, **changes: object) -> ImapAccount:
    usual = ImapAccount(
        address="support@example.com",
        host="127.0.0.1",
        port=server.port,
        security="none",
        username="support",
        password="secret",
        timeout=5,
    )
    return replace(usual, **changes)


class Desk:
    """A mailbox in use: connected at once, closed at the end, with a clock that the test turns."""

    def __init__(self, server: FakeImap, **changes: object):
        self.now = 0.0
        self.mailbox = Mailbox(account(server, **changes), clock=lambda: self.now)

    def __enter__(self) -> Mailbox:
        self.mailbox.connect()
        return self.mailbox

    def __exit__(self, *_: object) -> None:
        self.mailbox.close()


def mail(text: str, octets: int = 0) -> bytes:
    return f"Subject: {text}\r\nFrom: a@example.com\r\n\r\n{text}\r\n".encode() + b"x" * octets


def taken(mailbox: Mailbox) -> list[Fetched]:
    return [mail for batch in mailbox.batches() for mail in batch.mails]
