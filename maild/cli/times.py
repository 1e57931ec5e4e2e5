"""Moments as people type and read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read an RFC 3339 time, or a local one of `zone`; gives UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip().upper())
    if len(text.strip()) < len("2026-01-01T00:00"):
        raise ValueError(f"no time of day: {text}")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def rfc3339(moment: datetime | None) -> str | None:
    """Write a moment for machines."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    """Write a moment for people."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""


def brief(moment: datetime | None, zone: ZoneInfo) -> str:
    """Write a moment for a narrow column of a table."""
    return f"{moment.astimezone(zone):%m-%d %H:%M}" if moment else ""


def spell(time: timedelta) -> str:
    """Write a length for people, as "1 h 05 min"."""
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
