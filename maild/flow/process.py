"""A batch of mails goes to its outcomes: written all at once, and each by itself where our own code fails on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maild.flow.commit import commit
from maild.flow.context import Context
from maild.flow.receive import Reading, consider, read
from maild.store import InboxRow, Store

MANY = 10
"""From so many mails on that are written together it counts how long each waits for the database."""


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of one inbox row."""

    row: InboxRow
    outcome: str
    """One of desk.decision.OUTCOMES, or "retry" where our own code failed and it will be tried again."""
    reason: str
    ticket: int | None = None
    error: Exception | None = None
    """The mistake of our own that kept the mail from its outcome."""


def process(store: Store, context: Context, now: datetime, owner: str, limit: int = 50) -> list[Processed]:
    """Carry the oldest waiting mails to their outcomes, a batch in one transaction.

    The guard of this journey: where our own code fails on a mail, the batch is rolled back and done again with each
    mail in a part of its own. That mail is tried again, three times in all; then it is held for a person. The others
    go on.
    """
    rows = store.inbox.claim(owner, now, limit)
    raws = store.inbox.raws([row.id for row in rows])
    failed: list[tuple[InboxRow, Exception]] = []
    readings: list[tuple[InboxRow, Reading]] = []
    for row in rows:
        try:
            readings.append((row, read(raws.pop(row.id), context, row)))
        except Exception as error:
            failed.append((row, error))
    try:
        done = _all_at_once(readings, store, context, now)
    except store.errors:
        raise
    except Exception:
        done, bad = _each_by_itself(readings, store, context, now)
        failed += bad
    return done + [_failed(row, error, store, now) for row, error in failed]


def _all_at_once(
    readings: Sequence[tuple[InboxRow, Reading]], store: Store, context: Context, now: datetime
) -> list[Processed]:
    """Write what becomes of a batch, all or nothing, as fast as the database can; a mistake may be any mail's."""
    if not readings:
        return []
    messages = [reading.message for _, reading in readings]
    with store.transaction(), store.without_waiting():
        store.foresee(
            [message.fingerprint for message in messages],
            [message.message_id for message in messages],
            [message.author.email for message in messages if message.author],
            new=sum(_opens(reading) for _, reading in readings) if len(readings) >= MANY else 0,
        )
        done = []
        for row, reading in readings:
            with store.together():
                done.append(_carry_out(row, reading, store, context, now))
        return done


def _opens(reading: Reading) -> bool:
    """Tell whether a mail most likely opens a ticket: it is somebody's and answers nothing."""
    told = reading.hints
    return reading.verdict.kind == "correspondence" and not (told.message_ids or told.plus or told.tags)


def _each_by_itself(
    readings: Sequence[tuple[InboxRow, Reading]], store: Store, context: Context, now: datetime
) -> tuple[list[Processed], list[tuple[InboxRow, Exception]]]:
    """Write what becomes of a batch, taking back only what a mail wrote on which our own code fails."""
    done: list[Processed] = []
    failed: list[tuple[InboxRow, Exception]] = []
    with store.transaction():
        for row, reading in readings:
            try:
                with store.transaction():
                    done.append(_carry_out(row, reading, store, context, now))
            except store.errors:
                raise
            except Exception as error:
                failed.append((row, error))
    return done, failed


def _carry_out(row: InboxRow, reading: Reading, store: Store, context: Context, now: datetime) -> Processed:
    decision = consider(reading, row.mailbox, store, context, now, row.id, lock=True).decision
    ticket = commit(decision, reading, row, store, context, now)
    return Processed(row, decision.outcome, decision.reason, ticket)


def _failed(row: InboxRow, error: Exception, store: Store, now: datetime) -> Processed:
    reason = f"maild failed on it: {type(error).__name__}: {error}"[:500]
    state = store.inbox.release(row.id, reason, now)
    return Processed(row, "held" if state == "held" else "retry", reason, error=error)
