"""Tickets as the monthly review looks at them: few columns, streamed, with the first words of their requesters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maild.desk.runs import Run, run_of
from maild.store.database import Database, Row, chunks, marks
from maild.store.tables import micros, moment

PAGE = 2_000
WORDS = 600
"""Characters of the first mail; who asks says what about at the beginning."""

_COLUMNS = (
    "number", "subject", "requester", "status", "queue", "category", "priority", "assignee", "solved_by",
    "cause", "solution", "touches",
    "opened_at", "first_response_due", "first_responded_at", "resolution_due", "resolved_at", "closed_at",
)  # fmt: skip
_TIMES = 12
"""The columns from here on are times."""

_ALIVE = """
    t.opened_at >= ? OR COALESCE(t.resolved_at, t.closed_at) IS NULL OR t.resolved_at >= ? OR t.closed_at >= ?
    OR t.first_response_due >= ? OR t.resolution_due >= ?
"""
_TICKETS = f"""
SELECT {", ".join(f"t.{name}" for name in _COLUMNS)}, r.at, r.score, r.comment, (
    SELECT substr(e.text, 1, {WORDS}) FROM entry e
    WHERE e.ticket = t.number AND e.kind = 'correspondence' AND e.direction = 'in' ORDER BY e.id LIMIT 1
)
FROM ticket t LEFT JOIN rating r ON r.ticket = t.number
WHERE t.number > ? AND t.opened_at < ? AND ({_ALIVE} OR r.at >= ?) ORDER BY t.number LIMIT {PAGE}
"""
_REOPENINGS = f"""
SELECT e.ticket, e.at FROM ticket t JOIN entry e ON e.ticket = t.number
WHERE t.opened_at < ? AND ({_ALIVE}) AND e.at >= ? AND e.at < ? AND e.kind = 'change'
AND (e.text LIKE ? OR e.text LIKE ?)
ORDER BY e.id
"""
_CLOCKS = """
SELECT ticket, name, started_at, due_at, done_at, paused_at, broken_at, pauses FROM clock
WHERE ticket IN {} AND name IN ('open', 'first_response', 'resolution') ORDER BY ticket, started_at
"""
_ANSWERS = """
SELECT ticket, MIN(at) FROM entry WHERE ticket IN {} AND kind = 'correspondence' AND direction = 'out' GROUP BY ticket
"""
_AGAIN = ("%status: resolved -> open%", "%status: closed -> open%")
"""What the line of a ticket's history says, whether its requester or an agent opened it again."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A first answer or a solution that was promised, in one run of a ticket."""

    due_at: datetime
    done_at: datetime | None = None
    waits: bool = False
    """It stands still, so that its due time is not what it will be."""
    broken: bool = False
    """It counts as broken whatever its times are."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the review knows of a ticket."""

    number: int
    subject: str
    requester: str
    status: str
    queue: str
    category: str
    priority: str
    assignee: str
    solved_by: str
    """"" while it is not solved, then agent | self-service."""
    cause: str
    solution: str
    touches: int
    """How often somebody of the desk wrote about it until it was solved."""
    opened_at: datetime
    first_response_due: datetime | None = None
    first_responded_at: datetime | None = None
    resolution_due: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    rated_at: datetime | None = None
    rating: int | None = None
    comment: str = ""
    text: str = ""
    """How the first mail begins."""
    runs: tuple[Run, ...] = ()
    """The first one first."""
    answers: tuple[Promised, ...] = ()
    solutions: tuple[Promised, ...] = ()
    """What was promised in each run."""

    @property
    def spans(self) -> tuple[Run, ...]:
        """When it was open, also where no clock was kept."""
        return self.runs or (Run(self.opened_at, self.resolved_at or self.closed_at),)


class Reviews:
    """What happened to the desk's tickets within a stretch of time; reads only."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def tickets(self, since: datetime, until: datetime) -> Iterator[Reviewed]:
        """Give every ticket opened before `until` that was not wholly over before `since`, by number."""
        last = 0
        while rows := self._db.rows(_TICKETS, (last, *_alive(since, until), micros(since))):
            found = []
            for row in rows:
                *times, rating, comment, text = row[_TIMES:]
                found.append(Reviewed(*row[:_TIMES], *map(moment, times), rating, comment or "", text or ""))
            yield from self._with_runs(found)
            last = rows[-1][0]

    def _with_runs(self, tickets: Sequence[Reviewed]) -> Iterator[Reviewed]:
        """Give tickets with what their clocks tell: when they were open, and what was promised each time."""
        clocks: dict[int, dict[str, list[Row]]] = {ticket.number: {} for ticket in tickets}
        for numbers in chunks(list(clocks)):
            for number, name, *clock in self._db.rows(_CLOCKS.format(marks(len(numbers))), numbers):
                clocks[number].setdefault(name, []).append(clock)
        again = [number for number, found in clocks.items() if len(found.get("open", ())) > 1]
        answered = {}
        for numbers in chunks(again):
            answered |= dict(self._db.rows(_ANSWERS.format(marks(len(numbers))), numbers))
        for ticket in tickets:
            found = clocks[ticket.number]
            yield replace(
                ticket,
                runs=tuple(map(_run, found.get("open", ()))),
                answers=tuple(map(_promised, filter(_is_due, found.get("first_response", ())))),
                solutions=tuple(map(_promised, filter(_is_due, found.get("resolution", ())))),
                first_responded_at=moment(answered.get(ticket.number)) or ticket.first_responded_at,
            )

    def reopenings(self, since: datetime, until: datetime) -> list[tuple[int, datetime]]:
        """Give which ticket was opened again when, in the order it happened."""
        rows = self._db.rows(_REOPENINGS, (*_alive(since, until), micros(since), micros(until), *_AGAIN))
        return [(number, moment(at)) for number, at in rows]


def _run(clock: Row) -> Run:
    started_at, _, done_at, paused_at, _, pauses = clock
    stood = () if pauses == "[]" else tuple((moment(start), moment(end)) for start, end in json.loads(pauses))
    return run_of(moment(started_at), moment(done_at), stood, moment(paused_at))


def _is_due(clock: Row) -> bool:
    return clock[1] is not None


def _promised(clock: Row) -> Promised:
    _, due_at, done_at, paused_at, broken_at, _ = clock
    waits = paused_at is not None and paused_at < due_at
    return Promised(moment(due_at), moment(done_at), waits, broken_at is not None)


def _alive(since: datetime, until: datetime) -> list[int | None]:
    return [micros(until), *[micros(since)] * 5]
