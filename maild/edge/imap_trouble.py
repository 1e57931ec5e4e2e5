"""Mails a server chokes on: tried alone, then by their header, then left for an hour, so that the others pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable

HEADER_AFTER = 3
"""Attempts to fetch a mail whole; then its header must do."""
REST_AFTER = 6
"""Attempts altogether before the mail is left alone."""
REST = 3600.0
"""Seconds."""


class Troubles:
    """Counts failed attempts by UID, in the memory of one process; `now` is any clock's seconds.

    A mail can break the connection each time it is asked for: broken caches, conversions and virus scanners see to it.
    """

    def __init__(self) -> None:
        self._failed: dict[int, int] = {}
        self._rests: dict[int, float] = {}

    def begin(self, uids: Iterable[int], now: float) -> None:
        """Count an attempt before it is made, for it may be the last thing this connection does."""
        for uid in uids:
            self._failed[uid] = self.attempts(uid) + 1
            if self._failed[uid] >= REST_AFTER:
                self._rests[uid] = now + REST

    def succeeded(self, uid: int) -> None:
        self._failed.pop(uid, None)
        self._rests.pop(uid, None)

    def keep_only(self, uids: Collection[int]) -> None:
        """Forget the mails that are gone."""
        if self._failed:
            for uid in self._failed.keys() - set(uids):
                self.succeeded(uid)

    def attempts(self, uid: int) -> int:
        return self._failed.get(uid, 0)

    def header_only(self, uid: int) -> bool:
        return self.attempts(uid) >= HEADER_AFTER

    def rests(self, uid: int, now: float) -> bool:
        return now < self._rests.get(uid, now)

    def resting(self, now: float) -> tuple[int, ...]:
        return tuple(sorted(uid for uid in self._rests if self.rests(uid, now)))
