"""What a stretch of time looks like in figures, worked out from its tickets alone.

Each figure counts what happened within the period: tickets that were opened in it, answers and solutions that came in
it, promises that fell due in it. So a ticket of last month that was solved in this one counts in this one's times, and
nothing that is still open makes an average look better than it is. Times are business time of the ticket's priority in
which it was the desk's turn. A ticket that was opened again was solved each time, and took all of its time in the end.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maild.desk.calendar import Calendar
from maild.desk.runs import desk_time
from maild.desk.ticket import PRIORITIES
from maild.report.effort import Effort, effort
from maild.report.period import Period
from maild.store import Promised, Reviewed

AGES = (1, 3, 7, 14, 30)
"""Days that part the ages of a backlog."""
SELF_SERVICE = "self-service"
"""Who solved a ticket whose requester was helped by an article."""
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: the middle one and the one that nine of ten stay below; None where there is none."""

    count: int = 0
    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int = 0
    whole: int = 0

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Group:
    """The tickets of one category, priority or queue."""

    name: str
    opened: int
    resolved: int
    first_response: Spread
    resolution: Spread
    answered_in_time: Share
    resolved_in_time: Share
    effort: Effort
    """Of those that were resolved."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one agent had to do; `agent` is "" for tickets that nobody has."""

    agent: str
    opened: int
    resolved: int
    open: int
    """At the end of the period."""
    resolution: Spread
    rating: float | None


