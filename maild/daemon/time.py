"""Time passes: everything due is done, in order, and the log tells of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime

import schedule

from maild.flow.context import Context
from maild.flow.morning import day_of_morning, send_morning
from maild.flow.tick import tick
from maild.log import Log
from maild.report.send import send_due_review
from maild.store import Store

_SECONDS = 1
"""Between looks at what time has made due."""


def heartbeat(work: Callable[[], None], stop: threading.Event) -> Callable[[], bool]:
    """Give a step that does some work every second; a missed beat loses nothing, for all lies in the store."""
    heart = schedule.Scheduler()
    heart.every(_SECONDS).seconds.do(work)

    def step() -> bool:
        heart.run_pending()
        stop.wait(max(0.05, min(_SECONDS, heart.idle_seconds or 0)))
        return True

    return step


def pass_time(store: Store, context: Context, now: datetime, log: Log, stop: Callable[[], bool] = lambda: False) -> int:
    """Do all that is due by now; give the number of mails that came of it. Raises StoreError."""
    written = 0
    while not stop():
        done = tick(store, context, now)
        written += done.notices
        for fired in done.fired:
            log.fired(fired.ticket, fired.timer, fired.what)
        for number, error in done.failed:
            log.bug(f"the timers of ticket {number}", error)
        if not done.anything:
            break
    return written + _review(store, context, now, log)


def _review(store: Store, context: Context, now: datetime, log: Log) -> int:
    """Send the review of last month where it is due; one that cannot be written keeps no timer from firing."""
    try:
        return len(send_due_review(store, context, now))
    except store.errors:
        raise
    except Exception as error:
        log.bug("the monthly review", error)
        return 0


class Mornings:
    """Sends the mails of the morning; the store knows who had his, this only saves asking it every second."""

    def __init__(self) -> None:
        self._done: date | None = None

    def send(self, store: Store, context: Context, now: datetime, log: Log) -> int:
        """Give the number of mails; one that cannot be written keeps nothing else from going on. Raises StoreError."""
        day = day_of_morning(context, now)
        if day is None or day == self._done:
            return 0
        sent = send_morning(store, context, now)
        store.forget_leases(now)
        self._done = day
        for what, error in sent.failed:
            log.bug(what, error)
        return len(sent.told)
