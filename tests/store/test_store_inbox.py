"""The inbox: kept once, claimed by one, finished once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from maild.store import AlreadySeen, Arrived, InboxRow, Store

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BOX = "support@example.com"


def keep(store: Store, *uids: int, now: datetime = NOW) -> int:
    return store.inbox.keep(BOX, 7, [Arrived(uid, b"mail %d" % uid, 6) for uid in uids], now)


def claim(store: Store, owner: str = "one", limit: int = 50, now: datetime = NOW) -> list[int]:
    """Claim mails and name their UIDs."""
    return [row.uid for row in store.inbox.claim(owner, now, limit)]


def row(store: Store, uid: int) -> InboxRow:
    return next(r for r in store.inbox.list() if r.uid == uid)


def finish(store: Store, uid: int, outcome: str = "opened", **more: object) -> None:
    store.inbox.finish(row(store, uid).id, outcome=outcome, reason="because", **more)


def test_a_mail_is_kept_once_however_often_it_is_brought(store: Store):
    assert keep(store, 1, 2) == 2
    assert keep(store, 2, 3) == 1
    assert keep(store, 4, 4) == 1
    assert [r.uid for r in store.inbox.list()] == [4, 3, 2, 1]


def test_a_number_that_the_server_gives_out_again_is_another_mail(store: Store):
    """After a restore the newest numbers come again; who took them for known would lose the mails."""
    keep(store, 1, 2)
    assert store.inbox.known(BOX, 7, {1: 6, 2: 9}) == {1}
    assert store.inbox.keep(BOX, 7, [Arrived(1, b"mail 1", 6), Arrived(2, b"new mail", 8)], NOW) == 1
    assert store.inbox.known(BOX, 7, {1: 6, 2: 8}) == {1, 2}
    assert sorted(store.inbox.raws([r.id for r in store.inbox.list()]).values()) == [b"mail 1", b"mail 2", b"new mail"]
    assert store.inbox.keep(BOX, 7, [Arrived(2, b"third", 5)], NOW) == 1
    assert len(store.inbox.list()) == 4
    assert claim(store) == [1, 2, 2, 2]


def test_the_same_uid_of_another_mailbox_or_another_uidvalidity_is_another_mail(store: Store):
    keep(store, 1)
    assert store.inbox.keep(BOX, 8, [Arrived(1, b"x", 1)], NOW) == 1
    assert store.inbox.keep("help@example.com", 7, [Arrived(1, b"x", 1)], NOW) == 1


def test_a_large_batch_is_kept_whole(store: Store):
    assert keep(store, *range(1, 1201)) == 1200
    assert store.inbox.raw(row(store, 1200).id) == b"mail 1200"


def test_the_bytes_come_back_as_they_came(store: Store):
    raw = bytes(range(256)) * 400
    store.inbox.keep(BOX, 7, [Arrived(1, raw, len(raw)), Arrived(2, b"", 90_000_000, truncated=True)], NOW)
    first, second = row(store, 1), row(store, 2)
    assert store.inbox.raws([first.id, second.id]) == {first.id: raw, second.id: b""}
    assert (first.size, first.truncated) == (102_400, False)
    assert (second.size, second.truncated) == (90_000_000, True)
    with pytest.raises(LookupError):
        store.inbox.raw(999)


def test_known_tells_which_uids_are_kept(store: Store):
    keep(store, 1, 2, 4_294_967_295)
    assert store.inbox.known(BOX, 7, [2, 3, 4_294_967_295]) == {2, 4_294_967_295}
    assert store.inbox.known(BOX, 8, [1, 2]) == set()
    assert store.inbox.known(BOX, 7, []) == set()
    assert store.inbox.known(BOX, 7, range(1, 2000)) == {1, 2}


def test_a_new_mail_has_no_outcome(store: Store):
    keep(store, 1)
    found = row(store, 1)
    assert (found.state, found.outcome, found.attempts, found.ticket) == ("new", "", 0, None)
    assert found.taken_at == NOW
    assert found.taken_at.tzinfo is UTC


def test_claims_go_oldest_first_and_to_one_owner(store: Store):
    keep(store, 1, 2, 3)
    assert claim(store, "one", 2) == [1, 2]
    assert claim(store, "two") == [3]
    assert claim(store, "two") == []
    assert (row(store, 1).state, row(store, 1).attempts) == ("working", 1)


def test_large_mails_are_claimed_a_few_at_a_time_and_one_alone_however_large(store: Store):
    sizes = (3_000_000, 5_000_000, 1_000_000, 50_000_000, 10, 60_000_000)
    mails = [Arrived(uid, b"x", size, truncated=uid == 6) for uid, size in enumerate(sizes, 1)]
    store.inbox.keep(BOX, 7, mails, NOW)
    batches = []
    while uids := claim(store):
        batches.append(uids)
    assert batches == [[1, 2], [3], [4], [5, 6]], "of the last one only the header is here"


def test_mail_that_the_clock_says_comes_from_the_future_is_claimed_all_the_same(store: Store):
    keep(store, 1, now=NOW + timedelta(days=400))
    assert claim(store) == [1]


def test_a_claim_that_ran_out_is_taken_again(store: Store):
    keep(store, 1)
    claim(store)
    assert claim(store, "two", now=NOW + timedelta(seconds=299)) == []
    assert claim(store, "two", now=NOW + timedelta(seconds=300)) == [1]


def test_a_mail_that_was_tried_before_comes_alone(store: Store):
    """So that a mail that stops the whole process takes the others of its batch with it only once."""
    keep(store, 1, 2, 3)
    claim(store)
    keep(store, 4, 5)
    assert claim(store, limit=1) == [4]
    later = NOW + timedelta(hours=1)
    assert [claim(store, now=later) for _ in range(5)] == [[1], [2], [3], [4], [5]]


def test_after_three_attempts_a_mail_is_held_for_a_person(store: Store):
    keep(store, 1, 2)
    for hour in range(3):
        assert claim(store, limit=1, now=NOW + timedelta(hours=hour)) == [1]
    assert claim(store, now=NOW + timedelta(hours=3)) == [2]
    found = row(store, 1)
    assert (found.state, found.outcome, found.attempts) == ("held", "held", 3)
    assert "stopped 3 times" in found.reason


def test_claiming_within_a_transaction_is_a_bug(store: Store):
    """The attempt would not be counted when the process dies."""
    with store.transaction(), pytest.raises(RuntimeError):
        store.inbox.claim("one", NOW, 1)


def test_threads_never_claim_the_same_mail(store: Store):
    keep(store, *range(1, 201))
    taken: dict[str, list[int]] = {}

    def work(owner: str) -> None:
        mine = taken.setdefault(owner, [])
        while some := claim(store, owner, 7):
            mine.extend(some)
        store.hang_up()

    threads = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(uid for mine in taken.values() for uid in mine) == list(range(1, 201))


def test_release_gives_a_mail_back_until_its_attempts_are_used_up(store: Store):
    keep(store, 1)
    states = []
    for _ in range(3):
        claim(store)
        states.append(store.inbox.release(row(store, 1).id, "maild failed on it: KeyError", NOW))
    assert states == ["new", "new", "held"]
    assert row(store, 1).reason == "maild failed on it: KeyError"


def test_a_held_mail_that_is_dismissed_is_counted_as_ignored_and_keeps_its_reason(store: Store):
    keep(store, 1, 2)
    claim(store)
    finish(store, 1, "held", subject="VPN")
    finish(store, 2)
    assert store.inbox.dismiss(row(store, 1).id, "seen to")
    assert not store.inbox.dismiss(row(store, 1).id, "seen to")
    assert not store.inbox.dismiss(row(store, 2).id, "seen to")
    found = row(store, 1)
    assert (found.state, found.outcome, found.reason, found.subject) == ("done", "ignored", "seen to: because", "VPN")
    assert store.inbox.counts() == {"ignored": 1, "opened": 1}


def test_the_claims_of_an_owner_that_died_are_given_back(store: Store):
    keep(store, 1, 2, 3)
    claim(store, "dead", 2)
    claim(store, "alive", 1)
    assert store.owners() == ["alive", "dead"]
    assert store.release_claims("dead") == 2
    assert store.owners() == ["alive"]
    assert (claim(store), row(store, 1).attempts) == ([1], 2)


def test_an_attempt_that_the_database_prevented_is_forgiven(store: Store):
    keep(store, 1)
    claim(store)
    store.release_claims("one", forgive=True)
    assert (row(store, 1).state, row(store, 1).attempts) == ("new", 0)


def test_a_finished_mail_says_what_became_of_it(store: Store):
    keep(store, 1)
    claim(store)
    finish(
        store, 1, ticket=1001, message_id="<a@b>", from_="eva@example.com", subject="你好",
        fingerprint="f", kind="correspondence", trace='[{"stage": "rule"}]',
    )  # fmt: skip
    found = row(store, 1)
    assert (found.state, found.outcome, found.reason, found.ticket) == ("done", "opened", "because", 1001)
    assert (found.message_id, found.from_, found.subject, found.kind) == (
        "<a@b>", "eva@example.com", "你好", "correspondence",
    )  # fmt: skip
    assert store.inbox.trace(found.id) == '[{"stage": "rule"}]'
    assert claim(store, now=NOW + timedelta(days=1)) == []


def test_a_mail_finished_as_held_waits_for_a_person(store: Store):
    keep(store, 1)
    finish(store, 1, "held")
    assert row(store, 1).state == "held"
    assert store.inbox.retry(row(store, 1).id)


def test_finishing_a_mail_that_is_not_there_is_a_bug(store: Store):
    with pytest.raises(LookupError):
        store.inbox.finish(999, outcome="opened", reason="")


def test_a_fingerprint_is_seen_once_it_is_finished(store: Store):
    keep(store, 1, 2)
    assert store.inbox.seen("f") is None
    finish(store, 1, fingerprint="f")
    assert store.inbox.seen("f").uid == 1
    finish(store, 2, "duplicate", fingerprint="f")
    assert store.inbox.seen("f").uid == 1
    assert store.inbox.seen("") is None


def test_two_mails_with_one_fingerprint_cannot_both_be_finished(store: Store):
    keep(store, 1, 2)

    def finish_second() -> None:
        with store.transaction():
            store.suppress("eva@example.com", "written before", NOW)
            finish(store, 2, fingerprint="f")

    with store.transaction():
        finish(store, 1, fingerprint="f")
        with pytest.raises(AlreadySeen):
            finish_second()
        finish(store, 2, "duplicate", fingerprint="f")
    assert store.suppressed("eva@example.com") is None
    assert store.inbox.counts() == {"opened": 1, "duplicate": 1}


def test_mails_without_a_fingerprint_do_not_get_in_each_others_way(store: Store):
    keep(store, 1, 2)
    finish(store, 1)
    finish(store, 2, fingerprint=None)
    assert store.inbox.counts() == {"opened": 2}


def test_a_held_mail_is_read_again_when_a_person_says_so(store: Store):
    keep(store, 1)
    claim(store)
    store.inbox.hold(row(store, 1).id, "its charset is unknown", NOW)
    held = row(store, 1)
    assert (held.state, held.outcome, held.reason) == ("held", "held", "its charset is unknown")
    assert claim(store, now=NOW + timedelta(days=1)) == []
    assert store.inbox.retry(held.id)
    assert (row(store, 1).state, row(store, 1).outcome, row(store, 1).attempts) == ("new", "", 0)
    assert not store.inbox.retry(held.id)
    assert claim(store) == [1]


def test_counts_and_waiting_add_up_to_all_mails(store: Store):
    keep(store, *range(1, 8))
    for uid, outcome in enumerate(("opened", "opened", "loop", "held", "duplicate"), 1):
        finish(store, uid, outcome)
    claim(store, limit=1)
    counts = store.inbox.counts()
    assert counts == {"opened": 2, "loop": 1, "held": 1, "duplicate": 1}
    assert store.inbox.waiting() == 2


def test_mails_are_listed_newest_first_by_state_and_outcome(store: Store):
    keep(store, *range(1, 6))
    store.inbox.keep("help@example.com", 1, [Arrived(9, b"x", 1)], NOW)
    claim(store, limit=1)
    finish(store, 2, "loop")
    finish(store, 3, "held")

    def uids(**filters: object) -> list[int]:
        return [r.uid for r in store.inbox.list(**filters)]

    assert uids() == [9, 5, 4, 3, 2, 1]
    assert uids(limit=2) == [9, 5]
    assert uids(state="new") == [9, 5, 4]
    assert uids(state="working") == [1]
    assert uids(state="held") == [3]
    assert uids(state="done") == [2]
    assert uids(outcome="loop") == [2]
    assert uids(state="new", outcome="loop") == []


def test_every_mail_can_be_walked_through(store: Store):
    keep(store, *range(1, 1102))
    assert [r.uid for r in store.inbox.each()] == list(range(1101, 0, -1))
    assert [r.uid for r in store.inbox.each(state="held")] == []
