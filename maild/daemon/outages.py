"""What the loops cannot reach: told of at once, again every hour while it lasts, and when it is over."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from maild.log import Log

AGAIN = timedelta(hours=1)
"""How long the same trouble is not told of again."""


class PagesDown(Exception):
    """The pages cannot be served where the settings want them."""


@dataclass(slots=True)
class _Outage:
    since: datetime
    loops: set[str] = field(default_factory=set)
    """Those that it keeps from their work."""
    told: dict[str, datetime] = field(default_factory=dict)
    """When it was last told why, by the reason without its numbers."""


class Outages:
    """Several loops meet the same dead database, each every minute, and a weekend without it is two lines an hour."""

    def __init__(self, log: Log, clock: Callable[[], datetime]) -> None:
        self._log, self._clock = log, clock
        self._lasting: dict[str, _Outage] = {}
        self._lock = threading.Lock()

    def down(self, loop: str, where: str, why: str) -> None:
        """Hear that a loop cannot go on, since something outside is down."""
        if since := self._news(loop, where, why):
            now = self._clock()
            self._log.reconnecting(where, why, since if now - since >= AGAIN else None)

    def failed(self, loop: str, error: Exception) -> None:
        """Hear that our own code broke a loop off."""
        if self._news(loop, loop, f"{type(error).__name__}: {error}"):
            self._log.bug(loop, error)

    def over(self, loop: str) -> None:
        """Hear that a loop has done its work; the last one that was kept from it ends the outage."""
        with self._lock:
            ended = self._leave(loop)
        self._tell(ended)

    def _news(self, loop: str, where: str, why: str) -> datetime | None:
        """Give since when it lasts, if it is to be told of now."""
        now, reason = self._clock(), re.sub(r"\d+", "", why)
        with self._lock:
            ended = self._leave(loop, but=where)
            outage = self._lasting.setdefault(where, _Outage(now))
            outage.loops.add(loop)
            outage.told = {reason: at for reason, at in outage.told.items() if now - at < AGAIN}
            news = reason not in outage.told
            if news:
                outage.told[reason] = now
        self._tell(ended)
        return outage.since if news else None

    def _leave(self, loop: str, but: str = "") -> dict[str, datetime]:
        """Take a loop out of what kept it; give what nobody suffers from any more, and since when it lasted."""
        ended = {}
        for where, outage in list(self._lasting.items()):
            if where != but and loop in outage.loops:
                outage.loops.discard(loop)
                if not outage.loops:
                    ended[where] = self._lasting.pop(where).since
        return ended

    def _tell(self, ended: dict[str, datetime]) -> None:
        for where, since in ended.items():
            self._log.back(where, since, self._clock() - since)
