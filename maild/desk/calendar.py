"""Business time: when a desk is open, when a length of it is over, how much of it lies between two moments."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maild.desk.length import Length
from maild.desk.public_days import public_days

HORIZON = 20
"""Years after which a calendar that has not opened long enough is said never to open."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED = 500
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = 60_000_000
_DAY = 24 * 60 * _MINUTE
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class NeverOpen(ValueError):
    """The calendar does not open, or not for long enough, within `HORIZON` years."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open hours within one day, in minutes since midnight: from `start` up to, but without, `end` (at most 1440)."""

    start: int
    end: int

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.start, self.end))


Spans = tuple[Span, ...]
"""The open hours of one day, in order, without overlap; () is a closed day."""


@dataclass(frozen=True, slots=True)
class _Year:
    """The open stretches of one local year as instants (microseconds since the epoch, UTC), oldest first."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    """Open time of the year before each stretch."""
    total: int
    days: list[int]
    """The business days, as ordinals."""
    stretches: dict[int, list[tuple[int, int]]]
    """The open stretches of each business day."""

    def elapsed(self, at: int) -> int:
        """Count the year's open time before an instant."""
        i = bisect_right(self.starts, at) - 1
        return 0 if i < 0 else self.before[i] + min(at, self.ends[i]) - self.starts[i]

    def reach(self, elapsed: int) -> int:
        """Find the first instant before which this much open time has passed; 0 < elapsed <= total."""
        i = bisect_left(self.before, elapsed) - 1
        return self.starts[i] + elapsed - self.before[i]


