"""How a command ends when it cannot do what was asked: one or two plain lines and an exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn, TextIO

DONE = 0
HAS_PROBLEMS = 1
WRONG_USAGE = 2
UNSOUND_SETTINGS = 78


class Failure(Exception):
    """The end of a command: what to say and how to exit."""

    def __init__(self, *lines: str, code: int = HAS_PROBLEMS) -> None:
        super().__init__(*lines)
        self.lines = lines
        self.code = code

    def tell(self, stream: TextIO) -> int:
        """Say it, and give the exit code."""
        for line in self.lines:
            print(line, file=stream)
        return self.code


def fail(what: str, hint: str = "", code: int = HAS_PROBLEMS) -> NoReturn:
    """End the command."""
    raise Failure(f"maild: {what}", *([hint] if hint else []), code=code)


def each(ids: Iterable[int], act: Callable[[int], str], done: str) -> None:
    """Do the same with each of several things, and end the command with those that would not.

    Args:
        act: gives "" or why it could not be done.
        done: what to say of the others, with {} for the id.
    """
    problems = []
    for one in ids:
        if why := act(one):
            problems.append(f"maild: {why}")
        else:
            print(done.format(one))
    if problems:
        raise Failure(*problems)


def outside(error: Exception) -> Failure | None:
    """Give the words for what is no mistake of ours: a database that does not answer, a disk that is full."""
    from maild.daemon.rulebook import UnsoundRulebook
    from maild.problem import render
    from maild.store import BadUrl, StoreError, StoreTooNew

    if isinstance(error, UnsoundRulebook):
        return Failure(render(error.problems), code=UNSOUND_SETTINGS)
    if isinstance(error, BadUrl):
        return Failure(f"maild: {error}", code=UNSOUND_SETTINGS)
    if isinstance(error, StoreTooNew):
        return Failure(f"maild: {error}", code=UNSOUND_SETTINGS)
    if isinstance(error, StoreError):
        return Failure(f"maild: {error}")
    if isinstance(error, OSError):
        return Failure(f"maild: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    return None
