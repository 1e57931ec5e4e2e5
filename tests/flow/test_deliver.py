"""Passes over the outbox, on either database, with a mail server whose mind can be read."""

import asyncio
import contextlib
import threading
import time
from datetime import timedelta

import pytest

from maild.flow.deliver import LOOK_AGAIN
from maild.mail.retry import Deferred, Failed, Result, Sent
from maild.store import open_store
from tests.flow.deliver_desk import EVA, NOON, Desk, Watched


@pytest.fixture
def desk(store):
    return Desk(store)


def test_what_is_due_goes_out_and_is_recorded(desk):
    later = desk.queue(send_at=NOON + timedelta(hours=1))
    sent = desk.queue()
    counts = desk.run()
    assert desk.server.taken == [("support@example.com", EVA, b"Message-ID: <2@example.com>\r\n\r\n")]
    assert (counts.total, counts.by_state) == (1, {"sent": 1})
    assert (desk.row(sent).state, desk.row(sent).sent_at) == ("sent", NOON)
    assert [(t.state, t.reply) for t in desk.row(sent).tries] == [("sent", "250 taken")]
    assert desk.row(later).state == "queued"
    assert desk.facts() == ["sent"]


def test_a_large_outbox_goes_out_in_its_order_with_few_commits(desk):
    people = desk.queue_many(150)
    commits = []
    counts = desk.run(parallel=1, progress=lambda c: commits.append(c.total))
    assert desk.server.recipients == people
    assert counts.by_state == {"sent": 150}
    assert commits[-1] == 150
    assert len(commits) < 150


def test_as_many_are_in_the_air_as_allowed(desk):
    desk.queue_many(30)
    together = asyncio.Barrier(5)

    async def wait_for_the_others() -> Result:
        if desk.server.tried <= 5:
            async with asyncio.timeout(10):
                await together.wait()
        return Sent("250 taken")

    desk.server.answers = {f"p{n}@example.org": wait_for_the_others for n in range(30)}
    assert desk.run(parallel=5).by_state == {"sent": 30}
    assert desk.server.most_in_the_air == 5


def test_one_slow_recipient_holds_nobody_up_and_no_record_back(desk):
    desk.queue("slow@example.org")
    desk.queue_many(100)
    rest_recorded = asyncio.Event()

    async def slow() -> Result:
        async with asyncio.timeout(10):
            await rest_recorded.wait()
        return Sent("250 at last")

    desk.server.answers["slow@example.org"] = slow
    counts = desk.run(parallel=2, progress=lambda c: rest_recorded.set() if c.total == 100 else None)
    assert desk.server.recipients[-1] == "slow@example.org"
    assert counts.by_state == {"sent": 101}


@pytest.mark.parametrize("rung", [True, False])
def test_what_is_queued_while_a_slow_one_is_in_the_air_does_not_wait_for_it(desk, rung):
    wake, late_recorded = asyncio.Event(), asyncio.Event()
    store = Watched(desk.store)

    async def slow() -> Result:
        await asyncio.to_thread(store.found_nothing.wait, 10)
        desk.queue("late@example.org")
        if rung:
            wake.set()
        async with asyncio.timeout(10):
            await late_recorded.wait()
        await asyncio.to_thread(threading.Event().wait, 0.1)  # long enough for many looks, if they were not restrained
        return Sent("250 at last")

    desk.queue("slow@example.org")
    desk.server.answers["slow@example.org"] = slow
    desk.run(store=store, parallel=2, wake=wake, progress=lambda _: late_recorded.set())
    assert desk.server.recipients == ["late@example.org", "slow@example.org"]
    assert store.claims < 10


def test_a_pass_ends_when_the_last_one_lands(desk):
    store = Watched(desk.store)

    async def slow() -> Result:
        await asyncio.to_thread(store.found_nothing.wait, 10)
        return Sent("250 taken")

    desk.queue()
    desk.server.answers[EVA] = slow
    begun = time.monotonic()
    desk.run(store=store)
    assert time.monotonic() - begun < LOOK_AGAIN


@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
def test_a_ticket_that_somebody_is_at_keeps_no_record_of_others_waiting(desk, store_url):
    """Who waits for a ticket with others in his hand may be waited for: the database then ends one of the two."""
    held, free = desk.ticket(), desk.ticket()
    for number in (held, free):
        desk.queue(ticket=number)
    other = open_store(store_url)
    acknowledged = []

    def recorded(_: object) -> None:
        acknowledged.append([bool(desk.store.tickets.get(n).acknowledged_at) for n in (held, free)])
        elsewhere.close()

    with contextlib.ExitStack() as elsewhere:
        elsewhere.enter_context(other.transaction())
        other.tickets.lock(held)
        counts = desk.run(parallel=2, progress=recorded)
    other.close()
    assert acknowledged == [[False, True], [True, True]]
    assert counts.by_state == {"sent": 2}
    assert desk.facts() == ["sent", "sent"]


