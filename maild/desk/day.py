"""What the lead of some queues reads in the morning: what is due today, what broke, what waits longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.desk.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket of the day; its place is the number that an answer to the mail names it by."""

    place: int
    ticket: Ticket
    at: datetime
    """When it is due, when it broke, or since when its requester has heard nothing of a person."""
    hour: str
    """The same as 17:30, where the desk keeps its hours."""
    who: str
    """The name of its assignee, "" for nobody."""
    promises: tuple[str, ...] = ()
    """acknowledge | first_response | resolution | word"""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of a kind, and how many more there are."""

    lines: tuple[Line, ...] = ()
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.lines) + self.more


@dataclass(frozen=True, slots=True)
class Day:
    """A morning of some queues."""

    queues: tuple[str, ...]
    since: datetime
    """What broke before was told before."""
    broken: Part = Part()
    due: Part = Part()
    longest: Part = Part()
    new: int = 0
    open: int = 0
    pending: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.broken.lines or self.due.lines or self.longest.lines)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The tickets in the order of their places."""
        return tuple(line.ticket.number for part in (self.broken, self.due, self.longest) for line in part.lines)
