"""Stretches of days in the zone of the desk, and when the review of a month falls due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maild.desk.calendar import Calendar, NeverOpen

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the desk, both ends included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The end, which does not belong to it."""
        return _midnight(self.last + _DAY, self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        return self == month_of(self.first, self.zone)

    @property
    def name(self) -> str:
        """Give `2026-10` for a month, else `2026-10-05..2026-10-09`."""
        return f"{self.first:%Y-%m}" if self.is_month else f"{self.first}..{self.last}"

    @property
    def before(self) -> Period:
        """The month before a month; as many days before any other stretch."""
        if self.is_month:
            return month_of(self.first - _DAY, self.zone)
        return Period(self.first - self.days * _DAY, self.first - _DAY, self.zone)

    def has(self, moment: datetime | None) -> bool:
        return moment is not None and self.since <= moment < self.until


def month_of(day: date, zone: ZoneInfo) -> Period:
    """Give the month that a day is in."""
    first = day.replace(day=1)
    return Period(first, (first + 31 * _DAY).replace(day=1) - _DAY, zone)


def last_month(now: datetime, zone: ZoneInfo) -> Period:
    """Give the month that is over."""
    return month_of(now.astimezone(zone).date().replace(day=1) - _DAY, zone)


def read_month(text: str, zone: ZoneInfo) -> Period | None:
    """Read `2026-10`; None where it is no month."""
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or not 1971 <= int(found[1]) <= 9000:
        return None
    return month_of(date(int(found[1]), int(found[2]), 1), zone)


def read_period(text: str, zone: ZoneInfo) -> Period | None:
    """Read `2026-10-05..2026-10-09`, or a month; None where it is neither, or ends before it begins."""
    found = _DAYS.fullmatch(text)
    if not found:
        return read_month(text, zone)
    try:
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    except ValueError:
        return None
    return Period(first, last, zone) if first.year >= 1971 and first <= last and last.year <= 9000 else None


def due_review(calendar: Calendar, now: datetime) -> Period | None:
    """Say which month's review should be with the leads: that of the last one, once the desk has opened in this one.

    None before the first working day begins, so that the mail comes when somebody is there to read it.
    """
    month = last_month(now, calendar.zone)
    try:
        opening = calendar.next_opening(month.until)
    except NeverOpen:
        opening = month.until
    return month if now >= opening else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
