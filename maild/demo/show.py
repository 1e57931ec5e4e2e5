"""The demo itself: the real daemon against embedded servers, told step by step."""

from __future__ import annotations

import email
import email.policy
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from maild.demo.mails import PEOPLE, SUPPORT, Receipt, Sample, first_wave, second_wave
from maild.demo.pages import answers, free_port, pages
from maild.demo.servers import PASSWORD, Servers
from maild.log import open_log
from maild.settings import Settings, load
from maild.store import Store

_LONGEST = 60.0
"""Seconds that the demo waits for the daemon before it says that something is wrong."""
_LOOK = 0.05

Build = Callable[..., Any]
"""maild.daemon.build.build_daemon"""


class Show:
    """One showing: a folder, two servers, a daemon, and what it does on the screen."""

    def __init__(self, console: Console, build: Build) -> None:
        self.console, self._build = console, build
        self._receipts: list[Receipt] = []
        self._letters: list[bytes] = []
        self._stop = threading.Event()

    def run(self, once: bool) -> int:
        """Show everything; give the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        with tempfile.TemporaryDirectory(prefix="maild-demo-") as folder, Servers(PEOPLE) as servers:
            servers.on_mail = self._delivered
            settings = _settings(Path(folder), servers, free_port())
            self.console.print(_welcome(servers))
            daemon = self._build(settings, open_log(sys.stdout, "text"))
            loops = threading.Thread(target=daemon.run, args=(self._stop,))
            loops.start()
            try:
                good = self._tell(servers, daemon.store) and self._open_pages(daemon)
                if good and not once:
                    self.console.print(_goodbye(servers, Path(folder)))
                    self._stop.wait()
            finally:
                self._stop.set()
                loops.join()
        return 0 if good else 1

    def _tell(self, servers: Servers, store: Store) -> bool:
        now = datetime.now(UTC)
        self.console.rule("A morning in the support mailbox")
        mails = self._bring(servers, store, first_wave(now), 0)
        self.console.rule("People answer what maild wrote")
        mails = self._bring(servers, store, second_wave(now, self._receipts), mails)
        if self._stop.is_set():
            return True
        self.console.rule("What became of it")
        self.console.print(_tickets(store))
        self.console.print(_outcomes(store))
        for name in ("eva@example.com", "wang.fang@example.com"):
            letter = next((raw for raw in self._letters if name.encode() in raw.partition(b"\r\n\r\n")[0]), None)
            if letter:
                self.console.print(_letter(letter))
        counted = sum(store.inbox.counts().values())
        self.console.print(f"{mails} mails came, {counted} have an outcome, none is lost.")
        return counted == mails and not store.inbox.waiting()

    def _open_pages(self, daemon: Any) -> bool:
        """Name the pages of some tickets and open each; False where one does not open."""
        if self._stop.is_set():
            return True
        self.console.rule("Pages that open from a mail, without an account")
        found = pages(daemon.store, daemon.context, datetime.now(UTC))
        good = True
        for page, answer in zip(found, answers(found), strict=True):
            said = {200: "opens"}.get(answer, f"does not open ({answer or 'no answer'})")
            self.console.print(f"{page.shows}; {said}:")
            self.console.print(f"  {page.url}", soft_wrap=True)
            good = good and answer == 200
        return good

    def _bring(self, servers: Servers, store: Store, samples: list[Sample], before: int) -> int:
        """Deliver mails and wait until each has its outcome and every notice has gone; give how many came so far."""
        for sample in samples:
            self.console.print(f"a mail comes: {sample.shows}", style="dim")
            servers.deliver(SUPPORT, sample.raw)
        came = before + len(samples)
        for _ in range(int(_LONGEST / _LOOK)):
            done = sum(store.inbox.counts().values())
            if done >= came and store.outbox.next_due() is None:
                break
            if self._stop.wait(_LOOK):
                break
        return came

    def _delivered(self, address: str, raw: bytes) -> None:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        if mail["X-Maild-Notice"]:
            self._letters.append(raw)
            self._receipts.append(Receipt(address, mail["Message-ID"], mail["Subject"]))


def demo(once: bool, build: Build) -> int:
    """Run the demo; `once` ends it after the samples. Gives 0, or 1 where a mail was left without an outcome."""
    return Show(Console(markup=False, highlight=False), build).run(once)


def _settings(folder: Path, servers: Servers, port: int) -> Settings:
    """Write a maild.toml such as an admin would, and read it."""
    file = folder / "maild.toml"
    file.write_text(
        f"""\
[mailbox]
address = "{SUPPORT}"
host = "127.0.0.1"
port = {servers.imap_port}
security = "none"
username = "{SUPPORT}"
password = "{PASSWORD}"

[smtp]
host = "127.0.0.1"
port = {servers.smtp_port}
security = "none"
from = "IT Helpdesk <{SUPPORT}>"

[web]
listen = "127.0.0.1:{port}"
base_url = "http://127.0.0.1:{port}"
""",
        encoding="utf-8",
    )
    file.chmod(0o600)
    loaded = load(file, environ={})
    if loaded.settings is None:
        raise RuntimeError("; ".join(problem.what for problem in loaded.problems))
    return loaded.settings


def _welcome(servers: Servers) -> Panel:
    return Panel(
        f"An IMAP server (127.0.0.1:{servers.imap_port}) and an SMTP server (127.0.0.1:{servers.smtp_port}) run inside "
        f"this program.\nmaild reads {SUPPORT} there, as it would read your own mailbox.",
        title="maild demo",
    )


def _goodbye(servers: Servers, folder: Path) -> Panel:
    return Panel(
        "It stays up. Send more from any mail program, or from a second terminal:\n\n"
        f"  IMAP and SMTP   127.0.0.1, ports {servers.imap_port} and {servers.smtp_port}, no encryption\n"
        f"  users           {', '.join(PEOPLE[1:5])} ...; the password is {PASSWORD}\n"
        f"  write to        {SUPPORT}\n\n"
        f"  maild --config {folder}/maild.toml tickets\n"
        f"  maild --config {folder}/maild.toml ticket 1001 --why\n"
        f'  maild --config {folder}/maild.toml find "打印机"\n\n'
        "The pages above are in the mails, too: open one, rate, press a button, and look at the ticket again.\n"
        "Ctrl-C ends it and leaves nothing behind.",
        title="your turn",
    )


def _tickets(store: Store) -> Table:
    table = Table("ticket", "requester", "subject", "status", "priority", "first answer by", title="tickets")
    for ticket in reversed(store.tickets.list()):
        due = f"{ticket.first_response_due:%a %d %b %H:%M}" if ticket.first_response_due else ""
        subject = Text(ticket.subject[:40])
        table.add_row(f"#{ticket.number}", ticket.requester, subject, ticket.status, ticket.priority, due)
    return table


def _outcomes(store: Store) -> Table:
    table = Table("mail", "from", "outcome", "why", title="every mail has exactly one outcome")
    for row in reversed(store.inbox.list()):
        table.add_row(str(row.id), row.from_, row.outcome, Text(row.reason[:100]))
    return table


def _letter(raw: bytes) -> Panel:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    text = mail.get_body(("plain",)).get_content()
    return Panel(
        Text("\n".join(_lines(text.strip()))), title=Text(str(mail["Subject"])), subtitle=Text(f"to {mail['To']}")
    )


def _lines(text: str, width: int = 76) -> Iterator[str]:
    """Break Chinese where a line is full, since it has no spaces to break it at."""
    for line in text.split("\n"):
        yield from chop_cells(line, width) if cell_len(line) > width and max(line) > "\u2fff" else [line]
