"""Tickets, who takes part in them, and their history."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime

from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.store.absent import appears, is_absent
from maild.store.database import Database, Row, chunks, marks
from maild.store.find import Find
from maild.store.tables import Moment, micros, moment
from maild.store.tables import Ticket as Table

NAMES = tuple(field.name for field in fields(Ticket) if field.name != "participants")
"""The fields of a ticket that are columns; the first is its number."""
FIELDS = ", ".join(NAMES)
COLUMNS = [getattr(Table, name) for name in NAMES]
TIMES = tuple(index for index, column in enumerate(COLUMNS) if isinstance(column, Moment))
TAGS = NAMES.index("tags")
SUGGESTED = NAMES.index("suggested")
DETAILS = NAMES.index("details")
SETTINGS = ", ".join(f"{name} = ?" for name in NAMES[1:])

AMONG = 5000
"""The newest tickets, among which those of an address with a changing detail are looked for one by one."""
ENTRY_FIELDS = "id, at, kind, direction, author, subject, text, message_id, trace"


def _columns(ticket: Ticket) -> list[object]:
    values = [getattr(ticket, name) for name in NAMES]
    for index in TIMES:
        values[index] = micros(values[index])
    values[TAGS] = json.dumps(ticket.tags, ensure_ascii=False) if ticket.tags else "[]"
    values[SUGGESTED] = json.dumps(ticket.suggested, ensure_ascii=False) if ticket.suggested else "[]"
    values[DETAILS] = json.dumps(dict(ticket.details), ensure_ascii=False) if ticket.details else "{}"
    return values[1:]


def _ticket(columns: Row, participants: Sequence[Participant] = ()) -> Ticket:
    values = list(columns)
    for index in TIMES:
        values[index] = moment(values[index])
    values[TAGS] = tuple(json.loads(values[TAGS]))
    values[SUGGESTED] = tuple(json.loads(values[SUGGESTED]))
    values[DETAILS] = tuple(json.loads(values[DETAILS]).items())
    return Ticket(*values, participants=tuple(participants))


def _literally(text: str) -> str:
    """Keep what stands for other characters in a LIKE from doing so; its ESCAPE is "!"."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _by_address(participants: Sequence[Participant]) -> dict[str, Participant]:
    """Find participants by their address; one that is named twice keeps its first place."""
    people: dict[str, Participant] = {}
    for person in participants:
        people.setdefault(person.email, person)
    return people


_INSERT = f"INSERT INTO ticket ({FIELDS})"
_INSERT_ENTRY = "INSERT INTO entry (ticket, inbox, at, kind, direction, author, subject, text, message_id, trace)"


def _entry_columns(number: int, entry: Entry, inbox_id: int | None) -> tuple[object, ...]:
    what = (entry.kind, entry.direction, entry.author, entry.subject, entry.text, entry.message_id, entry.trace)
    return number, inbox_id, micros(entry.at), *what


