"""A moment in the words of somebody in a hurry: "fri", "2h", "tomorrow 14:00", 明天, 下周一."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HAN_DAYS = {character: index for index, character in enumerate("一二三四五六")} | {"日": 6, "天": 6}
_HAN_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_UNITS = {
    "m": "minutes", "min": "minutes", "mins": "minutes", "minute": "minutes", "minutes": "minutes", "分钟": "minutes",
    "h": "hours", "hr": "hours", "hrs": "hours", "hour": "hours", "hours": "hours", "小时": "hours", "个小时": "hours",
    "d": "days", "day": "days", "days": "days", "天": "days", "日": "days",
    "w": "weeks", "week": "weeks", "weeks": "weeks", "周": "weeks", "个星期": "weeks", "星期": "weeks",
}  # fmt: skip
_LENGTH = re.compile(r"(?:in\s+)?([0-9]{1,3}|[一两二三四五六七八九十])\s*([a-z]+|[\u4e00-\u9fff]+?)后?")
_TIME = re.compile(r"\s*(?:at\s+)?([01]?[0-9]|2[0-3])(?::([0-5][0-9])|\s*(am|pm)|[点时](半)?)$")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_HAN_DATE = re.compile(r"(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})[日号]?")
_HAN_WEEKDAY = re.compile(r"(下|这|本)?(?:周|星期|礼拜)([一二三四五六日天])")
_FARTHEST = timedelta(days=730)


def moment(text: str, now: datetime, zone: ZoneInfo, hour: int = 9) -> datetime | None:
    """Read a moment that lies ahead.

    Args:
        text: plain (see `phone`), in any case.
        hour: meant where only a day is named.

    Returns:
        An aware datetime in UTC, or None where it says none, or one that is past or over two years away.
    """
    words = " ".join(text.casefold().strip(" .,!").split())
    here = now.astimezone(zone)
    length = _LENGTH.fullmatch(words)
    if length and length[2] in _UNITS:
        number = _HAN_NUMBERS.get(length[1]) or int(length[1])
        unit = _UNITS[length[2]]
        found = now + timedelta(**{unit: number}) if number else None
        if found and unit in ("days", "weeks"):
            found = _at(here.date() + timedelta(**{unit: number}), time(hour), zone)
    else:
        found = _of_a_day(words, here, zone, hour)
    if found is None or not now < found <= now + _FARTHEST:
        return None
    return found.astimezone(now.tzinfo)


def _of_a_day(words: str, here: datetime, zone: ZoneInfo, hour: int) -> datetime | None:
    clock, at = None, _TIME.search(words)
    if at and (at.start() or at[2] or at[3] or at[0].strip()[-1:] in "点时半"):
        number = int(at[1])
        if at[3]:
            if not 1 <= number <= 12:
                return None
            number = number % 12 + (12 if at[3] == "pm" else 0)
        clock = time(number, int(at[2] or (30 if at[4] else 0)))
        words = words[: at.start()].strip()
    day = here.date() if clock and not words else _day(words, here.date())
    if day is None:
        return None
    found = _at(day, clock or time(hour), zone)
    if found <= here and clock and not words:
        found = _at(day + timedelta(days=1), clock, zone)
    return found


def _day(words: str, today: date) -> date | None:
    words = words.removeprefix("on ").removeprefix("until ").removeprefix("till ").removeprefix("by ")
    near = {"today": 0, "tomorrow": 1, "tom": 1, "tmr": 1, "今天": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
    if words in near:
        return today + timedelta(days=near[words])
    if words in ("next week", "下周", "下星期", "下礼拜"):
        return today + timedelta(days=7 - today.weekday())
    if match := _HAN_WEEKDAY.fullmatch(words):
        wanted = _HAN_DAYS[match[2]]
        if match[1] == "下":
            return today + timedelta(days=7 - today.weekday() + wanted)
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    if match := _ISO.fullmatch(words):
        return _date(*(int(part) for part in match.groups()))
    if match := _HAN_DATE.fullmatch(words):
        found = _date(int(match[1] or today.year), int(match[2]), int(match[3]))
        return found.replace(year=today.year + 1) if found and not match[1] and found < today else found
    name = words.removeprefix("next ").rstrip(".")
    named = [index for index, day in enumerate(_DAYS) if len(name) >= 3 and day.startswith(name)]
    if len(named) != 1:
        return None
    ahead = (named[0] - today.weekday() - 1) % 7 + 1
    if words.startswith("next "):
        ahead = 7 - today.weekday() + named[0]
    return today + timedelta(days=ahead)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)
