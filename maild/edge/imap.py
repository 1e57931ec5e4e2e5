"""A mailbox: hands out its mails in batches, puts them away when they are taken, and waits for more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from maild.edge.host import Diagnosis
from maild.edge.imap_account import MEGABYTE, ImapAccount, MailboxDown
from maild.edge.imap_connection import Connection
from maild.edge.imap_trouble import Troubles

__all__ = ["Batch", "Fetched", "ImapAccount", "Mailbox", "MailboxDown", "backoff", "diagnose"]

BATCH_OCTETS = 8 * MEGABYTE
"""Of mail in memory at once, unless a single one is larger."""
LOOK_AHEAD = 500
"""Mails whose sizes are asked for at once."""
IDLE_LIMIT = 24 * 60.0
"""Seconds after which IDLE is begun anew; servers may end it after 30 minutes (RFC 2177)."""

Known = Callable[[int, dict[int, int]], set[int]]
"""Given a UIDVALIDITY and UIDs with the octets of each: those that are kept already."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server gave it."""

    uid: int
    raw: bytes
    size: int
    """Octets of the whole mail, as the server counts them where it is truncated."""
    truncated: bool = False
    """`raw` is the header only: the mail is over the size limit, or the server cannot give the rest."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails to keep in one commit, and then to finish."""

    uidvalidity: int
    mails: tuple[Fetched, ...]
    kept: tuple[int, ...] = ()
    """UIDs that `known` named: they were not put away when they were kept, so they are to be finished now."""


class Mailbox:
    """What `flow.receive` needs of a mailbox; one thread uses it, only `interrupt` may come from another.

    Every method but `close` and `interrupt` raises MailboxDown when the server cannot be had. Then: `close`, wait for
    `backoff`, `connect`, and go on for ever.
    """

    def __init__(self, account: ImapAccount, clock: Callable[[], float] = time.monotonic):
        self.account = account
        self._clock = clock
        self._connection: Connection | None = None
        self._uidvalidity = 0
        self._troubles = Troubles()

    @property
    def name(self) -> str:
        return self.account.address

    @property
    def left_alone(self) -> tuple[int, ...]:
        """UIDs of mails that the server lists but does not give, not even their header; tried again every hour."""
        return self._troubles.resting(self._clock())

    def connect(self) -> None:
        """Sign in and open the folder, afresh where a connection was open."""
        self.close()
        self._connection = Connection(self.account)
        if self._uidvalidity != self._connection.uidvalidity:
            self._uidvalidity, self._troubles = self._connection.uidvalidity, Troubles()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def interrupt(self) -> None:
        """Let what another thread does on the connection fail at once, so that a silent server delays no stop."""
        if connection := self._connection:
            connection.interrupt()

    def batches(self, known: Known | None = None) -> Iterator[Batch]:
        """Hand out what is in the folder, oldest first, without marking it as read.

        The caller keeps each batch and calls `finish` before it asks for the next one.
        """
        connection, troubles, now = self._open, self._troubles, self._clock()
        uids = connection.search()
        troubles.keep_only(uids)
        # The most suspicious come last: if one breaks the connection, the others have been taken.
        uids = sorted(
            (uid for uid in uids if not troubles.rests(uid, now)), key=lambda uid: (troubles.attempts(uid), uid)
        )
        for start in range(0, len(uids), LOOK_AHEAD):
            ahead = uids[start : start + LOOK_AHEAD]
            sizes = connection.sizes(ahead)
            kept = known(self._uidvalidity, sizes) if known else set()
            if kept:
                yield Batch(self._uidvalidity, (), tuple(sorted(kept)))
            for group in self._groups((uid, sizes[uid]) for uid in ahead if uid in sizes and uid not in kept):
                if mails := self._fetch(connection, group):
                    yield Batch(self._uidvalidity, mails)

    def finish(self, uidvalidity: int, uids: Sequence[int], folder: str) -> str:
        """Put mails away into a folder; a second time does no harm.

        Gives "" or, where they had to stay in the mailbox, a sentence for the log. UIDs of another UIDVALIDITY name
        other mails by now, so nothing is done.
        """
        connection = self._open
        return connection.put_away(uids, folder) if connection.uidvalidity == uidvalidity else ""

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until something may have arrived (True), or for at most `seconds`, or until `stop` is set.

        It may return earlier, to renew IDLE; and a server without IDLE tells nothing: the caller looks in any case.
        """
        connection = self._open
        if not connection.news and not stop.is_set() and connection.idles:
            connection.wait(min(seconds, IDLE_LIMIT), stop)
        if not connection.news and not connection.idles:
            stop.wait(seconds)
        return connection.news

    @property
    def _open(self) -> Connection:
        if self._connection is None:
            raise MailboxDown(f"{self.account.where} is not connected.")
        return self._connection

    def _groups(self, sizes: Iterable[tuple[int, int]]) -> Iterator[dict[int, int]]:
        """Put mails together that are fetched at once: not too many, not too large, and suspects alone."""
        group: dict[int, int] = {}
        for uid, size in sizes:
            alone = size > self.account.size_limit or self._troubles.attempts(uid) > 0
            full = len(group) == self.account.batch or sum(group.values()) + size > BATCH_OCTETS
            if group and (alone or full):
                yield group
                group = {}
            group[uid] = size
            if alone:
                yield group
                group = {}
        if group:
            yield group

    def _fetch(self, connection: Connection, group: dict[int, int]) -> tuple[Fetched, ...]:
        troubles = self._troubles
        truncated = any(size > self.account.size_limit or troubles.header_only(uid) for uid, size in group.items())
        troubles.begin(group, self._clock())
        given = connection.headers([*group]) if truncated else connection.bodies([*group], sum(group.values()))
        mails = []
        for uid, size in group.items():
            # Servers that cannot get at a mail just now give an empty one.
            if (raw := given.get(uid)) or (raw is not None and not size):
                troubles.succeeded(uid)
                mails.append(Fetched(uid, raw, max(size, len(raw)) if truncated else len(raw), truncated))
        return tuple(mails)


def backoff(attempt: int, random: float, *, refused: bool = False) -> float:
    """Give the seconds to wait before the next connect, after `attempt` failures in a row (from 1); 0 <= random < 1.

    Args:
        refused: the server is there and does not want us, as with a wrong password: it may lock out who tries often.
    """
    if refused:
        return min(300.0, 120.0 * 2.0 ** min(attempt - 1, 2)) * (0.8 + random / 5)
    return min(300.0, 2.0 ** min(attempt - 1, 9)) * (0.5 + random / 2)


def diagnose(account: ImapAccount) -> Diagnosis:
    """Try the account as `maild check --online` does: sign in and open the folder; change nothing."""
    try:
        connection = Connection(account)
    except MailboxDown as down:
        return Diagnosis(False, down.reason)
    moves = connection.moves
    connection.close()
    stay = (
        f"{account.where} can neither move mails nor remove single ones (no MOVE, no UIDPLUS): they stay in "
        f'"{account.folder}", marked as taken.'
    )
    opens = f'{account.where} lets {account.username} in and opens "{account.folder}".'
    return Diagnosis(True, opens, () if moves else (stay,))
