"""An agent's orders from the shell: written down as the mail he might have sent, and carried out by the same code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from maild.desk.decision import Decision
from maild.flow.commit import commit
from maild.flow.context import Context
from maild.flow.receive import consider, read
from maild.mail.parse import parse
from maild.rulebook.model import Rulebook
from maild.store import Arrived, Question, Store

SHELL = "command line"
"""What such mails came to, where others name their mailbox."""
_TICKET = re.compile(r"\s*\[?#?(\d{1,9})\]?(?=\s|$)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    decision: Decision
    transcript: str
    ticket: int | None


def by_hand(agent: str, text: str, store: Store, context: Context, now: datetime) -> Done:
    """Carry out `#1042 /close`, with what goes to people below it, as an agent of the rulebook.

    Whoever may write to the database needs no further evidence, and is not asked to confirm. Raises KeyError where the
    rulebook has no such agent.
    """
    rulebook: Rulebook = context.rulebook()
    who = rulebook.agents[agent]
    raw = _mail(who.name, who.email, text, context, now)
    uid = (now - _EPOCH) // timedelta(microseconds=1)
    with store.transaction():
        store.inbox.keep(SHELL, 1, [Arrived(uid, raw, len(raw))], now)
        [row] = [row for row in store.inbox.list(limit=20) if (row.mailbox, row.uid) == (SHELL, uid)]
        asked = f"<{context.nonce()}.{row.id}@{context.message_id_domain}>"
        store.orders.ask(Question(asked, row.id, agent, "shell", now, now))
        store.orders.answer(asked, now)
        reading = read(raw, context, row)
        considered = consider(reading, context.sender.email, store, context, now, row.id, lock=True)
        last = max((row.id for row in store.outbox.list(limit=1)), default=0)
        number = commit(considered.decision, reading, row, store, context, now)
        told = [row for row in store.outbox.list(limit=200) if row.id > last and row.notice == "transcript"]
        said = [parse(store.outbox.raw(row.id)).text for row in told]
    return Done(considered.decision, "\n".join(said), number)


def _mail(name: str, email: str, text: str, context: Context, now: datetime) -> bytes:
    found = _TICKET.match(text)
    mail = EmailMessage()
    mail["From"] = f'"{name}" <{email}>'
    mail["To"] = context.sender.email
    mail["Subject"] = f"[#{found[1]}]" if found else "command"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{context.nonce()}.shell@{email.rpartition('@')[2]}>"
    mail.set_content(text[found.end() :] if found else text)
    return mail.as_bytes(policy=SMTP)
