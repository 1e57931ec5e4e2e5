"""Every mail taken: its raw bytes, kept before anything looks at them, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.store.absent import appears, is_absent
from maild.store.database import Database, Row, chunks, marks
from maild.store.errors import AlreadySeen, NotUnique
from maild.store.tables import Inbox as Table
from maild.store.tables import micros, moment

CLAIM_SECONDS = 300
CLAIM_OCTETS = 8 * 1024 * 1024
"""Of mail that is worked on at once, unless a single one is larger: read, a mail takes several times its size."""
ATTEMPTS = 3
GAVE_UP = f"maild stopped {ATTEMPTS} times while it read this mail"
"""Why a row is held that was claimed three times and never finished."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as the mailbox gave it."""

    uid: int
    raw: bytes
    size: int
    """Octets of the whole mail, also where `raw` has only its header."""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A mail taken and what became of it."""

    id: int
    mailbox: str
    uidvalidity: int
    uid: int
    message_id: str
    from_: str
    subject: str
    taken_at: datetime
    state: str
    """new | working | done | held"""
    outcome: str
    reason: str
    ticket: int | None
    attempts: int
    size: int
    truncated: bool
    kind: str
    fingerprint: str


FIELDS = (
    "id, mailbox, uidvalidity, uid, message_id, from_, subject, taken_at, state, outcome, reason, ticket, attempts, "
    "size, truncated, kind, fingerprint"
)
COLUMNS = [getattr(Table, name) for name in FIELDS.split(", ")]


def _row(columns: Row) -> InboxRow:
    values = list(columns)
    values[7] = moment(values[7])
    values[14] = bool(values[14])
    return InboxRow(*values)


class Inbox:
    """The rows of the mails taken; every method commits at once unless a transaction is open."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # Taking

    def keep(self, mailbox: str, uidvalidity: int, mails: Sequence[Arrived], now: datetime) -> int:
        """Keep a batch of mails in one commit, leaving out what is kept already; give the number of new ones.

        A server that was restored from a backup gives numbers out again. What was kept under such a number stays, and
        has a UIDVALIDITY below zero from then on.
        """
        new = 0
        with self._db.writing():
            for some in chunks(mails):
                new += self._keep(mailbox, uidvalidity, some, micros(now))
        return new

    def _keep(self, mailbox: str, uidvalidity: int, mails: Sequence[Arrived], now: int) -> int:
        values = [(mailbox, uidvalidity, m.uid, m.size, m.truncated, now, "new", 0) for m in mails]
        kept = self._db.rows(
            "INSERT INTO inbox (mailbox, uidvalidity, uid, size, truncated, taken_at, state, ready_at) "
            f"VALUES {', '.join([marks(8)] * len(values))} ON CONFLICT (mailbox, uidvalidity, uid) DO NOTHING "
            "RETURNING uid, id",
            [value for row in values for value in row],
        )
        ids = dict(kept)
        raws = {ids[m.uid]: m.raw for m in mails if m.uid in ids}
        if raws:
            self._db.run_many("INSERT INTO inbox_raw (id, raw) VALUES (?, ?)", raws.items())
        others = {m.uid: m for m in mails if m.uid not in ids or m.raw is not raws[ids[m.uid]]}
        again = self._given_again(mailbox, uidvalidity, others) if others else []
        return len(raws) + (self._keep(mailbox, uidvalidity, again, now) if again else 0)

    def _given_again(self, mailbox: str, uidvalidity: int, mails: Mapping[int, Arrived]) -> list[Arrived]:
        """Give the mails whose number another mail had, and take the number from that one."""
        rows = self._db.rows(
            "SELECT i.id, i.uid, r.raw FROM inbox i JOIN inbox_raw r ON r.id = i.id "
            f"WHERE i.mailbox = ? AND i.uidvalidity = ? AND i.uid IN {marks(len(mails))}",
            (mailbox, uidvalidity, *mails),
        )
        taken = {uid: id_ for id_, uid, raw in rows if bytes(raw) != mails[uid].raw}
        for id_ in taken.values():
            self._db.run("UPDATE inbox SET uidvalidity = ? WHERE id = ?", (-id_, id_))
        return [mails[uid] for uid in taken]

    def known(self, mailbox: str, uidvalidity: int, uids: Collection[int] | Mapping[int, int]) -> set[int]:
        """Tell which of these UIDs are kept already, by the octets of each where they are given, too."""
        sizes = uids if isinstance(uids, Mapping) else {}
        found: set[int] = set()
        for some in chunks(uids):
            rows = self._db.rows(
                f"SELECT uid, size FROM inbox WHERE mailbox = ? AND uidvalidity = ? AND uid IN {marks(len(some))}",
                (mailbox, uidvalidity, *some),
            )
            found.update(uid for uid, size in rows if sizes.get(uid, size) == size)
        return found

    def headers_only(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> set[int]:
        """Tell of which of these mails only the header is kept."""
        found: set[int] = set()
        for some in chunks(uids):
            rows = self._db.rows(
                "SELECT uid FROM inbox WHERE mailbox = ? AND uidvalidity = ? AND truncated = ? "
                f"AND uid IN {marks(len(some))}",
                (mailbox, uidvalidity, True, *some),
            )
            found.update(uid for (uid,) in rows)
        return found

    # Working

    def claim(self, owner: str, now: datetime, limit: int, seconds: int = CLAIM_SECONDS) -> list[InboxRow]:
        """Take up to `limit` mails to work on, oldest first; nobody else gets them until `seconds` have passed.

        Of large ones it takes fewer, so that a backlog of them does not fill the memory.

        The attempt is counted and committed before this returns. A mail that was tried before comes alone, so that
        one that stops the whole process takes no others with it; after three attempts it is held.
        """
        if self._db.in_transaction():
            raise RuntimeError("a claim must be committed before the work begins")
        at, until = micros(now), micros(now + timedelta(seconds=seconds))
        with self._db.transaction():
            while True:
                ready = self._db.rows(
                    "SELECT id, attempts, CASE WHEN truncated THEN 0 ELSE size END FROM inbox "
                    "WHERE ready_at IS NOT NULL AND ready_at <= ? ORDER BY id LIMIT ?"
                    + self._db.skip_locked,
                    (at, limit),
                )
                worn_out = [id_ for id_, attempts, _ in ready if attempts >= ATTEMPTS]
                if not worn_out:
                    break
                self._hold(worn_out, GAVE_UP)
            ids = _untried_or_one(ready)
            if not ids:
                return []
            rows = self._db.rows(
                "UPDATE inbox SET state = 'working', owner = ?, ready_at = ?, attempts = attempts + 1 "
                f"WHERE id IN {marks(len(ids))} RETURNING {FIELDS}",
                (owner, until, *ids),
            )
        return sorted(map(_row, rows), key=lambda row: ids.index(row.id))

    def release(self, inbox_id: int, reason: str, now: datetime) -> str:
        """Give a claim back after our own code failed on the mail; give `new`, or `held` after three attempts."""
        with self._db.writing():
            found = self._db.row("SELECT attempts FROM inbox WHERE id = ?" + self._db.for_update, (inbox_id,))
            if found is None:
                raise LookupError(f"no mail {inbox_id} in the inbox")
            if found[0] >= ATTEMPTS:
                self._hold([inbox_id], reason)
                return "held"
            self._db.run("UPDATE inbox SET state = 'new', ready_at = 0, reason = ? WHERE id = ?", (reason, inbox_id))
        return "new"

    def release_claims(self, owner: str, forgive: bool = False) -> int:
        """Give back all that an owner had claimed; `forgive` does not count it as an attempt."""
        with self._db.writing():
            return self._db.run(
                f"UPDATE inbox SET state = 'new', ready_at = 0, attempts = attempts - {int(forgive)} "
                "WHERE ready_at IS NOT NULL AND state = 'working' AND owner = ?",
                (owner,),
            )

    def raw(self, inbox_id: int) -> bytes:
        """Give the bytes of a mail as it came. Raises LookupError where there is no such mail."""
        found = self._db.row("SELECT raw FROM inbox_raw WHERE id = ?", (inbox_id,))
        if found is None:
            raise LookupError(f"no mail {inbox_id} in the inbox")
        return bytes(found[0])

    def raws(self, ids: Sequence[int]) -> dict[int, bytes]:
        """Give the bytes of several mails by their ids."""
        found: dict[int, bytes] = {}
        for some in chunks(ids):
            rows = self._db.rows(f"SELECT id, raw FROM inbox_raw WHERE id IN {marks(len(some))}", some)
            found.update((id_, bytes(raw)) for id_, raw in rows)
        return found

    def seen(self, fingerprint: str) -> InboxRow | None:
        """Give the finished mail that has this fingerprint, where there is one."""
        if not fingerprint or is_absent(self._db, "fingerprint", fingerprint):
            return None
        found = self._db.row(
            f"SELECT {FIELDS} FROM inbox WHERE fingerprint = ? AND fingerprint <> '' AND outcome <> 'duplicate'",
            (fingerprint,),
        )
        return _row(found) if found else None

    def finish(
        self,
        inbox_id: int,
        *,
        outcome: str,
        reason: str,
        ticket: int | None = None,
        message_id: str = "",
        from_: str = "",
        subject: str = "",
        fingerprint: str | None = "",
        kind: str = "",
        trace: str = "",
    ) -> None:
        """Write what became of a mail, within the caller's transaction.

        Raises AlreadySeen where another mail with this fingerprint was finished meanwhile; the caller's savepoint is
        then to be left with that exception, and the mail looked at again.
        """
        state = "held" if outcome == "held" else "done"
        try:
            with self._db.writing():
                changed = self._db.write(
                    "UPDATE inbox SET state = ?, ready_at = NULL, outcome = ?, reason = ?, ticket = ?, message_id = ?, "
                    "from_ = ?, subject = ?, fingerprint = ?, kind = ?, trace = ? WHERE id = ?",
                    (
                        state,
                        outcome,
                        reason,
                        ticket,
                        message_id,
                        from_,
                        subject,
                        fingerprint or "",
                        kind,
                        trace,
                        inbox_id,
                    ),
                )
        except NotUnique as error:
            raise AlreadySeen(fingerprint) from error
        appears(self._db, "fingerprint", fingerprint or "")
        if changed == 0:
            raise LookupError(f"no mail {inbox_id} in the inbox")

    # A person's part

    def hold(self, inbox_id: int, reason: str, now: datetime) -> None:
        """Put a mail aside for a person."""
        with self._db.writing():
            self._hold([inbox_id], reason)

    def _hold(self, ids: Sequence[int], reason: str) -> None:
        self._db.run(
            "UPDATE inbox SET state = 'held', ready_at = NULL, outcome = 'held', reason = ?, fingerprint = '' "
            f"WHERE id IN {marks(len(ids))}",
            (reason, *ids),
        )

    def retry(self, inbox_id: int) -> bool:
        """Let a held mail be read once more; False where it is not held."""
        with self._db.writing():
            changed = self._db.run(
                "UPDATE inbox SET state = 'new', ready_at = 0, attempts = 0, outcome = '', reason = '', "
                "fingerprint = '' WHERE id = ? AND state = 'held'",
                (inbox_id,),
            )
        return changed == 1

    def dismiss(self, inbox_id: int, reason: str) -> bool:
        """Let a held mail wait for nobody any more, its own reason behind this one; False where it is not held."""
        with self._db.writing():
            changed = self._db.run(
                "UPDATE inbox SET state = 'done', outcome = 'ignored', reason = ? || reason "
                "WHERE id = ? AND state = 'held'",
                (f"{reason}: ", inbox_id),
            )
        return changed == 1

    # Looking

    def get(self, inbox_id: int) -> InboxRow | None:
        found = self._db.row(f"SELECT {FIELDS} FROM inbox WHERE id = ?", (inbox_id,))
        return _row(found) if found else None

    def trace(self, inbox_id: int) -> str:
        """Give the JSON of the decision about a mail, "" where there is none."""
        found = self._db.row("SELECT trace FROM inbox WHERE id = ?", (inbox_id,))
        return found[0] if found else ""

    def list(
        self,
        state: str | None = None,
        outcome: str | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> list[InboxRow]:
        """Give mails, newest first; `before` is the id after which to go on."""
        query = Table.select(*COLUMNS).order_by(Table.id.desc()).limit(limit)
        if state is not None:
            query = query.where(Table.state == state)
        if state in {"new", "working"}:
            query = query.where(Table.ready_at.is_null(False))
        if state == "held":
            query = query.where(Table.outcome == "held")
        if outcome is not None:
            query = query.where(Table.outcome == outcome)
        if before is not None:
            query = query.where(Table.id < before)
        return [_row(columns) for columns in self._db.select(query)]

    def each(self, **filters: object) -> Iterator[InboxRow]:
        """Give every mail that `list` would give, without holding them all in memory."""
        before = None
        while some := self.list(**filters, limit=500, before=before):
            yield from some
            before = some[-1].id

    def counts(self) -> dict[str, int]:
        """Count the mails that were dealt with by their outcome."""
        return dict(self._db.rows("SELECT outcome, COUNT(*) FROM inbox WHERE outcome <> '' GROUP BY outcome"))

    def waiting(self) -> int:
        """Count the mails that have no outcome yet."""
        return self._db.rows("SELECT COUNT(*) FROM inbox WHERE ready_at IS NOT NULL")[0][0]


def _untried_or_one(ready: Sequence[tuple[int, int, int]]) -> list[int]:
    if ready and ready[0][1] > 0:
        return [ready[0][0]]
    ids, octets = [], 0
    for id_, attempts, size in ready:
        octets += size
        if attempts > 0 or (ids and octets > CLAIM_OCTETS):
            break
        ids.append(id_)
    return ids