def test_two_processes_send_nothing_twice(desk):
    people = desk.queue_many(120)

    async def both() -> None:
        await asyncio.gather(desk.deliver("one"), desk.deliver("two"))

    asyncio.run(both())
    assert sorted(desk.server.recipients) == sorted(people)


def test_an_accepted_receipt_acknowledges_its_ticket(desk):
    number, other = desk.ticket(), desk.ticket()
    desk.queue(ticket=number)
    desk.queue(ticket=other, notice="progress")
    desk.clock.wait(seconds=3)
    desk.run()
    assert desk.store.tickets.get(number).acknowledged_at == desk.clock()
    assert desk.store.tickets.get(other).acknowledged_at is None


def test_a_refused_receipt_acknowledges_nothing(desk):
    number = desk.ticket()
    desk.queue(ticket=number)
    desk.server.usual = Deferred("450 later")
    desk.run()
    assert desk.store.tickets.get(number).acknowledged_at is None


def test_a_deferred_notice_goes_out_later_and_unchanged(desk):
    id_ = desk.queue()
    desk.server.usual = Deferred("450 greylisted")
    assert desk.run().by_state == {"deferred": 1}
    assert desk.run().total == 0
    assert (desk.row(id_).state, desk.row(id_).last_reply) == ("deferred", "450 greylisted")
    assert desk.store.outbox.next_due() == NOON + timedelta(minutes=1)
    desk.server.usual = Sent("250 taken")
    desk.clock.wait(minutes=1)
    assert desk.run().by_state == {"sent": 1}
    assert desk.server.taken[0][2] == b"Message-ID: <1@example.com>\r\n\r\n"
    assert [t.state for t in desk.row(id_).tries] == ["deferred", "sent"]


def test_the_waits_grow_and_end_after_five_days(desk):
    id_ = desk.queue()
    desk.server.usual = Deferred("450 mailbox busy")
    waits = []
    while due := desk.store.outbox.next_due():
        waits.append(due - desk.clock())
        desk.clock.now = due
        desk.run()
    assert waits[:8] == [timedelta(minutes=m) for m in (0, 1, 5, 15, 30, 60, 120, 240)]
    assert desk.clock() == NOON + timedelta(days=5)
    assert (desk.row(id_).state, desk.row(id_).last_reply) == ("failed", "given up after 5 days: 450 mailbox busy")
    assert desk.facts()[-1] == "failed"


def test_an_address_that_does_not_exist_gets_nothing_more_and_the_ticket_says_so(desk):
    number = desk.ticket()
    desk.queue(ticket=number)
    desk.server.usual = Failed("550 5.1.1 no such user", bad_address=True)
    counts = desk.run()
    assert (counts.by_state, counts.suppressed) == ({"failed": 1}, 1)
    assert desk.store.suppressed(EVA) == "550 5.1.1 no such user"
    (entry,) = desk.store.tickets.entries(number)
    assert (entry.kind, entry.text) == (
        "bounce", f"The notice receipt to {EVA} could not be delivered: 550 5.1.1 no such user",
    )  # fmt: skip


def test_a_policy_against_one_mail_is_not_held_against_the_address(desk):
    desk.queue()
    desk.server.usual = Failed("550 5.7.1 looks like spam")
    assert desk.run().suppressed == 0
    assert desk.store.suppressed(EVA) is None


def test_nothing_is_begun_once_it_shall_stop(desk):
    desk.queue_many(50)
    counts = desk.run(parallel=2, stop=lambda: desk.server.tried >= 10)
    assert counts.by_state["sent"] == desk.server.tried <= 11
    assert desk.store.outbox.counts()["queued"] == 50 - desk.server.tried


def test_receipts_late_or_nearly_so_are_named(desk):
    desk.server.usual = Deferred("450 later")
    late = desk.queue(due_at=NOON - timedelta(minutes=1))
    near = desk.queue(due_at=NOON + timedelta(minutes=30))
    desk.queue(due_at=NOON + timedelta(hours=5))
    counts = desk.run()
    assert [row.id for row in counts.overdue] == [late, near]


def test_no_more_goes_out_than_the_limits_have_room_for_and_the_rest_waits(desk):
    people = desk.queue_many(5)
    hour = timedelta(hours=1)

    def room() -> int:
        return 3 - desk.store.outbox.sent_within(desk.clock() - hour, 3)

    desk.run(room=room)
    assert desk.server.recipients == people[:3]
    assert desk.run(room=room).total == 0
    desk.clock.wait(minutes=61)
    desk.run(room=room)
    assert sorted(desk.server.recipients) == people
