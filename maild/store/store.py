"""The store: one door to the inbox, the tickets and the outbox of one database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from maild.store.absent import appears, is_absent, learn
from maild.store.awaited import Awaited
from maild.store.clocks import Clocks
from maild.store.database import Database
from maild.store.days import Days
from maild.store.errors import BadUrl, StoreError
from maild.store.find import Find
from maild.store.inbox import Inbox
from maild.store.migrate import migrate, version
from maild.store.orders import Orders
from maild.store.outbox import Outbox
from maild.store.postgres import Postgres
from maild.store.ratings import Ratings
from maild.store.review import Reviews
from maild.store.sqlite import Sqlite
from maild.store.tables import micros, moment
from maild.store.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Health:
    """How the database is."""

    database: str
    schema: int
    size: int
    """Octets it takes on its disk."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gate has to know of an address before it lets a notice out."""

    suppressed: str
    """Why nothing is sent there, "" where it may be sent to."""
    sent: tuple[int, ...]
    """How many notices were let out to it, for each window that was asked for."""


class Store:
    """Everything maild remembers; safe to share between threads, each of which gets a connection of its own."""

    errors = (StoreError,)
    """What a guard waits out before it does the same work again."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.inbox = Inbox(db)
        self.find = Find(db)
        self.tickets = Tickets(db, self.find)
        self.awaited = Awaited(db)
        self.outbox = Outbox(db)
        self.reviews = Reviews(db)
        self.orders = Orders(db)
        self.clocks = Clocks(db)
        self.days = Days(db)
        self.ratings = Ratings(db)

    def transaction(self) -> AbstractContextManager[None]:
        """Write all of what follows or nothing of it; within another transaction, only the inner part is taken back.

        A StoreError always takes back the whole of the outermost one.
        """
        return self._db.transaction()

    def together(self) -> AbstractContextManager[None]:
        """Write what follows in as few statements as can be, where that is faster."""
        return self._db.together()

    def without_waiting(self) -> AbstractContextManager[None]:
        """Go on while the database is still writing; within a transaction, whose mistakes may then show at its end."""
        return self._db.without_waiting()

    def foresee(
        self, fingerprints: Iterable[str], message_ids: Iterable[str], addresses: Iterable[str], new: int = 0
    ) -> None:
        """Ask at once what else each mail of a batch would ask for itself; for the transaction that is open.

        Args:
            message_ids, addresses: of the mails and of who wrote them.
            new: how many mails most likely open a ticket.
        """
        people = list(addresses)
        self._db.reserve(ticket=new, outbox=len(people))
        learn(
            self._db,
            {
                "fingerprint": fingerprints,
                "awaited": message_ids,
                "known": people,
                "requester": people,
                "recipient": people,
            },
        )

    def when_over(self, written: Callable[[], None], lost: Callable[[], None]) -> None:
        """Have a file follow the open transaction: `written` once all of it is committed, `lost` if this part is not.

        Neither may raise.
        """
        self._db.when_over(written, lost)

    def suppressed(self, address: str) -> str | None:
        """Tell why nothing is sent to this address, None where it may be sent to."""
        found = self._db.row("SELECT reason FROM suppressed WHERE address = ?", (address,))
        return found[0] if found else None

    def suppress(self, address: str, reason: str, now: datetime) -> None:
        """Send nothing to this address from now on."""
        with self._db.writing():
            self._db.run(
                "INSERT INTO suppressed (address, reason, at) VALUES (?, ?, ?) "
                "ON CONFLICT (address) DO UPDATE SET reason = excluded.reason, at = excluded.at",
                (address, reason, micros(now)),
            )
            appears(self._db, "recipient", address)

    def is_known(self, address: str) -> bool:
        """Tell whether somebody has shown that this address is his."""
        if is_absent(self._db, "known", address):
            return False
        return bool(self._db.row("SELECT 1 FROM known WHERE address = ?", (address,)))

    def know(self, address: str, how: str, now: datetime) -> None:
        """Note by what somebody has shown that an address is his; the first time counts."""
        with self._db.writing():
            self._db.run(
                "INSERT INTO known (address, how, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (address, how, micros(now)),
            )
            appears(self._db, "known", address)

    def put_in_force(self, name: str, text: str, now: datetime) -> None:
        """Keep the version of an admin's file that the desk goes by from now on."""
        with self._db.writing():
            self._db.run(
                "INSERT INTO in_force (name, text, since) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET text = excluded.text, since = excluded.since "
                "WHERE in_force.text <> excluded.text",
                (name, text, micros(now)),
            )

    def in_force(self, name: str) -> str | None:
        """Give the version of an admin's file that the desk goes by, None where it never went by one."""
        found = self._db.row("SELECT text FROM in_force WHERE name = ?", (name,))
        return found[0] if found else None

    def standing(self, address: str, *windows: tuple[datetime, Collection[str]]) -> Standing:
        """Answer in one question what `suppressed` and `outbox.sent_since` would in several.

        Args:
            windows: since when, and of which kinds; no kinds mean all.
        """
        if is_absent(self._db, "recipient", address):
            return Standing("", (0,) * len(windows))
        counts = [self.outbox.let_out(address, since, kinds) for since, kinds in windows]
        questions = ["SELECT reason FROM suppressed WHERE address = ?", *(sql for sql, _ in counts)]
        params = [address, *(value for _, values in counts for value in values)]
        ((reason, *sent),) = self._db.rows(f"SELECT {', '.join(f'({q})' for q in questions)}", params)
        return Standing(reason or "", tuple(sent))

    def beat(self, name: str, now: datetime) -> None:
        """Note that something works now."""
        with self._db.writing():
            self._db.run(
                "INSERT INTO pulse (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
                (name, micros(now)),
            )

    def beats(self) -> dict[str, datetime]:
        """Say of everything that ever worked when it last did."""
        return {name: moment(at) for name, at in self._db.rows("SELECT name, at FROM pulse", ())}

    def lease(self, name: str, owner: str, now: datetime, seconds: float) -> bool:
        """Take or keep what only one process may have; False where another one has it and its time is not over."""
        until = micros(now + timedelta(seconds=seconds))
        with self._db.writing():
            taken = self._db.rows(
                "INSERT INTO lease (name, owner, until) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until "
                "WHERE lease.owner = excluded.owner OR lease.until <= ? RETURNING name",
                (name, owner, until, micros(now)),
            )
        return bool(taken)

    def is_taken(self, name: str, now: datetime) -> bool:
        """Tell whether anybody has a lease, without writing anything."""
        return bool(self._db.row("SELECT 1 FROM lease WHERE name = ? AND until > ?", (name, micros(now))))

    def holder(self, name: str) -> str | None:
        """Name who took a lease last and has not released it; None where nobody did."""
        found = self._db.row("SELECT owner FROM lease WHERE name = ?", (name,))
        return found[0] if found else None

    def release(self, name: str, owner: str) -> None:
        """Give back what `lease` took."""
        with self._db.writing():
            self._db.run("DELETE FROM lease WHERE name = ? AND owner = ?", (name, owner))

    def forget_leases(self, now: datetime) -> None:
        """Let go of the leases whose time is over; they are as good as gone, and each day makes new ones."""
        with self._db.writing():
            self._db.run("DELETE FROM lease WHERE until <= ?", (micros(now),))

    def owners(self) -> list[str]:
        """Name everyone who holds a claim on a mail or a notice."""
        rows = self._db.rows(
            "SELECT owner FROM inbox WHERE ready_at IS NOT NULL AND state = 'working' UNION "
            "SELECT owner FROM outbox WHERE ready_at IS NOT NULL AND state = 'sending'"
        )
        return sorted(owner for (owner,) in rows)

    def release_claims(self, owner: str, forgive: bool = False) -> int:
        """Give back all mails and notices that an owner had claimed, for instance one that died; give their number.

        `forgive` counts no attempt at the mails: for an owner that the database itself kept from its work.
        """
        with self._db.writing():
            return self.inbox.release_claims(owner, forgive) + self.outbox.release_claims(owner)

    def health(self) -> Health:
        """Ask the database how it is. Raises StoreDown or StoreBusy where it does not answer."""
        return Health(self._db.describe(), version(self._db), self._db.size())

    def hang_up(self) -> None:
        """Close the connection of the calling thread; its next call opens a new one."""
        self._db.hang_up()

    def close(self) -> None:
        """Close the connections of every thread; to be called when the others have stopped."""
        self._db.close_all()