@dataclass(frozen=True, slots=True)
class Rated:
    """A word of a requester about a ticket."""

    ticket: int
    subject: str
    rating: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """Every single time, in business time, for those who compare."""

    first_response: tuple[timedelta, ...]
    resolution: tuple[timedelta, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A period in figures; `until` is its end, or now where it is not over yet."""

    period: Period
    until: datetime
    opened: int
    resolved: int
    by_day: tuple[tuple[date, int, int], ...]
    """Each day with the tickets opened and resolved on it."""
    categories: tuple[Group, ...]
    """The largest first."""
    priorities: tuple[Group, ...]
    first_response: Spread
    resolution: Spread
    answered_in_time: Share
    resolved_in_time: Share
    reopened: Share
    """Of those resolved in the period, or before it and opened again in it."""
    self_service: Share
    ratings: Mapping[int, int]
    rated: tuple[Rated, ...]
    """The lowest first."""
    backlog: tuple[tuple[str, int], ...]
    """Tickets open at the end by their age in days: ("0-1", 4), ("30+", 2)."""
    loads: tuple[Load, ...]
    effort: Effort
    """What those that were resolved have cost."""
    times: Times

    @property
    def open(self) -> int:
        return sum(count for _, count in self.backlog)

    @property
    def rating(self) -> float | None:
        """The mean of the ratings."""
        given = sum(self.ratings.values())
        return sum(stars * count for stars, count in self.ratings.items()) / given if given else None


def figures(
    tickets: Iterable[Reviewed],
    reopenings: Iterable[tuple[int, datetime]],
    period: Period,
    calendar: Callable[[str], Calendar],
    now: datetime,
) -> Figures:
    """Work out a period.

    Args:
        tickets: at least those that `store.reviews.tickets` gives for the period; more do no harm.
        reopenings: (ticket, moment), likewise.
        calendar: of a priority.
    """
    until = min(period.until, now)
    measure = _Measure(period.since, until, calendar)
    known = [ticket for ticket in tickets if ticket.opened_at < until]
    opened = [ticket for ticket in known if measure.within(ticket.opened_at)]
    resolved = [ticket for ticket in known if measure.solved_at(ticket)]
    again = {number for number, at in reopenings if measure.within(at)}
    rated = [ticket for ticket in known if ticket.rating and measure.within(ticket.rated_at)]
    waiting = [ticket for ticket in known if measure.is_open(ticket)]
    return Figures(
        period=period,
        until=until,
        opened=len(opened),
        resolved=len(resolved),
        by_day=_by_day(opened, map(measure.solved_at, resolved), period, until),
        categories=_groups(known, measure, lambda ticket: ticket.category or "other"),
        priorities=tuple(sorted(_groups(known, measure, lambda ticket: ticket.priority), key=_rank)),
        first_response=spread(measure.first_responses(known)),
        resolution=spread(measure.resolutions(known)),
        answered_in_time=measure.answered_in_time(known),
        resolved_in_time=measure.resolved_in_time(known),
        reopened=Share(len(again), len(again | {ticket.number for ticket in resolved})),
        self_service=Share(sum(ticket.solved_by == SELF_SERVICE for ticket in resolved), len(resolved)),
        ratings={stars: sum(ticket.rating == stars for ticket in rated) for stars in range(1, 6)},
        rated=_rated(rated),
        backlog=_backlog(waiting, until),
        loads=_loads(opened, resolved, waiting, rated, measure),
        effort=measure.effort(resolved),
        times=Times(tuple(measure.first_responses(known)), tuple(measure.resolutions(known))),
    )


class _Measure:
    """Measures tickets against one stretch of time."""

    def __init__(self, since: datetime, until: datetime, calendar: Callable[[str], Calendar]) -> None:
        self._since, self._until, self._calendar = since, until, calendar
        self._known: dict[tuple[int, datetime], timedelta] = {}

    def within(self, moment: datetime | None) -> bool:
        return moment is not None and self._since <= moment < self._until

    def solved_at(self, ticket: Reviewed) -> datetime | None:
        """Say when within the time it was solved, or closed without that; the last time where it came back."""
        ends = [run.done_at for run in ticket.spans if run.done_at and self._since <= run.done_at < self._until]
        return ends[-1] if ends else None

    def is_open(self, ticket: Reviewed) -> bool:
        """Tell whether it is open at the end."""
        return any(run.started_at < self._until <= (run.done_at or self._until) for run in ticket.spans)

    def first_responses(self, tickets: Iterable[Reviewed]) -> list[timedelta]:
        return [self.took(t, t.first_responded_at) for t in tickets if self.within(t.first_responded_at)]

    def resolutions(self, tickets: Iterable[Reviewed]) -> list[timedelta]:
        """Measure the solutions; what was closed without one has taken no time to one."""
        ends = [(ticket, self.solved_at(ticket)) for ticket in tickets]
        return [self.took(t, end) for t, end in ends if end and (t.resolved_at or end < t.spans[-1].started_at)]

    def effort(self, tickets: Iterable[Reviewed]) -> Effort:
        return effort([(t, self.solved_at(t)) for t in tickets], self.took)

    def answered_in_time(self, tickets: Iterable[Reviewed]) -> Share:
        """Count the promises of a first answer that fell due; what was solved needed no other answer."""
        return self._kept(
            promise
            for t in tickets
            for promise in (t.answers if t.runs else _alone(t.first_response_due, t.first_responded_at or _over(t)))
        )

    def resolved_in_time(self, tickets: Iterable[Reviewed]) -> Share:
        return self._kept(
            promise for t in tickets for promise in (t.solutions if t.runs else _alone(t.resolution_due, _over(t)))
        )

    def took(self, ticket: Reviewed, end: datetime) -> timedelta:
        """Measure once what several figures ask for."""
        found = self._known.get((ticket.number, end))
        if found is None:
            found = self._known[ticket.number, end] = desk_time(ticket.spans, self._calendar(ticket.priority), end)
        return found

    def _kept(self, promises: Iterable[Promised]) -> Share:
        due = [_is_kept(promise) for promise in promises if self.within(promise.due_at) and not promise.waits]
        return Share(sum(due), len(due))


def _alone(due: datetime | None, done: datetime | None) -> tuple[Promised, ...]:
    return (Promised(due, done),) if due else ()


def _over(ticket: Reviewed) -> datetime | None:
    return ticket.resolved_at or ticket.closed_at


def _is_kept(promise: Promised) -> bool:
    return not promise.broken and promise.done_at is not None and promise.done_at <= promise.due_at


def spread(times: Sequence[timedelta]) -> Spread:
    """Give the middle one of some lengths, and the smallest that nine tenths of them do not exceed (nearest rank)."""
    if not times:
        return Spread()
    ordered = sorted(times)
    return Spread(len(ordered), statistics.median(ordered), ordered[math.ceil(len(ordered) * 9 / 10) - 1])


def _groups(tickets: Sequence[Reviewed], measure: _Measure, key: Callable[[Reviewed], str]) -> tuple[Group, ...]:
    members: dict[str, list[Reviewed]] = {}
    for ticket in tickets:
        members.setdefault(key(ticket), []).append(ticket)
    groups = [
        Group(
            name,
            sum(measure.within(t.opened_at) for t in some),
            len(resolved),
            spread(measure.first_responses(some)),
            spread(measure.resolutions(some)),
            measure.answered_in_time(some),
            measure.resolved_in_time(some),
            measure.effort(resolved),
        )
        for name, some in members.items()
        for resolved in [[t for t in some if measure.solved_at(t)]]
    ]
    with_news = [group for group in groups if group.opened or group.resolved or group.first_response.count]
    return tuple(sorted(with_news, key=lambda group: (-group.opened, -group.resolved, group.name)))


def _rank(group: Group) -> tuple[int, str]:
    return (PRIORITIES.index(group.name) if group.name in PRIORITIES else len(PRIORITIES), group.name)


def _by_day(
    opened: Iterable[Reviewed], solved: Iterable[datetime | None], period: Period, until: datetime
) -> tuple[tuple[date, int, int], ...]:
    came = Counter(ticket.opened_at.astimezone(period.zone).date() for ticket in opened)
    went = Counter(at.astimezone(period.zone).date() for at in solved if at)
    last = min(period.last, until.astimezone(period.zone).date())
    days = (period.first + timedelta(days=n) for n in range((last - period.first).days + 1))
    return tuple((day, came[day], went[day]) for day in days)


def _rated(tickets: Iterable[Reviewed]) -> tuple[Rated, ...]:
    found = [Rated(t.number, t.subject, t.rating, t.comment) for t in tickets if t.rating]
    return tuple(sorted(found, key=lambda one: (one.rating, not one.comment, one.ticket)))


def _backlog(waiting: Iterable[Reviewed], until: datetime) -> tuple[tuple[str, int], ...]:
    names = [f"{low}-{high}" for low, high in zip((0, *AGES), AGES, strict=False)] + [f"{AGES[-1]}+"]
    ages = Counter(sum((until - ticket.opened_at) >= timedelta(days=age) for age in AGES) for ticket in waiting)
    return tuple((name, ages[index]) for index, name in enumerate(names))


def _loads(
    opened: Sequence[Reviewed],
    resolved: Sequence[Reviewed],
    waiting: Sequence[Reviewed],
    rated: Sequence[Reviewed],
    measure: _Measure,
) -> tuple[Load, ...]:
    came, went, stays = (Counter(ticket.assignee for ticket in some) for some in (opened, resolved, waiting))
    stars: dict[str, list[int]] = {}
    for ticket in rated:
        stars.setdefault(ticket.assignee, []).append(ticket.rating or 0)
    solved: dict[str, list[Reviewed]] = {}
    for ticket in resolved:
        solved.setdefault(ticket.assignee, []).append(ticket)
    return tuple(
        Load(
            agent,
            came[agent],
            went[agent],
            stays[agent],
            spread(measure.resolutions(solved.get(agent, ()))),
            statistics.fmean(stars[agent]) if agent in stars else None,
        )
        for agent in sorted(came | went | stays, key=lambda agent: (agent == NOBODY, -went[agent], -came[agent], agent))
    )
