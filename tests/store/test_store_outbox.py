"""The outbox: sent when due, by one sender, each attempt remembered, counted for the gate."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from maild.store import Attempt, OutboxMail, OutboxRow, Store
from maild.store.errors import NotUnique
from maild.store.store import Standing

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBERS = count(1)


def queue(store: Store, to: str = "eva@example.com", now: datetime = NOW, **more: object) -> int:
    fields = {
        "ticket": 1001, "notice": "receipt", "role": "requester", "to": to, "subject": "[#1001] 收到",
        "message_id": f"<{next(NUMBERS)}@us>", "sender": "support@example.com", "raw": b"Subject: x\r\n\r\n\xff",
        "send_at": now,
    }  # fmt: skip
    return store.outbox.queue(OutboxMail(**{**fields, **more}), now)


def claim(store: Store, owner: str = "one", now: datetime = NOW, limit: int = 50) -> list[int]:
    return [row.id for row in store.outbox.claim(owner, now, limit)]


def state(store: Store, outbox_id: int) -> str:
    return store.outbox.get(outbox_id).state


def test_a_queued_notice_comes_back_as_it_was_written(store: Store):
    id_ = queue(store, message_id="<1@x>", due_at=NOW + HOUR)
    assert store.outbox.get(id_) == OutboxRow(
        id=id_, ticket=1001, notice="receipt", role="requester", to="eva@example.com", subject="[#1001] 收到",
        state="queued", attempts=0, message_id="<1@x>", queued_at=NOW, send_at=NOW, due_at=NOW + HOUR, sent_at=None,
        last_reply="", sender="support@example.com", withheld="",
    )  # fmt: skip
    assert store.outbox.raw(id_) == b"Subject: x\r\n\r\n\xff"
    assert store.outbox.by_message_id("<1@x>").id == id_
    assert store.outbox.by_message_id("<2@x>") is None
    assert store.outbox.get(999) is None
    with pytest.raises(LookupError):
        store.outbox.raw(999)


def test_a_message_id_is_used_once(store: Store):
    queue(store, message_id="<1@x>")
    with pytest.raises(NotUnique):
        queue(store, message_id="<1@x>")


def test_what_is_due_is_claimed_oldest_first_with_its_bytes(store: Store):
    late, early, future = (queue(store, send_at=NOW + HOUR * n) for n in (-1, -2, 1))
    rows = store.outbox.claim("one", NOW, 50)
    assert [row.id for row in rows] == [early, late]
    assert rows[0].raw == b"Subject: x\r\n\r\n\xff"
    assert rows[0].state == "sending"
    assert claim(store, now=NOW + HOUR / 10) == []
    assert claim(store, now=NOW + HOUR) == [late, early, future], "the claims that ran out came due before it"


def test_a_claim_that_ran_out_is_sent_again_with_the_same_message_id(store: Store):
    id_ = queue(store, message_id="<1@x>")
    claim(store, "died")
    assert claim(store, "two", NOW + timedelta(seconds=899)) == []
    again = store.outbox.claim("two", NOW + timedelta(seconds=900), 1)
    assert [(row.id, row.message_id) for row in again] == [(id_, "<1@x>")]


def test_the_claims_of_a_dead_owner_are_due_when_they_were(store: Store):
    new, tried = queue(store), queue(store)
    claim(store)
    store.outbox.record([Attempt(tried, NOW, "deferred", "450 later", NOW + HOUR)])
    claim(store, "dead", NOW + HOUR)
    assert store.release_claims("dead") == 2
    assert [state(store, new), state(store, tried)] == ["queued", "deferred"]
    assert claim(store, now=NOW) == [new]


def test_claiming_within_a_transaction_is_a_bug(store: Store):
    with store.transaction(), pytest.raises(RuntimeError):
        store.outbox.claim("one", NOW, 1)


def test_threads_never_claim_the_same_notice(store: Store):
    ids = [queue(store) for _ in range(100)]
    taken: dict[str, list[int]] = {}

    def work(owner: str) -> None:
        mine = taken.setdefault(owner, [])
        while some := claim(store, owner, limit=7):
            mine.extend(some)
        store.hang_up()

    threads = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(id_ for mine in taken.values() for id_ in mine) == ids


def test_each_attempt_is_remembered(store: Store):
    id_ = queue(store)
    claim(store)
    store.outbox.record([Attempt(id_, NOW, "deferred", "450 greylisted", NOW + HOUR)])
    waiting = store.outbox.get(id_)
    assert (waiting.state, waiting.attempts, waiting.last_reply) == ("deferred", 1, "450 greylisted")
    assert (waiting.send_at, waiting.sent_at) == (NOW + HOUR, None)
    assert claim(store, now=NOW + HOUR) == [id_]
    store.outbox.record([Attempt(id_, NOW + HOUR, "sent", "250 queued as 4Xy")])
    sent = store.outbox.get(id_)
    assert (sent.state, sent.attempts, sent.sent_at) == ("sent", 2, NOW + HOUR)
    assert sent.tries == (
        Attempt(id_, NOW, "deferred", "450 greylisted"),
        Attempt(id_, NOW + HOUR, "sent", "250 queued as 4Xy"),
    )
    assert claim(store, now=NOW + 10 * HOUR) == []


def test_a_batch_is_recorded_in_one_go(store: Store):
    sent, failed, deferred = (queue(store) for _ in range(3))
    claim(store)
    store.outbox.record(
        [
            Attempt(sent, NOW, "sent", "250 ok"),
            Attempt(failed, NOW, "failed", "550 no such user"),
            Attempt(deferred, NOW, "deferred", "timed out", NOW + HOUR),
        ]
    )
    store.outbox.record([])
    assert [state(store, id_) for id_ in (sent, failed, deferred)] == ["sent", "failed", "deferred"]
    assert store.outbox.counts() == {"sent": 1, "failed": 1, "deferred": 1}
    assert store.outbox.next_due() == NOW + HOUR


def test_what_was_sent_stays_sent_when_a_slower_sender_reports_later(store: Store):
    id_ = queue(store)
    store.outbox.record([Attempt(id_, NOW, "sent", "250 ok")])
    store.outbox.record([Attempt(id_, NOW, "deferred", "timed out", NOW + HOUR)])
    assert (state(store, id_), store.outbox.next_due()) == ("sent", None)
    assert len(store.outbox.get(id_).tries) == 2


def test_a_withheld_notice_is_never_sent_and_does_not_count(store: Store):
    id_ = queue(store, withheld="its mail bounced hard")
    assert (state(store, id_), store.outbox.get(id_).withheld) == ("withheld", "its mail bounced hard")
    assert claim(store, now=NOW + HOUR) == []
    assert not store.outbox.retry(id_)
    assert store.outbox.sent_since("eva@example.com", NOW - HOUR) == 0
    assert store.outbox.total_since(NOW - HOUR, at_most=10) == 0


def test_the_gate_counts_what_was_let_out(store: Store):
    queue(store, now=NOW - 2 * HOUR)
    queue(store)
    queue(store, notice="progress")
    queue(store, "tom@example.com")
    assert store.outbox.sent_since("eva@example.com", NOW) == 2
    assert store.outbox.sent_since("eva@example.com", NOW - 2 * HOUR) == 3
    assert store.outbox.sent_since("eva@example.com", NOW - 2 * HOUR, ("receipt",)) == 2
    assert store.outbox.sent_since("ann@example.com", NOW - 2 * HOUR) == 0
    assert store.outbox.total_since(NOW, at_most=10) == 3
    assert store.outbox.total_since(NOW, at_most=2) == 2


def test_the_standing_of_an_address_is_told_in_one_answer(store: Store):
    queue(store)
    queue(store, notice="progress")
    windows = ((NOW, ("receipt", "held")), (NOW - HOUR, ()), (NOW + HOUR, ()))
    assert store.standing("eva@example.com", *windows) == Standing("", (1, 2, 0))
    store.suppress("tom@example.com", "5.1.1 no such user", NOW)
    assert store.standing("tom@example.com", (NOW, ())) == Standing("5.1.1 no such user", (0,))
    assert store.standing("ann@example.com") == Standing("", ())


def test_a_notice_that_came_back_is_bounced_and_can_be_sent_again(store: Store):
    id_ = queue(store)
    store.outbox.record([Attempt(id_, NOW, "sent", "250 ok")])
    store.outbox.mark_bounced(id_, "5.1.1 no such user", NOW)
    assert (state(store, id_), store.outbox.get(id_).last_reply) == ("bounced", "5.1.1 no such user")
    assert store.outbox.retry(id_)
    assert claim(store) == [id_]
    store.outbox.record([Attempt(id_, NOW + HOUR, "sent", "250 ok")])
    assert (state(store, id_), store.outbox.get(id_).sent_at) == ("sent", NOW + HOUR)


def test_a_failed_notice_is_sent_again_when_a_person_says_so_and_a_sent_one_is_not(store: Store):
    failed, sent, deferred = queue(store), queue(store), queue(store)
    store.outbox.record([Attempt(failed, NOW, "failed", "550"), Attempt(sent, NOW, "sent", "250")])
    store.outbox.record([Attempt(deferred, NOW, "deferred", "450", NOW + 5 * HOUR)])
    assert [store.outbox.retry(id_) for id_ in (failed, sent, deferred, 999)] == [True, False, True, False]
    assert claim(store) == [failed, deferred]


def test_next_due_is_the_earliest_that_waits(store: Store):
    assert store.outbox.next_due() is None
    queue(store, send_at=NOW + 2 * HOUR)
    queue(store, send_at=NOW + HOUR)
    assert store.outbox.next_due() == NOW + HOUR


def test_promised_notices_that_are_not_sent_are_overdue(store: Store):
    late, sent, other, fine, failed = (
        queue(store, due_at=NOW + HOUR * hours, notice=notice)
        for hours, notice in ((1, "receipt"), (1, "receipt"), (1, "progress"), (5, "receipt"), (2, "receipt"))
    )
    queue(store)
    queue(store, due_at=NOW, withheld="suppressed")
    store.outbox.record([Attempt(sent, NOW, "sent", "250"), Attempt(failed, NOW, "failed", "550")])
    assert [row.id for row in store.outbox.overdue("receipt", NOW + 3 * HOUR)] == [late, failed]
    assert [row.id for row in store.outbox.overdue("progress", NOW + 3 * HOUR)] == [other]
    assert fine not in [row.id for row in store.outbox.overdue("receipt", NOW + 5 * HOUR)]


def test_notices_are_listed_newest_first_by_what_is_asked(store: Store):
    first, second, third = queue(store), queue(store, "tom@example.com"), queue(store, ticket=1002)
    store.outbox.record([Attempt(second, NOW, "sent", "250")])

    def ids(**filters: object) -> list[int]:
        return [row.id for row in store.outbox.list(**filters)]

    assert ids() == [third, second, first]
    assert ids(limit=1) == [third]
    assert ids(state="sent") == [second]
    assert ids(ticket=1001) == [second, first]
    assert ids(ticket=1001, state="queued") == [first]
    assert [row.id for row in store.outbox.each(ticket=1001)] == [second, first]
