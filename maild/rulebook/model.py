"""A rulebook as values: everything that rules.yaml says, checked and ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from zoneinfo import ZoneInfo

from maild.desk.calendar import Calendar, Span
from maild.desk.gate import Limits
from maild.desk.length import Length
from maild.desk.sla import DueTimes, Progress, Sla, due_times
from maild.rulebook.conditions import Condition
from maild.rulebook.match import Matcher, Premise


@dataclass(frozen=True, slots=True)
class Agent:
    """Someone who answers tickets; `key` is the agent's name in the rulebook."""

    key: str
    name: str
    email: str
    """In lower case, as every address."""
    aliases: tuple[str, ...] = ()
    language: str = "en"
    away: tuple[tuple[date, date], ...] = ()
    """First and last day of each absence, in the zone of the first calendar."""
    line: int | None = None

    def is_away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away)


@dataclass(frozen=True, slots=True)
class Escalation:
    """A ticket not answered within `after` moves to the queue `to`."""

    after: Length
    to: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Where tickets wait, and who takes them from there."""

    name: str
    agents: tuple[str, ...] = ()
    """Keys of agents; teams are already their members."""
    assign: str = "none"
    """least-open | round-robin | none"""
    lead: str = ""
    escalate: Escalation | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """Who hears, by which template."""

    who: str
    """requester | participants | assignee | queue | lead, the key of an agent, or a team."""
    template: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A field and the value it is set to."""

    field: str
    value: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when it holds, and what follows from it."""

    name: str
    line: int
    when: Condition | None = None
    """None always holds."""
    set: tuple[Setting, ...] = ()
    tags: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    notify: tuple[Notify, ...] = ()
    outcome: str = ""
    """ignored | spam | "" """


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment of a clock, and what it does: `percent` of an SLA clock, or a `length` of time in a status."""

    name: str
    line: int
    clock: str
    """acknowledge | first_response | resolution, or open | pending | resolved"""
    percent: int | None = None
    length: Length | None = None
    notify: tuple[Notify, ...] = ()
    set: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class SelfTestMail:
    """The mail of a test, as the admin wrote it."""

    from_: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[str, ...] = ()
    size: int = 0
    language: str = ""
    """"" lets the text tell it."""
    authenticated: bool = False
    department: str = ""
    location: str = ""
    vip: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing a test expects: a single value, or several of a list."""

    key: str
    values: tuple[str, ...]
    line: int
    col: int
    width: int


@dataclass(frozen=True, slots=True)
class SelfTest:
    """One of the rulebook's own tests."""

    name: str
    line: int
    at: datetime
    mail: SelfTestMail
    expect: tuple[Expectation, ...]
    after: timedelta | None = None
    status: str = "new"
    """The ticket's, from `at` on: open, pending or resolved where timers of these are tested."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a ticket gets where no rule says otherwise."""

    queue: str = "helpdesk"
    category: str = "other"
    impact: str = "individual"
    urgency: str = "medium"
    line: int | None = None


_MATRIX = {
    ("company", "high"): "P1", ("company", "medium"): "P2", ("company", "low"): "P3",
    ("department", "high"): "P1", ("department", "medium"): "P2", ("department", "low"): "P3",
    ("individual", "high"): "P2", ("individual", "medium"): "P3", ("individual", "low"): "P4",
}  # fmt: skip


def _always() -> dict[str, Calendar]:
    return {"always": Calendar("always", ZoneInfo("UTC"), ((Span(0, 1440),),) * 7)}


def usual_sla(calendar: Calendar) -> dict[str, Sla]:
    """Promise what a careful desk can keep, for a rulebook that has no SLA table."""
    hour, day = Length(timedelta(hours=1)), Length(days=1)
    word = Progress(Length(timedelta(hours=4)), Length(timedelta(hours=2)))
    two, four, eight = (Length(timedelta(hours=hours)) for hours in (2, 4, 8))
    return {
        "P1": Sla("P1", calendar, hour, hour, four, Progress(hour, hour)),
        "P2": Sla("P2", calendar, hour, two, eight, word),
        "P3": Sla("P3", calendar, day, day, Length(days=5), word),
        "P4": Sla("P4", calendar, day, Length(days=2), Length(days=10), Progress(Length(days=2), Length(days=2))),
    }


