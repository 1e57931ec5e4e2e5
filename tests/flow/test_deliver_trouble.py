"""Passes over the outbox while a server, the database or our own code is in trouble: nothing is lost or doubled."""

import asyncio
import threading
from datetime import timedelta

import pytest

from maild.flow.record import Counts, Landed, Recorder, Unfinished
from maild.mail.retry import UNCONFIRMED, Deferred, Result, Sent
from maild.store import StoreBusy, open_store
from tests.flow.deliver_desk import DOWN, EVA, NOON, Desk, Watched


@pytest.fixture
def desk(store):
    return Desk(store)


def test_days_in_which_no_server_could_be_reached_do_not_count(desk):
    id_ = desk.queue()
    desk.server.usual = DOWN
    for _ in range(6):
        desk.run()
        desk.clock.wait(days=1)
    desk.server.usual = Deferred("450 greylisted")
    desk.run()
    assert desk.row(id_).state == "deferred"
    desk.clock.wait(days=5)
    desk.run()
    assert desk.row(id_).state == "failed"


def test_a_server_that_takes_each_mail_and_never_says_so_gets_few_copies(desk):
    id_ = desk.queue()
    desk.server.usual = Deferred(UNCONFIRMED)
    while desk.row(id_).state != "failed":
        desk.run()
        desk.clock.now = max(desk.clock() + timedelta(minutes=1), desk.row(id_).send_at)
    assert 6 <= desk.server.tried <= 12
    assert desk.clock() >= NOON + timedelta(days=5)


def test_when_the_server_is_down_only_a_few_are_tried_and_the_rest_is_given_back(desk):
    desk.queue_many(200)
    desk.server.usual = DOWN
    counts = desk.run(parallel=4)
    assert desk.server.tried <= 4
    assert counts.by_state == {"deferred": desk.server.tried}
    assert (counts.outage, counts.outages) == (DOWN.reply, 1)
    assert counts.resume_at == NOON + timedelta(seconds=15)
    assert {row.send_at for row in desk.store.outbox.list(state="deferred")} == {counts.resume_at}
    states = desk.store.outbox.counts()
    assert states == {"deferred": desk.server.tried, "queued": 200 - desk.server.tried}
    assert desk.facts().count("trouble") == 1


def test_after_an_outage_one_notice_tries_the_way_and_the_others_follow(desk):
    desk.queue_many(50)
    desk.server.usual = DOWN
    counts = desk.run()
    for expected in (30, 60, 120, 300, 300):
        tried = desk.server.tried
        desk.clock.now = counts.resume_at
        counts = desk.run(outages=counts.outages)
        assert desk.server.tried == tried + 1
        assert counts.resume_at == desk.clock() + timedelta(seconds=expected)
    desk.server.usual = Sent("250 taken")
    desk.clock.now = counts.resume_at
    counts = desk.run(outages=counts.outages)
    assert (counts.by_state, counts.outages, counts.outage) == ({"sent": 50}, 0, "")


def test_a_server_down_for_a_day_delays_all_and_loses_none(desk):
    people = desk.queue_many(20)
    desk.server.usual = DOWN
    counts = Counts()
    while desk.clock() < NOON + timedelta(days=1):
        counts = desk.run(outages=counts.outages)
        desk.clock.wait(hours=1)
    desk.server.usual = Sent("250 taken")
    while desk.clock() < NOON + timedelta(days=1, minutes=10):
        counts = desk.run(outages=counts.outages)
        desk.clock.wait(minutes=1)
    assert sorted(desk.server.recipients) == sorted(people)


def test_a_server_that_refuses_our_sender_is_an_alarm_but_no_outage(desk):
    desk.queue_many(10)
    desk.server.usual = Deferred("553 5.7.1 not your address", "sender")
    counts = desk.run()
    assert counts.by_state == {"deferred": 10}
    assert counts.alarms == ["553 5.7.1 not your address"]
    assert not counts.outage
    assert desk.facts().count("trouble") == 1


