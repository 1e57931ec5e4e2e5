"""Whatever is down and for how long: each timer fires once per start of its clock, as if nothing had happened."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.desk.clock import PROMISES, Clock
from maild.desk.ticket import Ticket
from maild.flow.keep_time import Change, keep_time
from maild.flow.tick import Fired, awake, tick
from maild.rulebook.timers import BROKEN, PROGRESS
from maild.store import Store, open_store
from maild.store.clocks import state_of
from tests.memory import GIGABYTE, memory
from tests.stories.desk import START, Desk
from tests.stories.test_time import EVA, TEXT, book

BOOK = book(
    progress="{after: 4h, every: 2h}", escalate="3h", text=f"{TEXT}\n    limits: {{notices_per_address: 99/d}}\n"
)
MINUTE = timedelta(minutes=1)
LENGTH = 3 * 24 * 60
"""Minutes of a life."""
EVENTS: dict[str, Callable[[Ticket, datetime], Ticket]] = {
    "pending": lambda before, _: _again(before, status="pending"),
    "open": lambda before, _: _again(before, status="open"),
    "taken": lambda before, _: _again(before, status="open", assignee="li"),
    "resolved": lambda before, now: replace(before, status="resolved", resolved_at=now),
    "answer": lambda before, now: replace(before, first_responded_at=before.first_responded_at or now),
    "network": lambda before, _: replace(before, queue="network"),
    "helpdesk": lambda before, _: replace(before, queue="helpdesk"),
    "P1": lambda before, _: replace(before, priority="P1"),
    "P3": lambda before, _: replace(before, priority="P3"),
    "due": lambda before, now: replace(before, resolution_due=now + timedelta(hours=7)),
}
"""What people do to a ticket."""
MOMENTS = st.integers(1, LENGTH - 1)


def _again(before: Ticket, **fields: str) -> Ticket:
    return replace(before, resolved_at=None, closed_at=None, **fields)


class Mortal:
    """A house that dies at the n-th rendering; everything it has not committed is gone."""

    def __init__(self, desk: Desk, at: int) -> None:
        self._render, self._left = desk.context.render, at

    def __call__(self, *args: object) -> object:
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt
        return self._render(*args)


@dataclass(frozen=True)
class Life:
    """What has come of a history."""

    fired: frozenset[tuple[str, datetime, datetime]]
    """(timer, start of its clock, moment), but for broken word: nothing but downtime breaks that."""
    words: frozenset[datetime]
    """When each wait for word began."""
    late: frozenset[datetime]
    """Those whose promise the ledger calls broken."""
    too_late: frozenset[datetime]
    """Those whose promise was broken, by when the house was awake."""
    unexplained: tuple[Clock, ...]
    """Broken promises of which the ledger does not say why."""


class House:
    """A desk that goes through a history; it notes what fires, and when it is awake."""

    def __init__(self, store: Store, opened: int, subject: str) -> None:
        self.desk = Desk(store, rulebook=lambda: BOOK)
        self.fired: list[Fired] = []
        self.moments: list[datetime] = []
        """When it was awake."""
        self.written: dict[datetime, tuple[datetime, str]] = {}
        """When it looked at each word that was due, and the ticket's priority then; by the beginning of the wait."""
        self.work()
        self.start = self.desk.now = START + opened * MINUTE
        self.desk.mail(EVA, subject)

    def live(self, events: Iterable[tuple[int, str]], looks: Iterable[int] | None, deaths: Iterable[int]) -> Life:
        """Go through a history.

        Args:
            events: what people do, at which minute after the opening.
            looks: when the house is awake besides; None for whenever anything is due.
            deaths: the looks at which it dies, at the first or second mail it means to write, and is started again.
        """
        waiting = sorted((self.start + at * MINUTE, what) for at, what in events)
        awake_at = None if looks is None else {self.start + at * MINUTE for at in (*looks, LENGTH)}
        deadly = {self.start + at * MINUTE for at in deaths}
        while (now := self._next(awake_at, waiting)) is not None:
            self.desk.now = now
            self.moments.append(now)
            if now in deadly:
                self.die()
            self.work()
            while waiting and waiting[0][0] == now:
                happen(self.desk, waiting.pop(0)[1])
                self.work()
        return self._life()

    def _next(self, awake_at: set[datetime] | None, waiting: list[tuple[datetime, str]]) -> datetime | None:
        end, now = self.start + LENGTH * MINUTE, self.desk.now
        if now >= end:
            return None
        due = (self.desk.store.clocks.next_due(), self.desk.store.outbox.next_due(), end)
        coming = due if awake_at is None else awake_at
        return min(end, *(at for at in (*coming, *(at for at, _ in waiting)) if at and at > now))

    def work(self) -> None:
        while (done := tick(self.desk.store, self.desk.context, self.desk.now)).anything:
            assert done.failed == [], done.failed
            self.fired += done.fired
            words = [one.started_at for one in done.fired if one.timer == PROGRESS]
            self.written.update(dict.fromkeys(words, (self.desk.now, self.desk.ticket(1001).priority)))
        self.desk.send()
        assert [post.notice for post in self.desk.sent()].count("progress") <= 1, "a burst to the requester"

    def die(self) -> None:
        usual = self.desk.context
        self.desk.context = replace(usual, render=Mortal(self.desk, 1 + len(self.moments) % 2))
        with suppress(KeyboardInterrupt):
            self.work()
        self.desk.context = usual

    def _life(self) -> Life:
        clocks = self.desk.store.clocks.of(1001)
        broken = [one for one in clocks if one.name in PROMISES and state_of(one, self.desk.now) == "broken"]
        words = {one.started_at: one for one in clocks if one.name == "word"}
        promised = {one.started_at: one.due_at for one in self.fired if one.timer == PROGRESS}
        return Life(
            frozenset((f.timer, f.started_at, f.due_at) for f in self.fired if f.timer != f"{BROKEN} word"),
            frozenset(words),
            frozenset(one.started_at for one in broken if one.name == "word"),
            frozenset(begun for begun, at in promised.items() if self._is_too_late(at, words[begun])),
            tuple(one for one in broken if not one.why),
        )

    def _is_too_late(self, at: datetime, word: Clock) -> bool:
        """Say whether the house was awake too late to send by its due time what it should write at a moment."""
        now, priority = self.written[word.started_at]
        goes = awake(BOOK.sla[priority].calendar, at, now)
        return next((moment for moment in self.moments if moment >= goes), self.desk.now) >= word.due_at