@dataclass(frozen=True)
class Calendar:
    """The business hours of a desk in its zone; what follows from them is worked out once a year and remembered."""

    name: str
    zone: ZoneInfo
    hours: tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
    """Monday to Sunday."""
    holidays: tuple[str, ...] = ()
    """Regions whose public holidays are days off and whose make-up days are worked: `CN`, `DE-BY`."""
    closed: frozenset[date] = frozenset()
    open: Mapping[date, Spans] = field(default_factory=dict)
    """Hours of single days, above everything else."""
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)
    _zones: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _added: dict[tuple[datetime, Length | timedelta], datetime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """The last sums: a ticket asks for each due time several times, and the mails of a batch for the same ones."""

    def hours_of(self, day: date) -> Spans:
        """Give the open hours of a day: its own, else a holiday's none, a make-up day's Monday hours, its weekday's."""
        if day in self.open:
            return self.open[day]
        if day in self.closed:
            return ()
        usual = self.hours[day.weekday()]
        public = [public_days(region, day.year) for region in self.holidays]
        if any(day in days.makeup for days in public):
            return self.hours[0] or usual
        if any(day in days.off for days in public):
            return ()
        return usual

    def is_open(self, at: datetime) -> bool:
        """Say whether the desk is open at a moment; at the very end of its hours it is not."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(span.start <= minute < span.end for span in self.hours_of(local.date()))

    def next_opening(self, at: datetime) -> datetime:
        """Give the moment itself where the desk is open, else the next one at which it opens."""
        instant = _instant(at)
        for year in self._years_from(at):
            i = bisect_right(year.ends, instant)
            if i < len(year.ends):
                return _moment(max(instant, year.starts[i]))
        raise self._never_open()

    def add(self, start: datetime, length: Length | timedelta) -> datetime:
        """Give the moment at which a length of business time is over: the first one with that much open time before it.

        A length that ends with the hours of a day ends there, not at the next opening. Of business days see `Length`.
        """
        found = self._added.get((start, length))
        if found is None:
            if len(self._added) >= _REMEMBERED:
                self._added.clear()
            found = self._added[start, length] = self._add(start, length)
        return found

    def _add(self, start: datetime, length: Length | timedelta) -> datetime:
        if isinstance(length, Length):
            if length.days:
                return self._add_days(start, length.days)
            length = length.time
        if length <= timedelta(0):
            return start
        wanted = length // _MICROSECOND + self._year_at(start).elapsed(_instant(start))
        for year in self._years_from(start):
            if wanted <= year.total:
                return _moment(year.reach(wanted))
            wanted -= year.total
        raise self._never_open()

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Count the open time from one moment to another; negative where the second comes first."""
        if end < start:
            return -self.between(end, start)
        first, last = start.astimezone(self.zone).year, end.astimezone(self.zone).year
        passed = self._year(last).elapsed(_instant(end)) - self._year(first).elapsed(_instant(start))
        passed += sum(self._year(year).total for year in range(first, last))
        return passed * _MICROSECOND

    def share(self, start: datetime, due: datetime, percent: int) -> datetime:
        """Give the moment at which a percentage of the open time from a start to its due time has passed."""
        whole = self.between(start, due)
        if percent < 100:
            return self.add(start, whole * percent / 100)
        return self.add(due, whole * (percent - 100) / 100)

    def _add_days(self, start: datetime, count: int) -> datetime:
        """Go to the same time of day so many business days later, from the next opening where the desk is shut.

        Where the later day is shut at that time: to its next opening on that day, else to the end of its hours.
        """
        opening = self.next_opening(start).astimezone(self.zone)
        wanted = bisect_left(self._year_at(opening).days, opening.toordinal()) + count
        for year in self._years_from(opening):
            if wanted < len(year.days):
                day = year.days[wanted]
                return _moment(_within(year.stretches[day], self._wall(day, opening.time())))
            wanted -= len(year.days)
        raise self._never_open()

    def _wall(self, day: int, at: time) -> int:
        """Give the first instant of a day at which its clocks show a time, or skip it because they are put forward."""
        midnight = (day - _EPOCH_ORDINAL) * _DAY
        wall = midnight + ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
        for since, until, offset in self._offsets(date.fromordinal(day).year):
            if wall - offset < until:
                return max(since, wall - offset)
        raise AssertionError("the offsets of a year reach beyond its last day")

    def _years_from(self, at: datetime) -> Iterator[_Year]:
        first = at.astimezone(self.zone).year
        last = first + HORIZON if any(self.hours) else max((day.year for day in self.open), default=first)
        for year in range(first, min(last, 9998) + 1):
            yield self._year(year)

    def _never_open(self) -> NeverOpen:
        return NeverOpen(f"the calendar {self.name} is not open for long enough within {HORIZON} years")

    def _year_at(self, at: datetime) -> _Year:
        return self._year(at.astimezone(self.zone).year)

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._work_out(year)
        return known

    def _work_out(self, year: int) -> _Year:
        offsets = self._offsets(year)
        stretches: dict[int, list[tuple[int, int]]] = {}
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            spans = self.hours_of(date.fromordinal(ordinal))
            found = _stretches((ordinal - _EPOCH_ORDINAL) * _DAY, spans, offsets) if spans else None
            if found:
                stretches[ordinal] = found
        every = sorted(stretch for day in stretches.values() for stretch in day)
        before, total = [], 0
        for start, end in every:
            before.append(total)
            total += end - start
        return _Year([s for s, _ in every], [e for _, e in every], before, total, list(stretches), stretches)

    def _offsets(self, year: int) -> list[tuple[int, int, int]]:
        """List the UTC offsets in force around a year: (since, until, offset), all in microseconds."""
        known = self._zones.get(year)
        if known is None:
            known = self._zones[year] = _offsets(self.zone, year)
        return known


def _stretches(midnight: int, spans: Spans, offsets: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Turn the hours of a day into instants: a repeated hour counts twice, one left out not at all."""
    found: list[tuple[int, int]] = []
    for since, until, offset in offsets:
        if until + offset <= midnight or since + offset >= midnight + _DAY:
            continue
        for span in spans:
            start = max(since, midnight + span.start * _MINUTE - offset)
            end = min(until, midnight + span.end * _MINUTE - offset)
            if start < end:
                if found and found[-1][1] == start:
                    start = found.pop()[0]
                found.append((start, end))
    return found


def _within(stretches: list[tuple[int, int]], instant: int) -> int:
    """Give an instant where it is open, else the next opening of the day, else the end of its last hours."""
    for start, end in stretches:
        if instant < end:
            return max(start, instant)
    return stretches[-1][1]


def _offsets(zone: ZoneInfo, year: int) -> list[tuple[int, int, int]]:
    step = timedelta(hours=6)
    at = datetime(year, 1, 1, tzinfo=UTC) - timedelta(days=2)
    last = datetime(year, 12, 31, tzinfo=UTC) + timedelta(days=3)
    found: list[tuple[int, int, int]] = []
    since, offset = at, _offset(zone, at)
    while at < last:
        if _offset(zone, at + step) != offset:
            change = _change(zone, at, at + step)
            found.append((_instant(since), _instant(change), offset // _MICROSECOND))
            since, offset = change, _offset(zone, at + step)
        at += step
    found.append((_instant(since), _instant(last), offset // _MICROSECOND))
    return found


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the second at which the clocks of a zone are put forward or back, between two moments that show it."""
    old = _offset(zone, before)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, before + timedelta(seconds=middle)) == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset()


def _instant(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _moment(instant: int) -> datetime:
    return _EPOCH + instant * _MICROSECOND
