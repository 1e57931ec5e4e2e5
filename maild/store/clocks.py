"""The clocks of the tickets, the timers they let fire, and the promises that come of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from maild.desk.clock import PROMISES, Clock
from maild.store.database import Database, Row, chunks, marks
from maild.store.tables import micros, moment

FIELDS = "name, started_at, about, due_at, set_at, paused_at, pauses, done_at, notice, proof, broken_at, why, told"
_BEGUN = "name, started_at, about, due_at"
"""What a clock that has just begun has; the rest is as the columns say."""
_TIMES = (1, 3, 4, 5, 7, 10)
_PAUSES, _TOLD = 6, 12
_CHANGED = ", ".join(f"{name} = excluded.{name}" for name in FIELDS.split(", ")[2:])
_KEPT_BY_WORDS = ", ".join(f"'{name}'" for name in PROMISES if name != "acknowledge")
_PROMISED = ", ".join(f"'{name}'" for name in PROMISES)


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer whose moment has come."""

    ticket: int
    timer: str
    clock: str
    started_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to a requester and what became of it."""

    ticket: int
    clock: Clock
    state: str
    """open | kept | broken"""


def _row(ticket: int, clock: Clock) -> list[object]:
    return [
        ticket,
        clock.name,
        micros(clock.started_at),
        clock.about,
        micros(clock.due_at),
        micros(clock.set_at),
        micros(clock.paused_at),
        json.dumps([[micros(start), micros(end)] for start, end in clock.pauses]) if clock.pauses else "[]",
        micros(clock.done_at),
        clock.notice,
        clock.proof,
        micros(clock.broken_at),
        clock.why,
        json.dumps(clock.told, ensure_ascii=False) if clock.told else "[]",
    ]


def _clock(columns: Row) -> Clock:
    values = list(columns)
    for index in _TIMES:
        values[index] = moment(values[index])
    values[_PAUSES] = tuple((moment(start), moment(end)) for start, end in json.loads(values[_PAUSES]))
    values[_TOLD] = tuple(json.loads(values[_TOLD]))
    return Clock(*values)


class Clocks:
    """Every method commits at once unless a transaction is open."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # Clocks

    def of(self, ticket: int) -> tuple[Clock, ...]:
        """Give all clocks of a ticket, the oldest first."""
        return self.of_all([ticket])[ticket]

    def of_all(self, tickets: Sequence[int]) -> dict[int, tuple[Clock, ...]]:
        """Give all clocks of several tickets, of each the oldest first."""
        found: dict[int, list[Clock]] = {ticket: [] for ticket in tickets}
        for some in chunks(tickets):
            rows = self._db.rows(f"SELECT ticket, {FIELDS} FROM clock WHERE ticket IN {marks(len(some))}", some)
            for ticket, *columns in rows:
                found[ticket].append(_clock(columns))
        return {
            ticket: tuple(sorted(clocks, key=lambda clock: (clock.started_at, clock.name)))
            for ticket, clocks in found.items()
        }

    def keep(self, ticket: int, clocks: Iterable[Clock]) -> None:
        """Write clocks as they are now."""
        begun: list[Clock] = []
        others: list[Clock] = []
        for clock in clocks:
            (begun if clock == Clock(clock.name, clock.started_at, clock.about, clock.due_at) else others).append(clock)
        with self._db.writing():
            self._keep(_BEGUN, [(ticket, c.name, micros(c.started_at), c.about, micros(c.due_at)) for c in begun])
            self._keep(FIELDS, [_row(ticket, clock) for clock in others])

    def _keep(self, fields: str, rows: Sequence[Sequence[object]]) -> None:
        """Write these fields of clocks, the others as they are when a clock begins."""
        for some in chunks(rows, 50):
            self._db.write(
                f"INSERT INTO clock (ticket, {fields}) VALUES {', '.join([marks(len(some[0]))] * len(some))} "
                f"ON CONFLICT (ticket, name, started_at) DO UPDATE SET {_CHANGED}",
                [value for row in some for value in row],
            )

    def tie(self, ticket: int, mail: int, now: datetime, receipt: int | None) -> None:
        """Name the mails whose acceptance will prove promises: the receipt, and what keeps those kept at this moment.

        Args:
            mail, receipt: outbox ids.
        """
        with self._db.writing():
            self._db.write(
                "UPDATE clock SET notice = CAST(CASE WHEN name = 'acknowledge' THEN ? ELSE ? END AS BIGINT) "
                "WHERE ticket = ? AND notice IS NULL AND (name = 'acknowledge' AND done_at IS NULL AND ? = 1 "
                f"OR name IN ({_KEPT_BY_WORDS}) AND done_at = ?)",
                (receipt, mail, ticket, int(receipt is not None), micros(now)),
            )

    def sent(self, accepted: Mapping[int, tuple[datetime, str]]) -> None:
        """Note that mails which keep promises were accepted: when, and the SMTP server's words, by outbox id."""
        with self._db.writing():
            for some in chunks(accepted):
                rows = self._db.rows(
                    f"SELECT ticket, name, started_at, notice FROM clock WHERE notice IN {marks(len(some))}", some
                )
                self._db.run_many(
                    "UPDATE clock SET done_at = COALESCE(done_at, ?), proof = ? "
                    "WHERE ticket = ? AND name = ? AND started_at = ?",
                    [(micros(accepted[notice][0]), accepted[notice][1], *clock) for *clock, notice in rows],
                )
                self._db.run_many(
                    "DELETE FROM timer WHERE ticket = ? AND clock = ? AND started_at = ? AND fired_at IS NULL",
                    [clock for *clock, _ in rows],
                )

    def by_notice(self, outbox_id: int) -> tuple[int, Clock] | None:
        """Find the promise that a mail was to keep, with its ticket."""
        found = self._db.row(f"SELECT ticket, {FIELDS} FROM clock WHERE notice = ?", (outbox_id,))
        return (found[0], _clock(found[1:])) if found else None

    # Timers

    def arm(
        self,
        ticket: int,
        timers: Sequence[tuple[str, str, datetime, datetime]],
        missed: datetime | None,
        new: bool = False,
    ) -> None:
        """Let these timers fire and no others: (timer, clock, start of the clock, moment); what has fired has fired.

        Args:
            missed: timers that were not there before and whose moment came before this one never fire.
            new: the ticket is, so that it has no timers yet.
        """
        with self._db.writing():
            known = {} if new else self._timers(ticket)
            wanted = {(name, micros(start)): (clock, micros(due)) for name, clock, start, due in timers}
            gone = [key for key, (_, fired_at) in known.items() if fired_at is None and key not in wanted]
            added, moved = [], []
            for (name, started_at), (clock, due_at) in wanted.items():
                was = known.get((name, started_at))
                if was is None:
                    late = missed is not None and due_at <= micros(missed)
                    added.append((ticket, name, started_at, clock, None if late else due_at, 0 if late else None))
                elif was[1] is None and was[0] != due_at:
                    moved.append((due_at, ticket, name, started_at))
            for some in chunks(added, 50):
                self._db.write(
                    "INSERT INTO timer (ticket, name, started_at, clock, due_at, fired_at) "
                    f"VALUES {', '.join([marks(6)] * len(some))}",
                    [value for row in some for value in row],
                )
            if moved:
                self._db.run_many("UPDATE timer SET due_at = ? WHERE ticket = ? AND name = ? AND started_at = ?", moved)
            if gone:
                self._db.run_many(
                    "DELETE FROM timer WHERE ticket = ? AND name = ? AND started_at = ?",
                    [(ticket, *key) for key in gone],
                )

    def _timers(self, ticket: int) -> dict[tuple[str, int], tuple[int | None, int | None]]:
        rows = self._db.rows("SELECT name, started_at, due_at, fired_at FROM timer WHERE ticket = ?", (ticket,))
        return {(name, started_at): (due_at, fired_at) for name, started_at, due_at, fired_at in rows}

    def due(self, now: datetime, limit: int) -> list[int]:
        """Name tickets with timers whose moment has come, the longest due first."""
        rows = self._db.rows(
            "SELECT ticket FROM timer WHERE due_at <= ? ORDER BY due_at, ticket LIMIT ?", (micros(now), limit)
        )
        return list(dict.fromkeys(ticket for (ticket,) in rows))

    def due_of(self, tickets: Sequence[int], now: datetime) -> dict[int, list[DueTimer]]:
        """Give the timers of tickets whose moment has come, of each the longest due first."""
        found: dict[int, list[DueTimer]] = {ticket: [] for ticket in tickets}
        for some in chunks(tickets):
            rows = self._db.rows(
                f"SELECT ticket, name, clock, started_at, due_at FROM timer WHERE ticket IN {marks(len(some))} "
                "AND due_at <= ?",
                (*some, micros(now)),
            )
            for ticket, name, clock, started_at, due_at in sorted(rows, key=lambda row: (row[4], row[1])):
                found[ticket].append(DueTimer(ticket, name, clock, moment(started_at), moment(due_at)))
        return found

    def fire(self, timer: DueTimer, now: datetime) -> bool:
        """Note that a timer has fired; False where it had already."""
        with self._db.writing():
            changed = self._db.run(
                "UPDATE timer SET fired_at = ?, due_at = NULL "
                "WHERE ticket = ? AND name = ? AND started_at = ? AND fired_at IS NULL",
                (micros(now), timer.ticket, timer.timer, micros(timer.started_at)),
            )
        return changed == 1

    def put_off(self, ticket: int, until: datetime) -> None:
        """Leave the due timers of a ticket alone until then, since a mistake of ours keeps them from firing."""
        with self._db.writing():
            self._db.run(
                "UPDATE timer SET due_at = ? WHERE ticket = ? AND due_at < ?", (micros(until), ticket, micros(until))
            )

    def next_due(self) -> datetime | None:
        """Tell when the next timer fires, None where none is armed."""
        found = self._db.row("SELECT due_at FROM timer WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")
        return moment(found[0]) if found else None

    def fired(self, ticket: int | None = None) -> list[tuple[int, str, datetime]]:
        """List what has fired: (ticket, timer, start of its clock)."""
        where, params = ("", ()) if ticket is None else (" AND ticket = ?", (ticket,))
        rows = self._db.rows(
            f"SELECT ticket, name, started_at FROM timer WHERE fired_at > 0{where} ORDER BY ticket, started_at, name",
            params,
        )
        return [(number, name, moment(started_at)) for number, name, started_at in rows]

    # Promises

    def promises(
        self, now: datetime, state: str | None = None, ticket: int | None = None, since: datetime | None = None
    ) -> list[Promise]:
        """Give promises, the one that is or was due first in front; a promise whose clock stands still is open."""
        where, params = [f"name IN ({_PROMISED})", "(due_at IS NOT NULL OR broken_at IS NOT NULL)"], []
        if ticket is not None:
            where.append("ticket = ?")
            params.append(ticket)
        if since is not None:
            where.append("due_at >= ?")
            params.append(micros(since))
        rows = self._db.rows(
            f"SELECT ticket, {FIELDS} FROM clock WHERE {' AND '.join(where)} ORDER BY due_at, ticket, name", params
        )
        found = (
            Promise(number, clock, state_of(clock, now)) for number, *columns in rows for clock in [_clock(columns)]
        )
        return [promise for promise in found if state is None or promise.state == state]


def state_of(clock: Clock, now: datetime) -> str:
    """Say what became of a promise: it is open as long as it can be kept."""
    if clock.broken_at:
        return "broken"
    if clock.done_at:
        return "kept" if clock.due_at is None or clock.done_at <= clock.due_at else "broken"
    return "broken" if clock.due_at and clock.paused_at is None and clock.due_at < now else "open"