def happen(desk: Desk, what: str) -> None:
    before = desk.ticket(1001)
    with desk.store.transaction():
        change = Change(before, EVENTS[what](before, desk.now), word=what == "answer")
        keep_time(change, desk.store, BOOK, desk.now)


@given(
    opened=st.integers(0, 10 * 24 * 60),
    subject=st.sampled_from(["VPN", "outage"]),
    events=st.lists(st.tuples(MOMENTS, st.sampled_from(sorted(EVENTS))), max_size=8),
    looks=st.sets(MOMENTS, max_size=12),
    deaths=st.integers(0, 3),
)
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_downtime_and_crashes_change_nothing_of_what_fires(sqlite_template, opened, subject, events, looks, deaths):
    steady, broken = (
        lived(sqlite_template, opened, subject, events, *how) for how in ((None, ()), (looks, sorted(looks)[-deaths:]))
    )
    assert broken.fired == steady.fired
    assert broken.words == steady.words
    assert (steady.late, steady.too_late) == (frozenset(), frozenset()), "a house that is awake keeps its word"
    assert broken.late == broken.too_late, "what downtime broke is called broken, and nothing else"
    assert steady.unexplained == broken.unexplained == ()


def lived(
    template: Path, opened: int, subject: str, events: list, looks: Iterable[int] | None, deaths: Iterable[int]
) -> Life:
    with TemporaryDirectory(dir=memory(room=GIGABYTE)) as folder:
        store = open_store(f"sqlite:///{shutil.copy(template, folder)}")
        try:
            return House(store, opened, subject).live(events, looks, deaths)
        finally:
            store.close()


def test_a_history_with_everything_in_it_fires_the_same_after_downtime(store, sqlite_template):
    """On either database: events of every kind, and three days in which nobody looks at the clock besides."""
    events = [
        (200, "pending"), (260, "open"), (300, "taken"), (1400, "network"), (1500, "P1"), (1900, "P3"), (2000, "due"),
        (2600, "helpdesk"), (2900, "answer"), (4000, "resolved"), (4100, "open"),
    ]  # fmt: skip
    assert {what for _, what in events} == set(EVENTS)
    steady = lived(sqlite_template, 0, "VPN", events, None, ())
    assert len(steady.fired) > 12
    broken = House(store, 0, "VPN").live(events, (), ())
    assert (broken.fired, broken.words) == (steady.fired, steady.words)
    assert broken.late == broken.too_late


def settled(desk: Desk) -> None:
    while tick(desk.store, desk.context, desk.now).anything:
        pass


def test_a_ticket_that_our_own_code_fails_on_leaves_the_others_alone(store):
    desk = Desk(store, rulebook=lambda: BOOK)
    settled(desk)
    for subject in ("one", "two"):
        desk.mail(EVA, subject)
    desk.wait(hours=3)
    usual = desk.context

    def render(name, language, facts):
        if facts["ticket"].number == 1001:
            raise ValueError("a mistake of ours")
        return usual.render(name, language, facts)

    desk.context = replace(usual, render=render)
    done = tick(store, desk.context, desk.now)
    assert [number for number, _ in done.failed] == [1001]
    assert {fired.ticket for fired in done.fired} == {1002}
    assert tick(store, desk.context, desk.now).failed == []
    desk.context = usual
    desk.wait(minutes=11)
    assert {fired.ticket for fired in tick(store, desk.context, desk.now).fired} == {1001}


@pytest.mark.parametrize("limit", [1, 50])
def test_a_tick_takes_a_batch_and_the_next_one_the_rest(store, limit):
    desk = Desk(store, rulebook=lambda: BOOK)
    settled(desk)
    for number in range(3):
        desk.mail(EVA, f"mail {number}")
    desk.wait(hours=3)
    rounds = 0
    while tick(store, desk.context, desk.now, limit=limit).anything:
        rounds += 1
    assert rounds == (3 if limit == 1 else 1)
