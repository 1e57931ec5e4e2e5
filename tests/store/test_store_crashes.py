"""Killed processes, killed servers, full disks: what was promised is there afterwards, and nothing by halves."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.desk.ticket import Ticket
from maild.store import Arrived, Store, StoreBusy, StoreDown, open_store
from maild.store.postgres import Postgres
from tests.live.programs import needs
from tests.store.victim import BATCH, BOX, NOW, open_ticket, raw

ROOT = Path(__file__).parent.parent.parent


class Victim:
    """A process at work on a store; see victim.py."""

    def __init__(self, work: str, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.victim", work, url],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.line()

    def begin(self) -> None:
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def line(self) -> str:
        return self._process.stdout.readline().strip()

    def kill(self, after: float = 0.0) -> list[str]:
        """Kill it at whatever it is doing and give what it had said and nobody had read."""
        threading.Event().wait(after)
        self._process.kill()
        return self.rest()

    def rest(self) -> list[str]:
        said = self._process.communicate(timeout=60)[0]
        return said.split("\n")[:-1]


def after_the_kill(url: str) -> Store:
    """Open the store once the server has noticed that the victim is gone, which PostgreSQL needs a moment for."""
    store = open_store(url)
    others = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    while isinstance(store._db, Postgres) and store._db.rows(others):
        threading.Event().wait(0.01)
    return store


def test_what_keep_returned_for_is_there_after_a_kill(store_url: str):
    for milliseconds in (2, 4, 8, 16):
        victim = Victim("keep", store_url)
        victim.begin()
        told = [victim.line(), *victim.kill(after=milliseconds / 1000)]
        store = after_the_kill(store_url)
        uids = sorted(row.uid for row in store.inbox.each())
        assert uids == list(range(1, len(uids) + 1)), "no mail is lost"
        assert len(uids) >= int(told[-1]), "what was told is there"
        assert len(uids) % BATCH == 0, "a batch is there whole or not at all"
        for some in (uids[:BATCH], uids[-BATCH:]):
            kept = store.inbox.raws([row.id for row in store.inbox.each() if row.uid in some])
            assert sorted(kept.values()) == sorted(map(raw, some)), "no mail is there by halves"
        store.close()


def test_every_mail_has_one_ticket_and_one_receipt_however_often_we_are_killed(store_url: str):
    store = open_store(store_url)
    store.inbox.keep(BOX, 1, [Arrived(uid, b"", 0) for uid in range(1, 301)], NOW)
    for mails in (3, 14):
        store.hang_up()
        victim = Victim("process", store_url)
        victim.begin()
        assert all(victim.line() for _ in range(mails))
        victim.kill()
        after_the_kill(store_url).close()
        assert_nothing_by_halves(store)
        assert store.release_claims("victim") <= 5
    while rows := store.inbox.claim("survivor", NOW, 50):
        with store.transaction():
            for row in rows:
                assert list(open_ticket(store, row))
    assert_nothing_by_halves(store)
    assert store.inbox.counts() == {"opened": 300}
    store.close()


def assert_nothing_by_halves(store: Store) -> None:
    done = {row.ticket: row.uid for row in store.inbox.each(state="done")}
    tickets = list(store.tickets.each())
    assert {ticket.number: int(ticket.subject) for ticket in tickets} == done
    assert len({ticket.requester for ticket in tickets}) == len(tickets), "no mail has two tickets"
    assert sorted(notice.ticket for notice in store.outbox.each()) == sorted(done)
    for ticket in tickets[:3]:
        assert len(ticket.participants) == 1
        assert [len(entry.attachments) for entry in store.tickets.entries(ticket.number)] == [1]
        (notice,) = store.outbox.list(ticket=ticket.number)
        assert store.outbox.raw(notice.id) == raw(done[ticket.number])


def test_processes_never_claim_the_same_mail(store_url: str):
    store = open_store(store_url)
    store.inbox.keep(BOX, 1, [Arrived(uid, b"", 0) for uid in range(1, 151)], NOW)
    everything = sorted(row.id for row in store.inbox.each())
    store.close()
    claimers = [Victim("claim", store_url) for _ in range(2)]
    for claimer in claimers:
        claimer.begin()
    claimed = [int(id_) for claimer in claimers for line in claimer.rest() for id_ in line.split()]
    assert sorted(claimed) == everything


def test_a_disk_that_refuses_to_write_loses_nothing_and_is_told(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path}/maild.db")
    mails = [Arrived(uid, raw(uid) * 20, 0) for uid in range(1, 11)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(StoreDown, match="disk"):
            store.inbox.keep(BOX, 1, mails, NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert store.inbox.list() == []
    assert store.inbox.keep(BOX, 1, mails, NOW) == 10
    store.close()


@pytest.fixture
def mortal() -> Iterator[object]:
    """A PostgreSQL of this test's own, to be killed."""
    from tests.live import postgres

    server = postgres.Postgres(needs("initdb", postgres.PACKAGE).parent)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.mark.live
