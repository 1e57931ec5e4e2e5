"""A moment in the words of whoever has to keep it in mind: the weekday, the day, the hour, and whose hour it is."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, get_timezone_gmt, get_timezone_name

_FORMS = {
    "en": ("EEEE d MMMM, HH:mm", "EEEE d MMMM y, HH:mm"),
    "zh": ("M月d日（EEE）HH:mm", "y年M月d日（EEE）HH:mm"),
}
_ANY_FORM = ("EEEE d MMMM, HH:mm", "EEEE d MMMM y, HH:mm")
_AT_HOME = {"zh": frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC"})}
"""Zones that readers of a language take for granted."""


def when(moment: datetime, zone: str | ZoneInfo, language: str, now: datetime | None = None) -> str:
    """Write a moment for a reader, as "Monday 23 November, 17:00 (China time)" or "11月23日（周一）17:00".

    Args:
        moment: aware.
        zone: where the desk keeps its hours.
        language: of the templates, "en", "zh" or "zh-TW"; one that is unknown is taken for English.
        now: with it the year is named where it is not this one.
    """
    place = zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
    there = moment.astimezone(place).replace(second=0, microsecond=0)
    other_year = now is not None and now.astimezone(place).year != there.year
    return _written(there, place.key, language, other_year)


@lru_cache(maxsize=1024)
def _written(there: datetime, zone: str, language: str, with_year: bool) -> str:
    locale = _locale(language)
    form = _FORMS.get(locale.language, _ANY_FORM)[with_year]
    return format_datetime(there, form, tzinfo=there.tzinfo, locale=locale) + _zone_words(zone, there, locale)


def _zone_words(zone: str, there: datetime, locale: Locale) -> str:
    if zone in _AT_HOME.get(locale.language, ()):
        return ""
    if zone.startswith("Etc/GMT"):  # whose names have the sign turned round
        name = get_timezone_gmt(there, locale=locale)
    elif "/" not in zone or zone.startswith("Etc/"):
        name = zone.rpartition("/")[2]
    else:
        name = get_timezone_name(there.tzinfo, width="long", locale=locale)
        name = name.removesuffix(" Time") + " time" if name.endswith(" Time") else name
    return f"（{name}）" if locale.language in ("zh", "ja") else f" ({name})"


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    if language in ("en", ""):
        return Locale.parse("en_GB")
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en_GB")
