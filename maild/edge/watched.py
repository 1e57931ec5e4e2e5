"""A file an admin edits while maild runs: read when it has come to rest, and taken only when it is sound."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from maild.problem import Problem

T = TypeVar("T")

Stamp = tuple[int, int, int]
SETTLED = 2.0
"""Seconds a file has to be left alone before it is read, so that one being written is not taken for whole."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The file was changed and is sound; it is in force."""

    path: Path
    name: str
    """What to call it when people are told."""
    gone: bool = False
    """It was taken away."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The file was changed and is not sound; the one before it stays in force."""

    path: Path
    name: str
    problems: tuple[Problem, ...]
    digest: str
    """Of what was refused, so that it need not be told of twice."""


def read_text(path: Path, name: str) -> str | Problem:
    """Read a file an admin wrote: UTF-8, or GB 18030 where it is not that."""
    try:
        octets = path.read_bytes()
    except OSError as error:
        return Problem(name, 0, 0, f"it cannot be read: {error.strerror}")
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return octets.decode(charset)
        except UnicodeDecodeError:
            continue
    return Problem(name, 0, 0, "it is no text in UTF-8", hint="save it as UTF-8")


class Watched(Generic[T]):
    """What a file says, as long as it says it soundly."""

    def __init__(self, path: Path, name: str, load: Callable[[str], T | list[Problem]], text: str, current: T) -> None:
        """Begin with what is in force.

        Args:
            name: what the file is called in problems.
            load: pure.
            text: what the file says now, and `current` what it means.
        """
        self.path, self.text = path, text
        self._name, self._load = name, load
        self.current = current
        """The value in force; swapped as a whole, so that another thread sees the old one or the new one."""
        self._stamp = self._settled = stamp(path)
        self._since = 0.0

    def look(self, moment: float) -> Taken | Refused | None:
        """Take a new version of the file in, once it is left alone.

        Args:
            moment: seconds of a clock that never goes back.
        """
        seen = stamp(self.path)
        if seen != self._stamp:
            self._stamp, self._since = seen, moment
            return None
        if seen == self._settled or moment - self._since < SETTLED:
            return None
        text = read_text(self.path, self._name)
        if stamp(self.path) != seen:
            return None
        self._settled = seen
        found = [text] if isinstance(text, Problem) else self._load(text)
        if isinstance(found, list):
            return Refused(self.path, self.path.name, tuple(found), digest_of(text))
        self.text, self.current = text, found
        return Taken(self.path, self.path.name)


def digest_of(text: str | Problem) -> str:
    """Name what was refused."""
    written = text.what if isinstance(text, Problem) else text
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()


def stamp(path: Path) -> Stamp | None:
    """Tell what differs once a file is written anew; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
