"""Every notice written: its bytes, when it is due, and each attempt to send it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from maild.store.absent import appears
from maild.store.database import Database, Row, marks
from maild.store.tables import Outbox as Table
from maild.store.tables import micros, moment

CLAIM_SECONDS = 900
"""Longer than a slow server may take for one mail (RFC 5321 section 4.5.3.2), so that no mail is sent twice."""
RETRIABLE = ("deferred", "failed", "bounced")


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A notice to send, as the commit that decided it writes it."""

    ticket: int | None
    notice: str
    role: str
    to: str
    subject: str
    message_id: str
    sender: str
    raw: bytes
    send_at: datetime
    """Not before."""
    due_at: datetime | None = None
    """By when it was promised."""
    withheld: str = ""
    """Why the gate does not let it out; "" where it does."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a notice, and what the server said."""

    outbox_id: int
    at: datetime
    state: str
    """sent | deferred | failed"""
    reply: str
    next_at: datetime | None = None
    """When to try again; only where it was deferred."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A notice and how far it got."""

    id: int
    ticket: int | None
    notice: str
    role: str
    to: str
    subject: str
    state: str
    """queued | sending | deferred | sent | failed | withheld | bounced"""
    attempts: int
    message_id: str
    queued_at: datetime
    send_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    last_reply: str
    sender: str
    withheld: str
    raw: bytes = b""
    """The mail itself; only in what `claim` gives."""
    tries: tuple[Attempt, ...] = ()
    """Every attempt, oldest first; only in what `get` gives."""


FIELDS = (
    "id, ticket, notice, role, recipient, subject, state, attempts, message_id, queued_at, send_at, due_at, sent_at, "
    "last_reply, sender, withheld"
)
COLUMNS = [getattr(Table, name) for name in FIELDS.split(", ")]
TIMES = (9, 10, 11, 12)


def _row(columns: Row, raw: bytes = b"") -> OutboxRow:
    values = list(columns)
    for index in TIMES:
        values[index] = moment(values[index])
    return OutboxRow(*values, raw=raw)