class Tickets:
    """The desk's tickets; every method commits at once unless a transaction is open."""

    def __init__(self, db: Database, find: Find) -> None:
        self._db, self._find = db, find

    # Writing

    def insert(self, ticket: Ticket, entries: Sequence[tuple[Entry, int | None]] = ()) -> Ticket:
        """Write a new ticket and give it with its number; the first one is 1001.

        Args:
            entries: what its history begins with, each with the inbox row of the mail that made it; see `add_entry`.
        """
        columns = _columns(ticket)
        into = "participant (ticket, email, name, role)"
        people = [(p.email, p.name, p.role) for p in _by_address(ticket.participants).values()]
        with self._db.writing():
            if number := self._db.reserved("ticket"):
                self._db.write(f"{_INSERT} VALUES {marks(len(NAMES))}", (number, *columns))
                if people:
                    rows = ", ".join([marks(4)] * len(people))
                    self._db.write(f"INSERT INTO {into} VALUES {rows}", [v for p in people for v in (number, *p)])
            else:
                values = f"({self._db.next_ticket}, {', '.join('?' * len(columns))})"
                insert = f"{_INSERT} VALUES {values} RETURNING number"
                number = self._db.insert_with_parts(insert, columns, into, people)
            made = replace(ticket, number=number)
            appears(self._db, "requester", ticket.requester)
            self._find.opened(made, [entry for entry, _ in entries])
            self._begin_history(number, entries)
        return made

    def _begin_history(self, number: int, entries: Sequence[tuple[Entry, int | None]]) -> None:
        """Write entries in their order, which their ids keep: within `together` in one statement."""
        if any(entry.attachments for entry, _ in entries):
            for entry, inbox_id in entries:
                self._insert_entry(number, entry, inbox_id)
        elif entries:
            rows = [_entry_columns(number, entry, inbox_id) for entry, inbox_id in entries]
            self._db.write(
                f"{_INSERT_ENTRY} VALUES {', '.join([marks(10)] * len(rows))}", [value for row in rows for value in row]
            )

    def update(self, ticket: Ticket) -> None:
        """Write a ticket as it is now. Raises LookupError where there is no such ticket."""
        with self._db.writing():
            changed = self._db.run(f"UPDATE ticket SET {SETTINGS} WHERE number = ?", (*_columns(ticket), ticket.number))
            if not changed:
                raise LookupError(f"no ticket {ticket.number}")
            self._settle_participants(ticket.number, _by_address(ticket.participants))
            appears(self._db, "requester", ticket.requester)
            if ticket.solution:
                self._find.solved(ticket)

    def _settle_participants(self, number: int, wanted: Mapping[str, Participant]) -> None:
        """Write only what differs, which mostly is nothing."""
        was = _by_address(self._participants([number])[number])
        for some in chunks(email for email, person in was.items() if wanted.get(email) != person):
            self._db.run(f"DELETE FROM participant WHERE ticket = ? AND email IN {marks(len(some))}", (number, *some))
        for some in chunks(person for email, person in wanted.items() if was.get(email) != person):
            rows = ", ".join([marks(4)] * len(some))
            self._db.run(
                f"INSERT INTO participant (ticket, email, name, role) VALUES {rows}",
                [value for p in some for value in (number, p.email, p.name, p.role)],
            )

    def add_entry(self, number: int, entry: Entry, inbox_id: int | None = None) -> None:
        """Add a line to a ticket's history, made by the mail `inbox_id` where a mail made it."""
        with self._db.writing():
            self._find.wrote(number, entry)
            self._insert_entry(number, entry, inbox_id)

    def _insert_entry(self, number: int, entry: Entry, inbox_id: int | None) -> None:
        self._db.write_with_parts(
            f"{_INSERT_ENTRY} VALUES {marks(10)} RETURNING id",
            _entry_columns(number, entry, inbox_id),
            "attachment (entry, name, type, size, sha256)",
            [(a.name, a.type, a.size, a.sha256) for a in entry.attachments],
        )

    def acknowledge(self, accepted: Mapping[int, datetime]) -> None:
        """Note when the SMTP server accepted the receipts of these tickets; the first time counts."""
        with self._db.writing():
            self._db.run_many(
                "UPDATE ticket SET acknowledged_at = ? WHERE number = ? AND acknowledged_at IS NULL",
                [(micros(at), number) for number, at in accepted.items()],
            )

    # Reading

    def get(self, number: int) -> Ticket | None:
        return self._get(number, "")

    def lock(self, number: int) -> Ticket | None:
        """Give a ticket that nobody else can change until the open transaction ends."""
        if not self._db.in_transaction():
            raise RuntimeError("a lock lasts as long as its transaction, and none is open")
        return self._get(number, self._db.for_update)

    def lock_all(self, numbers: Sequence[int]) -> dict[int, Ticket]:
        """Do what `lock` does for several tickets at once; one that is not there is left out."""
        if not self._db.in_transaction():
            raise RuntimeError("a lock lasts as long as its transaction, and none is open")
        found = {}
        for some in chunks(numbers):
            rows = self._db.rows(
                f"SELECT {FIELDS} FROM ticket WHERE number IN {marks(len(some))} ORDER BY number{self._db.for_update}",
                some,
            )
            people = self._participants(some)
            found.update((columns[0], _ticket(columns, people[columns[0]])) for columns in rows)
        return found

    def busy(self, numbers: Collection[int]) -> set[int]:
        """Lock tickets as `lock` does, except those that somebody else has locked; give these, without waiting."""
        if not self._db.in_transaction():
            raise RuntimeError("a lock lasts as long as its transaction, and none is open")
        taken: set[int] = set()
        for some in chunks(sorted(numbers)):
            asked = f"SELECT number FROM ticket WHERE number IN {marks(len(some))}"
            ours = {number for (number,) in self._db.rows(asked + self._db.skip_locked, some)}
            if len(ours) < len(some):
                taken |= {number for (number,) in self._db.rows(asked, some)} - ours
        return taken

    def _get(self, number: int, ending: str) -> Ticket | None:
        found = self._db.row(f"SELECT {FIELDS} FROM ticket WHERE number = ?{ending}", (number,))
        return _ticket(found, self._participants([number])[number]) if found else None

    def _participants(self, numbers: Sequence[int]) -> dict[int, list[Participant]]:
        found: dict[int, list[Participant]] = {number: [] for number in numbers}
        for some in chunks(numbers):
            rows = self._db.rows(
                f"SELECT ticket, email, name, role FROM participant WHERE ticket IN {marks(len(some))} "
                "ORDER BY ticket, email",
                some,
            )
            for number, email, name, role in sorted(rows, key=lambda row: row[3] != "requester"):
                found[number].append(Participant(email, name, role))
        return found

    def list(
        self,
        status: str | None = None,
        queue: str | None = None,
        requester: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
        offset: int | None = None,
        before: int | None = None,
    ) -> list[Ticket]:
        """Give tickets, newest first; `before` is the number after which to go on, `since` the oldest opening."""
        query = Table.select(*COLUMNS).order_by(Table.number.desc()).limit(limit).offset(offset)
        for column, wanted in ((Table.status, status), (Table.queue, queue), (Table.requester, requester)):
            if wanted is not None:
                query = query.where(column == wanted)
        if since is not None:
            query = query.where(Table.opened_at >= since)
        if before is not None:
            query = query.where(Table.number < before)
        rows = self._db.select(query)
        participants = self._participants([columns[0] for columns in rows])
        return [_ticket(columns, participants[columns[0]]) for columns in rows]

    def each(self, **filters: object) -> Iterator[Ticket]:
        """Give every ticket that `list` would give, without holding them all in memory."""
        before = None
        while some := self.list(**filters, limit=500, before=before):
            yield from some
            before = some[-1].number

    def entries(self, number: int) -> list[Entry]:
        """Give a ticket's history, oldest first."""
        return self.entries_of([number])[number]

    def entries_of(self, numbers: Sequence[int]) -> dict[int, list[Entry]]:
        """Give the history of several tickets, each oldest first."""
        histories: dict[int, list[Entry]] = {number: [] for number in numbers}
        for some in chunks(numbers):
            among = f"IN {marks(len(some))}"
            rows = self._db.rows(
                f"SELECT ticket, {ENTRY_FIELDS} FROM entry WHERE ticket {among} ORDER BY ticket, id", some
            )
            found = self._db.rows(
                "SELECT a.id, a.entry, a.name, a.type, a.size, a.sha256 FROM attachment a "
                f"JOIN entry e ON e.id = a.entry WHERE e.ticket {among}",
                some,
            )
            files: dict[int, list[AttachmentInfo]] = {}
            for _, entry, *info in sorted(found):
                files.setdefault(entry, []).append(AttachmentInfo(*info))
            for number, id_, at, *columns, trace in rows:
                attachments = tuple(files.get(id_, ()))
                histories[number].append(Entry(moment(at), *columns, attachments=attachments, trace=trace))
        return histories

    def correspondence(self, number: int) -> list[tuple[Entry, int | None]]:
        """Give what the requester may see of a ticket's history, oldest first, each with the mail that made it."""
        mails = self._db.rows("SELECT inbox FROM entry WHERE ticket = ? ORDER BY id", (number,))
        lines = zip(self.entries(number), mails, strict=False)
        return [(entry, inbox) for entry, (inbox,) in lines if entry.kind == "correspondence"]

    def by_message_ids(self, ids: Sequence[str]) -> dict[str, int]:
        """Find the tickets of the mails we sent or took under these Message-IDs.

        What we sent ourselves goes before what somebody sent us, and the older before the younger, so that nobody
        moves a thread by using its Message-ID again.
        """
        found: dict[str, int] = {}
        for some in chunks([id_ for id_ in dict.fromkeys(ids) if id_], 250):
            rows = self._db.rows(
                f"SELECT 0, id, message_id, ticket FROM outbox WHERE message_id IN {marks(len(some))} "
                "AND ticket IS NOT NULL UNION ALL "
                f"SELECT 1, id, message_id, ticket FROM entry WHERE message_id IN {marks(len(some))} "
                "AND message_id <> ''",
                (*some, *some),
            )
            for _, _, message_id, number in sorted(rows):
                found.setdefault(message_id, number)
        return found

    def opened_by(self, email: str, limit: int) -> list[tuple[datetime, datetime | None, int]]:
        """Tell of the newest tickets that somebody opened when, when its receipt was accepted, and its number.

        Who writes with another detail behind the + each time is one and the same (RFC 5233).
        """
        local, at, domain = email.rpartition("@")
        user, plus, _ = local.partition("+")
        if user and plus:
            where = f"number > (SELECT MAX(number) FROM ticket) - {AMONG} AND requester LIKE ? ESCAPE '!'"
            params = (f"{_literally(user)}+%{_literally(at + domain)}", limit)
        elif is_absent(self._db, "requester", email):
            return []
        else:
            where, params = "requester = ?", (email, limit)
        rows = self._db.rows(
            f"SELECT opened_at, acknowledged_at, number FROM ticket WHERE {where} ORDER BY number DESC LIMIT ?", params
        )
        return [(moment(opened), moment(acknowledged), number) for opened, acknowledged, number in rows]

    def open_by_assignee(self) -> dict[str, int]:
        """Count the tickets of each agent that are neither resolved nor closed."""
        return dict(
            self._db.rows(
                "SELECT assignee, COUNT(*) FROM ticket "
                "WHERE assignee <> '' AND status IN ('new', 'open', 'pending') GROUP BY assignee",
                (),
            )
        )

    def last_assignees(self, queues: Sequence[str]) -> dict[str, str]:
        """Give the agent who has the newest assigned ticket of each queue."""
        found = {}
        for queue in queues:
            row = self._db.row(
                "SELECT assignee FROM ticket WHERE queue = ? AND assignee <> '' ORDER BY number DESC LIMIT 1", (queue,)
            )
            if row:
                found[queue] = row[0]
        return found

    def counts(self) -> dict[str, int]:
        """Count the tickets by status."""
        return dict(self._db.rows("SELECT status, COUNT(*) FROM ticket GROUP BY status"))
