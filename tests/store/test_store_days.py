"""What agents and leads ask of a day, on either database."""

from datetime import UTC, datetime, timedelta

from maild.desk.clock import Clock
from maild.desk.ticket import Entry, Ticket

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(hours):
    return NOON + timedelta(hours=hours)


def opened(store, status="open", queue="helpdesk", assignee="li", **fields):
    new = Ticket(0, "VPN", "eva@example.com", "", "en", NOON, status, queue, assignee=assignee, **fields)
    return store.tickets.insert(new).number


def test_what_is_due_first_is_most_urgent_and_what_waits_for_its_requester_least(store):
    pending = opened(store, "pending", first_response_due=at(1))
    later = opened(store, first_response_due=at(5), resolution_due=at(6))
    answered = opened(store, first_responded_at=at(0), first_response_due=at(2), resolution_due=at(4))
    never = opened(store, priority="P3")
    urgent = opened(store, priority="P1")
    only_solution = opened(store, resolution_due=at(3))
    opened(store, "resolved", first_response_due=at(1))
    opened(store, assignee="ben", first_response_due=at(1))
    assert store.days.urgent("li", 30) == [only_solution, answered, later, urgent, never, pending]
    assert store.days.urgent("li", 2) == [only_solution, answered]


def test_only_a_persons_word_since_the_last_opening_ends_a_wait(store):
    waits, answered, reopened, pending = (opened(store, status) for status in ("new", "open", "open", "pending"))
    for number in (waits, answered, pending):
        store.clocks.keep(number, [Clock("open", at(0))])
    store.clocks.keep(reopened, [Clock("open", at(-9), done_at=at(-5)), Clock("open", at(4))])
    store.tickets.add_entry(answered, Entry(at(2), "correspondence", "out", "Li", text="At it."))
    store.tickets.add_entry(answered, Entry(at(3), "comment", "none", "Li", text="A note."))
    store.tickets.add_entry(waits, Entry(at(3), "correspondence", "in", "eva@example.com", text="Hello?"))
    store.tickets.add_entry(reopened, Entry(at(-7), "correspondence", "out", "Li", text="Done."))
    assert store.days.longest(["helpdesk"], 5) == [(waits, at(0)), (answered, at(2)), (reopened, at(4))]
    assert store.days.longest(["helpdesk"], 1) == [(waits, at(0))]
    assert store.days.longest(["network"], 5) == []
    assert store.days.counts(["helpdesk"]) == {"new": 1, "open": 2, "pending": 1}


def test_promises_are_told_by_queue_and_what_stands_still_is_not_due(store):
    ours, theirs = opened(store), opened(store, queue="network")
    for number in (ours, theirs):
        store.clocks.keep(number, [Clock("first_response", at(0), due_at=at(1), broken_at=at(1), why="late")])
        store.clocks.keep(number, [Clock("resolution", at(0), due_at=at(5)), Clock("word", at(0), due_at=at(4))])
    assert store.days.broken(["helpdesk"], at(0), at(2)) == [(ours, "first_response", at(1))]
    assert store.days.broken(["helpdesk"], at(1), at(2)) == []
    assert store.days.due(["helpdesk", "network"], at(2), at(9)) == [
        (ours, "resolution", at(5)),
        (theirs, "resolution", at(5)),
    ]
    store.clocks.keep(ours, [Clock("resolution", at(0), due_at=at(5), paused_at=at(1))])
    assert store.days.due(["helpdesk"], at(2), at(9)) == []