class Outbox:
    """The notices; every method commits at once unless a transaction is open."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # Writing and sending

    def queue(self, mail: OutboxMail, now: datetime) -> int:
        """Add a notice, ready to be sent when it is due; give its id."""
        send_at = micros(mail.send_at)
        appears(self._db, "recipient", mail.to)
        columns = (
            "ticket, notice, role, recipient, subject, message_id, sender, state, ready_at, queued_at, let_out_at, "
            "send_at, due_at, withheld"
        )
        values = (
            mail.ticket,
            mail.notice,
            mail.role,
            mail.to,
            mail.subject,
            mail.message_id,
            mail.sender,
            "withheld" if mail.withheld else "queued",
            None if mail.withheld else send_at,
            micros(now),
            None if mail.withheld else micros(now),
            send_at,
            micros(mail.due_at),
            mail.withheld,
        )
        with self._db.writing():
            if id_ := self._db.reserved("outbox"):
                self._db.write(f"INSERT INTO outbox (id, {columns}) VALUES {marks(15)}", (id_, *values))
                self._db.write("INSERT INTO outbox_raw (id, raw) VALUES (?, ?)", (id_, mail.raw))
                return id_
            insert = f"INSERT INTO outbox ({columns}) VALUES {marks(14)} RETURNING id"
            return self._db.insert_with_parts(insert, values, "outbox_raw (id, raw)", [(mail.raw,)])

    def claim(self, owner: str, now: datetime, limit: int, seconds: int = CLAIM_SECONDS) -> list[OutboxRow]:
        """Take up to `limit` notices that are due, oldest due first.

        Nobody else gets them until `seconds` have passed.
        """
        if self._db.in_transaction():
            raise RuntimeError("a claim must be committed before the work begins")
        with self._db.transaction():
            ready = self._db.rows(
                "SELECT id FROM outbox WHERE ready_at <= ? ORDER BY ready_at, id LIMIT ?" + self._db.skip_locked,
                (micros(now), limit),
            )
            ids = [id_ for (id_,) in ready]
            if not ids:
                return []
            rows = self._db.rows(
                f"UPDATE outbox SET state = 'sending', owner = ?, ready_at = ? WHERE id IN {marks(len(ids))} "
                f"RETURNING {FIELDS}",
                (owner, micros(now + timedelta(seconds=seconds)), *ids),
            )
        raws = dict(self._db.rows(f"SELECT id, raw FROM outbox_raw WHERE id IN {marks(len(ids))}", ids))
        return [_row(columns, bytes(raws[columns[0]])) for columns in sorted(rows, key=lambda r: ids.index(r[0]))]

    def release_claims(self, owner: str) -> int:
        """Give back all that an owner had claimed, to be sent when it was due."""
        with self._db.writing():
            return self._db.run(
                "UPDATE outbox SET ready_at = send_at, state = CASE attempts WHEN 0 THEN 'queued' ELSE 'deferred' END "
                "WHERE ready_at IS NOT NULL AND state = 'sending' AND owner = ?",
                (owner,),
            )

    def record(self, results: Sequence[Attempt]) -> None:
        """Write what came of a batch of attempts, in one commit."""
        if not results:
            return
        with self._db.writing():
            self._db.run_many(
                "INSERT INTO attempt (outbox, at, state, reply) VALUES (?, ?, ?, ?)",
                [(r.outbox_id, micros(r.at), r.state, r.reply) for r in results],
            )
            self._db.run_many(
                "UPDATE outbox SET state = ?, attempts = attempts + 1, last_reply = ?, ready_at = ?, "
                "send_at = COALESCE(?, send_at), sent_at = COALESCE(sent_at, ?) WHERE id = ? AND sent_at IS NULL",
                [
                    (
                        r.state,
                        r.reply,
                        micros(r.next_at) if r.state == "deferred" else None,
                        micros(r.next_at) if r.state == "deferred" else None,
                        micros(r.at) if r.state == "sent" else None,
                        r.outbox_id,
                    )
                    for r in results
                ],
            )

    def mark_bounced(self, outbox_id: int, status: str, now: datetime) -> None:
        """Note that a notice came back, with the status or the words of the bounce."""
        with self._db.writing():
            self._db.run(
                "UPDATE outbox SET state = 'bounced', ready_at = NULL, last_reply = ? WHERE id = ?", (status, outbox_id)
            )

    def retry(self, outbox_id: int) -> bool:
        """Send a notice once more that failed, bounced or waits; False where there is nothing to try again."""
        with self._db.writing():
            changed = self._db.run(
                "UPDATE outbox SET state = 'queued', ready_at = 0, sent_at = NULL "
                f"WHERE id = ? AND state IN {marks(len(RETRIABLE))}",
                (outbox_id, *RETRIABLE),
            )
        return changed == 1

    def withdraw(self, ids: Sequence[int], why: str, tried: bool = False) -> list[int]:
        """Keep notices from going out that nobody has begun to send; give the ids of those that were caught.

        Args:
            tried: those, too, that were put off by the server.
        """
        ready = "state IN ('queued', 'deferred')" if tried else "state = 'queued' AND attempts = 0"
        with self._db.writing():
            caught = self._db.rows(
                "UPDATE outbox SET state = 'withheld', ready_at = NULL, let_out_at = NULL, withheld = ? "
                f"WHERE id IN {marks(len(ids))} AND {ready} RETURNING id",
                (why, *ids),
            )
        return sorted(id_ for (id_,) in caught)

    # What the gate and the clock ask

    def sent_since(self, address: str, since: datetime, notices: Collection[str] = ()) -> int:
        """Count the notices to an address that were let out since then, only of these kinds where any are named."""
        return self._db.rows(*self.let_out(address, since, notices))[0][0]

    @staticmethod
    def let_out(address: str, since: datetime, notices: Collection[str] = ()) -> tuple[str, tuple[object, ...]]:
        """Give the question of `sent_since` and its parameters, for those who ask several at once."""
        kinds = f" AND notice IN {marks(len(notices))}" if notices else ""
        sql = f"SELECT COUNT(*) FROM outbox WHERE recipient = ? AND let_out_at >= ?{kinds}"
        return sql, (address, micros(since), *notices)

    def total_since(self, since: datetime, at_most: int) -> int:
        """Count all notices that were let out since then; stops counting at `at_most`.

        Costs up to half a microsecond for each of them, so it is better asked once for a batch than for each mail.
        """
        found = "SELECT 1 FROM outbox WHERE let_out_at >= ? LIMIT ?"
        return self._db.rows(f"SELECT COUNT(*) FROM ({found}) counted", (micros(since), at_most))[0][0]

    def sent_within(self, since: datetime, at_most: int) -> int:
        """Count the notices that were let out and sent since then; stops counting at `at_most`."""
        found = "SELECT 1 FROM outbox WHERE let_out_at >= ? AND sent_at IS NOT NULL LIMIT ?"
        return self._db.rows(f"SELECT COUNT(*) FROM ({found}) counted", (micros(since), at_most))[0][0]

    def next_due(self) -> datetime | None:
        """Tell when the next notice is due, None where none waits."""
        return moment(self._db.rows("SELECT MIN(ready_at) FROM outbox WHERE ready_at IS NOT NULL")[0][0])

    def overdue(self, notice: str, before: datetime, limit: int = 100) -> list[OutboxRow]:
        """Give notices of a kind that were promised before then and are not sent, the longest overdue first."""
        rows = self._db.rows(
            f"SELECT {FIELDS} FROM outbox WHERE due_at < ? AND due_at IS NOT NULL AND sent_at IS NULL AND notice = ? "
            "AND state <> 'withheld' ORDER BY due_at LIMIT ?",
            (micros(before), notice, limit),
        )
        return [_row(columns) for columns in rows]

    # Looking

    def by_message_id(self, message_id: str) -> OutboxRow | None:
        found = self._db.row(f"SELECT {FIELDS} FROM outbox WHERE message_id = ?", (message_id,))
        return _row(found) if found else None

    def get(self, outbox_id: int) -> OutboxRow | None:
        """Give a notice with all its attempts."""
        found = self._db.row(f"SELECT {FIELDS} FROM outbox WHERE id = ?", (outbox_id,))
        if found is None:
            return None
        tries = self._db.rows("SELECT at, state, reply FROM attempt WHERE outbox = ? ORDER BY id", (outbox_id,))
        return replace(
            _row(found), tries=tuple(Attempt(outbox_id, moment(at), state, reply) for at, state, reply in tries)
        )

    def raw(self, outbox_id: int) -> bytes:
        """Give the bytes of a notice. Raises LookupError where there is no such notice."""
        found = self._db.row("SELECT raw FROM outbox_raw WHERE id = ?", (outbox_id,))
        if found is None:
            raise LookupError(f"no notice {outbox_id} in the outbox")
        return bytes(found[0])

    def list(
        self,
        state: str | None = None,
        ticket: int | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> list[OutboxRow]:
        """Give notices, newest first; `before` is the id after which to go on."""
        query = Table.select(*COLUMNS).order_by(Table.id.desc()).limit(limit)
        for column, wanted in ((Table.state, state), (Table.ticket, ticket)):
            if wanted is not None:
                query = query.where(column == wanted)
        if before is not None:
            query = query.where(Table.id < before)
        return [_row(columns) for columns in self._db.select(query)]

    def each(self, **filters: object) -> Iterator[OutboxRow]:
        """Give every notice that `list` would give, without holding them all in memory."""
        before = None
        while some := self.list(**filters, limit=500, before=before):
            yield from some
            before = some[-1].id

    def counts(self) -> dict[str, int]:
        """Count the notices by state."""
        return dict(self._db.rows("SELECT state, COUNT(*) FROM outbox GROUP BY state"))
