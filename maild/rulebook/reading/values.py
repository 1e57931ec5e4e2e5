"""The small things an admin writes - hours, days, moments, sizes, rates - read from their text."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maild.desk.calendar import Span
from maild.desk.length import Length
from maild.desk.public_days import regions
from maild.problem import did_you_mean

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)
_SIZE = re.compile(r"(over|under|>|<)\s*(\d{1,9})\s*([kMG]?B)", re.ASCII | re.IGNORECASE)
_UNITS = {"b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_RATE = re.compile(r"(\d{1,7})/([mhd])", re.ASCII)
_WINDOWS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_ADDRESS = re.compile(r"[^\s@<>(),;:\"]+@[^\s@<>(),;:\"]+")
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d{1,2}:\d\d(?::\d\d)?)\s*(Z|[+-]\d\d:?\d\d|[A-Za-z_+\-/0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A text that is not what it should be, and what to write instead."""

    what: str
    hint: str = ""


def length(text: str) -> Length | Wrong:
    found = Length.parse(text)
    if found:
        return found
    if re.fullmatch(r"0+(m|h|bd)", text):
        return Wrong("a length is more than nothing", "leave it out if nothing is promised")
    part = re.fullmatch(r"(\d+\.\d+)\s*(h|hours?)", text)
    if part:
        return Wrong(f'"{text}" is no length of business time', f"write {round(float(part[1]) * 60)}m")
    number = re.match(r"(\d+)", text)
    n = number[1] if number and int(number[1]) else "4"
    letter = text[len(n) :].strip()[:1].lower() if number else ""
    likely = {"d": f"{n}bd", "b": f"{n}bd", "m": f"{n}m", "h": f"{n}h"}.get(letter)
    return Wrong(
        f'"{text}" is no length of business time',
        f"write {likely}" if likely else f"write {n}m, {n}h or {n}bd: minutes, hours or business days",
    )


def spans(text: str) -> tuple[Span, ...] | Wrong:
    """Read `09:00-12:00 13:00-18:00`; whether the spans are in order is for the sense pass."""
    found = []
    for piece in text.split():
        match = _HOURS.fullmatch(piece)
        if not match:
            return Wrong(f'"{piece}" are no hours', "write 09:00-18:00, or 09:00-12:00 13:00-18:00 with a break")
        start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if int(match[2]) > 59 or int(match[4]) > 59 or start >= 1440 or end > 1440:
            return Wrong(f'"{piece}" has a time that no clock shows', "the day ends at 24:00")
        found.append(Span(start, end))
    return tuple(found) if found else Wrong("hours are missing here", "write 09:00-18:00")


def weekdays(text: str) -> tuple[int, ...] | Wrong:
    """Read `mon-fri` or `sat` into numbers from Monday, 0."""
    names = text.lower().split("-")
    if len(names) > 2 or any(name not in WEEKDAYS for name in names):
        if _HOURS.fullmatch(text):
            return Wrong(
                "hours stand here in place of days", "a break is written with a space: 09:00-12:00 13:00-18:00"
            )
        near = "-".join(next((day for day in WEEKDAYS if day[:2] == name[:2]), "?") for name in names)
        hint = f"write {near}" if "?" not in near and len(names) < 3 else f"days are {' '.join(WEEKDAYS)}, mon-fri"
        return Wrong(f'"{text}" is no day of the week', hint)
    first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
    return tuple((first + i) % 7 for i in range((last - first) % 7 + 1))


def day(text: str) -> date | Wrong:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        return Wrong(f'"{text}" is a day that no calendar has')
    return Wrong(f'"{text}" is no date', "write year-month-day: 2026-12-31")


def days(text: str) -> tuple[date, date] | Wrong:
    """Read one day, or the first and the last of a stretch: `2026-12-24..2027-01-02`."""
    first, dots, last = text.partition("..")
    start, end = day(first.strip()), day(last.strip() if dots else first.strip())
    for one in (start, end):
        if isinstance(one, Wrong):
            return Wrong(one.what, f"{one.hint}, or 2026-12-24..2027-01-02" if one.hint else "")
    if end < start:
        return Wrong(f"{last.strip()} comes before {first.strip()}")
    return start, end


def moment(text: str, zone: ZoneInfo) -> datetime | Wrong:
    """Read `2026-11-20 17:50`, in the zone given unless it names one (`+08:00`, `Z`, `Europe/Berlin`)."""
    match = _CLOCK.fullmatch(text)
    if not match:
        return Wrong(f'"{text}" is no date with a time', "write 2026-11-20 17:50")
    on, at = day(match[1]), match[2].rjust(5, "0") if len(match[2]) < 6 else match[2].rjust(8, "0")
    if isinstance(on, Wrong):
        return on
    try:
        clock = time.fromisoformat(at)
    except ValueError:
        return Wrong(f'"{match[2]}" is a time that no clock shows')
    if match[3] and (match[3] == "Z" or match[3][0] in "+-"):
        return datetime.fromisoformat(f"{on}T{clock}{match[3]}")
    if match[3]:
        named = timezone(match[3])
        if isinstance(named, Wrong):
            return named
        zone = named
    return datetime.combine(on, clock, zone)


def timezone(text: str) -> ZoneInfo | Wrong:
    try:
        return ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = zoneinfo.available_timezones()
    city = {name.rpartition("/")[2].lower(): name for name in known}.get(text.lower().replace(" ", "_"))
    if city and city != text:
        return Wrong(f'"{text}" is no time zone', f"write {city}")
    hint = did_you_mean(text, known) or "zones are named like Asia/Shanghai, Europe/Berlin, America/New_York"
    return Wrong(f'"{text}" is no time zone', hint)


def region(text: str) -> str | Wrong:
    if text in regions():
        return text
    country, _, subdivision = text.partition("-")
    if country in regions() and subdivision:
        known = sorted(name.partition("-")[2] for name in regions() if name.startswith(f"{country}-"))
        hint = did_you_mean(subdivision, known) or f"{country} has {', '.join(known) or 'none'}"
        return Wrong(f'"{subdivision}" is no part of {country} whose holidays are known', hint)
    if text.upper() in regions():
        return Wrong(f'"{text}" is no country whose holidays are known', f"write {text.upper()}")
    return Wrong(
        f'"{text}" is no country whose holidays are known',
        "write two letters as in CN, DE, US, and a part after a dash as in DE-BY",
    )


def size(text: str) -> tuple[bool, int] | Wrong:
    """Read `over 5MB` or `under 10kB`: (over, octets)."""
    match = _SIZE.fullmatch(text)
    if not match:
        return Wrong(f'"{text}" is no size to compare with', "write over 5MB or under 10kB")
    return match[1].lower() in ("over", ">"), int(match[2]) * _UNITS[match[3].lower()]


def octets(text: str) -> int | Wrong:
    found = size(f"over {text}")
    return found[1] if isinstance(found, tuple) else Wrong(f'"{text}" is no size', "write 300kB or 5MB")


def rate(text: str) -> tuple[int, timedelta] | Wrong:
    """Read `5/h`: how many, within what."""
    match = _RATE.fullmatch(text)
    if not match:
        return Wrong(f'"{text}" is no rate', "write 5/h or 30/d: so many an hour or a day")
    return int(match[1]), _WINDOWS[match[2]]


def address(text: str) -> str | Wrong:
    if _ADDRESS.fullmatch(text):
        return text.lower()
    inside = re.search(r"<([^<>\s]+@[^<>\s]+)>", text)
    return Wrong(f'"{text}" is no mail address', f"write only {inside[1]}" if inside else "write name@example.com")
