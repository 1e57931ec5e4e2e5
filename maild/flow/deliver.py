"""One pass over the outbox: notices that are due go out side by side, and what became of each is kept at once."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from maild.flow.record import DELAYS, RECEIPT, Counts, Landed, Recorder, Unfinished
from maild.log import Log
from maild.mail.retry import SERVER, Deferred, Result, outage_pause
from maild.store import OutboxRow, Store, StoreError

Send = Callable[[str, str, bytes], Awaitable[Result]]
Clock = Callable[[], datetime]

RECEIPT_MARGIN = timedelta(hours=1)
"""How long before its promise is broken an unsent receipt becomes an alarm."""
CLAIMED_AT_ONCE = 32
LOOK_AGAIN = 1.0
"""Seconds after which a pass that waits for a slow server looks for what has come due meanwhile."""


async def deliver(
    store: Store,
    send: Send,
    now: Clock,
    owner: str,
    *,
    log: Log,
    parallel: int = 4,
    outages: int = 0,
    left: Unfinished | None = None,
    wake: asyncio.Event | None = None,
    stop: Callable[[], bool] = lambda: False,
    room: Callable[[], int] = lambda: sys.maxsize,
    progress: Callable[[Counts], None] = lambda _: None,
    jitter: Callable[[], float] = random.random,
    delays: Sequence[float] = DELAYS,
) -> Counts:
    """Send what is due until nothing is left.

    A crash between a send and its record leaves a claim that is taken up again, with the same Message-ID. Where the
    server is down, the pass ends at once, and what it had claimed but not tried is given back.

    Args:
        send: gives what became of (sender, recipient, octets); an outside that is dead is a value, too.
        left: the same one for every pass of a process: nothing is sent while anything in it cannot be written down.
        outages: the `outages` of the last pass; after one, a single notice tries whether the server is back.
        wake: set when there may be more to send; without it a pass that waits for a slow server looks every second.
        stop: nothing more is begun once it says True.
        room: how many notices the limits let out in this pass; the rest waits for a later one.
        progress: told after each record.

    Raises StoreError where the database is down.
    """
    counts = Counts()
    left = left or Unfinished()
    recorder = Recorder(store, counts, log, jitter, progress, left, delays)
    if left.broken_off:
        await recorder.catch_up()
        await asyncio.to_thread(store.outbox.release_claims, owner)
    left.broken_off = True

    def over() -> bool:
        return stop() or bool(counts.outage) or recorder.stuck

    claims = _Claims(store, now, owner, over, wake or asyncio.Event(), room)

    async def work(at_most: float = float("inf")) -> None:
        while at_most > 0 and (row := await claims.next()):
            result = await _attempt(send, row, log)
            if isinstance(result, Deferred) and result.about == SERVER and not counts.outage:
                counts.outage, counts.outages = result.reply, outages + 1
                counts.resume_at = now() + outage_pause(counts.outages, jitter())
                log.trouble("sending mail", result.reply)
            await recorder.take(Landed(row, result, now()))
            claims.landed()
            at_most -= 1

    recording = asyncio.create_task(recorder.run())
    if outages:
        await work(at_most=1)
    await asyncio.gather(*(work() for _ in range(parallel)))
    recorder.finish()
    await recording
    await claims.give_back()
    left.broken_off = False
    counts.overdue = await asyncio.to_thread(store.outbox.overdue, RECEIPT, now() + RECEIPT_MARGIN)
    return counts


async def _attempt(send: Send, row: OutboxRow, log: Log) -> Result:
    """The guard of this journey: a mistake of ours with one notice does not keep the others from going."""
    try:
        return await send(row.sender, row.to, row.raw)
    except Exception as error:
        log.bug(f"sending notice {row.id}", error)
        return Deferred(f"a mistake in maild itself ({type(error).__name__}: {error})")


class _Claims:
    """Gives out one notice after the other, and takes the next few from the outbox when it runs dry."""

    def __init__(
        self,
        store: Store,
        now: Clock,
        owner: str,
        over: Callable[[], bool],
        wake: asyncio.Event,
        room: Callable[[], int],
    ) -> None:
        self._store, self._now, self._owner, self._over, self._wake, self._room = store, now, owner, over, wake, room
        self._landing = asyncio.Event()
        """Set when the last notice in the air has landed."""
        self._left: int | None = None
        """Of the room there was when the pass began."""
        self._waiting: deque[OutboxRow] = deque()
        self._in_the_air = 0
        self._ended = False
        """Nothing was left to send, and nothing in the air."""
        self._turn = asyncio.Lock()
        self._trouble: StoreError | None = None

    async def next(self) -> OutboxRow | None:
        """Give a notice to send; None when the pass is over."""
        async with self._turn:
            while not (self._ended or self._is_over()):
                if self._waiting:
                    self._in_the_air += 1
                    return self._waiting.popleft()
                await self._claim()
                if self._in_the_air and not self._waiting:
                    await self._more_or_the_last_landing()
                else:
                    self._ended = not self._waiting
            return None

    def landed(self) -> None:
        self._in_the_air -= 1
        if not self._in_the_air:
            self._landing.set()

    async def give_back(self) -> None:
        """Return what was claimed and not tried; raises what kept the outbox from being read."""
        if self._waiting:
            await asyncio.to_thread(self._store.outbox.release_claims, self._owner)
        if self._trouble:
            raise self._trouble

    def _is_over(self) -> bool:
        return self._trouble is not None or self._over()

    async def _claim(self) -> None:
        self._wake.clear()
        try:
            self._waiting.extend(await asyncio.to_thread(self._claimed))
        except StoreError as error:  # what is in the air shall land and be recorded first
            self._trouble = error

    def _claimed(self) -> list[OutboxRow]:
        if self._left is None:
            self._left = self._room()
        if self._left <= 0:
            return []
        rows = self._store.outbox.claim(self._owner, self._now(), min(self._left, CLAIMED_AT_ONCE))
        self._left -= len(rows)
        return rows

    async def _more_or_the_last_landing(self) -> None:
        """Wait until there may be more to send, or nothing is left to wait for; a look costs as much as a send."""
        self._landing.clear()
        waiting = [asyncio.create_task(event.wait()) for event in (self._wake, self._landing)]
        await asyncio.wait(waiting, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
