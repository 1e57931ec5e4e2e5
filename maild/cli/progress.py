"""How far maild is with a large backlog, for a person who waits at a terminal."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from maild.daemon.bell import Summary

LARGE = 50
"""Mails taken and not dealt with that are worth a bar."""


class Progress:
    """A bar below the log while many mails wait; nothing where nobody looks."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Bar | None = None
        self._before = 0
        self._turn = threading.Lock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        with self._turn:
            self._hide()

    def update(self, summary: Summary) -> None:
        """Show the state of things; called by any thread after every step of its work."""
        if self._stream.isatty():
            with self._turn:
                self._update(summary)

    def _update(self, summary: Summary) -> None:
        done = sum(summary.outcomes.values())
        waiting = summary.taken - done
        if self._bar is None and waiting < LARGE:
            self._before = done
            return
        bar = self._bar = self._bar or self._make()
        notices = sum(summary.deliveries.values())
        bar.update(
            bar.task_ids[0],
            completed=done - self._before,
            total=summary.taken - self._before,
            description=f"{summary.taken} mails taken, {done} dealt with, {notices} notices",
        )
        bar.start()
        if waiting <= 0:
            self._hide()
            self._before = done

    def _make(self) -> Bar:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Bar(*columns, console=Console(file=self._stream), transient=True)
        bar.add_task("", total=None)
        return bar

    def _hide(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
