"""The loops: a taker for each mailbox, one that processes, one that delivers; and how they start and stop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from random import random
from typing import TYPE_CHECKING

from maild.daemon.alarms import Alarms
from maild.daemon.bell import Bell, Pass, Summary, join, ring_or
from maild.daemon.outages import Outages, PagesDown
from maild.daemon.owner import release_the_dead
from maild.daemon.rulebook import RULEBOOK, Files
from maild.daemon.time import Mornings, heartbeat, pass_time
from maild.edge.imap import Mailbox, MailboxDown, backoff
from maild.edge.smtp import Courier
from maild.edge.watched import Refused, Taken
from maild.flow.announce import announce_refusal
from maild.flow.context import Context
from maild.flow.deliver import deliver
from maild.flow.process import Processed, process
from maild.flow.receive import Folders, take
from maild.flow.record import Unfinished
from maild.log import Log
from maild.store import Store

if TYPE_CHECKING:
    from maild.web.serve import Server

_BATCH = 100
_LEASE = 90.0
"""Seconds that a mailbox stays with its taker after its last sign of life."""
_NAP = 5.0
"""Seconds between looks where no bell rang: what another process left or what has fallen due."""
_LOOK = 1.0
"""Seconds between looks at the files an admin edits."""
_FINISHING = 3.0
"""Seconds that the loops have to finish what they are at; then silent mailboxes are interrupted."""
_STOPPING = 7.0
"""Seconds more, after which the process ends all the same: every claim can be taken up by the next one."""
_TAKE = "take "
"""Before a mailbox, the name of the loop that takes its mails."""
_SILENCE = 600.0
"""Seconds without a sign of life after which a loop counts as stuck and the watchdog is no longer fed."""


class Daemon:
    """The loops over one house: a taker for each mailbox, one that processes, one that delivers.

    They share nothing but the store and the bells that wake them.
    """

    def __init__(
        self,
        store: Store,
        context: Context,
        mailboxes: Iterable[Mailbox],
        courier: Callable[[], Courier],
        log: Log,
        owner: str,
        poll: float = 30.0,
        parallel: int = 4,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        files: Files | None = None,
        admins: Iterable[str] = (),
    ) -> None:
        self.store, self.context, self.log, self.owner, self.clock = store, context, log, owner, clock
        self.mailboxes, self.poll, self.parallel = tuple(mailboxes), poll, parallel
        self._files, self._admins = files, tuple(admins)
        self._courier = courier
        self._undelivered = Unfinished()
        self._arrived, self._written = Bell(), Bell()
        self._stop = threading.Event()
        self._beats: dict[str, float] = {}
        self._alarms = Alarms(store, context, log, clock)
        self._outages = Outages(log, clock)
        self._attempts: dict[str, int] = {}
        """How often in a row each loop has failed."""
        self._unreleased = False
        """Whether a pass of `process` broke off, so that what it had claimed has to be given back."""
        self._mornings = Mornings()
        self._summary = Summary()
        self._pass: Pass | None = None
        self._progress: Callable[[Summary], None] = lambda _: None
        self._server: Server | None = None

    def serve(self, server: Server) -> None:
        """Serve these pages, too, while running."""
        self._server = server

    def run(
        self,
        stop: threading.Event,
        alive: Callable[[], None] = lambda: None,
        progress: Callable[[Summary], None] = lambda _: None,
    ) -> None:
        """Serve until `stop` is set; `alive` is called every few seconds while no loop is stuck."""
        self._progress = progress
        release_the_dead(self.store, self.owner, map(_lease, self.mailboxes))
        threads = self._start()
        self.log.started(mailboxes=[mailbox.name for mailbox in self.mailboxes])
        while not stop.wait(1.0):
            if not self.stuck():
                alive()
        self.log.stopping()
        self._stop.set()
        self._ring()
        if self._server:
            self._server.stop()
        join(threads, _FINISHING)
        for mailbox in self.mailboxes:
            mailbox.interrupt()
        join(threads, _STOPPING)
        self.log.stopped()

    def run_once(self, progress: Callable[[Summary], None] = lambda _: None) -> Summary:
        """Take everything, do all that is due, send the outbox, and return.

        What cannot be reached now is named in `trouble` and stays for the next pass.
        """
        release_the_dead(self.store, self.owner, map(_lease, self.mailboxes))
        self._progress = progress
        self._pass = Pass(taking=len(self.mailboxes))
        for thread in self._start():
            thread.join()
        self.store.close()
        return self._summary

    def stuck(self) -> list[str]:
        """Name the loops that gave no sign of life for ten minutes."""
        now = time.monotonic()
        return [name for name, beat in self._beats.items() if now - beat > _SILENCE]

    def _start(self) -> list[threading.Thread]:
        loops: list[tuple[str, Callable[[], None]]] = [
            (f"{_TAKE}{mailbox.name}", lambda mailbox=mailbox: self._taking(mailbox)) for mailbox in self.mailboxes
        ]
        loops += [("process", self._processing), ("deliver", self._delivering)]
        if not self._pass:
            beat = heartbeat(lambda: self._pass_time(self.clock()), self._stop)
            loops.append(("tick", lambda: self._guarded("tick", beat)))
        if self._files:
            self.store.put_in_force(RULEBOOK, self._files.rulebook.text, self.clock())
            if not self._pass:
                loops.append(("watch", lambda: self._guarded("watch", self._watching)))
        if self._server and not self._pass:
            loops.append(("web", lambda: self._guarded("web", self._serving)))
        threads = []
        for name, loop in loops:
            self._beats[name] = time.monotonic()
            threads.append(threading.Thread(target=loop, name=name, daemon=True))
        for thread in threads:
            thread.start()
        return threads

    def _ring(self) -> None:
        self._arrived.ring()
        self._written.ring()

    def _guarded(self, name: str, step: Callable[[], bool]) -> None:
        """Repeat a step until it says False; trouble outside or a bug of ours only makes it wait and try again."""
        while not self._stop.is_set():
            self._beats[name] = time.monotonic()
            try:
                if not step():
                    break
                self._well(name)
            except (MailboxDown, PagesDown, *self.store.errors) as error:
                where = "database" if isinstance(error, self.store.errors) else name.removeprefix(_TAKE)
                self._outages.down(name, where, str(error))
                if self._give_up(name, f"{where}: {error}"):
                    break
                self._back_off(name, error)
            except Exception as error:
                self._outages.failed(name, error)
                if self._give_up(name, f"{name}: {type(error).__name__}: {error}"):
                    break
                self._back_off(name)
        self.store.hang_up()
        self._beats.pop(name, None)

    def _well(self, name: str) -> None:
        """Begin to count anew: the loop has done its work."""
        self._attempts.pop(name, None)
        self._outages.over(name)

    def _give_up(self, name: str, why: str) -> bool:
        """A single pass tries a dead outside three times and then says so; the daemon never gives up."""
        if self._pass is None or self._attempts.get(name, 0) < 2:
            return False
        self._summary.trouble.append(why)
        return True

    def _back_off(self, name: str, error: Exception | None = None) -> None:
        attempt = self._attempts.get(name, 0)
        self._attempts[name] = min(attempt + 1, 12)
        if isinstance(error, MailboxDown) and not error.temporary and not self._pass:
            self._stop.wait(backoff(attempt + 1, random(), refused=True))
            return
        longest = 1.0 if self._pass else 60.0
        self._stop.wait(min(longest, 0.25 * 2**attempt) * (0.5 + random() / 2))

    def _taking(self, mailbox: Mailbox) -> None:
        name = f"{_TAKE}{mailbox.name}"
        lease = _lease(mailbox)
        folders = Folders(mailbox.account.processed, mailbox.account.held)
        waiting = False

        def ours() -> bool:
            return self._pass is not None or self.store.lease(lease, self.owner, self.clock(), _LEASE)

        def took(count: int) -> None:
            self._alive(name)
            if count:
                self._summary.taken += count
                self.log.taken(mailbox.name, count)
                self._arrived.ring()
            ours()

        def look() -> None:
            stayed = take(mailbox, folders, self.store, self.clock, took)
            self.store.beat(lease, self.clock())
            for why in stayed:
                self._alarms.stayed(mailbox.name, why)

        def step() -> bool:
            nonlocal waiting
            before, waiting = waiting, not ours()
            if waiting:
                if not before:
                    self.log.waiting(mailbox.name)
                self._stop.wait(_NAP)
                return True
            try:
                mailbox.connect()
                look()
                if self._pass:
                    return False
                self.log.connected(mailbox.account.where)
                while not self._stop.is_set() and ours():
                    self._alive(name)
                    mailbox.wait(min(self.poll, _LEASE / 3), self._stop)
                    if not self._stop.is_set():
                        look()
                        self._well(name)  # not before: a server may let us in and hang up at once, for hours
            finally:
                mailbox.close()
            return True

        self._guarded(name, step)
        if self._pass:
            self._pass.taking -= 1
            self._arrived.ring()
        else:
            self._let_go(lease)

    def _let_go(self, lease: str) -> None:
        """Give a mailbox back, so that another process need not wait until the lease is over."""
        try:
            self.store.release(lease, self.owner)
        except self.store.errors as error:
            self._outages.down(lease, "database", str(error))
        self.store.hang_up()

    def _processing(self) -> None:
        def step() -> bool:
            last = self._pass is not None and self._pass.taking == 0
            if self._unreleased:
                self.store.release_claims(f"{self.owner}/process", forgive=True)
                self._unreleased = False
            now = self.clock()
            self._pass_time(now)
            if self._mornings.send(self.store, self.context, now, self.log):
                self._written.ring()
            self._unreleased = True
            done = process(self.store, self.context, now, f"{self.owner}/process", _BATCH)
            self._unreleased = False
            for one in done:
                self._tell(one)
            if done:
                self._written.ring()
                self._progress(self._summary)
            elif last:
                return False
            else:
                self._arrived.wait(0.2 if self._pass else _NAP)
            return True

        self._guarded("process", step)
        if self._pass:
            self._pass.processing = False
            self._written.ring()

    def _pass_time(self, now: datetime) -> None:
        if pass_time(self.store, self.context, now, self.log, self._stop.is_set):
            self._written.ring()

    def _tell(self, one: Processed) -> None:
        if one.outcome != "retry":
            self._summary.outcomes[one.outcome] += 1
        if one.error:
            self.log.bug(f"mail {one.row.id}", one.error)
        self.log.outcome(one.row.id, one.outcome, one.reason, one.ticket)

    def _delivering(self) -> None:
        self._guarded("deliver", lambda: asyncio.run(self._deliver_until_stopped()))
        if lost := self._undelivered.landed:
            self.log.unrecorded([landed.row.id for landed in lost])

    async def _deliver_until_stopped(self) -> bool:
        rung = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(rung.set)

        courier = self._courier()
        outages = 0
        self._written.listeners.add(wake)
        try:
            while not self._stop.is_set():
                self._beats["deliver"] = time.monotonic()
                last = self._pass is not None and not self._pass.processing
                rung.clear()
                counts = await deliver(
                    self.store,
                    courier.send,
                    self.clock,
                    f"{self.owner}/deliver",
                    log=self.log,
                    parallel=self.parallel,
                    outages=outages,
                    left=self._undelivered,
                    wake=rung,
                    stop=self._stop.is_set,
                    room=self._alarms.room,
                    progress=lambda _: self._alive("deliver"),
                )
                self._well("deliver")
                outages = counts.outages
                self._summary.deliveries.update(counts.by_state)
                self._progress(self._summary)
                self._alarms.overdue(counts.overdue)
                if counts.outage:
                    if self._pass:
                        return False  # the notices wait in the outbox, which the log has told
                    await self._rest(counts.resume_at)
                elif not counts.total:
                    if last:
                        return False
                    await ring_or(rung, 0.2 if self._pass else _NAP)
        finally:
            self._written.listeners.discard(wake)
            await courier.close()
        return False

    async def _rest(self, until: datetime | None) -> None:
        """Leave a server alone that is down, with a look at the clock every few seconds."""
        while until and self.clock() < until and not self._stop.is_set():
            self._alive("deliver")
            await asyncio.sleep(min(1.0, max(0.01, (until - self.clock()).total_seconds())))

    def _alive(self, name: str) -> None:
        self._beats[name] = time.monotonic()

    def _watching(self) -> bool:
        """Take in what an admin has edited, if it is sound; else say so and go on with what was."""
        for watched in self._files.all if self._files else ():
            change = watched.look(time.monotonic())
            if isinstance(change, Taken):
                self.log.file_taken(change.name, change.gone)
                self.store.put_in_force(RULEBOOK, self._files.rulebook.text, self.clock())
            elif isinstance(change, Refused):
                self.log.file_refused(change.name, [f"{one.place}: {one.what}" for one in change.problems])
                told = announce_refusal(
                    change.name, change.problems, change.digest, self._admins, self.store, self.context,
                    self.owner, self.clock(),
                )  # fmt: skip
                if told:
                    self._written.ring()
        self._stop.wait(_LOOK)
        return True

    def _serving(self) -> bool:
        """Serve the pages until stopped; a request that hangs is none of the watchdog's, so no beat is kept."""
        self._beats.pop("web", None)
        try:
            self._server.run()
        except OSError as error:
            raise PagesDown(f"the pages cannot be served: {error.strerror or error}") from error
        return not self._stop.is_set()


def _lease(mailbox: Mailbox) -> str:
    return f"mailbox {mailbox.name}"