_MAKES_THE_INDEX = "_archive"


def open_store(url: str) -> Store:
    """Open the database of a URL and bring it to the schema of this code.

    sqlite:///relative.db, sqlite:////absolute.db or postgresql://user:password@host:port/database?option=value
    Raises BadUrl, StoreTooNew, StoreDown or StoreBusy.
    """
    db = connect(url)
    try:
        if any(step.endswith(_MAKES_THE_INDEX) for step in migrate(db)):
            Find(db).rebuild()
    except BaseException:
        db.close_all()
        raise
    return Store(db)


def connect(url: str) -> Database:
    """Make the database of a URL, not opened yet and without its tables."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadUrl(f"the database URL cannot be understood: {error}") from None
    if parts.scheme == "sqlite":
        if parts.netloc or len(parts.path) < 2 or parts.query or parts.fragment:
            raise BadUrl(f"{url!r} names no file: write sqlite:///maild.db, or sqlite:////var/lib/maild/maild.db")
        return Sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadUrl("a database URL begins with sqlite:/// or postgresql://")
    try:
        return Postgres("postgresql" + url.removeprefix(parts.scheme))
    except psycopg.ProgrammingError as error:
        text = str(error).strip().replace(parts.password or "\0", "***")
        raise BadUrl(f"the database URL cannot be understood: {text}") from None
