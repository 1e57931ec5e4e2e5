"""What became of each notice goes into the database in small batches, without keeping the next sends waiting."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from maild.desk.ticket import Entry
from maild.log import Log
from maild.mail.retry import (
    GIVE_UP_AFTER,
    SENDER,
    SERVER,
    Deferred,
    Failed,
    Result,
    Sent,
    next_attempt,
    was_offered,
)
from maild.store import Attempt, OutboxRow, Store, StoreBusy, StoreError

RECEIPT = "receipt"
"""The notice whose acceptance acknowledges the ticket."""
MOST_UNRECORDED = 64
"""So many notices, and those in the air, go out twice at most when the power is cut."""
ENOUGH = 16
MOMENT = 0.05
"""Seconds that a result waits for others, at most."""
DELAYS = (0.05, 0.2, 1, 2)
"""Seconds between attempts to write a batch, before the pass breaks off and the next one goes on trying."""


@dataclass(slots=True)
class Counts:
    """What came of a pass over the outbox."""

    by_state: Counter[str] = field(default_factory=Counter)
    """Attempts by how they ended: sent, deferred, failed."""
    suppressed: int = 0
    """Addresses that get nothing more."""
    outage: str = ""
    """Why nothing can be handed over at all; the pass has ended there."""
    outages: int = 0
    """Passes in a row that ended so; to be given to the next one."""
    resume_at: datetime | None = None
    """When the next pass makes sense; only where there is an outage."""
    alarms: list[str] = field(default_factory=list)
    """What the server says against our own address or account, and a person of ours must mend."""
    overdue: list[OutboxRow] = field(default_factory=list)
    """Receipts whose promise is broken, or soon will be."""

    @property
    def total(self) -> int:
        return self.by_state.total()


@dataclass(frozen=True, slots=True)
class Landed:
    """An attempt that has come to its end."""

    row: OutboxRow
    result: Result
    at: datetime


@dataclass(slots=True)
class Unfinished:
    """What a pass that broke off leaves to the next one of the same process.

    Were it forgotten, all that went out and could not be written down would go out again once its claim is over.
    """

    landed: list[Landed] = field(default_factory=list)
    """Went out, or was refused, and is not written down."""
    broken_off: bool = False


class Recorder:
    """Writes what has landed while the next notices are in the air; what lands meanwhile makes the next batch."""

    def __init__(
        self,
        store: Store,
        counts: Counts,
        log: Log,
        jitter: Callable[[], float],
        progress: Callable[[Counts], None],
        left: Unfinished,
        delays: Sequence[float] = DELAYS,
    ) -> None:
        self._store, self._counts, self._log, self._jitter, self._progress = store, counts, log, jitter, progress
        self._left, self._delays = left, delays
        self._landed: list[Landed] = []
        self._unwritten = 0
        """Of those that have landed, and of those just being written."""
        self._news = asyncio.Event()
        self._enough = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._finished = False
        self._lost: StoreError | None = None
        self.stuck = False
        """The database takes nothing at present: nothing more should be sent."""

    async def take(self, landed: Landed) -> None:
        """Have a result written soon; waits where too many are not written yet."""
        self._landed.append(landed)
        self._unwritten += 1
        self._news.set()
        if len(self._landed) >= ENOUGH:
            self._enough.set()
        if self._unwritten >= MOST_UNRECORDED:
            self._room.clear()
        await self._room.wait()

    async def catch_up(self) -> None:
        """Write what an earlier pass could not; raises StoreError where it still cannot be written."""
        for delay in (0, *self._delays):
            if not self._left.landed:
                return
            await asyncio.sleep(delay)
            written, self._left.landed = await asyncio.to_thread(self._commit, self._left.landed)
            self._tell_all(written)
        if self._left.landed:
            raise StoreBusy("the tickets of notices that went out are being changed all the time")

    def finish(self) -> None:
        """Let `run` end when all is written."""
        self._finished = True
        self._news.set()
        self._enough.set()

    async def run(self) -> None:
        """Write until `finish`. Raises StoreError where the database takes nothing; the rest is `Unfinished` then."""
        while self._landed or not self._finished:
            await self._news.wait()
            await self._company()
            self._news.clear()
            batch, self._landed = self._landed, []
            busy = await self._write(batch) if batch else []
            if busy:
                self._landed[:0] = busy
                self._news.set()
            self._unwritten -= len(batch) - len(busy)
            if self._unwritten < MOST_UNRECORDED:
                self._room.set()
        if self._lost:
            raise self._lost

    async def _company(self) -> None:
        """Wait a moment for what is about to land, since a commit costs as much for many as for one."""
        try:
            await asyncio.wait_for(self._enough.wait(), MOMENT)
        except TimeoutError:
            pass
        self._enough.clear()

    async def _write(self, batch: list[Landed]) -> list[Landed]:
        """Write a batch; give those that must wait, since somebody is at their tickets."""
        for delay in (*self._delays, None):
            try:
                written, busy = await asyncio.to_thread(self._commit, batch)
            except StoreError as error:
                self.stuck = True
                if delay is None:
                    self._left.landed += batch
                    self._lost = error
                    return []
                await asyncio.sleep(delay)
            else:
                self._tell_all(written)
                return busy
        raise AssertionError("the last delay ends it")

    def _tell_all(self, written: list[tuple[Landed, Attempt]]) -> None:
        for landed, attempt in written:
            self._tell(landed, attempt)
        if written:
            self._progress(self._counts)

    def _commit(self, batch: list[Landed]) -> tuple[list[tuple[Landed, Attempt]], list[Landed]]:
        """Write what can be written without waiting for a ticket, since who has that may wait for another one of ours.

        Returns:
            What was written, and what was not.
        """
        with self._store.transaction(), self._store.without_waiting():
            busy = self._store.tickets.busy({one.row.ticket for one in batch if one.row.ticket})
            later = [one for one in batch if one.row.ticket in busy]
            batch = [one for one in batch if one.row.ticket not in busy]
            attempts = [self._attempt(landed) for landed in batch]
            self._store.outbox.record(attempts)
            receipts = [one for one in batch if one.row.notice == RECEIPT and isinstance(one.result, Sent)]
            self._store.tickets.acknowledge({one.row.ticket: one.at for one in receipts if one.row.ticket})
            sent = {one.row.id: (one.at, one.result.reply) for one in batch if isinstance(one.result, Sent)}
            self._store.clocks.sent(sent)
            for landed, attempt in zip(batch, attempts, strict=True):
                if attempt.state == "failed":
                    self._note_failure(landed, attempt)
        return list(zip(batch, attempts, strict=True)), later

    def _attempt(self, landed: Landed) -> Attempt:
        row, result, at = landed.row, landed.result, landed.at
        if isinstance(result, Sent):
            return Attempt(row.id, at, "sent", result.reply)
        if isinstance(result, Failed):
            return Attempt(row.id, at, "failed", result.reply)
        if result.about == SERVER:
            return Attempt(row.id, at, "deferred", result.reply, self._counts.resume_at or at)
        due = next_attempt(row.attempts + 1, row.queued_at, at, self._jitter(), result.reply)
        if due is None:
            due = next_attempt(row.attempts + 1, self._first_offered(row, at), at, self._jitter(), result.reply)
        if due is None:
            return Attempt(row.id, at, "failed", f"given up after {GIVE_UP_AFTER.days} days: {result.reply}")
        return Attempt(row.id, at, "deferred", result.reply, due)

    def _first_offered(self, row: OutboxRow, now: datetime) -> datetime:
        """Tell when a server first heard of a notice: days in which none could be reached do not count against it."""
        tries = self._store.outbox.get(row.id).tries
        return min((one.at for one in tries if was_offered(one.reply)), default=now)

    def _note_failure(self, landed: Landed, attempt: Attempt) -> None:
        row = landed.row
        if isinstance(landed.result, Failed) and landed.result.bad_address:
            self._store.suppress(row.to, attempt.reply, landed.at)
        if row.ticket:
            text = f"The notice {row.notice} to {row.to} could not be delivered: {attempt.reply}"
            self._store.tickets.add_entry(row.ticket, Entry(landed.at, "bounce", "none", "maild", text=text))

    def _tell(self, landed: Landed, attempt: Attempt) -> None:
        row, result = landed.row, landed.result
        self._counts.by_state[attempt.state] += 1
        about = (row.id, row.notice, row.to, row.ticket)
        if attempt.state == "sent":
            self._log.sent(*about, attempt.reply)
            return
        if attempt.state == "deferred":
            self._log.deferred(*about, attempt.reply, attempt.next_at)
        else:
            self._log.failed(*about, attempt.reply)
            self._counts.suppressed += isinstance(result, Failed) and result.bad_address
        if isinstance(result, Deferred) and result.about == SENDER and attempt.reply not in self._counts.alarms:
            self._counts.alarms.append(attempt.reply)
            self._log.trouble("sending mail", f"the server does not let us send from {row.sender}: {attempt.reply}")
