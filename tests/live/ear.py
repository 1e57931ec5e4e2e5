"""Hears what a process says, line by line, so that tests wait for a word of it and never for time to pass."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import IO


class Ear:
    """Keep what is said through one pipe after the other; `wait_for` returns as soon as something is said."""

    def __init__(self) -> None:
        self._text = ""
        self._open = 0
        """Pipes that can still say something."""
        self._said = threading.Condition()

    def listen(self, pipe: IO[str]) -> threading.Thread:
        """Listen, in a thread of its own, until the other end is closed."""
        with self._said:
            self._open += 1
        listener = threading.Thread(target=self._listen, args=(pipe,), daemon=True)
        listener.start()
        return listener

    @property
    def text(self) -> str:
        """All that was said."""
        with self._said:
            return self._text

    def wait_for(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Look at every line whether it has happened; False after a while, or when nothing more can be said."""
        with self._said:
            self._said.wait_for(lambda: happened() or not self._open, seconds)
            return happened()

    def hears(self, words: str, seconds: float, times: int = 1) -> bool:
        """Wait until this was said so many times."""
        return self.wait_for(lambda: self._text.count(words) >= times, seconds)

    def _listen(self, pipe: IO[str]) -> None:
        with pipe:
            for line in pipe:
                with self._said:
                    self._text += line
                    self._said.notify_all()
        with self._said:
            self._open -= 1
            self._said.notify_all()
