"""How long a look at the clock takes on a full desk, and a thousand timers that are due at once, against the floor."""

from __future__ import annotations

import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from maild.desk.ticket import Entry, Participant, Ticket
from maild.flow.keep_time import Change, keep_time
from maild.flow.tick import tick
from maild.rulebook.model import Rulebook
from maild.store import OutboxMail, Store, open_store
from maild.store.tables import TABLES
from tests.live.postgres import Postgres
from tests.live.programs import find
from tests.stories.desk import Desk
from tests.stories.test_time import book

EVA = Participant("eva@example.com", "Eva", "requester")
OPEN, DUE = 100_000, 1_000


def main(tickets: int = OPEN, due: int = DUE) -> None:
    """Print the figures, on each database there is."""
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'maild.db'}", tickets, due)
    if program := find("postgres"):
        server = Postgres(program.parent, durable=True).start()
        try:
            measure("PostgreSQL", server.fresh(), tickets, due)
        finally:
            server.stop()


def measure(name: str, url: str, tickets: int, due: int) -> None:
    store = open_store(url)
    desk = desk_with(store, tickets, due)
    looks = sorted(timed(lambda: tick(store, desk.context, desk.now)) for _ in range(200))
    print(f"{name}: {tickets} open tickets, nothing due   {1000 * looks[len(looks) // 2]:7.2f} ms a tick")
    desk.wait(hours=3)
    began, cpu, fired, notices = time.perf_counter(), time.process_time(), 0, 0
    while (done := tick(store, desk.context, desk.now)).anything:
        assert done.failed == []
        fired, notices = fired + len(done.fired), notices + done.notices
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    least = floor(store, fired, notices)
    print(f"{name}: {fired} due timers, {notices} mails  {took:7.2f} s, {cpu:.2f} s of CPU here", end=", ")
    print(f"{took / least:.1f} times the store's floor")
    store.close()


def desk_with(store: Store, tickets: int, due: int) -> Desk:
    """Fill a desk with open tickets of next week, and some whose first warning comes in three hours."""
    found = book()
    desk = Desk(store, rulebook=lambda: found)
    while tick(store, desk.context, desk.now).anything:
        pass
    with store.transaction():
        for _ in range(due):
            opened(store, desk.now, found)
        first = opened(store, desk.now + timedelta(days=7), found)
        multiply(store, first, tickets - due - 1)
    store._db.run("ANALYZE")
    return desk


def opened(store: Store, at: datetime, found: Rulebook) -> int:
    new = Ticket(0, "VPN", "eva@example.com", "Eva", "en", at, queue="helpdesk", assignee="li", participants=(EVA,))
    number = keep_time(Change(None, new), store, found, at).number
    words = "Since this morning my VPN asks for a code.\n" * 8
    store.tickets.add_entry(
        number, Entry(at, "correspondence", "in", EVA.email, "VPN", words, f"<{number}@example.com>")
    )
    return number


def multiply(store: Store, number: int, times: int) -> None:
    """Copy a ticket with its clocks and timers so many times; a hundred thousand one by one would take minutes."""
    for table, key in (("ticket", "number"), ("participant", "ticket"), ("clock", "ticket"), ("timer", "ticket")):
        named = next(one for one in TABLES if one._meta.table_name == table)
        others = ", ".join(name for name in named._meta.columns if name != key)
        store._db.run(
            f"INSERT INTO {table} ({key}, {others}) "
            f"WITH RECURSIVE copies (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM copies WHERE i < {times}) "
            f"SELECT {number} + i, {others} FROM {table}, copies WHERE {key} = {number}"
        )


def floor(store: Store, fired: int, notices: int) -> float:
    """Write the least that a thousand timers leave behind, in batches of the same size."""
    began, at = time.perf_counter(), store.clocks.next_due()
    for first in range(0, fired, 50):
        with store.transaction():
            for number in range(first, min(first + 50, fired)):
                store._db.run("UPDATE timer SET fired_at = 1 WHERE ticket = ? AND name = 'none'", (1001 + number,))
                if number < notices:
                    mail = OutboxMail(
                        1001 + number, "none", "lead", "a@example.com", "s", f"<{number}@floor>", "b@example.com",
                        b"x" * 9_000, at,
                    )  # fmt: skip
                    store.outbox.queue(mail, at)
    return time.perf_counter() - began


def timed(work: object) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
