"""A decision becomes rows: ticket, history, outgoing mail and the mail's outcome, in the caller's one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from maild.desk.decision import Decision, Notice
from maild.desk.ticket import Entry, Ticket
from maild.desk.trust import make_message_id, make_token
from maild.flow.archive import archive
from maild.flow.context import Context
from maild.flow.earlier import TO_PEOPLE, earlier
from maild.flow.keep_time import change_of, keep_time, promise_by
from maild.flow.links import links
from maild.flow.settle import Carried, settle, thread_of
from maild.flow.shelve import shelve
from maild.flow.transcript import numbered
from maild.flow.undelivered import note_undelivered
from maild.knowledge.article import Article
from maild.mail.compose import Draft, compose, tagged_subject
from maild.mail.message import Address, Attachment
from maild.store import OutboxMail, Store

TO_WHO_WROTE = ("transcript", "confirm")
"""What an agent's mail is answered with; everything else that it gives rise to goes to others."""
RESOLVED = "resolved"
"""The notice that says what was done, in the words of who did it."""
TOKEN_LIFE = timedelta(days=180)


def commit(decision: Decision, reading: Any, row: Any, store: Store, context: Context, now: datetime) -> int | None:
    """Write a decision about a mail.

    Args:
        reading: a maild.flow.receive.Reading; row: the inbox row it came in.

    Returns:
        The number of the ticket it is about, if any.
    """
    decision = shelve(decision, store, context, now)
    others = [_carry(other, (), reading, row, store, context, now) for other in decision.also]
    main = _carry(decision, [one.ticket for one in others], reading, row, store, context, now)
    for one in (*others, main):
        settle(one, main, others, row.id, store, now)
    ticket = main.ticket
    if decision.proved:
        store.know(reading.message.author.email, decision.proved, now)
    if decision.rating:
        store.ratings.put(decision.rating)
    for about, notice in note_undelivered(decision.undelivered, store, context, now):
        queue_notice(notice, about, None, "", store, context, now)
    message = reading.message
    store.inbox.finish(
        row.id,
        outcome=decision.outcome,
        reason=decision.reason,
        ticket=ticket.number if ticket else None,
        message_id=message.message_id,
        from_=message.author.email if message.author else "",
        subject=message.subject,
        fingerprint=message.fingerprint if decision.outcome != "duplicate" else None,
        kind=reading.verdict.kind,
        trace=trace_json(decision) if ticket is None else "",
    )
    return ticket.number if ticket else None


def _carry(
    decision: Decision,
    others_of_it: Sequence[Ticket | None],
    reading: Any,
    row: Any,
    store: Store,
    context: Context,
    now: datetime,
) -> Carried:
    """Write what a decision makes of one ticket, and what it sends.

    Args:
        others_of_it: the tickets of the decisions that came with it, as they were written; the transcript tells of all.
    """
    ticket = None
    if decision.after is not None:
        entries = tuple(_history(decision, row.id))
        ticket = keep_time(change_of(decision, entries), store, context.rulebook(), now)
        for entry, mail in entries if decision.after.number else ():
            store.tickets.add_entry(ticket.number, entry, mail)
        decision = replace(decision, after=ticket)
        _tell_linked(decision, ticket, store, now)
        if decision.awaits:
            store.awaited.note(ticket.number, decision.awaits)
    others = [(store.tickets.get(other.number), other) for other in decision.others]
    for other in decision.others:
        store.tickets.update(other)
    for number, entry in decision.elsewhere:
        store.tickets.add_entry(number, entry)
    if ticket is not None:
        undone = bool(decision.orders and decision.orders.undone)
        ticket = archive(decision.before, ticket, store, context.rulebook(), now, undone)
        decision = replace(decision, after=ticket)
    for was, other in others:
        archive(was, other, store, context.rulebook(), now)
    queued = []
    written_of = [each for each in (ticket, *others_of_it) if each]
    for notice in decision.notices:
        if notice.name == "transcript":
            notice = numbered(notice, written_of)
        attached = tuple(notice.facts.get("attached", ()))
        if decision.orders is None or notice.name in TO_WHO_WROTE:
            outbox_id = queue_notice(notice, ticket, reading.message, reading.text, store, context, now, attached)
        else:
            files = tuple(a for a in reading.message.attachments if not a.inline) if notice.words else attached
            outbox_id = queue_notice(notice, ticket, None, "", store, context, now, files)
        queued.append((notice, outbox_id))
    if ticket is not None:
        promise_by(ticket.number, queued, store, now)
    return Carried(decision, tuple(queued), tuple((was, other) for was, other in others if was))


def _history(decision: Decision, inbox: int) -> Iterator[tuple[Entry, int | None]]:
    """Give what a decision adds to a ticket's history, each line with the mail it came in; the first says why."""
    for index, entry in enumerate(decision.entries):
        written = entry if index else replace(entry, trace=trace_json(decision))
        yield written, inbox if entry.direction == "in" or entry.attachments else None


