"""How long a look at the clock takes on a full desk, and a thousand timers that are due at once, against the floor."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from maild.desk.ticket import Ticket
from maild.flow.keep_time import Change, keep_time
from maild.flow.tick import tick
from maild.store import OutboxMail, Store, open_store
from tests.stories.desk import Desk
from tests.stories.test_time import book

OPEN, DUE = 100_000, 1_000


def main(tickets: int = OPEN, due: int = DUE) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'maild.db'}")
        desk = desk_with(store, tickets, due)
        looks = sorted(timed(lambda: tick(store, desk.context, desk.now)) for _ in range(50))
        print(f"{tickets} open tickets, nothing due   {1000 * looks[len(looks) // 2]:7.2f} ms a tick")
        desk.wait(hours=3)
        began, cpu, fired, notices = time.perf_counter(), time.process_time(), 0, 0
        while (done := tick(store, desk.context, desk.now)).anything:
            fired, notices = fired + len(done.fired), notices + done.notices
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        least = floor(store, fired, notices)
        print(f"{fired} due timers, {notices} mails  {took:7.2f} s, {cpu:.2f} s of CPU", end=", ")
        print(f"{took / least:.1f} times the store's floor")
        store.close()


def desk_with(store: Store, tickets: int, due: int) -> Desk:
    """Fill a desk with open tickets of next week, and some whose first warning comes in three hours."""
    found = book()
    desk = Desk(store, rulebook=lambda: found)
    while tick(store, desk.context, desk.now).anything:
        pass
    later = desk.now + timedelta(days=7)
    for first in range(0, tickets, 2_000):
        with store.transaction():
            for number in range(first, min(first + 2_000, tickets)):
                at = desk.now if number < due else later
                new = Ticket(0, "VPN", f"user{number}@example.com", "Eva", "en", at, queue="helpdesk", assignee="li")
                keep_time(Change(None, replace(new, participants=())), store, found, at)
    return desk


def floor(store: Store, fired: int, notices: int) -> float:
    """Write the least that a thousand timers leave behind, in batches of the same size."""
    began = time.perf_counter()
    at = store.clocks.next_due()
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
