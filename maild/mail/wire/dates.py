"""Reads the Date field: mail-parser's strict reading, and where it gives up, what people meant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from mailparser.dates import parse_mail_date

from maild.mail.limits import Defects

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_LONGEST = 200
_EARLIEST, _LATEST = 1980, 2100


def read_date(raw: str, defects: Defects) -> datetime | None:
    """Give the moment in UTC, or None where there is none that makes sense."""
    text = raw[:_LONGEST]
    found = parse_mail_date(text).value or _iso(text) or _loose(text)
    if found is None:
        defects.note(f"the Date field says no date: {text[:60]!r}")
        return None
    if not _EARLIEST <= found.year <= _LATEST:
        defects.note(f"the Date field is absurd: {text[:60]!r}")
        return None
    return found


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text.strip())
    if match is None:
        return None
    offset = timedelta()
    if match[7] and match[7] != "Z":
        digits = match[7].replace(":", "")
        offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:])) * (-1 if digits[0] == "-" else 1)
    return _moment([int(number or 0) for number in match.groups()[:6]], offset)


def _loose(text: str) -> datetime | None:
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if parsed is None:
        return None
    return _moment(list(parsed[:6]), timedelta(seconds=parsed[9] or 0))


def _moment(numbers: list[int], offset: timedelta) -> datetime | None:
    try:
        local = datetime(*numbers[:5], min(numbers[5], 59), tzinfo=timezone(offset))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
