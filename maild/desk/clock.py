"""The clocks of a ticket: when each began, when it stood still, by when it runs out; every change goes through `wind`.

Promises: acknowledge, first_response, resolution, word (the next word to the requester). States: open, pending,
resolved. Who has it: queue, assignee. A clock is never turned back: what it has run and when it stood still is kept,
so that its due time under another priority, calendar or rulebook is worked out anew from the same facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from maild.desk.calendar import Calendar
from maild.desk.length import Length
from maild.desk.robot import ROBOT
from maild.desk.sla import Sla
from maild.desk.ticket import Ticket

PROMISES = ("acknowledge", "first_response", "resolution", "word")
OVER = ("resolved", "closed")
MARGIN = timedelta(minutes=15)
"""What is promised as "next word by" lies so much later than the moment at which maild itself writes one."""
_SHOWN = ("acknowledge", "first_response", "resolution")
_STANDS_STILL = ("acknowledge", "first_response", "resolution", "word", "open", "queue")
"""The clocks that stop while the ticket waits for its requester."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One run of a clock; it is another one after a reopening."""

    name: str
    started_at: datetime
    about: str = ""
    """The queue or the agent who has the ticket; "" for other clocks."""
    due_at: datetime | None = None
    set_at: datetime | None = None
    """The due time an agent has set himself, or a change of the promise, which goes before that of the SLA table."""
    paused_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    done_at: datetime | None = None
    """When the promise was kept, or the state was left."""
    notice: int | None = None
    """The outbox id of the mail that keeps the promise."""
    proof: str = ""
    """What the SMTP server said when it accepted that mail."""
    broken_at: datetime | None = None
    why: str = ""
    told: tuple[str, ...] = ()
    """The addresses of those who heard that it is broken."""

    @property
    def runs(self) -> bool:
        return self.done_at is None and self.paused_at is None

    @property
    def key(self) -> tuple[str, datetime]:
        return self.name, self.started_at


@dataclass(frozen=True, slots=True)
class Wound:
    """A ticket with its clocks as they shall be."""

    ticket: Ticket
    clocks: tuple[Clock, ...]
    changes: tuple[str, ...] = ()
    """What has become of promises, in words for the history."""


def shifted(calendar: Calendar, at: datetime, pauses: Iterable[tuple[datetime, datetime]]) -> datetime:
    """Put a moment of a clock off by the open time in which the clock stood still before it."""
    for start, end in pauses:
        if start < at:
            at = calendar.add(at, calendar.between(start, end))
    return at


def length_of(clock: Clock, sla: Sla, begun: datetime) -> Length | None:
    """Give what the SLA table promises for a clock; `begun` is when the ticket was opened or reopened."""
    if clock.name == "word":
        if sla.progress is None:
            return None
        return sla.progress.after if clock.started_at == begun else sla.progress.every
    return getattr(sla, clock.name) if clock.name in _SHOWN else None


def full_time(clock: Clock, sla: Sla, begun: datetime) -> datetime | None:
    """Say when a clock runs out if it never stands still."""
    if clock.set_at:
        return clock.set_at
    length = length_of(clock, sla, begun)
    return sla.calendar.add(clock.started_at, length) if length else None


def last(clocks: Iterable[Clock], name: str) -> Clock | None:
    """Give the newest clock of a name."""
    return max((clock for clock in clocks if clock.name == name), key=lambda clock: clock.started_at, default=None)


def begun_at(clocks: Iterable[Clock], ticket: Ticket) -> datetime:
    """Say when a ticket was opened, or opened again the last time."""
    found = last(clocks, "open")
    return found.started_at if found else ticket.opened_at


