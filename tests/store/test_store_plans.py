"""Every question asked for each mail is answered from an index, so that the hundred-thousandth costs no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maild.desk.clock import Clock
from maild.desk.ticket import Entry, Participant, Ticket
from maild.store import Arrived, Attempt, DueTimer, OutboxMail, Store, open_store
from maild.store.database import Database, Row
from maild.store.postgres import Postgres
from maild.store.sqlite import Sqlite

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EVA = "eva@example.com"


class Listening:
    """Remembers each statement with its parameters; mixed into a database."""

    heard: list[tuple[str, Sequence[Any]]]

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        self.heard.append((sql, params))
        return super().rows(sql, params)

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        self.heard.append((sql, params))
        return super().run(sql, params)

    def run_many(self, sql: str, rows: Any) -> None:
        rows = list(rows)
        self.heard.append((sql, rows[0]))
        super().run_many(sql, rows)

    def select(self, query: Any) -> list[Row]:
        sql, params = self.get_sql_context().sql(query).query()
        self.heard.append((sql.replace("%s", "?"), params))
        return super().select(query)


class ListeningSqlite(Listening, Sqlite):
    pass


class ListeningPostgres(Listening, Postgres):
    pass


def _locked(store: Store) -> None:
    with store.transaction():
        store.tickets.lock_all([1001, 1002])


ASKED: dict[str, Callable[[Store], object]] = {
    "kept already?": lambda s: s.inbox.known(EVA, 7, {1: 1, 2: 1, 3: 2}),
    "keep under a number given out again": lambda s: s.inbox.keep(EVA, 7, [Arrived(1, b"y", 1)], NOW),
    "keep": lambda s: s.inbox.keep(EVA, 7, [Arrived(9, b"x", 1)], NOW),
    "claim mails": lambda s: s.inbox.claim("one", NOW, 50),
    "raw": lambda s: s.inbox.raw(1),
    "raws": lambda s: s.inbox.raws([1, 2]),
    "seen": lambda s: s.inbox.seen("f"),
    "finish": lambda s: s.inbox.finish(1, outcome="opened", reason="", fingerprint="g"),
    "release a mail": lambda s: s.inbox.release(1, "", NOW),
    "whose claims": lambda s: s.owners(),
    "release claims": lambda s: s.release_claims("one"),
    "retry a mail": lambda s: s.inbox.retry(1),
    "waiting mails": lambda s: s.inbox.waiting(),
    "list mails": lambda s: s.inbox.list(limit=50),
    "list new mails": lambda s: s.inbox.list(state="new", limit=50),
    "list held mails": lambda s: s.inbox.list(state="held", limit=50),
    "list mails by outcome": lambda s: s.inbox.list(outcome="loop", limit=50, before=5),
    "ticket": lambda s: s.tickets.get(1001),
    "update": lambda s: s.tickets.update(s.tickets.get(1001)),
    "history": lambda s: s.tickets.entries(1001),
    "thread": lambda s: s.tickets.by_message_ids(["<1@x>", "<2@x>"]),
    "who waits for a mail": lambda s: s.awaited.tickets("<1@x>"),
    "who waits for the same": lambda s: s.awaited.shared(["<1@x>", "<2@x>"], EVA),
    "wait for mails": lambda s: s.awaited.note(1001, ["<3@x>"]),
    "opened by": lambda s: s.tickets.opened_by(EVA, 12),
    "opened by a detail": lambda s: s.tickets.opened_by("eva+1@example.com", 12),
    "known?": lambda s: s.is_known(EVA),
    "acknowledge": lambda s: s.tickets.acknowledge({1001: NOW}),
    "list tickets": lambda s: s.tickets.list(limit=50),
    "list tickets by status": lambda s: s.tickets.list(status="new", limit=50),
    "list tickets by queue": lambda s: s.tickets.list(queue="network", limit=50, before=1005),
    "list tickets by requester": lambda s: s.tickets.list(requester=EVA, limit=50),
    "claim notices": lambda s: s.outbox.claim("one", NOW, 50),
    "record": lambda s: s.outbox.record([Attempt(1, NOW, "sent", "250")]),
    "sent to": lambda s: s.outbox.sent_since(EVA, NOW, ("receipt",)),
    "sent at all": lambda s: s.outbox.total_since(NOW, 2000),
    "next due": lambda s: s.outbox.next_due(),
    "overdue": lambda s: s.outbox.overdue("receipt", NOW),
    "notice by Message-ID": lambda s: s.outbox.by_message_id("<1@us>"),
    "notice": lambda s: s.outbox.get(1),
    "list notices": lambda s: s.outbox.list(limit=50),
    "list failed notices": lambda s: s.outbox.list(state="failed", limit=50),
    "list notices of a ticket": lambda s: s.outbox.list(ticket=1001),
    "standing": lambda s: s.standing(EVA, (NOW, ("receipt",)), (NOW, ())),
    "suppressed?": lambda s: s.suppressed(EVA),
    "add to a history": lambda s: s.tickets.add_entry(1001, Entry(NOW, "comment", "none", "li", text="VPN lamp")),
    "solve": lambda s: s.tickets.update(replace(s.tickets.get(1001), solution="VPN lamp changed")),
    "tickets with due timers": lambda s: s.clocks.due(NOW, 50),
    "due timers": lambda s: s.clocks.due_of([1001, 1002], NOW),
    "next timer": lambda s: s.clocks.next_due(),
    "fire": lambda s: s.clocks.fire(DueTimer(1001, "nudge", "open", NOW, NOW), NOW),
    "clocks": lambda s: s.clocks.of_all([1001, 1002]),
    "keep a clock": lambda s: s.clocks.keep(1001, [Clock("open", NOW)]),
    "promise by notice": lambda s: s.clocks.by_notice(1),
    "promises of a ticket": lambda s: s.clocks.of(1001),
    "due today": lambda s: s.days.due(["network"], NOW, NOW),
    "told last": lambda s: s.days.last_sent("lead-digest", EVA),
    "histories": lambda s: s.tickets.entries_of([1001, 1002]),
    "lock": lambda s: _locked(s),
    "lease": lambda s: s.lease("mailbox", "one", NOW, 60),
}


@pytest.fixture
def listening(store_url: str) -> Iterator[Store]:
    open_store(store_url).close()
    kind: Callable[..., Database] = ListeningSqlite if store_url.startswith("sqlite") else ListeningPostgres
    db = kind(Path(store_url.removeprefix("sqlite:///")) if kind is ListeningSqlite else store_url)
    db.heard = []
    store = Store(db)
    store.inbox.keep(EVA, 7, [Arrived(uid, b"x", 1) for uid in range(1, 4)], NOW)
    store.tickets.insert(Ticket(0, "VPN lamp", EVA, "", "en", NOW, participants=(Participant(EVA),)))
    store.tickets.add_entry(1001, Entry(NOW, "correspondence", "in", EVA, message_id="<1@x>"))
    store.outbox.queue(OutboxMail(1001, "receipt", "requester", EVA, "", "<1@us>", EVA, b"x", NOW), NOW)
    db.heard.clear()
    yield store
    store.close()


def plan(db: Database, sql: str, params: Sequence[Any]) -> list[str]:
    """Give the lines of the plan that the database makes for a statement."""
    if isinstance(db, Sqlite):
        return [line[-1] for line in db.connection().execute(f"EXPLAIN QUERY PLAN {sql}", params)]
    with db.transaction():
        # On few rows PostgreSQL reads the whole table whatever it could do; forbidden to, it shows what it could.
        db.run("SET LOCAL enable_seqscan = off")
        db.run("SET LOCAL enable_sort = off")
        return [line.strip(" ->") for (line,) in db.rows(f"EXPLAIN {sql}", params)]


ONLY_WHAT_WAITS = ("USING COVERING INDEX inbox_id_ready_at", "USING INDEX inbox_id_ready_at")
"""Walks through the whole of an index that has no more rows than there is work to do."""


def grows_with_the_table(line: str, sql: str) -> bool:
    """Tell whether a line of a plan means to read or sort a whole table."""
    if "Seq Scan" in line or line.startswith("Sort ") or "TEMP B-TREE FOR ORDER BY" in line:
        return True
    # SQLite says SCAN for a walk in a table's own order, too: fine where nothing is left out and a limit ends it.
    newest_first = "WHERE" not in sql and "DESC LIMIT ?" in sql
    if "VIRTUAL TABLE INDEX 0:" in line:
        return line.endswith("INDEX 0:")  # FTS5: with nothing behind the colon it reads all, with "=" one row.
    harmless = ("SCAN counted", "SCAN CONSTANT ROW", *ONLY_WHAT_WAITS)
    return line.startswith("SCAN ") and not line.endswith(harmless) and not newest_first


@pytest.mark.parametrize("question", ASKED)
def test_it_is_answered_from_an_index(listening: Store, question: str):
    ASKED[question](listening)
    db = listening._db
    heard = list(db.heard)
    assert heard
    for sql, params in heard:
        for line in plan(db, sql, params):
            assert not grows_with_the_table(line, sql), f"{line!r} in the plan of: {sql}"


def test_the_notices_to_one_address_are_found_by_address_not_only_by_time(listening: Store):
    ASKED["sent to"](listening)
    ((sql, params),) = listening._db.heard
    assert any("outbox_recipient_let_out_at" in line for line in plan(listening._db, sql, params))


def test_old_tickets_are_found_by_the_index_of_words(listening: Store):
    assert [one.number for one in listening.find.tickets("vpn lamp", 5, without=7)] == [1001]
    asked = [(sql, params) for sql, params in listening._db.heard if "ticket_find" in sql]
    lines = [line for sql, params in asked for line in plan(listening._db, sql, params)]
    assert any(":M" in line or "ticket_find_words" in line for line in lines), lines
    assert not any("Seq Scan" in line or line.endswith("INDEX 0:") for line in lines), lines
