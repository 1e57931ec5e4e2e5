"""Whatever is down and for how long: each timer fires once per start of its clock, as if nothing had happened."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.flow.keep_time import Change, keep_time
from maild.flow.tick import tick
from maild.store import Store, open_store
from tests.stories.desk import Desk
from tests.stories.test_time import EVA, book

BOOK = book(progress="{after: 4h, every: 2h}", escalate="3h")
STEP = timedelta(minutes=97)
STEPS = 60
EVENTS = st.lists(
    st.tuples(
        st.integers(1, 50),
        st.sampled_from(["pending", "open", "resolved", "answer", "network", "helpdesk", "open new"]),
    ),
    max_size=4,
)


class Mortal:
    """A house that dies at the n-th rendering; everything it has not committed is gone."""

    def __init__(self, desk: Desk, at: int) -> None:
        self._render, self._left = desk.context.render, at

    def __call__(self, *args: object) -> object:
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt
        return self._render(*args)


def live(store: Store, events: list[tuple[int, str]], looks: set[int] | None, deaths: set[int]) -> set[tuple]:
    """Let a desk go through a history; give what has fired.

    Whether word reached a requester in time is left out, for downtime does keep it from him, and the ledger says so.

    Args:
        looks: at which steps time is looked at besides the events; None for every step.
    """
    desk = Desk(store, rulebook=lambda: BOOK)
    start, usual = desk.now, desk.context
    everything(desk)
    desk.mail(EVA)
    by_step: dict[int, list[str]] = {}
    for step, what in events:
        by_step.setdefault(step, []).append(what)
    for step in range(1, STEPS):
        desk.now = start + step * STEP
        if looks is not None and step not in looks and step not in by_step and step != STEPS - 1:
            continue
        if step in deaths:
            desk.context = replace(usual, render=Mortal(desk, 1 + step % 2))
            try:
                everything(desk)
            except KeyboardInterrupt:
                pass
            desk.context = usual
        everything(desk)
        for what in by_step.get(step, ()):
            happen(desk, what)
    return {fired for fired in store.clocks.fired() if fired[1] != "maild:broken word"}


def everything(desk: Desk) -> None:
    while (done := tick(desk.store, desk.context, desk.now)).anything:
        assert done.failed == []


def happen(desk: Desk, what: str) -> None:
    before = desk.ticket(1001)
    over = {"resolved_at": desk.now} if what == "resolved" else {"resolved_at": None, "closed_at": None}
    after = {
        "pending": lambda: replace(before, status="pending", **over),
        "open": lambda: replace(before, status="open", **over),
        "open new": lambda: replace(before, status="open", assignee="li", **over),
        "resolved": lambda: replace(before, status="resolved", **over),
        "answer": lambda: replace(before, first_responded_at=before.first_responded_at or desk.now),
        "network": lambda: replace(before, queue="network"),
        "helpdesk": lambda: replace(before, queue="helpdesk"),
    }[what]()
    with desk.store.transaction():
        keep_time(Change(before, after, word=what == "answer"), desk.store, BOOK, desk.now)


@given(
    events=EVENTS,
    looks=st.sets(st.integers(1, STEPS - 1), max_size=6),
    deaths=st.sets(st.integers(1, STEPS - 1), max_size=8),
)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_downtime_and_crashes_change_nothing_of_what_fires(tmp_path_factory, events, looks, deaths):
    folder: Path = tmp_path_factory.mktemp("life")
    fired = []
    for name, when, deadly in (("steady", None, set()), ("broken", looks, deaths)):
        store = open_store(f"sqlite:///{folder}/{name}.db")
        fired.append(live(store, events, when, deadly))
        store.close()
    assert fired[0] == fired[1]


def test_a_history_with_everything_in_it_fires_the_same_after_downtime(store, tmp_path):
    chance = random.Random(4)
    events = [(step, chance.choice(["pending", "open", "answer", "resolved"])) for step in (5, 20, 31, 40, 52)]
    other = open_store(f"sqlite:///{tmp_path}/steady.db")
    steady = live(other, events, None, set())
    other.close()
    assert len(steady) > 8
    assert live(store, events, set(), set()) == steady


def test_a_ticket_that_our_own_code_fails_on_leaves_the_others_alone(store):
    desk = Desk(store, rulebook=lambda: BOOK)
    everything(desk)
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
    everything(desk)
    for number in range(3):
        desk.mail(EVA, f"mail {number}")
    desk.wait(hours=3)
    rounds = 0
    while tick(store, desk.context, desk.now, limit=limit).anything:
        rounds += 1
    assert rounds == (3 if limit == 1 else 1)
