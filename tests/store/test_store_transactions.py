"""Transactions: all or nothing, savepoints, threads, and what happens when the database fails in the middle."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.store import Store, StoreBusy, StoreDown, open_store
from maild.store.errors import NotUnique
from maild.store.sqlite import Sqlite

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def suppress(store: Store, *names: str, reason: str = "bounced") -> None:
    with store.transaction():
        for name in names:
            store.suppress(f"{name}@example.com", reason, NOW)


def suppress_and_fail(store: Store, *names: str) -> None:
    with store.transaction():
        suppress(store, *names)
        raise ZeroDivisionError


def suppressed(store: Store, *names: str) -> list[str]:
    return [name for name in names if store.suppressed(f"{name}@example.com")]


def test_a_transaction_that_fails_writes_nothing(store: Store):
    with pytest.raises(ZeroDivisionError):
        suppress_and_fail(store, "eva")
    assert suppressed(store, "eva") == []


def test_an_inner_part_that_fails_takes_back_only_itself(store: Store):
    with store.transaction():
        suppress(store, "one")
        with pytest.raises(ZeroDivisionError):
            suppress_and_fail(store, "two")
        suppress(store, "three")
    assert suppressed(store, "one", "two", "three") == ["one", "three"]


def test_an_inner_part_within_an_inner_part_is_taken_back_by_itself(store: Store):
    with store.transaction(), store.transaction():
        with pytest.raises(ZeroDivisionError):
            suppress_and_fail(store, "deep")
        suppress(store, "middle")
    assert suppressed(store, "deep", "middle") == ["middle"]


def test_threads_write_without_losing_or_hindering_one_another(store: Store):
    def work(name: int) -> None:
        for number in range(20):
            with store.transaction():
                store.suppress(f"{name}.{number}@example.com", "bounced", NOW)
        store.hang_up()

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(store.suppressed(f"{a}.{b}@example.com") for a in range(4) for b in range(20))


def test_the_connections_of_threads_that_ended_are_closed(store: Store):
    for _ in range(5):
        thread = threading.Thread(target=store.suppressed, args=("eva@example.com",))
        thread.start()
        thread.join()
    assert len(store._db._opened) <= 2, "only the last thread's connection and our own may be left"


def test_a_closed_store_opens_again_at_the_next_call(store: Store):
    store.suppress("eva@example.com", "bounced", NOW)
    store.close()
    assert store.suppressed("eva@example.com") == "bounced"


def test_text_that_no_database_can_hold_is_mended(store: Store):
    store.suppress("eva@example.com", "a\0b \udcff 你好", NOW)
    assert store.suppressed("eva@example.com") == "a\ufffdb ? 你好"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    open_store(f"sqlite:///{tmp_path}/maild.db").close()
    return tmp_path / "maild.db"


@pytest.fixture
def impatient(path: Path):
    """A store on SQLite that waits for a lock only for a moment."""
    opened = Store(Sqlite(path, wait_seconds=0.05))
    yield opened
    opened.close()


def test_a_locked_database_is_busy_and_works_again_afterwards(impatient: Store, path: Path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="locked by another program"):
        impatient.suppress("eva@example.com", "bounced", NOW)
    assert impatient.suppressed("eva@example.com") is None, "reading goes on meanwhile"
    other.execute("ROLLBACK")
    other.close()
    impatient.suppress("eva@example.com", "bounced", NOW)
    assert impatient.suppressed("eva@example.com") == "bounced"


def test_another_thread_that_writes_for_too_long_makes_us_busy(impatient: Store):
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with impatient.transaction():
            inside.set()
            leave.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(30)
    with pytest.raises(StoreBusy, match="another thread"):
        impatient.suppress("eva@example.com", "bounced", NOW)
    leave.set()
    thread.join(30)
    impatient.suppress("eva@example.com", "bounced", NOW)
    assert impatient.suppressed("eva@example.com") == "bounced"


def fill_the_disk(store: Store) -> None:
    """Let the database grow no more, as a full disk does."""
    store._db.pragma("max_page_count", store._db.pragma("page_count") + 2)


def make_room(store: Store) -> None:
    store._db.pragma("max_page_count", 1_000_000)


def write_too_much(store: Store) -> None:
    suppress(store, "large", reason="x" * 100_000)


def test_a_full_disk_is_told_and_nothing_is_half_written(impatient: Store):
    def work() -> None:
        with impatient.transaction():
            suppress(impatient, "first")
            write_too_much(impatient)

    fill_the_disk(impatient)
    with pytest.raises(StoreDown, match="full"):
        work()
    assert suppressed(impatient, "first", "large") == []
    make_room(impatient)
    work()
    assert suppressed(impatient, "first", "large") == ["first", "large"]


def test_a_transaction_that_the_database_lost_takes_nothing_more_and_does_not_pretend_to_commit(impatient: Store):
    """A guard around each mail may swallow the error; what follows must not be written without what came before."""

    def work() -> None:
        with impatient.transaction():
            suppress(impatient, "first")
            with pytest.raises(StoreDown):
                write_too_much(impatient)
            with pytest.raises(StoreDown):
                suppress(impatient, "second")

    fill_the_disk(impatient)
    with pytest.raises(StoreDown):
        work()
    make_room(impatient)
    assert suppressed(impatient, "first", "second", "large") == []


def test_a_new_database_file_is_for_its_owner_only(path: Path):
    store = open_store(f"sqlite:///{path}")
    store.suppress("eva@example.com", "bounced", NOW)
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    store.close()
    assert modes == {"maild.db": 0o600, "maild.db-wal": 0o600, "maild.db-shm": 0o600}


def test_sqlite_waits_for_the_disk_at_every_commit(impatient: Store):
    assert impatient._db.pragma("synchronous") == 2
    assert impatient._db.pragma("journal_mode") == "wal"
    assert impatient._db.pragma("foreign_keys") == 1


@pytest.mark.parametrize(
    "name, content, said",
    [("missing/maild.db", None, "No such file or directory"), ("notes.txt", b"these are no tables" * 100, "no SQLite")],
)
def test_a_file_that_cannot_be_the_database_is_said_in_words(
    tmp_path: Path, name: str, content: bytes | None, said: str
):
    if content:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StoreDown, match=said) as caught:
        open_store(f"sqlite:///{tmp_path}/{name}")
    assert name in str(caught.value)


class Follower:
    """Notes what becomes of the parts of a transaction that it is told of."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.seen: list[str] = []

    def follow(self, name: str) -> None:
        self.store.when_over(lambda: self.seen.append(f"{name} written"), lambda: self.seen.append(f"{name} lost"))


