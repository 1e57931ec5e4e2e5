"""Shows that nothing gets slower as a store grows: python -m tests.store.flatness [TICKETS] [postgres].

Fills a store in steps and prints after each what one mail costs, in milliseconds, and what the process holds in memory.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.store import Arrived, Attempt, InboxRow, OutboxMail, Store, open_store
from tests.live.postgres import Postgres
from tests.live.programs import find

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BATCH = 50
ROUNDS = 20
"""Batches that are measured after each step."""
MAIL = random.Random(1).randbytes(45_000)
FILL = b"x" * 500
"""The bytes of mails that only fill the store; their number matters here, and not their size."""


def process(store: Store, row: InboxRow, now: datetime) -> None:
    """Do what a flow does with a new mail: look up what it may refer to, then write all of its decision."""
    sender = f"user{row.uid % 5000}@example.com"
    fingerprint = sha256(b"%d" % row.uid).hexdigest()
    store.inbox.seen(fingerprint)
    store.tickets.by_message_ids([f"<{row.uid}.a@elsewhere>", f"<{row.uid}.b@elsewhere>"])
    store.is_known(sender)
    store.standing(sender, (now - timedelta(hours=1), ("receipt",)), (now - timedelta(days=1), ()))
    people = (Participant(sender, "Some One", "requester"), Participant("team@example.com"))
    ticket = store.tickets.insert(
        Ticket(0, "VPN 连不上", sender, "Some One", "zh", now, participants=people, queue="helpdesk")
    )
    files = (AttachmentInfo("screen.png", "image/png", 40_000, "ab" * 32),) if row.uid % 10 == 0 else ()
    text = "您好，今天早上 VPN 无法连接。" * 10
    message_id = f"<{fingerprint[:32]}@example.com>"
    entry = Entry(now, "correspondence", "in", sender, "VPN", text, message_id, files, '{"rule": "vpn"}' * 100)
    store.tickets.add_entry(ticket.number, entry, row.id)
    receipt = OutboxMail(
        ticket.number, "receipt", "requester", sender, "Re: VPN", f"<{fingerprint[32:]}@us>", "support@example.com",
        b"x" * 4000, now, due_at=now + timedelta(days=1),
    )  # fmt: skip
    store.outbox.queue(receipt, now)
    store.inbox.finish(
        row.id, outcome="opened", reason="A new mail", ticket=ticket.number, message_id=message_id, from_=sender,
        subject="VPN", fingerprint=fingerprint, kind="correspondence",
    )  # fmt: skip


def batch(store: Store, first: int, raw: bytes, spent: dict[str, float], clock: Callable[[], float]) -> None:
    """Carry one batch of mails all the way, adding the seconds of each stage."""
    now = NOW + timedelta(seconds=first / 20)

    def stage(name: str, work: Callable[[], object]) -> object:
        begin = clock()
        result = work()
        spent[name] = spent.get(name, 0.0) + clock() - begin
        return result

    def write() -> None:
        with store.transaction():
            for row in rows:
                with store.transaction():
                    process(store, row, now)

    def record() -> None:
        with store.transaction():
            store.outbox.record([Attempt(n.id, now, "sent", "250 2.0.0 Ok: queued as 4Xy") for n in notices])
            store.tickets.acknowledge({n.ticket: now for n in notices})

    mails = [Arrived(first + n, raw, len(raw)) for n in range(BATCH)]
    stage("keep", lambda: store.inbox.keep("support@example.com", 1, mails, now))
    rows = stage("claim", lambda: store.inbox.claim("one", now, BATCH))
    stage("read", lambda: store.inbox.raws([row.id for row in rows]))
    stage("commit", write)
    notices = stage("claim out", lambda: store.outbox.claim("one", now, BATCH))
    stage("record", record)
    stage("lists", lambda: (store.tickets.list(status="new", limit=50), store.inbox.list(limit=50)))


def measure(url: str, tickets: int) -> None:
    store = open_store(url)
    uid = 1
    for target in sorted({0, tickets // 100, tickets // 10, tickets}):
        while uid < target:
            batch(store, uid, FILL, {}, time.perf_counter)
            uid += BATCH
        wall: dict[str, float] = {}
        cpu = time.process_time()
        for _ in range(ROUNDS):
            batch(store, uid, MAIL, wall, time.perf_counter)
            uid += BATCH
        cpu = time.process_time() - cpu
        mails = BATCH * ROUNDS
        stages = "  ".join(f"{name} {seconds / mails * 1000:.3f}" for name, seconds in wall.items())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{target:>7} tickets: {stages}  all {sum(wall.values()) / mails * 1000:.3f} ms a mail, "
            f"our CPU {cpu / mails * 1000:.3f} ms, memory {peak:.0f} MB"
        )
    print(store.health())
    store.close()


if __name__ == "__main__":
    number = int(next((word for word in sys.argv[1:] if word.isdigit()), 100_000))
    if "postgres" in sys.argv:
        server = Postgres(find("initdb").parent, durable=True).start()
        try:
            measure(server.fresh(), number)
        finally:
            server.stop()
    else:
        with tempfile.TemporaryDirectory() as directory:
            measure(f"sqlite:///{directory}/maild.db", number)
