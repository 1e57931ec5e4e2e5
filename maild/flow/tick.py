"""The journey of a moment: what time alone makes due is decided and committed, each once, in order, however late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from maild.desk.calendar import Calendar
from maild.desk.clock import Clock, last
from maild.desk.decision import Decision, Notice
from maild.desk.ticket import Entry, Ticket
from maild.flow.archive import archive
from maild.flow.commit import queue_notice, trace_json
from maild.flow.context import Context
from maild.flow.keep_time import Change, arm, keep_time
from maild.flow.outgoing import pass_gate
from maild.flow.rewind import rewind
from maild.rulebook.elapse import Moment, Passing, elapse
from maild.rulebook.model import Rulebook
from maild.rulebook.roster import Workload
from maild.rulebook.timers import ASK, ESCALATE, PROGRESS
from maild.store import DueTimer, Store

BATCH = 50
AGAIN = timedelta(minutes=10)
"""How long a ticket is left alone whose timers our own code failed on."""
A_LITTLE_LATE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer that has fired."""

    ticket: int
    timer: str
    started_at: datetime
    due_at: datetime
    what: str


@dataclass(slots=True)
class Ticked:
    """What one tick did."""

    fired: list[Fired] = field(default_factory=list)
    failed: list[tuple[int, Exception]] = field(default_factory=list)
    """Tickets that our own code failed on; they are looked at again."""
    notices: int = 0
    rewound: int = 0
    """Tickets whose promises were worked out anew, since the rulebook is another one."""

    @property
    def anything(self) -> bool:
        return bool(self.fired or self.failed or self.rewound)


@dataclass(slots=True)
class _Known:
    """What was looked up of a ticket; looked up anew after each change of it."""

    due: list[DueTimer]
    clocks: tuple[Clock, ...]
    history: list[Entry]


@dataclass(slots=True)
class _Pass:
    """All that falls due for one ticket at once."""

    ticket: Ticket
    known: _Known
    wanted: list[tuple[DueTimer, Notice]] = field(default_factory=list)
    words: list[Clock] = field(default_factory=list)
    """Those that a progress mail ends."""
    fired: list[Fired] = field(default_factory=list)


def tick(store: Store, context: Context, now: datetime, limit: int = BATCH) -> Ticked:
    """Let timers fire whose moment has come: a batch of tickets in one transaction, each in a part of its own.

    What falls due because of what has just fired fires in the same pass, in order. Call it until it does nothing more.
    """
    done = Ticked()
    rulebook: Rulebook = context.rulebook()
    done.rewound = rewind(store, rulebook, now)
    numbers = store.clocks.due(now, limit)
    if not numbers:
        return done
    with store.transaction():
        tickets = store.tickets.lock_all(numbers)
        known = _look(list(tickets), store, now)
        for number in filter(tickets.get, numbers):
            try:
                with store.transaction():
                    passed = _pass(tickets[number], known[number], store, rulebook, now)
                    if passed.fired:
                        done.notices += _write(passed, store, context, rulebook, now)
                        done.fired += passed.fired
            except store.errors:
                raise
            except Exception as error:
                done.failed.append((number, error))
                store.clocks.put_off(number, now + AGAIN)
    return done


def _look(numbers: list[int], store: Store, now: datetime) -> dict[int, _Known]:
    """Look up what is due of locked tickets, and all that deciding about it needs."""
    due, clocks = store.clocks.due_of(numbers, now), store.clocks.of_all(numbers)
    histories = store.tickets.entries_of(numbers)
    return {number: _Known(due[number], clocks[number], histories[number]) for number in numbers}


def _pass(ticket: Ticket, known: _Known, store: Store, rulebook: Rulebook, now: datetime) -> _Pass:
    passed = _Pass(ticket, known)
    while passed.known.due:
        timer = passed.known.due.pop(0)
        store.clocks.fire(timer, now)
        clock = next((c for c in passed.known.clocks if c.key == (timer.clock, timer.started_at)), None)
        if clock is not None:
            moment = _moment(timer, clock, passed, store, rulebook, now)
            _carry_out(elapse(passed.ticket, moment, rulebook), timer, passed, store, rulebook, now)
    return passed


def _carry_out(
    passing: Passing, timer: DueTimer, passed: _Pass, store: Store, rulebook: Rulebook, now: datetime
) -> None:
    decision, clock = passing.decision, passing.clock
    number = timer.ticket
    if clock.told or clock.broken_at:
        store.clocks.keep(number, [clock])
        passed.known.clocks = tuple(clock if one.key == clock.key else one for one in passed.known.clocks)
    changes = passing.word or decision.after != decision.before
    if changes:  # what only tells people moves no clock
        change = Change(decision.before, decision.after, word=passing.word, why=timer.timer)
        passed.ticket = keep_time(change, store, rulebook, timer.due_at)
    trace = trace_json(decision)
    for entry in decision.entries:
        store.tickets.add_entry(number, replace(entry, trace=trace))
    passed.ticket = archive(decision.before, passed.ticket, store, rulebook, timer.due_at)
    if passing.word:
        passed.words.append(clock)
    passed.wanted += [(timer, notice) for notice in decision.notices]
    passed.fired.append(Fired(number, timer.timer, timer.started_at, timer.due_at, decision.reason))
    if changes:
        passed.known = _look([number], store, now)[number]