def wind(
    clocks: Iterable[Clock],
    before: Ticket | None,
    after: Ticket,
    sla: Sla | None,
    now: datetime,
    *,
    acknowledges: bool = False,
    word: bool = False,
    undone: bool = False,
) -> Wound:
    """Work out the clocks of a ticket after any change of it; the one function for mails, commands and time itself.

    Args:
        before: None where the ticket is new.
        sla: the row of its priority now; None where nothing is promised. A robot is promised no word, to which it
            would write an answer.
        acknowledges: a receipt is on its way, which is a promise of its own; only asked where the ticket is new.
        word: the requester was written to.
        undone: an agent takes his own orders back, so that a ticket which is open again has never been away.
    """
    if sla and ROBOT in after.tags:
        sla = replace(sla, progress=None)
    desk = _Clocks(list(clocks), before, after, sla, now, undone)
    desk.states()
    desk.promises(acknowledges)
    if word:
        desk.word()
    desk.stand_still()
    return desk.wound()


class _Clocks:
    """The clocks of one ticket while a change is worked out."""

    def __init__(
        self,
        clocks: list[Clock],
        before: Ticket | None,
        after: Ticket,
        sla: Sla | None,
        now: datetime,
        undone: bool,
    ) -> None:
        self.before, self.sla, self.now, self.undone = before, sla, now, undone
        if after.status != "pending" and after.waits_until:
            after = replace(after, waits_until=None)
        self.reopened = bool(before) and before.status in OVER and after.status not in OVER and not undone
        self.ticket = replace(after, first_responded_at=None) if self.reopened else after
        self.found = {clock.key: clock for clock in clocks}
        self.stood = dict(self.found)
        self.dues = {name: getattr(after, f"{name}_due") for name in _SHOWN}

    def last(self, name: str) -> Clock | None:
        return last(self.found.values(), name)

    def put(self, clock: Clock) -> None:
        self.found[clock.key] = clock

    def start(self, name: str, at: datetime, about: str = "") -> None:
        self.put(Clock(name, at, about))

    def states(self) -> None:
        """Begin and end the clocks of what the ticket is and of who has it."""
        ticket, over = self.ticket, self.ticket.status in OVER
        opened = self.last("open")
        if opened is None:
            self.start("open", ticket.opened_at)
        elif self.reopened:
            self.start("open", self.now)
        elif opened.done_at and not over:
            self.put(_taken_up(opened))
        if over:
            self.end("open", ticket.resolved_at or ticket.closed_at or self.now)
        for state, since in (("pending", self.now), ("resolved", ticket.resolved_at or self.now)):
            self.hold(state, state if ticket.status == state else "", since)
        self.hold("queue", "" if over else ticket.queue, self.now if self.before else ticket.opened_at)
        self.hold("assignee", "" if over else ticket.assignee, self.now if self.before else ticket.opened_at)

    def hold(self, name: str, about: str, since: datetime) -> None:
        """Let the clock of this name be about something else from now on, or about nothing."""
        found = self.last(name)
        if found and found.done_at is None and found.about != about:
            self.put(_ended(found, self.now))
        if about and (found is None or found.done_at is not None or found.about != about):
            self.start(name, since, about)

    def end(self, name: str, at: datetime) -> None:
        found = self.last(name)
        if found and found.done_at is None:
            self.put(_ended(found, at))

    def promises(self, acknowledges: bool) -> None:
        ticket = self.ticket
        begun = begun_at(self.found.values(), ticket)
        over = (ticket.resolved_at or ticket.closed_at or self.now) if ticket.status in OVER else None
        if self.sla:
            for name in ("first_response", "resolution", "word"):
                found = self.last(name)
                if length_of(Clock(name, begun), self.sla, begun) and (found is None or found.started_at < begun):
                    self.start(name, begun)
                elif name == "word" and self.undone and found and not found.notice and not over:
                    self.put(_taken_up(found))
            if acknowledges and self.before is None and self.sla.acknowledge:
                self.start("acknowledge", ticket.opened_at)
        kept = {
            "acknowledge": ticket.acknowledged_at,
            "first_response": ticket.first_responded_at or over,
            "resolution": over,
        }
        for name, at in kept.items():
            found = self.last(name)
            if found and found.done_at is None and at is not None:
                self.put(_ended(found, at))
            elif found and found.done_at is not None and at is None:
                self.put(_taken_up(found))
        if over:
            for clock in list(self.found.values()):
                if clock.name == "word" and clock.done_at is None and clock.notice is None:
                    self.put(_ended(clock, over))
        self._set_by_hand()

    def _set_by_hand(self) -> None:
        """Take a due time that an agent has set: it differs while nothing is different from which it is worked out."""
        before, after, found = self.before, self.ticket, self.last("resolution")
        if before is None or found is None or self.reopened:
            return
        if self.undone:
            self.put(replace(found, set_at=None))
            return
        if after.resolution_due and after.resolution_due not in (before.resolution_due, found.due_at):
            self.put(replace(found, set_at=after.resolution_due, pauses=()))

    def word(self) -> None:
        """Begin to wait for the next word, now that the requester has had one."""
        found = self.last("word")
        if found and found.done_at is None:
            self.put(_ended(found, self.now))
        if self.sla and self.sla.progress and self.ticket.status not in OVER:
            self.start("word", self.now)

    def stand_still(self) -> None:
        """Stop and resume what stands still while the requester is waited for, and work out every due time."""
        pending = self.ticket.status == "pending"
        begun = begun_at(self.found.values(), self.ticket)
        for clock in list(self.found.values()):
            if clock.name not in _STANDS_STILL or clock.done_at or _is_written(clock):
                if clock.done_at and clock.name in PROMISES and self.stood_until_the_end(clock):
                    self.put(replace(clock, due_at=self.due(clock, begun)))
                continue
            if pending and clock.paused_at is None:
                clock = replace(clock, paused_at=self.now)
            elif not pending and clock.paused_at:
                stood = () if self.undone else ((clock.paused_at, self.now),)
                clock = replace(clock, paused_at=None, pauses=(*clock.pauses, *stood))
            if clock.name in PROMISES:
                clock = self.with_due(clock, begun)
            self.put(clock)

    def stood_until_the_end(self, clock: Clock) -> bool:
        """Say whether a clock ends with this change while it stood still, so that its due time must follow."""
        was = self.stood.get(clock.key)
        return was is not None and was.done_at is None and was.paused_at is not None

    def with_due(self, clock: Clock, begun: datetime) -> Clock:
        """Give a clock its due time; word that another priority or rulebook wants earlier than now is due now.

        Nobody was promised it before, nor the words after it that would have been due until now.
        """
        due = self.due(clock, begun)
        if clock.name == "word" and due and due < self.now and clock.due_at and clock.due_at > self.now:
            clock = replace(clock, set_at=self.now, pauses=())
            due = self.due(clock, begun)
        return replace(clock, due_at=due)

    def due(self, clock: Clock, begun: datetime) -> datetime | None:
        if self.sla is None:
            return None
        at = full_time(clock, self.sla, begun)
        if at is None:
            return None
        at = shifted(self.sla.calendar, at, clock.pauses)
        return self.sla.calendar.add(at, MARGIN) if clock.name == "word" else at

    def wound(self) -> Wound:
        dues, changes = {}, []
        for name in _SHOWN:
            found = self.last(name)
            if found is None or (found.done_at and not self.stood_until_the_end(found)):
                continue
            dues[f"{name}_due"] = found.due_at
            if self.before and found.due_at != self.dues[name]:
                changes.append(f"{name}_due: {_said(self.dues[name])} -> {_said(found.due_at)}")
        return Wound(replace(self.ticket, **dues), tuple(self.found.values()), tuple(changes))


def _ended(clock: Clock, at: datetime) -> Clock:
    """End a clock; where it stands still it has done so until then."""
    if clock.paused_at is None:
        return replace(clock, done_at=at)
    return replace(clock, done_at=at, paused_at=None, pauses=(*clock.pauses, (clock.paused_at, at)))


def _taken_up(clock: Clock) -> Clock:
    """Undo the end of a clock, and with it that of a pause it ended in."""
    if clock.pauses and clock.pauses[-1][1] == clock.done_at:
        return replace(clock, done_at=None, paused_at=clock.pauses[-1][0], pauses=clock.pauses[:-1])
    return replace(clock, done_at=None)


def _is_written(clock: Clock) -> bool:
    """Say whether the word is a mail of ours already, which waits for nobody."""
    return clock.name == "word" and clock.notice is not None


def _said(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "none"