def test_a_crash_between_send_and_record_sends_the_same_mail_again(desk):
    id_ = desk.queue()
    handed_over = asyncio.Event()

    async def dies_after() -> Result:
        handed_over.set()
        return await asyncio.Event().wait()

    async def crash() -> None:
        task = asyncio.ensure_future(desk.deliver())
        await handed_over.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    desk.server.answers[EVA] = dies_after
    asyncio.run(crash())
    assert desk.row(id_).state == "sending"
    desk.server.answers.clear()
    assert desk.run(owner="the next process").total == 0
    desk.clock.wait(hours=1)
    assert desk.run(owner="the next process").by_state == {"sent": 1}
    assert desk.server.taken[0][2] == b"Message-ID: <1@example.com>\r\n\r\n"


def test_a_mistake_of_ours_with_one_notice_lets_the_others_go(desk):
    async def broken() -> Result:
        raise ZeroDivisionError("oops")

    desk.queue("bad@example.org")
    desk.queue()
    desk.server.answers["bad@example.org"] = broken
    assert desk.run().by_state == {"sent": 1, "deferred": 1}
    assert sorted(desk.facts()) == ["bug", "deferred", "sent"]


def test_a_database_that_is_locked_for_a_moment_neither_loses_nor_doubles_a_record(desk):
    number = desk.ticket()
    ids = [desk.queue(ticket=number) for _ in range(10)]
    desk.run(store=Watched(desk.store, record=[True, True], acknowledge=[True]))
    desk.run()
    assert [len(desk.row(id_).tries) for id_ in ids] == [1] * 10
    assert len(desk.server.taken) == 10


def test_a_database_that_is_locked_ends_the_pass(desk):
    desk.queue_many(150)
    desk.run(store=Watched(desk.store, record=[True]))
    assert 0 < len(desk.server.taken) < 150
    assert desk.store.outbox.counts() == {"sent": len(desk.server.taken), "queued": 150 - len(desk.server.taken)}


def test_a_slow_disk_slows_the_sending_down(desk):
    desk.queue_many(200)
    unrecorded = []

    def slow_disk() -> bool:
        threading.Event().wait(0.05)
        unrecorded.append(desk.server.tried - len(desk.store.outbox.list(state="sent")))
        return False

    desk.run(store=Watched(desk.store, transaction=[slow_disk] * 9))
    assert len(desk.server.taken) == 200
    assert max(unrecorded) <= 64 + 8


def test_an_outbox_that_cannot_be_read_is_the_callers_business_but_what_is_in_the_air_lands_first(desk):
    store = Watched(desk.store, claim=[False, True])

    async def slow() -> Result:
        await asyncio.to_thread(store.refused.wait, 10)
        return Sent("250 taken")

    id_ = desk.queue()
    desk.server.answers[EVA] = slow
    with pytest.raises(StoreBusy):
        desk.run(store=store)
    assert desk.row(id_).state == "sent"


def test_where_nothing_can_be_recorded_sending_ends(desk):
    desk.queue()
    (row,) = desk.store.outbox.claim("me", NOON, 1)
    store, left = Watched(desk.store, record=[True] * 3), Unfinished()

    async def scenario() -> None:
        recorder = Recorder(store, Counts(), desk.log, lambda: 0.0, lambda _: None, left, delays=(0, 0))
        recording = asyncio.create_task(recorder.run())
        await recorder.take(Landed(row, Sent("250 taken"), NOON))
        recorder.finish()
        with pytest.raises(StoreBusy):
            await recording
        assert recorder.stuck

    asyncio.run(scenario())
    assert [landed.row.id for landed in left.landed] == [row.id]


@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
def test_what_an_earlier_pass_left_waits_for_who_is_at_its_ticket(desk, store_url):
    number = desk.ticket()
    id_ = desk.queue(ticket=number)
    (row,) = desk.store.outbox.claim("me", NOON, 1)
    left = Unfinished([Landed(row, Sent("250 taken"), NOON)])
    recorder = Recorder(desk.store, Counts(), desk.log, lambda: 0.0, lambda _: None, left, delays=(0, 0))
    other = open_store(store_url)
    with other.transaction():
        other.tickets.lock(number)
        with pytest.raises(StoreBusy):
            asyncio.run(recorder.catch_up())
        assert [landed.row.id for landed in left.landed] == [id_]
    other.close()
    asyncio.run(recorder.catch_up())
    assert left.landed == []
    assert desk.row(id_).state == "sent"