def _moment(
    timer: DueTimer,
    clock: Clock,
    passed: _Pass,
    store: Store,
    rulebook: Rulebook,
    now: datetime,
) -> Moment:
    history, clocks = tuple(passed.known.history), passed.known.clocks
    row = store.outbox.get(clock.notice) if clock.notice else None
    wrote = [entry for entry in history if entry.kind == "correspondence" and entry.direction == "in"]
    answered = any(entry.kind == "correspondence" and entry.direction == "out" for entry in history)
    return Moment(
        timer.timer,
        clock,
        timer.due_at,
        now,
        history=history,
        workload=_workload(timer, rulebook, store),
        known=answered or len(wrote) > 1,
        why=f"the {row.notice} to {row.to} is {row.state}: {row.last_reply or 'not tried yet'}" if row else "",
        held=tuple((c.about, c.started_at, c.done_at or timer.due_at) for c in clocks if c.name == "queue"),
        last_text=wrote[-1].text if wrote else "",
    )


def _workload(timer: DueTimer, rulebook: Rulebook, store: Store) -> Workload:
    """Look up who has how much to do, where the timer moves a ticket to another queue."""
    moves = {one.name for one in rulebook.timers if any(setting.field == "queue" for setting in one.set)}
    if timer.timer not in (ESCALATE, *moves):
        return Workload()
    ways = {name: queue.assign for name, queue in rulebook.queues.items() if queue.assign != "none"}
    return Workload(
        store.tickets.open_by_assignee() if "least-open" in ways.values() else {},
        store.tickets.last_assignees([name for name, way in ways.items() if way == "round-robin"]),
    )


def _write(passed: _Pass, store: Store, context: Context, rulebook: Rulebook, now: datetime) -> int:
    """Queue what shall be sent of all that one pass over a ticket gives rise to; give the number of mails."""
    ticket = passed.ticket
    sla = rulebook.sla.get(ticket.priority)
    clocks = passed.known.clocks
    word = last(clocks, "word")
    chosen = _chosen(passed, word)
    decision = pass_gate(
        Decision("elapsed", "", notices=tuple(_for(notice, word) for _, notice in chosen)), "", store, context, now
    )
    unsent = _unsent_words(clocks) if any(notice.role == "requester" for _, notice in chosen) else ()
    if unsent:
        store.outbox.withdraw(unsent, "a newer mail takes its place", tried=True)
    sent_word = None
    for (timer, _), notice in zip(chosen, decision.notices, strict=True):
        if notice.role == "requester" and sla:
            notice = replace(notice, send_at=awake(sla.calendar, timer.due_at, now))
        text, history = notice.facts.get("text", ""), passed.known.history
        outbox_id = queue_notice(notice, ticket, None, text, store, context, now, history=history)
        if timer.timer == PROGRESS and notice.role == "requester":
            sent_word = (outbox_id, notice.withheld)
    if passed.words:
        _end_words(passed, clocks, sent_word, store, rulebook, now)
    return len(chosen)


def _unsent_words(clocks: Iterable[Clock]) -> list[int]:
    """Name the mails of facts that still wait, for the morning or for a server that was away."""
    return [clock.notice for clock in clocks if clock.name == "word" and clock.notice and clock.done_at is None]


def _chosen(passed: _Pass, word: Clock | None) -> list[tuple[DueTimer, Notice]]:
    """Leave out what makes no sense any more: to a requester only the newest goes that still does."""
    found: list[tuple[DueTimer, Notice]] = []
    newest: dict[str, tuple[DueTimer, Notice]] = {}
    for timer, notice in passed.wanted:
        if timer.timer == ASK and (word is None or word.started_at != timer.started_at or not word.runs):
            continue
        if notice.role not in ("requester", "participant"):
            found.append((timer, notice))
        elif _still_true(timer, notice, passed.ticket):
            newest[notice.to] = (timer, notice)
    return [*found, *newest.values()]


def _still_true(timer: DueTimer, notice: Notice, ticket: Ticket) -> bool:
    if notice.name in ("resolved", "closed"):
        return ticket.status == notice.name
    if timer.clock in ("pending", "resolved"):
        return ticket.status == timer.clock
    return ticket.status in ("new", "open")


def _for(notice: Notice, word: Clock | None) -> Notice:
    """Let every mail to a requester say by when he hears again."""
    if notice.role != "requester":
        return notice
    next_word = word.due_at if word and word.runs else None
    return replace(notice, facts={**notice.facts, "next_word": next_word})


def awake(calendar: Calendar, due: datetime, now: datetime) -> datetime:
    """Say when a mail to a requester goes out: not at night, though the very end of the hours is none."""
    if calendar.is_open(now) or (now - due <= A_LITTLE_LATE and calendar.is_open(due - timedelta(seconds=1))):
        return now
    return calendar.next_opening(now)


def _end_words(
    passed: _Pass,
    clocks: Iterable[Clock],
    sent: tuple[int, str] | None,
    store: Store,
    rulebook: Rulebook,
    now: datetime,
) -> None:
    """Tie the last word that fell due to the mail that brings it; those before it were never written."""
    ended = {clock.key: clock for clock in clocks}
    kept = []
    for clock in passed.words:
        clock = ended[clock.key]
        if clock is ended[passed.words[-1].key] and sent and not sent[1]:
            kept.append(replace(clock, done_at=None, notice=sent[0]))
        else:
            why = sent[1] if sent and sent[1] else "its time had passed before maild could write it"
            kept.append(replace(clock, broken_at=clock.due_at or now, why=why))
    store.clocks.keep(passed.ticket.number, kept)
    arm(passed.ticket, store.clocks.of(passed.ticket.number), store, rulebook)
