"""Writing without waiting for the database: who reads sees it all, and a mistake takes it all back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from maild.desk.ticket import AttachmentInfo, Entry, Ticket
from maild.store import Arrived, OutboxMail, Store, open_store
from maild.store.errors import NotUnique

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EVA = "eva@example.com"
ONLY_POSTGRES = pytest.mark.parametrize("store_url", ["postgres"], indirect=True)


def ticket(subject: str = "VPN") -> Ticket:
    return Ticket(0, subject, EVA, "", "en", NOW)


def said(text: str, *files: AttachmentInfo) -> Entry:
    return Entry(NOW, "correspondence", "in", EVA, text=text, attachments=files)


def notice(message_id: str) -> OutboxMail:
    return OutboxMail(None, "receipt", "requester", EVA, "Re", message_id, "s@example.com", b"raw", NOW)


def texts(store: Store, number: int) -> list[str]:
    return [entry.text for entry in store.tickets.entries(number)]


@pytest.fixture
def ahead(store: Store) -> Iterator[Store]:
    """A store within a batch of two mails that open tickets, and that are answered."""
    with store.transaction(), store.without_waiting():
        store.foresee([], [], [EVA, EVA], new=2)
        yield store


def test_who_reads_sees_what_was_written(ahead: Store):
    with ahead.together():
        made = ahead.tickets.insert(ticket(), [(said("one"), None)])
        assert texts(ahead, made.number) == ["one"]
        ahead.tickets.update(dataclasses.replace(made, subject="VPN again"))
        id_ = ahead.outbox.queue(notice("<1@x>"), NOW)
        assert ahead.outbox.get(id_).to == EVA
    assert ahead.tickets.get(made.number).subject == "VPN again"
    assert ahead.outbox.raw(id_) == b"raw"


def test_a_history_stays_in_its_order(ahead: Store):
    file = AttachmentInfo("a.txt", "text/plain", 1, "0" * 64)
    with ahead.together():
        number = ahead.tickets.insert(ticket(), [(said("one", file), None), (said("two"), None)]).number
        ahead.tickets.add_entry(number, said("three"))
        ahead.tickets.add_entry(number, said("four", file))
        ahead.tickets.add_entry(number, said("five"))
    assert texts(ahead, number) == ["one", "two", "three", "four", "five"]
    assert [len(entry.attachments) for entry in ahead.tickets.entries(number)] == [1, 0, 0, 1, 0]


def test_what_two_write_to_one_table_is_written_one_after_the_other(ahead: Store):
    with ahead.together():
        number = ahead.tickets.insert(ticket(), [(said("printer"), None)]).number
        ahead.tickets.add_entry(number, said("toner"))
        ahead.tickets.add_entry(number, said("drum"))
    assert [found.number for found in ahead.find.tickets("toner drum printer")] == [number]


def test_a_mistake_takes_all_of_it_back_and_the_next_goes_on(store: Store):
    def two_alike() -> None:
        with store.transaction(), store.without_waiting():
            store.foresee([], [], [EVA, EVA], new=1)
            number = store.tickets.insert(ticket()).number
            for _ in range(2):
                with store.together():
                    store.outbox.queue(notice("<same@x>"), NOW)
            store.tickets.get(number)

    with pytest.raises(NotUnique):
        two_alike()
    assert store.tickets.list() == []
    assert store.outbox.list() == []
    with store.transaction(), store.without_waiting():
        store.outbox.queue(notice("<same@x>"), NOW)
    assert [row.message_id for row in store.outbox.list()] == ["<same@x>"]


def test_a_mistake_of_the_last_statement_is_raised_at_the_end(store: Store):
    def again() -> None:
        with store.transaction(), store.without_waiting():
            store.foresee([], [], [EVA])
            store.suppress("tom@example.com", "bounced", NOW)
            store.outbox.queue(notice("<same@x>"), NOW)

    store.outbox.queue(notice("<same@x>"), NOW)
    with pytest.raises(NotUnique):
        again()
    assert store.suppressed("tom@example.com") is None


@pytest.mark.parametrize("fails", ["by itself", "when it is read", "though nobody reads it"])
def test_an_inner_part_is_taken_back_by_itself(store: Store, fails: str):
    def inner_part() -> None:
        with store.transaction():
            store.outbox.queue(notice("<inner@x>"), NOW)
            if fails != "by itself":
                store.outbox.queue(notice("<before@x>"), NOW)
            if fails == "when it is read":
                store.outbox.counts()
            raise ZeroDivisionError

    with store.transaction(), store.without_waiting(), store.together():
        store.foresee([], [], [EVA] * 4)
        store.outbox.queue(notice("<before@x>"), NOW)
        with pytest.raises((ZeroDivisionError, NotUnique)):
            inner_part()
        store.outbox.queue(notice("<after@x>"), NOW)
    assert sorted(row.message_id for row in store.outbox.list()) == ["<after@x>", "<before@x>"]


def test_numbers_have_no_gaps_whatever_was_foreseen_or_lost(store: Store):
    def open_some(foreseen: int, count: int) -> list[int]:
        with store.transaction(), store.without_waiting():
            store.foresee([], [], [], new=foreseen)
            return [store.tickets.insert(ticket()).number for _ in range(count)]

    def lose_one() -> None:
        with store.transaction():
            assert store.tickets.insert(ticket()).number == 1004
            raise ZeroDivisionError

    assert open_some(5, 3) == [1001, 1002, 1003]
    with pytest.raises(ZeroDivisionError):
        lose_one()
    assert open_some(0, 1) == [1004]
    assert open_some(3, 4) == [1005, 1006, 1007, 1008]
    assert store.tickets.insert(ticket()).number == 1009


def test_no_two_get_the_same_number(store_url: str):
    stores = [open_store(store_url) for _ in range(2)]
    try:
        for store in stores:
            with store.transaction(), store.without_waiting():
                store.foresee([], [], [], new=3)
                store.tickets.insert(ticket())
        for store in (*stores, *stores):
            store.tickets.insert(ticket())
        assert len({one.number for one in stores[0].tickets.list()}) == 6
    finally:
        for store in stores:
            store.close()


@ONLY_POSTGRES
def test_it_begins_once_and_only_within_a_transaction(store: Store):
    with pytest.raises(RuntimeError), store.without_waiting():
        pass
    with store.transaction(), store.without_waiting():
        with pytest.raises(RuntimeError), store.without_waiting():
            pass
        store.suppress(EVA, "bounced", NOW)
    assert store.suppressed(EVA) == "bounced"


@ONLY_POSTGRES
def test_mails_are_packed_the_fast_way(store: Store):
    store.inbox.keep("support@example.com", 1, [Arrived(1, b"It does not work.\n" * 1000, 18_000)], NOW)
    assert store._db.rows("SELECT pg_column_compression(raw) FROM inbox_raw") == [("lz4",)]
