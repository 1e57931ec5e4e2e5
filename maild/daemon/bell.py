"""What the loops share beside the store: the bell that wakes them, and what a pass has done so far."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


class Bell:
    """Wakes the loop that waits for it; rung from any thread."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self.listeners: set[Callable[[], None]] = set()
        """Called at each ring, too."""

    def ring(self) -> None:
        """Wake whoever waits now, or the next one who will."""
        self._rung.set()
        for listener in tuple(self.listeners):
            listener()

    def wait(self, seconds: float) -> bool:
        """Wait for a ring; True when there was one."""
        rung = self._rung.wait(seconds)
        self._rung.clear()
        return rung


@dataclass(slots=True)
class Summary:
    """What one pass did."""

    taken: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    deliveries: Counter[str] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)
    """What kept the pass from doing all of it, in a person's words."""


@dataclass(slots=True)
class Pass:
    """Whether each stage has drained, where the daemon runs only until nothing is left."""

    taking: int
    processing: bool = True


async def ring_or(rung: asyncio.Event, seconds: float) -> None:
    """Wait for a ring of the delivering loop, but no longer than so many seconds."""
    try:
        await asyncio.wait_for(rung.wait(), seconds)
    except TimeoutError:
        pass


def join(threads: Iterable[threading.Thread], seconds: float) -> None:
    """Wait for threads to end, but for all of them together no longer than so many seconds."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
