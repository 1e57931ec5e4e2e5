"""A secret that the database does not know is told of, and one that was put before the old one is not."""

from datetime import UTC, datetime

from maild.daemon.secret import is_other
from maild.desk.trust import Keys

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_another_secret_is_told_once_for_each_change(store):
    ours, theirs = Keys((b"ours",)), Keys((b"theirs",))
    assert [is_other(store, keys, NOW) for keys in (ours, ours, theirs, theirs, ours)] == [
        False, False, True, False, True,
    ]  # fmt: skip


def test_a_secret_that_goes_before_the_old_one_is_no_other(store):
    assert not is_other(store, Keys((b"old",)), NOW)
    assert not is_other(store, Keys((b"new", b"old")), NOW)
    assert not is_other(store, Keys((b"new",)), NOW)
    assert is_other(store, Keys((b"old",)), NOW)


def test_the_database_does_not_learn_the_secret(store):
    is_other(store, Keys((b"5f1c" * 16,)), NOW)
    assert "5f1c5f1c" not in (store.in_force("secret") or "")