def test_a_killed_postgres_is_down_and_found_again_when_it_is_back(mortal):
    store = open_store(mortal.fresh())
    store.suppress("before@example.com", "bounced", NOW)

    def work() -> None:
        with store.transaction():
            store.suppress("within@example.com", "bounced", NOW)
            mortal.kill()
            with pytest.raises(StoreDown):
                store.suppress("within@example.com", "changed", NOW)
            mortal.start()
            with pytest.raises(StoreDown):  # the server is back, but what came before is lost
                store.suppress("after@example.com", "bounced", NOW)

    with pytest.raises(StoreDown):
        work()
    names = ("before", "within", "after")
    assert [store.suppressed(f"{name}@example.com") for name in names] == ["bounced", None, None]

    mortal.kill()
    with pytest.raises(StoreDown, match="PostgreSQL"):
        store.inbox.claim("one", NOW, 1)
    with pytest.raises(StoreDown, match="PostgreSQL"):
        store.tickets.list()
    mortal.start()
    assert store.inbox.claim("one", NOW, 1) == []
    store.close()


@pytest.mark.live
def test_a_row_that_another_process_keeps_locked_makes_us_busy(postgres):
    url = postgres.fresh()
    one, two = open_store(url), open_store(f"{url}?options=-c%20lock_timeout%3D50ms")
    one.suppress("eva@example.com", "bounced", NOW)
    with one.transaction():
        one.suppress("eva@example.com", "changed", NOW)
        with pytest.raises(StoreBusy, match="lock timeout"):
            two.suppress("eva@example.com", "meanwhile", NOW)
    two.suppress("eva@example.com", "afterwards", NOW)
    assert one.suppressed("eva@example.com") == "afterwards"
    one.close()
    two.close()


@pytest.mark.live
def test_of_two_that_wait_for_each_other_one_is_busy_and_the_other_goes_on(postgres):
    """Two batches may touch the same tickets in opposite order; the one that gives way is done again later."""
    url = postgres.fresh()
    stores = [open_store(url), open_store(url)]
    tickets = [stores[0].tickets.insert(Ticket(0, "x", "eva@example.com", "", "en", NOW)).number for _ in range(2)]
    both_have_one, ended = threading.Barrier(2), []

    def work(store: Store, first: int, second: int) -> None:
        try:
            with store.transaction():
                store.tickets.lock(first)
                both_have_one.wait(30)
                store.tickets.lock(second)
            ended.append("done")
        except StoreBusy as error:
            ended.append("busy" if "deadlock" in str(error) else str(error))
        store.close()

    orders = [tickets, tickets[::-1]]
    threads = [threading.Thread(target=work, args=(s, *order)) for s, order in zip(stores, orders, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ended) == ["busy", "done"]
    stores[0].close()
