"""A desk on disk for the tests of the command line: settings, a database, and `maild` called as a person calls it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maild.cli import main
from maild.demo.servers import PASSWORD, Servers
from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.store import Arrived, Attempt, OutboxMail, Store

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Nine o'clock in the desk's own zone."""

SETTINGS = """
[mailbox]
address = "support@example.com"
host = "imap.example.com"
username = "support"
password = "hunter2"

[smtp]
host = "smtp.example.com"
from = "IT Helpdesk <support@example.com>"

[desk]
timezone = "Asia/Shanghai"
"""

QUESTION = (
    b"From: Eva Lindqvist <eva@example.com>\r\nTo: support@example.com\r\nSubject: VPN asks for a code\r\n"
    b"Message-ID: <q1@example.com>\r\nDate: Fri, 20 Nov 2026 09:00:00 +0800\r\n\r\nSince this morning.\r\n"
)
RECEIPT = (
    b"From: IT Helpdesk <support@example.com>\r\nTo: eva@example.com\r\nSubject: [#1001] VPN asks for a code\r\n"
    b"Message-ID: <r1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\nWe have your mail.\r\n"
)


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """A folder with settings, and maybe a database."""

    folder: Path
    capture: pytest.CaptureFixture[bytes]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/maild.db"

    def maild(self, *words: str) -> Said:
        """Run a command on this desk."""
        return self.anywhere("--config", str(self.folder / "maild.toml"), *words)

    def anywhere(self, *words: str) -> Said:
        """Run a command as it is."""
        self.capture.readouterr()
        with pytest.raises(SystemExit) as end:
            main(words)
        out, err = self.capture.readouterr()
        return Said(end.value.code or 0, out.decode(), err.decode())

    def settings(self, text: str) -> None:
        file = self.folder / "maild.toml"
        file.write_text(text)
        file.chmod(0o600)


def fill(store: Store) -> None:
    """Write a small morning: a ticket with its history and receipt, one mail held, one notice failed, one withheld."""
    store.inbox.keep(
        "support@example.com",
        7,
        [Arrived(1, QUESTION, len(QUESTION)), Arrived(2, b"Subject: ?\r\n\r\n", 14), Arrived(3, b"\r\n", 2)],
        NINE,
    )
    store.inbox.claim("test", NINE, 1)
    ticket = store.tickets.insert(
        Ticket(
            number=0,
            subject="VPN asks for a code, 请帮忙",
            requester="eva@example.com",
            requester_name="Eva Lindqvist",
            language="en",
            opened_at=NINE,
            status="open",
            queue="helpdesk",
            tags=("vpn",),
            first_response_due=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
            participants=(Participant("eva@example.com", role="requester"), Participant("tom@example.com")),
        )
    )
    trace = {
        "outcome": "opened",
        "reason": "a new question",
        "steps": [
            {"stage": "classify", "name": "correspondence", "hit": True, "reason": "no sign of a machine"},
            {"stage": "rule", "name": "vpn", "hit": False, "reason": "no word of it", "line": 12},
        ],
    }
    store.tickets.add_entry(
        ticket.number,
        Entry(
            at=NINE,
            kind="correspondence",
            direction="in",
            author="eva@example.com",
            subject="VPN asks for a code, 请帮忙",
            text="Since this morning.\n\x1b[2Jclear\u202eemit",
            message_id="<q1@example.com>",
            attachments=(AttachmentInfo("截图.png", "image/png", 1234, "ab" * 32),),
            trace=json.dumps(trace),
        ),
        inbox_id=1,
    )
    store.inbox.finish(
        1,
        outcome="opened",
        reason="a new question",
        ticket=ticket.number,
        message_id="<q1@example.com>",
        from_="eva@example.com",
        subject="VPN asks for a code, 请帮忙",
        fingerprint="f1",
        kind="correspondence",
    )
    store.inbox.hold(2, "it has no From", NINE)
    for number, (to, withheld) in enumerate(
        [("eva@example.com", ""), ("li@example.com", ""), ("list@example.com", "it is a list")], start=1
    ):
        store.outbox.queue(
            OutboxMail(
                ticket=ticket.number,
                notice="receipt" if number == 1 else "new-ticket",
                role="requester",
                to=to,
                subject="[#1001] VPN asks for a code, 请帮忙",
                message_id=f"<r{number}@example.com>",
                sender="support@example.com",
                raw=RECEIPT,
                send_at=NINE,
                withheld=withheld,
            ),
            NINE.replace(second=number),
        )
    store.outbox.claim("test", NINE.replace(minute=1), 10)
    store.outbox.record(
        [
            Attempt(1, NINE.replace(minute=1), "sent", "250 taken"),
            Attempt(2, NINE.replace(minute=1), "failed", "550 no such person"),
        ]
    )
    later = Ticket(0, "Printer", "王芳@例子.公司", "王芳", "zh", NINE.replace(hour=3), mailbox="support@example.com")
    store.tickets.insert(later)


def settings_for(servers: Servers) -> str:
    """Write settings for embedded servers on loopback."""
    return f"""
[mailbox]
address = "support@example.com"
host = "127.0.0.1"
port = {servers.imap_port}
security = "none"
username = "support@example.com"
password = "{PASSWORD}"

[smtp]
host = "127.0.0.1"
port = {servers.smtp_port}
security = "none"
from = "IT Helpdesk <support@example.com>"

[desk]
timezone = "Asia/Shanghai"
"""
