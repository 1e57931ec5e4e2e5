"""A disk that is full while notices go out: nothing goes out twice, nothing is forgotten, and it ends by itself."""

from __future__ import annotations

import resource
from collections import Counter
from pathlib import Path

import pytest

from maild.flow.record import MOST_UNRECORDED, Unfinished
from maild.mail.retry import Deferred, Failed, Sent, not_offered
from maild.store import StoreDown, StoreError, open_store
from tests.flow.deliver_desk import Desk, Watched

AT_ONCE = {"delays": (0, 0)}


@pytest.fixture
def desk(store):
    return Desk(store)


def passes(desk, store, left, most=20):
    """Make one pass after the other as the daemon does, each later than all claims of the one before."""
    for _ in range(most):
        try:
            if not desk.run(store=store, left=left, **AT_ONCE).total and not left.broken_off:
                return
        except StoreError:
            desk.clock.wait(hours=1)
    raise AssertionError("it does not come to an end")


STEPS = ("claim", "transaction", "record", "acknowledge", "release_claims", "overdue", "suppress", "add_entry")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("first", [1, 2, 3])
def test_whatever_step_the_full_disk_meets_everything_goes_out_once(desk, step, first):
    people, number = desk.queue_many(60), desk.ticket()
    receipt, bad = desk.queue("eva@example.org", ticket=number), desk.queue("gone@example.org", ticket=number)
    desk.server.answers["gone@example.org"] = Failed("550 5.1.1 no such user", bad_address=True)
    store = Watched(desk.store, **{step: [False] * (first - 1) + [True] * 7})
    passes(desk, store, Unfinished())
    assert Counter(desk.server.recipients) == Counter([*people, "eva@example.org"])
    assert desk.server.tried == 62
    assert desk.store.outbox.counts() == {"sent": 61, "failed": 1}
    assert [len(desk.row(id_).tries) for id_ in (receipt, bad)] == [1, 1]
    assert desk.store.suppressed("gone@example.org")
    assert desk.store.tickets.get(number).acknowledged_at


def test_while_a_result_cannot_be_written_nothing_more_goes_out(desk):
    desk.queue_many(100)
    store, left = Watched(desk.store, record=[True] * 200), Unfinished()
    with pytest.raises(StoreError):
        desk.run(store=store, left=left, **AT_ONCE)
    once = desk.server.tried
    assert len(left.landed) == once <= MOST_UNRECORDED + 4
    for _ in range(5):
        desk.clock.wait(hours=1)
        with pytest.raises(StoreError):
            desk.run(store=store, left=left, **AT_ONCE)
    assert desk.server.tried == once


def test_what_broke_off_is_tried_again_as_soon_as_the_disk_has_room_and_not_when_its_claim_is_over(desk):
    desk.queue_many(100)
    store, left = Watched(desk.store, record=[True] * 3), Unfinished()
    with pytest.raises(StoreError):
        desk.run(store=store, left=left, **AT_ONCE)
    desk.run(store=store, left=left, **AT_ONCE)
    assert desk.store.outbox.counts() == {"sent": 100}
    assert (desk.server.tried, left.landed) == (100, [])


def test_what_an_unreachable_server_deferred_is_not_left_without_a_time(desk):
    id_ = desk.queue()
    desk.server.usual = not_offered("mx.example.com:465 refused the connection")
    store, left = Watched(desk.store, record=[True] * 3), Unfinished()
    with pytest.raises(StoreError):
        desk.run(store=store, left=left, **AT_ONCE)
    desk.server.usual = Sent("250 taken")
    passes(desk, store, left)
    assert desk.row(id_).state == "sent"


def test_what_a_server_deferred_keeps_its_wait(desk):
    id_ = desk.queue()
    desk.server.usual = Deferred("450 greylisted")
    left = Unfinished()
    with pytest.raises(StoreError):
        desk.run(store=Watched(desk.store, record=[True] * 3), left=left, **AT_ONCE)
    desk.run(left=left)
    assert desk.row(id_).state == "deferred"
    assert desk.server.tried == 1


class Disk:
    """The disk of this process: it may be full for a while, so that no file grows."""

    def __init__(self) -> None:
        self._soft, self._hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self, file: Path) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, self._hard))

    def clear(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._soft, self._hard))


@pytest.mark.parametrize("full_after", [1, 5, 17, 40])
def test_a_real_disk_that_is_full_in_the_middle_sends_nothing_twice(tmp_path, full_after):
    store, disk = open_store(f"sqlite:///{tmp_path}/maild.db"), Disk()
    desk, left = Desk(store), Unfinished()
    people = desk.queue_many(120)

    async def the_disk_fills():
        disk.fill(tmp_path / "maild.db-wal")
        return Sent("250 taken")

    desk.server.answers[people[full_after]] = the_disk_fills
    try:
        for _ in range(3):
            with pytest.raises(StoreDown, match="disk"):
                desk.run(left=left, **AT_ONCE)
            desk.clock.wait(hours=1)
        assert full_after <= desk.server.tried <= full_after + MOST_UNRECORDED + 4
        assert left.landed
    finally:
        disk.clear()
    desk.server.answers.clear()
    passes(desk, store, left)
    assert Counter(desk.server.recipients) == Counter(people)
    assert store.outbox.counts() == {"sent": 120}
    store.close()
