"""Lengths of business time as an admin writes them: `30m`, `4h`, `1h30m`, `1bd`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_WRITTEN = re.compile(r"(?:(\d{1,4})bd|(?:(\d{1,5})h)?(?:(\d{1,6})m)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Length:
    """Either a stretch of business time or a number of business days; never both, never nothing."""

    time: timedelta = timedelta(0)
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Length | None:
        """Read `30m`, `4h`, `1h30m` or `1bd`; None where it is none of them or of no length."""
        match = _WRITTEN.fullmatch(text)
        if not match:
            return None
        days, hours, minutes = (int(group or 0) for group in match.groups())
        if not (days or hours or minutes):
            return None
        return cls(timedelta(hours=hours, minutes=minutes), days)

    def __str__(self) -> str:
        if self.days:
            return f"{self.days}bd"
        hours, minutes = divmod(int(self.time.total_seconds()) // 60, 60)
        return (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes else "")

    def words(self, language: str = "en") -> str:
        """Say the length to a person: "4 hours", "1 business day", "4 小时"."""
        hours, minutes = divmod(int(self.time.total_seconds()) // 60, 60)
        if language.startswith("zh"):
            said = [(self.days, "个工作日"), (hours, "小时"), (minutes, "分钟")]
            return " ".join(f"{count} {unit}" for count, unit in said if count)
        said = [(self.days, "business day"), (hours, "hour"), (minutes, "minute")]
        return " ".join(f"{count} {unit}{'s' if count != 1 else ''}" for count, unit in said if count)
