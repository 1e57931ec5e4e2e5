"""Passes over the outbox, on either database, with a mail server whose mind can be read."""

import asyncio
import io
import json
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from maild.desk.ticket import Ticket
from maild.flow.deliver import LOOK_AGAIN, deliver
from maild.flow.record import Counts, Landed, Recorder, Unfinished
from maild.log import open_log
from maild.mail.retry import Deferred, Failed, Result, Sent, not_offered
from maild.store import OutboxMail, OutboxRow, Store, StoreBusy

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVA = "eva@example.org"
DOWN = not_offered("mx.example.com:465 refused the connection")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)


class Server:
    """Takes what it is sent, unless told otherwise for a recipient; remembers all of it."""

    def __init__(self) -> None:
        self.answers: dict[str, Result | Callable[[], Awaitable[Result]]] = {}
        self.usual: Result = Sent("250 taken")
        self.taken: list[tuple[str, str, bytes]] = []
        self.tried = 0
        self.in_the_air = self.most_in_the_air = 0

    async def send(self, sender: str, recipient: str, data: bytes) -> Result:
        self.tried += 1
        self.in_the_air += 1
        self.most_in_the_air = max(self.most_in_the_air, self.in_the_air)
        try:
            answer = self.answers.get(recipient, self.usual)
            if callable(answer):
                answer = await answer()
            else:
                await asyncio.sleep(0)
        finally:
            self.in_the_air -= 1
        if isinstance(answer, Sent):
            self.taken.append((sender, recipient, data))
        return answer

    @property
    def recipients(self) -> list[str]:
        return [recipient for _, recipient, _ in self.taken]


class Desk:
    """A store, a server, a clock and a log, and what a test wants to say about them."""

    def __init__(self, store: Store) -> None:
        self.store, self.server, self.clock = store, Server(), Clock()
        self._lines = io.StringIO()
        self.log = open_log(self._lines, "json", clock=self.clock)
        self._numbers = count(1)

    def queue(self, to: str = EVA, notice: str = "receipt", ticket: int | None = None, **more: object) -> int:
        number = next(self._numbers)
        mail = {"send_at": self.clock(), "raw": f"Message-ID: <{number}@example.com>\r\n\r\n".encode(), **more}
        message_id = f"<{number}@example.com>"
        return self.store.outbox.queue(
            OutboxMail(ticket, notice, "requester", to, "VPN", message_id, "support@example.com", **mail), self.clock()
        )

    def queue_many(self, number: int) -> list[str]:
        people = [f"p{n}@example.org" for n in range(number)]
        with self.store.transaction():
            for person in people:
                self.queue(person)
        return people

    def ticket(self) -> int:
        return self.store.tickets.insert(Ticket(0, "VPN", EVA, "Eva", "en", self.clock())).number

    def run(self, **options: object) -> Counts:
        return asyncio.run(self.deliver(**options))

    def deliver(self, owner: str = "me", **options: object) -> Awaitable[Counts]:
        options = {"store": self.store, "jitter": lambda: 0.0, **options}
        return deliver(send=self.server.send, now=self.clock, owner=owner, log=self.log, **options)

    def row(self, id_: int) -> OutboxRow:
        return self.store.outbox.get(id_)

    def facts(self) -> list[str]:
        return [json.loads(line)["event"] for line in self._lines.getvalue().splitlines()]


class Watched:
    """A store that refuses some calls by name: each in its turn where the next item is, or gives, True."""

    def __init__(self, store: Store, **refusals: list[bool | Callable[[], bool]]) -> None:
        self._store, self._refusals = store, refusals
        self.outbox = self.tickets = self
        self.clocks = store.clocks
        self.claims = 0
        self.found_nothing, self.refused = threading.Event(), threading.Event()

    def claim(self, *args: object) -> list[OutboxRow]:
        self.claims += 1
        rows = self._refusing("claim", self._store.outbox.claim)(*args)
        if not rows:
            self.found_nothing.set()
        return rows

    def __getattr__(self, name: str) -> Callable[..., object]:
        for room in (self._store.outbox, self._store.tickets, self._store):
            if hasattr(room, name):
                return self._refusing(name, getattr(room, name))
        raise AttributeError(name)

    def _refusing(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def perhaps(*args: object) -> object:
            turns = self._refusals.get(name)
            refuse = turns.pop(0) if turns else False
            if refuse() if callable(refuse) else refuse:
                self.refused.set()
                raise StoreBusy("locked by another program")
            return call(*args)

        return perhaps


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
        threading.Event().wait(0.2)
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
