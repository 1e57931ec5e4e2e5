"""What agents are asked to confirm, and what they can still undo."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maild.store.database import Database, Row, marks
from maild.store.tables import micros, moment


@dataclass(frozen=True, slots=True)
class Question:
    """A mail of ours that asks an agent to confirm what a held mail orders."""

    message_id: str
    inbox: int
    """The held mail."""
    agent: str
    """The key of the only agent who can answer."""
    reason: str
    """Why it is asked: trust | danger"""
    asked_at: datetime
    until: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What an agent's mail changed, named by the transcript that tells of it."""

    message_id: str
    ticket: int
    agent: str
    at: datetime
    changes: Mapping[str, Any]
    """Each field with its value before and after, as JSON holds them; `others` has the same of other tickets by their
    numbers, `opened` the numbers of those that were split off."""
    notices: tuple[int, ...]
    """The outbox ids of what it sends to people."""
    undone_at: datetime | None = None


_FIELDS = "message_id, ticket, agent, at, changes, notices, undone_at"


def _carried_out(row: Row) -> CarriedOut:
    message_id, number, by, at, changes, notices, undone_at = row
    return CarriedOut(
        message_id, number, by, moment(at), json.loads(changes), tuple(json.loads(notices)), moment(undone_at)
    )


class Orders:
    """Every method commits at once unless a transaction is open."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def ask(self, question: Question) -> None:
        """Remember what was asked; an earlier question about the same mail can no longer be answered."""
        with self._db.writing():
            self._db.run("DELETE FROM question WHERE inbox = ? AND answered_at IS NULL", (question.inbox,))
            self._db.run(
                f"INSERT INTO question (message_id, inbox, agent, reason, asked_at, until) VALUES {marks(6)}",
                (
                    question.message_id,
                    question.inbox,
                    question.agent,
                    question.reason,
                    micros(question.asked_at),
                    micros(question.until),
                ),
            )

    def question(self, message_ids: Sequence[str]) -> Question | None:
        """Give the question that one of these Message-IDs asked."""
        if not message_ids:
            return None
        found = self._db.row(
            "SELECT message_id, inbox, agent, reason, asked_at, until, answered_at FROM question "
            f"WHERE message_id IN {marks(len(message_ids))}",
            tuple(message_ids),
        )
        if found is None:
            return None
        *words, asked_at, until, answered_at = found
        return Question(*words, moment(asked_at), moment(until), moment(answered_at))

    def answer(self, message_id: str, now: datetime) -> bool:
        """Take an answer; False where there was one already."""
        with self._db.writing():
            changed = self._db.run(
                "UPDATE question SET answered_at = ? WHERE message_id = ? AND answered_at IS NULL",
                (micros(now), message_id),
            )
        return changed == 1

    def confirmed(self, inbox: int) -> str:
        """Give the key of the agent who confirmed a mail, "" where nobody did."""
        found = self._db.row("SELECT agent FROM question WHERE inbox = ? AND answered_at IS NOT NULL", (inbox,))
        return found[0] if found else ""

    def remember(self, done: CarriedOut) -> None:
        """Keep what can be undone."""
        with self._db.writing():
            self._db.run(
                f"INSERT INTO carried_out (message_id, ticket, agent, at, changes, notices) VALUES {marks(6)}",
                (
                    done.message_id,
                    done.ticket,
                    done.agent,
                    micros(done.at),
                    json.dumps(done.changes, ensure_ascii=False),
                    json.dumps(done.notices),
                ),
            )

    def last(self, ticket: int, agent: str, transcripts: Sequence[str] = ()) -> CarriedOut | None:
        """Give what an agent did with a ticket and has not undone: that of one of these transcripts, else the last."""
        where, order = "ticket = ? AND agent = ? AND undone_at IS NULL", "ORDER BY at DESC, outbox.id DESC LIMIT 1"
        query = (
            "SELECT carried_out.message_id, carried_out.ticket, agent, at, changes, notices, undone_at "
            "FROM carried_out LEFT JOIN outbox ON outbox.message_id = carried_out.message_id WHERE carried_out."
        )
        found = None
        if transcripts:
            named = f" AND carried_out.message_id IN {marks(len(transcripts))} "
            found = self._db.row(query + where + named + order, (ticket, agent, *transcripts))
        found = found or self._db.row(f"{query}{where} {order}", (ticket, agent))
        return _carried_out(found) if found else None

    def told_of(self, agent: str, transcripts: Sequence[str]) -> list[CarriedOut]:
        """Give what these transcripts tell an agent of and what he has not undone, by the tickets' numbers."""
        if not transcripts:
            return []
        rows = self._db.rows(
            f"SELECT {_FIELDS} FROM carried_out WHERE agent = ? AND undone_at IS NULL "
            f"AND message_id IN {marks(len(transcripts))} ORDER BY ticket",
            (agent, *transcripts),
        )
        return [_carried_out(row) for row in rows]

    def undone(self, message_id: str, ticket: int, now: datetime) -> None:
        """Note that it is undone, so that it is not undone twice."""
        with self._db.writing():
            self._db.run(
                "UPDATE carried_out SET undone_at = ? WHERE message_id = ? AND ticket = ?",
                (micros(now), message_id, ticket),
            )
