"""What a batch need not ask for: absent is only what is, and only until it appears or the transaction ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.desk.ticket import Ticket
from maild.store import Arrived, OutboxMail, Store

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WINDOW = (NOW, ())
EVA, TOM = "eva@example.com", "tom@example.com"


def ticket(requester: str) -> Ticket:
    return Ticket(0, "VPN", requester, "", "en", NOW)


def notice(to: str) -> OutboxMail:
    return OutboxMail(None, "receipt", "requester", to, "Re", f"<{to}>", "s@example.com", b"", NOW)


def finished(store: Store, uid: int, fingerprint: str) -> None:
    store.inbox.keep("support@example.com", 1, [Arrived(uid, b"mail", 4)], NOW)
    row = store.inbox.list(limit=1)[0]
    store.inbox.finish(row.id, outcome="opened", reason="new", fingerprint=fingerprint)


def found(store: Store, who: str, print_: str, message_id: str) -> tuple[bool, ...]:
    standing = store.standing(who, WINDOW)
    return (
        store.inbox.seen(print_) is not None,
        bool(store.awaited.tickets(message_id)),
        store.is_known(who),
        bool(store.tickets.opened_by(who, 5)),
        bool(standing.sent[0] or standing.suppressed),
    )


def fill(store: Store, who: str, uid: int, print_: str, message_id: str) -> None:
    finished(store, uid, print_)
    number = store.tickets.insert(ticket(who)).number
    store.awaited.note(number, [message_id])
    store.know(who, "answered a mail of ours", NOW)
    store.outbox.queue(notice(who), NOW)


def test_what_is_there_is_found_though_the_batch_has_asked_for_it_before(store: Store):
    fill(store, EVA, 1, "print", "<answered@x>")
    with store.transaction():
        store.foresee(["print", "other"], ["<answered@x>", "<other@x>"], [EVA, TOM])
        assert found(store, EVA, "print", "<answered@x>") == (True,) * 5
        assert found(store, TOM, "other", "<other@x>") == (False,) * 5


def test_what_appears_within_the_transaction_is_found(store: Store):
    with store.transaction():
        store.foresee(["print"], ["<answered@x>"], [EVA])
        assert found(store, EVA, "print", "<answered@x>") == (False,) * 5
        fill(store, EVA, 1, "print", "<answered@x>")
        assert found(store, EVA, "print", "<answered@x>") == (True,) * 5


def test_who_is_suppressed_within_the_transaction_gets_nothing_more(store: Store):
    with store.transaction():
        store.foresee([], [], [EVA])
        store.suppress(EVA, "it bounced", NOW)
        assert store.standing(EVA).suppressed == "it bounced"


def test_who_becomes_a_requester_later_is_found(store: Store):
    made = store.tickets.insert(ticket(TOM))
    with store.transaction():
        store.foresee([], [], [EVA])
        store.tickets.update(Ticket(made.number, "VPN", EVA, "", "en", NOW))
        assert store.tickets.opened_by(EVA, 5)


def test_nothing_is_held_to_be_absent_after_the_transaction(store: Store):
    with store.transaction():
        store.foresee(["print"], ["<answered@x>"], [EVA])
    store._db.run("INSERT INTO known (address, how, at) VALUES (?, ?, ?)", (EVA, "by another process", 0))
    assert store.is_known(EVA)


def test_a_transaction_is_needed_and_odd_keys_are_left_to_be_asked_for(store: Store):
    with pytest.raises(RuntimeError):
        store.foresee([], [], [])
    with store.transaction():
        store.foresee(["", "a\0b", "\udc80"], ["", "\ud800"], ["", "x\0@y"])
        assert store.inbox.seen("a\0b") is None