def _tell_linked(decision: Decision, ticket: Ticket, store: Store, now: datetime) -> None:
    for link in decision.linked:
        here = f"This ticket has to do with #{link.number}: {link.why}."
        there = f"#{ticket.number} by {ticket.requester} has to do with this ticket: {link.why}."
        store.tickets.add_entry(ticket.number, Entry(now, "comment", "none", "maild", text=here))
        store.tickets.add_entry(link.number, Entry(now, "comment", "none", "maild", text=there))


def queue_notice(
    notice: Notice,
    ticket: Ticket | None,
    message: Any,
    text: str,
    store: Store,
    context: Context,
    now: datetime,
    attachments: tuple[Attachment, ...] = (),
    pictures: tuple[Attachment, ...] = (),
    history: Sequence[Entry] | None = None,
) -> int:
    """Render a notice and put it into the outbox.

    Args:
        message: the mail it answers. Where it goes to somebody else there is None, and the notice joins the thread of
            the ticket's people: the Message-IDs that a person answers bear tokens of his own.
        pictures: what its HTML shows by `cid:`.
        history: the ticket's, where it is known already.
    """
    number = ticket.number if ticket else 0
    if history is None:
        asks = message is None or notice.role not in TO_PEOPLE or notice.name == RESOLVED
        history = store.tickets.entries(number) if number and asks else ()
    token = make_token(context.keys, number, notice.to, context.nonce(), now + TOKEN_LIFE)
    message_id = make_message_id(token, context.message_id_domain)
    reply_to = _reply_to(token, ticket, context)
    facts = {
        "token": token,
        "answer_to": (reply_to or context.sender).email,
        **_facts(notice, ticket, message, text, history, context, now),
    }
    rendered = context.render(notice.name, notice.language, facts)
    thread = message or thread_of(history)
    subject = tagged_subject(rendered.subject, number) if number else rendered.subject
    draft = Draft(
        sender=context.sender,
        to=Address("", notice.to),
        subject=subject,
        date=now,
        message_id=message_id,
        text=rendered.text,
        html=rendered.html,
        attachments=attachments,
        pictures=pictures,
        in_reply_to=thread.message_id if thread else "",
        references=(*thread.references, *thread.in_reply_to, thread.message_id) if thread else (),
        auto_submitted="" if notice.words else "auto-replied" if message else "auto-generated",
        reply_to=reply_to,
        ticket=number,
        tickets=notice.facts.get("numbers", ()),
        notice=notice.name,
    )
    mail = OutboxMail(
        ticket=number or None,
        notice=notice.name,
        role=notice.role,
        to=notice.to,
        subject=subject,
        message_id=message_id,
        sender=context.sender.email,
        raw=compose(draft),
        send_at=notice.send_at or now,
        due_at=ticket.acknowledge_due if ticket and notice.name == "receipt" else None,
        withheld=notice.withheld,
    )
    return store.outbox.queue(mail, now)


def _reply_to(token: str, ticket: Ticket | None, context: Context) -> Address | None:
    mailbox = ticket.mailbox if ticket and ticket.mailbox else context.sender.email
    if context.plus_addressing:
        local, _, domain = mailbox.rpartition("@")
        return Address(context.sender.name, f"{local}+{token}@{domain}")
    return Address(context.sender.name, mailbox) if mailbox != context.sender.email else None


def _facts(
    notice: Notice,
    ticket: Ticket | None,
    message: Any,
    text: str,
    history: Sequence[Entry],
    context: Context,
    now: datetime,
) -> Mapping[str, Any]:
    return {
        "ticket": ticket,
        "now": now,
        "desk": context.sender,
        "zone": context.timezone,
        "message": message,
        "text": text,
        "recipient": notice.to,
        "articles": _articles(notice, context),
        **({"done": _last_words(history)} if ticket and notice.name == RESOLVED else {}),
        "history": earlier(history, notice.role, str(notice.facts.get("text", text))),
        **links(ticket, notice.to, context, now),
        **notice.facts,
    }


def _articles(notice: Notice, context: Context) -> tuple[Article, ...]:
    """Give what is suggested in the words of the reader's language; a name without an article is left out."""
    library = context.library()
    found = (library.article(name, notice.language) for name in notice.facts.get("suggest", ()))
    return tuple(article for article in found if article)


def _last_words(history: Sequence[Entry]) -> str:
    """Give what an agent wrote last to the requester; never the mail of an agent itself, which may hold orders."""
    said = [e.text for e in history if (e.kind, e.direction) == ("correspondence", "out")]
    return said[-1] if said else ""


def trace_json(decision: Decision) -> str:
    """Keep the trace of a decision, so that `maild ticket N --why` answers months later."""
    return json.dumps(
        {
            "outcome": decision.outcome,
            "reason": decision.reason,
            "steps": [
                {"stage": step.stage, "name": step.name, "hit": step.hit, "reason": step.reason, "line": step.line}
                for step in decision.steps
            ],
        },
        ensure_ascii=False,
    )