USUAL_NOTIFICATIONS: Mapping[str, tuple[Notify, ...]] = {
    "opened": (Notify("requester", "receipt"), Notify("queue", "new-ticket")),
    "followed_up": (Notify("assignee", "follow-up"),),
    "assigned": (Notify("assignee", "assigned"),),
    "progress": (Notify("requester", "progress"),),
    "resolved": (Notify("requester", "resolved"),),
    "closed": (Notify("requester", "closed"),),
}


def for_any_desk(sample: Rulebook, usual: Rulebook) -> Rulebook:
    """Take out of the sample what holds for its invented desk alone: its people, its hours and its promises.

    Nothing is assigned to those people or sent to them; hours and promises are the usual ones instead.
    """
    queues = {name: Queue(name, line=queue.line) for name, queue in sample.queues.items()}
    rules = tuple(
        replace(rule, notify=(), set=tuple(setting for setting in rule.set if setting.field != "assignee"))
        for rule in sample.rules
    )
    return replace(
        sample, agents={}, teams={}, queues=queues, rules=rules, calendars=usual.calendars, sla=usual.sla, sla_lines={}
    )


@dataclass(frozen=True)
class Rulebook:
    """The admin's will. `Rulebook()` is what holds where the file is empty."""

    name: str = "rules.yaml"
    agents: Mapping[str, Agent] = field(default_factory=dict)
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=_always)
    """In the order of the file; the first one gives its zone to dates and times that name none."""
    matrix: Mapping[tuple[str, str], str] = field(default_factory=lambda: dict(_MATRIX))
    """(impact, urgency) to priority."""
    matrix_lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each impact's row."""
    sla: Mapping[str, Sla] = field(default_factory=lambda: usual_sla(_always()["always"]))
    sla_lines: Mapping[str, int] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=lambda: {"helpdesk": Queue("helpdesk")})
    defaults: Usual = field(default_factory=Usual)
    rules: tuple[Rule, ...] = ()
    timers: tuple[Timer, ...] = ()
    notifications: Mapping[str, tuple[Notify, ...]] = field(default_factory=lambda: dict(USUAL_NOTIFICATIONS))
    limits: Limits = field(default_factory=Limits)
    tests: tuple[SelfTest, ...] = ()
    low_rating: int = 2
    """A rating this low or lower brings a ticket back to the lead; 0: none does."""
    reopen_within: timedelta = timedelta(days=14)
    """A reply to a ticket closed longer than this opens a new, linked one."""

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher([Premise(rule.name, rule.line, rule.when) for rule in self.rules])

    @property
    def calendar(self) -> Calendar:
        return next(iter(self.calendars.values()))

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.zone

    @cached_property
    def _agents_by_address(self) -> dict[str, Agent]:
        return {email: agent for agent in self.agents.values() for email in (agent.email, *agent.aliases)}

    def agent_of(self, email: str) -> Agent | None:
        """Find the agent who writes from an address, the agent's own or an alias."""
        return self._agents_by_address.get(email.lower())

    def priority(self, impact: str, urgency: str) -> str:
        return self.matrix[impact, urgency]

    def due(self, priority: str, start: datetime) -> DueTimes:
        """Say by when a ticket of this priority, opened at `start`, is acknowledged, answered and resolved."""
        sla = self.sla.get(priority)
        return due_times(sla, start) if sla else DueTimes()

    @cached_property
    def time_signature(self) -> str:
        """Sum up all from which due times follow: where it differs, the clocks of open tickets are worked out anew."""
        calendars = {id(one): one for one in (self.calendar, *(sla.calendar for sla in self.sla.values()))}
        said = [
            *((c.zone.key, c.hours, c.holidays, sorted(c.closed), sorted(c.open.items())) for c in calendars.values()),
            *(
                (p, s.calendar.name, s.acknowledge, s.first_response, s.resolution, s.progress)
                for p, s in self.sla.items()
            ),
            *((timer.name, timer.clock, timer.percent, timer.length) for timer in self.timers),
            *((queue.name, queue.escalate) for queue in self.queues.values()),
        ]
        return sha256(repr(said).encode()).hexdigest()[:32]
