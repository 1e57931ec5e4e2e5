"""A lease is one process's until it is over or given back; what is over is forgotten, and nothing else."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_a_lease_is_one_process_s_until_its_time_is_over(store):
    assert store.lease("mailbox a@b.c", "one", NOW, 90)
    assert store.lease("mailbox a@b.c", "one", NOW, 90)
    assert not store.lease("mailbox a@b.c", "two", NOW + timedelta(seconds=89), 90)
    assert store.holder("mailbox a@b.c") == "one"
    assert store.lease("mailbox a@b.c", "two", NOW + timedelta(seconds=90), 90)
    assert store.holder("mailbox a@b.c") == "two"


def test_only_its_holder_gives_a_lease_back(store):
    store.lease("mailbox a@b.c", "one", NOW, 90)
    store.release("mailbox a@b.c", "two")
    assert store.holder("mailbox a@b.c") == "one"
    store.release("mailbox a@b.c", "one")
    assert store.holder("mailbox a@b.c") is None


def test_leases_that_are_over_are_forgotten_and_the_others_stay(store):
    store.lease("digest ben 2026-11-20", "one", NOW - timedelta(days=2), 2 * 86400)
    store.lease("digest ben 2026-11-21", "one", NOW, 2 * 86400)
    store.forget_leases(NOW)
    assert store.holder("digest ben 2026-11-20") is None
    assert store.holder("digest ben 2026-11-21") == "one"
