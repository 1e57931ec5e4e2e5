"""What a postmaster has to hear, and not at every turn: late receipts, full limits, mails that cannot be put away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from maild.flow.context import Context
from maild.log import Log
from maild.store import OutboxRow, Store

AGAIN = timedelta(hours=1)
"""How long an alarm is not repeated."""


class Alarms:
    """Sounds each alarm at once, and again every hour while its cause lasts."""

    def __init__(self, store: Store, context: Context, log: Log, clock: Callable[[], datetime]) -> None:
        self._store, self._context, self._log, self._clock = store, context, log, clock
        self._told: dict[int, datetime] = {}
        """When which overdue receipt was told of, by its outbox id."""
        self._full: datetime | None = None
        """When it was last told that the limits keep notices back."""
        self._stayed: dict[tuple[str, str], datetime] = {}
        """When which trouble of a mailbox was told of."""

    def room(self) -> int:
        """How many notices more may go out: no flood shall be ours, whatever brought it about."""
        limits, now = self._context.rulebook().limits, self._clock()
        sent = self._store.outbox.sent_within(now - limits.total_window, limits.notices_total)
        full = sent >= limits.notices_total and self._store.outbox.next_due() is not None
        if full and (self._full is None or now - self._full >= AGAIN):
            self._full = now
            self._log.trouble("outbox", f"{sent} notices went out lately, all that the limits allow; the rest waits")
        return limits.notices_total - sent

    def stayed(self, mailbox: str, why: str) -> None:
        """Tell of mails that cannot be put away; a server may say the same with another time or number each turn."""
        about, now = (mailbox, re.sub(r"\d+", "", why)), self._clock()
        self._stayed = {told: at for told, at in self._stayed.items() if now - at < AGAIN}
        if about not in self._stayed:
            self._stayed[about] = now
            self._log.trouble(mailbox, why)

    def overdue(self, rows: Iterable[OutboxRow]) -> None:
        """Tell of receipts whose promise is broken, or soon will be."""
        now, still = self._clock(), {}
        for row in rows:
            still[row.id] = self._told.get(row.id, now)
            if row.due_at and (row.id not in self._told or now - still[row.id] >= AGAIN):
                still[row.id] = now
                self._log.overdue(row.id, row.notice, row.to, row.ticket, row.due_at)
        self._told = still