def test_what_follows_a_transaction_happens_once_it_is_committed(store: Store):
    follower = Follower(store)
    with store.transaction():
        suppress(store, "eva")
        with store.transaction():
            follower.follow("inner")
        follower.follow("outer")
        assert follower.seen == []
    assert follower.seen == ["inner written", "outer written"]
    with store.transaction():
        suppress(store, "tom")
    assert follower.seen == ["inner written", "outer written"]


def test_a_part_that_is_taken_back_is_lost_by_itself(store: Store):
    follower = Follower(store)

    def fail() -> None:
        with store.transaction():
            follower.follow("inner")
            raise ZeroDivisionError

    with store.transaction():
        follower.follow("outer")
        with pytest.raises(ZeroDivisionError):
            fail()
        assert follower.seen == ["inner lost"]
    assert follower.seen == ["inner lost", "outer written"]


def test_a_transaction_that_fails_loses_all_that_follows_it(store: Store):
    follower = Follower(store)

    def fail() -> None:
        with store.transaction():
            with store.transaction():
                follower.follow("inner")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert follower.seen == ["inner lost"]
    with pytest.raises(RuntimeError):
        follower.follow("nothing")


def test_what_is_written_together_is_written_once_and_taken_back_as_one(store: Store):
    db = store._db
    db.run("CREATE TABLE pot (id BIGINT PRIMARY KEY, what TEXT)")
    with store.transaction():
        with store.together():
            db.write("INSERT INTO pot (id, what) VALUES (?, ?)", (1, "one"))
            db.write("INSERT INTO pot (id, what) VALUES (?, ?)", (2, "two"))
        db.write("INSERT INTO pot (id, what) VALUES (?, ?)", (3, "alone"))
    with contextlib.suppress(NotUnique), store.transaction(), store.together():
        db.write("INSERT INTO pot (id, what) VALUES (?, ?)", (4, "four"))
        db.write("INSERT INTO pot (id, what) VALUES (?, ?)", (1, "again"))
    with contextlib.suppress(KeyError), store.transaction(), store.together():
        db.write("INSERT INTO pot (id, what) VALUES (?, ?)", (5, "five"))
        raise KeyError
    db.write("INSERT INTO pot (id, what) VALUES (?, ?)", (6, "after"))
    assert db.rows("SELECT id, what FROM pot ORDER BY id") == [(1, "one"), (2, "two"), (3, "alone"), (6, "after")]
