"""A postmaster hears of late receipts and full limits: at once, then every hour, and no longer than they last."""

from dataclasses import replace

import pytest

from maild.daemon.alarms import Alarms
from maild.desk.gate import Limits
from maild.mail.retry import Deferred
from tests.stories.desk import Desk


@pytest.fixture
def desk(store):
    return Desk(store)


@pytest.fixture
def alarms(desk):
    return Alarms(desk.store, desk.context, desk.log, lambda: desk.now)


def test_a_late_receipt_is_told_at_once_and_again_every_hour(desk, alarms):
    desk.answer = lambda _to: Deferred("451 later")
    desk.mail()
    desk.wait(days=9)
    late = desk.store.outbox.overdue("receipt", desk.now)
    for _ in range(3):
        alarms.overdue(late)
    assert desk.told.getvalue().count("still unsent") == 1
    desk.wait(hours=1)
    alarms.overdue(late)
    assert desk.told.getvalue().count("still unsent") == 2
    alarms.overdue([])
    alarms.overdue(late)
    assert desk.told.getvalue().count("still unsent") == 3


def test_mails_that_cannot_be_put_away_are_told_of_once_an_hour_whatever_time_the_server_says(desk, alarms):
    for minute in range(59):
        alarms.stayed("support@example.com", f'"Processed" does not take them: Internal error [2026-11-21 00:{minute}]')
        desk.wait(minutes=1)
    assert desk.told.getvalue().count("Internal error") == 1
    alarms.stayed("help@example.com", '"Processed" does not take them: Internal error [2026-11-21 00:59]')
    alarms.stayed("support@example.com", '"Processed" does not take them: Quota exceeded')
    assert desk.told.getvalue().count("does not take them") == 3
    desk.wait(minutes=1)
    alarms.stayed("support@example.com", '"Processed" does not take them: Quota exceeded')
    assert desk.told.getvalue().count("Quota exceeded") == 1
    desk.wait(hours=1)
    alarms.stayed("support@example.com", '"Processed" does not take them: Quota exceeded')
    assert desk.told.getvalue().count("Quota exceeded") == 2


def test_full_limits_leave_no_room_and_are_told_once_an_hour(desk):
    book = replace(desk.context.rulebook(), limits=Limits(notices_total=2))
    alarms = Alarms(desk.store, replace(desk.context, rulebook=lambda: book), desk.log, lambda: desk.now)
    for number in range(2):
        desk.mail(f"user{number}@example.com", "VPN", f"{number}\n")
    assert alarms.room() == 0
    assert "the rest waits" not in desk.told.getvalue(), "nothing waits yet"
    desk.answer = lambda _to: Deferred("451 later")
    desk.mail("user9@example.com", "VPN", "nine\n")
    assert [alarms.room(), alarms.room()] == [0, 0]
    assert desk.told.getvalue().count("the rest waits") == 1
    desk.wait(minutes=61)
    assert alarms.room() == 2
