"""What a moment of a clock brings about: pure, as `decide` is for a mail, and committed by the same hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from maild.desk.clock import Clock
from maild.desk.decision import Decision, Notice, Step
from maild.desk.ticket import Entry, Ticket
from maild.rulebook.model import Notify, Rulebook, Timer
from maild.rulebook.notices import Addressing, Audience
from maild.rulebook.roster import Workload, assign
from maild.rulebook.timers import ASK, BROKEN, ESCALATE, PROGRESS, WAKE


@dataclass(frozen=True, slots=True)
class Moment:
    """The stimulus "time has passed", with all that was looked up about it."""

    timer: str
    clock: Clock
    at: datetime
    """When it fell due; what follows from it counts from there, however late it is noticed."""
    now: datetime
    history: tuple[Entry, ...] = ()
    workload: Workload = field(default_factory=Workload)
    known: bool = False
    """The requester may be told his own words."""
    why: str = ""
    """What the outbox says of the mail that was to keep a promise."""
    held: tuple[tuple[str, datetime, datetime], ...] = ()
    """Which queues had it: (queue, from, until)."""
    last_text: str = ""
    """What the requester wrote last."""


@dataclass(frozen=True, slots=True)
class Passing:
    """What time brings about: a decision, and what becomes of the clock itself."""

    decision: Decision
    clock: Clock
    word: bool = False
    """The requester is written to, which begins the wait for the next word."""


def elapse(ticket: Ticket, moment: Moment, rulebook: Rulebook) -> Passing:
    """Decide what a timer does to its ticket."""
    if moment.timer == ESCALATE:
        return _escalate(ticket, moment, rulebook)
    if moment.timer == ASK:
        return _ask(ticket, moment, rulebook)
    if moment.timer == PROGRESS:
        return _progress(ticket, moment, rulebook)
    if moment.timer == WAKE:
        return _wake(ticket, moment, rulebook)
    if moment.timer.startswith(BROKEN):
        return _broken(ticket, moment, rulebook)
    timer = next((timer for timer in rulebook.timers if timer.name == moment.timer), None)
    if timer is None:
        return _passing(
            ticket, ticket, moment, "the rulebook has no such timer any more", Addressing(rulebook, moment.now)
        )
    return _own_timer(ticket, timer, moment, rulebook)


def _own_timer(ticket: Ticket, timer: Timer, moment: Moment, rulebook: Rulebook) -> Passing:
    after = _set(ticket, timer, moment, rulebook)
    addressing = Addressing(rulebook, moment.now)
    audience = _audience(after, moment, timer=timer.name)
    addressing.tell(timer.notify, audience, f"the timer {timer.name} (line {timer.line})")
    if after.status != ticket.status and after.status in ("resolved", "closed"):
        addressing.tell(rulebook.notifications.get(after.status, ()), audience, f"the ticket is {after.status}")
    if after.assignee and after.assignee != ticket.assignee:
        addressing.tell(rulebook.notifications.get("assigned", ()), audience, "the ticket is assigned")
    clock = moment.clock
    if timer.percent is not None and timer.percent >= 100:
        clock = _told(clock, addressing)
    said = _amount(timer)
    return _passing(ticket, after, moment, f"{moment.clock.name} {said}", addressing, clock)


def _amount(timer: Timer) -> str:
    return f"{timer.percent}%" if timer.percent is not None else str(timer.length)


def _set(ticket: Ticket, timer: Timer, moment: Moment, rulebook: Rulebook) -> Ticket:
    """Carry out what a timer sets, with what follows from it."""
    fields = {setting.field: setting.value for setting in timer.set}
    after = replace(ticket, **fields)
    if {"impact", "urgency"} & fields.keys() and "priority" not in fields:
        after = replace(after, priority=rulebook.priority(after.impact, after.urgency))
    if after.status != ticket.status:
        over = after.status in ("resolved", "closed")
        after = replace(
            after,
            resolved_at=(ticket.resolved_at or moment.at) if over else None,
            closed_at=moment.at if after.status == "closed" else None,
        )
    if after.queue != ticket.queue and "assignee" not in fields:
        after = replace(after, assignee=assign(rulebook, after.queue, moment.workload, moment.now).agent)
    return after


def _escalate(ticket: Ticket, moment: Moment, rulebook: Rulebook) -> Passing:
    queue = rulebook.queues.get(ticket.queue)
    addressing = Addressing(rulebook, moment.now)
    if queue is None or queue.escalate is None:
        return _passing(ticket, ticket, moment, "the queue escalates nowhere any more", addressing)
    to = queue.escalate.to
    choice = assign(rulebook, to, moment.workload, moment.now)
    after = replace(ticket, queue=to, assignee=choice.agent)
    audience = _audience(after, moment, written=moment.history, held=moment.held, came_from=ticket.queue)
    addressing.tell((Notify("queue", "escalated"), Notify("assignee", "escalated")), audience, "it was escalated")
    addressing.tell((Notify("requester", "with-expert"),), audience, "an expert has it now")
    why = f"not answered within {queue.escalate.after} by {ticket.queue}, so it goes to {to}"
    return _passing(ticket, after, moment, why, addressing)


def _ask(ticket: Ticket, moment: Moment, rulebook: Rulebook) -> Passing:
    addressing = Addressing(rulebook, moment.now)
    audience = _audience(ticket, moment)
    addressing.tell((Notify("assignee", "ask-word"),), audience, "the requester is due to hear")
    return _passing(ticket, ticket, moment, "the assignee is asked for word to the requester", addressing)


def _progress(ticket: Ticket, moment: Moment, rulebook: Rulebook) -> Passing:
    addressing = Addressing(rulebook, moment.now)
    news = news_of(moment.history, moment.clock.started_at)
    audience = _audience(ticket, moment, news=news, since=moment.clock.started_at, nothing_new=not news)
    addressing.tell(rulebook.notifications.get("progress", ()), audience, "the requester is due to hear")
    passing = _passing(ticket, ticket, moment, "word to the requester of how it stands", addressing)
    return replace(passing, word=True)


def news_of(history: tuple[Entry, ...], since: datetime) -> tuple[tuple[str, datetime], ...]:
    """Say in a word each what has happened to a ticket that its requester may know: (kind, when).

    Kinds: moved (another queue or agent has it), priority, status, wrote (he himself).
    """
    found = []
    for entry in history:
        if entry.at <= since:
            continue
        if entry.kind == "correspondence" and entry.direction == "in":
            found.append(("wrote", entry.at))
        elif entry.kind == "change":
            for kind, sign in (
                ("moved", "queue:"),
                ("moved", "assignee:"),
                ("priority", "priority:"),
                ("status", "status:"),
            ):
                if any(part.strip().startswith(sign) for part in entry.text.split(";")):
                    found.append((kind, entry.at))
                    break
    return tuple(found)


def _wake(ticket: Ticket, moment: Moment, rulebook: Rulebook) -> Passing:
    """Open a ticket whose wait is over; whoever has it hears, or his queue where he is away."""
    after = replace(ticket, status="open", waits_until=None)
    addressing = Addressing(rulebook, moment.now)
    audience = _audience(after, moment, waited=moment.clock.started_at)
    for who in ("assignee", "queue"):
        if not addressing.notices:
            addressing.tell((Notify(who, "wait-over"),), audience, "the wait is over")
    return _passing(ticket, after, moment, "the wait is over", addressing)


def _broken(ticket: Ticket, moment: Moment, rulebook: Rulebook) -> Passing:
    clock = moment.clock
    why = moment.why or _why_broken(ticket, clock)
    clock = replace(clock, broken_at=moment.at, why=why)
    addressing = Addressing(rulebook, moment.now)
    if clock.name == "acknowledge":
        addressing.tell(lead_or_queue(rulebook, ticket), _audience(ticket, moment, why=why), "a promise is broken")
        clock = _told(clock, addressing)
    return _passing(ticket, ticket, moment, f"the promise {clock.name} is broken: {why}", addressing, clock)


def lead_or_queue(rulebook: Rulebook, ticket: Ticket) -> tuple[Notify, ...]:
    """Say who hears that a receipt did not reach its requester: a person, in any case."""
    queue = rulebook.queues.get(ticket.queue)
    return (Notify("lead" if queue and queue.lead else "queue", "promise-broken"),)


def _why_broken(ticket: Ticket, clock: Clock) -> str:
    who = f"{ticket.assignee} of {ticket.queue}" if ticket.assignee else f"the queue {ticket.queue}"
    what = {
        "first_response": "nobody has answered",
        "resolution": "it is not resolved",
        "acknowledge": "no receipt was accepted",
        "word": "no word went out",
    }[clock.name]
    return f"{what}; {who} has it"


def _told(clock: Clock, addressing: Addressing) -> Clock:
    people = [notice.to for notice in addressing.notices.values() if notice.role != "requester"]
    return replace(clock, told=tuple(dict.fromkeys((*clock.told, *people))))


def _audience(ticket: Ticket, moment: Moment, **facts: Any) -> Audience:
    about: Mapping[str, Any] = {"clock": moment.clock.name, "due": moment.clock.due_at, **facts}
    return Audience(
        ticket,
        requester={"repeat": moment.known, **about},
        agents={"text": moment.last_text, **about},
    )


def _passing(
    before: Ticket, after: Ticket, moment: Moment, why: str, addressing: Addressing, clock: Clock | None = None
) -> Passing:
    changed = [
        f"{name}: {getattr(before, name) or 'none'} -> {getattr(after, name) or 'none'}"
        for name in ("status", "queue", "assignee", "category", "impact", "urgency", "priority")
        if getattr(before, name) != getattr(after, name)
    ]
    late = f", noticed {moment.now:%Y-%m-%d %H:%M} UTC" if (moment.now - moment.at).total_seconds() > 3600 else ""
    text = f"{moment.timer}: {why}{late}" + (f"; {'; '.join(changed)}" if changed else "")
    entry = Entry(moment.at, "change" if changed else "notice", "none", "maild", text=text)
    notices: tuple[Notice, ...] = tuple(addressing.notices.values())
    decision = Decision(
        "elapsed",
        text,
        before,
        after,
        entries=(entry,),
        notices=notices,
        steps=(Step("timer", moment.timer, True, why), *addressing.steps),
    )
    return Passing(decision, clock or moment.clock)
