"""A process that works on a store until it is killed: python -m tests.store.victim keep|process|claim URL."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.store import Arrived, InboxRow, OutboxMail, Store, open_store

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BATCH = 100
BOX = "support@example.com"


def raw(uid: int) -> bytes:
    return b"%d\r\n" % uid * 3000


def keep(store: Store) -> Iterator[str]:
    """Keep batch after batch, naming the last UID of each that `keep` returned for."""
    first = max((row.uid for row in store.inbox.list(limit=1)), default=0) + 1
    while True:
        store.inbox.keep(BOX, 1, [Arrived(uid, raw(uid), len(raw(uid))) for uid in range(first, first + BATCH)], NOW)
        first += BATCH
        yield str(first - 1)


def process(store: Store) -> Iterator[str]:
    """Make a ticket of every mail, saying so in the middle of each."""
    while rows := store.inbox.claim("victim", NOW, 5):
        with store.transaction():
            for row in rows:
                with store.transaction():
                    yield from open_ticket(store, row)


def open_ticket(store: Store, row: InboxRow) -> Iterator[str]:
    sender = f"u{row.uid}@example.com"
    people = (Participant(sender, role="requester"),)
    ticket = store.tickets.insert(Ticket(0, str(row.uid), sender, "", "en", NOW, participants=people))
    yield f"in the middle of mail {row.id}"
    files = (AttachmentInfo("a.txt", "text/plain", 1, "00"),)
    entry = Entry(NOW, "correspondence", "in", sender, message_id=f"<{row.uid}@x>", attachments=files)
    store.tickets.add_entry(ticket.number, entry, row.id)
    message_id = f"<{row.uid}@us>"
    receipt = OutboxMail(ticket.number, "receipt", "requester", sender, "", message_id, BOX, raw(row.uid), NOW)
    store.outbox.queue(receipt, NOW)
    store.inbox.finish(row.id, outcome="opened", reason="", ticket=ticket.number, fingerprint=str(row.uid))


def claim(store: Store) -> Iterator[str]:
    """Claim all mails, naming them."""
    while rows := store.inbox.claim("another", NOW, 3):
        yield " ".join(str(row.id) for row in rows)


if __name__ == "__main__":
    work, url = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    for line in {"keep": keep, "process": process, "claim": claim}[work](open_store(url)):
        print(line, flush=True)
