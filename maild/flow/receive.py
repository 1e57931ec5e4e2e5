"""The journey of a mail: raw bytes become a committed decision, and every mail ends in exactly one outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from maild.desk.decision import Decision
from maild.desk.ticket import Ticket
from maild.desk.trust import (
    Evidence,
    Speaker,
    Thread,
    check_token,
    choose_thread,
    number_of_token,
    proof,
    token_of_message_id,
)
from maild.flow.agents import consider_agent
from maild.flow.context import Context
from maild.flow.known import articles_for, solved_like
from maild.flow.outgoing import pass_gate
from maild.flow.transcript import with_transcript
from maild.mail.authentication import Authentication, authentication
from maild.mail.body import reply_text
from maild.mail.classify import Verdict, classify
from maild.mail.follow_up import Hints, hints
from maild.mail.language import language_of
from maild.mail.message import Message
from maild.mail.parse import parse
from maild.rulebook.arrival import Arrival, BouncedNotice, Contact
from maild.rulebook.decide import decide
from maild.rulebook.joining import MERGED
from maild.rulebook.model import Rulebook
from maild.rulebook.roster import Workload
from maild.store import Arrived, InboxRow, Store


@dataclass(frozen=True, slots=True)
class Folders:
    """Where mails are put away once they are taken."""

    processed: str
    held: str
    """For mails that are too large to be taken whole."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a mail says by itself, before anything is looked up."""

    message: Message
    verdict: Verdict
    text: str
    quoted: str
    """What stands below it: someone else's words, or the earlier mails."""
    language: str
    authentication: Authentication
    hints: Hints


@dataclass(frozen=True, slots=True)
class Considered:
    """A mail with its decision, not yet committed."""

    reading: Reading
    decision: Decision


def take(
    mailbox: Any,
    folders: Folders,
    store: Store,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> list[str]:
    """Bring what lies in a mailbox into the inbox: each batch is durable before the mailbox hears that it was taken.

    A mail over the size limit is kept as its header and goes to the held folder, where the whole of it stays.

    Args:
        mailbox: see maild.edge.imap.Mailbox.
        progress: told after each batch how many of its mails were new.

    Returns:
        What a postmaster should know of mails that had to stay where they were.
    """
    stayed: dict[str, None] = {}
    for batch in mailbox.batches(lambda validity, sizes: store.inbox.known(mailbox.name, validity, sizes)):
        new = 0
        if batch.mails:
            arrived = [Arrived(mail.uid, mail.raw, mail.size, mail.truncated) for mail in batch.mails]
            new = store.inbox.keep(mailbox.name, batch.uidvalidity, arrived, now())
        uids = [*batch.kept, *(mail.uid for mail in batch.mails)]
        large = {mail.uid for mail in batch.mails if mail.truncated}
        if batch.kept:
            large |= store.inbox.headers_only(mailbox.name, batch.uidvalidity, batch.kept)
        for some, folder in (
            ([uid for uid in uids if uid not in large], folders.processed),
            ([uid for uid in uids if uid in large], folders.held),
        ):
            if some and (told := mailbox.finish(batch.uidvalidity, some, folder)):
                stayed[told] = None
        progress(new)
    if mailbox.left_alone:
        uids_left = ", ".join(map(str, mailbox.left_alone[:10]))
        stayed[f"the server lists mails that it does not give (UID {uids_left}); tried again every hour"] = None
    return list(stayed)


def read(raw: bytes, context: Context, row: InboxRow | None = None) -> Reading:
    """Read a mail as far as it speaks for itself; pure."""
    message = parse(raw, truncated=True, size=row.size) if row and row.truncated else parse(raw)
    reply = reply_text(message.text, message.subject)
    text = reply.text
    return Reading(
        message=message,
        verdict=classify(message, context.own),
        text=text,
        quoted=reply.quoted,
        language=language_of(text, message.subject, message.text),
        authentication=authentication(message, context.trusted_authserv_id),
        hints=hints(message, context.own),
    )


def consider(
    reading: Reading,
    mailbox: str,
    store: Store,
    context: Context,
    now: datetime,
    inbox: int = 0,
    lock: bool = False,
) -> Considered:
    """Look up what a mail refers to and decide; reads the store and writes nothing.

    Args:
        inbox: the row the mail came in, 0 where it is only explained.
        lock: keep other processes from changing the tickets it refers to until the open transaction ends.
    """
    message, verdict = reading.message, reading.verdict
    rulebook = context.rulebook()
    contact = context.contacts().get(message.author.email) if message.author else None
    speaker = _speaker(reading, contact, store, context)
    get = store.tickets.lock if lock else store.tickets.get
    twin = store.inbox.seen(message.fingerprint)

    def opened(recorded: Message, text: str) -> Decision:
        """Open a ticket as if its requester had written this himself."""
        heard = replace(reading, message=recorded, text=text, language=language_of(text, recorded.subject))
        who = context.contacts().get(recorded.author.email)
        own = replace(_speaker(heard, who, store, context), known=True)
        return decide(None, _arrival(heard, own, who, Thread(), mailbox, store, context), rulebook, now)

    if twin is None:
        ordered = consider_agent(reading, speaker, inbox, store, get, opened, context, now)
        if ordered is not None:
            also = tuple(pass_gate(one, verdict.kind, store, context, now) for one in ordered.also)
            told = _told(replace(ordered, also=also), verdict.kind, store, context, now)
            return Considered(reading, told)
    candidates, unseen = _candidates(reading, speaker, store, get, context, now)
    bounced = _bounced_notices(verdict, message, store, context)
    if bounced:
        ticket = get(bounced[0].ticket)
        thread = choose_thread((), speaker)
    else:
        thread = choose_thread(candidates, speaker)
        ticket = thread.ticket
    arrival = replace(
        _arrival(reading, speaker, contact, thread, mailbox, store, context, ticket),
        bounced=bounced,
        duplicate_of=f"It repeats a mail taken before (inbox {twin.id})" if twin else "",
        duplicate_ticket=store.tickets.get(twin.ticket) if twin and twin.ticket else None,
    )
    decision = decide(ticket, arrival, rulebook, now)
    if decision.outcome in ("opened", "followed_up"):
        by_hand = verdict.kind == "correspondence" and not speaker.known
        decision = replace(decision, awaits=unseen, proved=proof(speaker, thread) if by_hand else "")
    decision = pass_gate(decision, verdict.kind, store, context, now, message.date)
    return Considered(reading, decision)


def _told(decision: Decision, answers: str, store: Store, context: Context, now: datetime) -> Decision:
    """Add the transcript, which says what the gate has kept back, and which passes the gate itself."""
    told = with_transcript(pass_gate(decision, answers, store, context, now), store, context, now)
    return pass_gate(told, answers, store, context, now)


def _arrival(
    reading: Reading,
    speaker: Speaker,
    contact: Contact | None,
    thread: Thread,
    mailbox: str,
    store: Store,
    context: Context,
    ticket: Ticket | None = None,
) -> Arrival:
    return Arrival(
        message=reading.message,
        verdict=reading.verdict,
        text=reading.text,
        quoted=reading.quoted,
        language=reading.language,
        speaker=speaker,
        thread=thread,
        mailbox=mailbox,
        own=context.own,
        workload=_workload(ticket, context.rulebook(), store),
        contact=contact,
        answers=_answers(reading, ticket, store, context),
        rated=store.ratings.get(ticket.number) if ticket else None,
        found=articles_for(reading, ticket, context),
        solved=solved_like(reading, ticket, store) if context.rulebook().agents else (),
    )


def _workload(ticket: Ticket | None, rulebook: Rulebook, store: Store) -> Workload:
    """Look up who has how much to do, where that may matter: a ticket may be opened and some queue assigns."""
    ways = {name: queue.assign for name, queue in rulebook.queues.items() if queue.assign != "none"}
    if not ways or (ticket and ticket.status != "closed"):
        return Workload()
    return Workload(
        store.tickets.open_by_assignee() if "least-open" in ways.values() else {},
        store.tickets.last_assignees([name for name, way in ways.items() if way == "round-robin"]),
    )


def _speaker(reading: Reading, contact: Contact | None, store: Store, context: Context) -> Speaker:
    author = reading.message.author
    if author is None:
        return Speaker("")
    return Speaker(
        email=author.email,
        name=author.name,
        authenticated=reading.authentication.passed,
        refuted=reading.authentication.failed,
        known=bool(contact) or author.domain in context.own_domains or store.is_known(author.email),
    )


def _candidates(
    reading: Reading,
    speaker: Speaker,
    store: Store,
    get: Callable[[int], Ticket | None],
    context: Context,
    now: datetime,
) -> tuple[tuple[tuple[Ticket, Evidence], ...], tuple[str, ...]]:
    """Pair each ticket a mail has to do with with the evidence, the strongest first.

    Returns:
        The pairs, and the Message-IDs of the mails it answers which nobody here has seen.
    """
    found: list[tuple[int, Evidence]] = []
    texts = (token_of_message_id(message_id, context.domains) for message_id in reading.hints.message_ids)
    for text in (*texts, *reading.hints.plus):
        token = check_token(context.keys, text, speaker.email, now) if text else None
        if token is not None and not isinstance(token, str):
            found.append((token.ticket, Evidence("token", token.ticket, text)))
    answered = reading.hints.message_ids
    numbers = store.tickets.by_message_ids(answered) if answered else {}
    for message_id in answered:
        if message_id in numbers:
            number = numbers[message_id]
            found.append((number, Evidence("reference", number, message_id)))
    unseen = tuple(i for i in answered if i not in numbers and not token_of_message_id(i, context.domains))
    found += [(number, Evidence("tag", number, f"[#{number}]")) for number in reading.hints.tags]
    named = [number for number in map(number_of_token, reading.hints.plus) if number]
    found += [(number, Evidence("address", number, "a token of somebody else")) for number in named]
    found += _late(reading, unseen, store)
    tickets = {number: _survivor(number, get) for number in sorted({number for number, _ in found})}
    return tuple((tickets[number], evidence) for number, evidence in found if tickets[number]), unseen


def _late(reading: Reading, unseen: tuple[str, ...], store: Store) -> list[tuple[int, Evidence]]:
    """Find the tickets whose mails were taken before the one they answer, which is this mail or one both answer."""
    message = reading.message
    if message.author is None or not message.message_id:
        return []
    people = frozenset(address.email for address in (message.author, *message.to, *message.cc))
    found = [
        (number, Evidence("answered", number, message.message_id, people))
        for number in store.awaited.tickets(message.message_id)
    ]
    if unseen:
        for number, message_id in store.awaited.shared(unseen, message.author.email):
            found.append((number, Evidence("shared", number, message_id, people)))
    return found


def _survivor(number: int, get: Callable[[int], Ticket | None]) -> Ticket | None:
    """Give a ticket, or the one that goes on in its place where they were merged."""
    ticket = get(number)
    seen = {number}
    while ticket and MERGED in ticket.tags and ticket.parent and ticket.parent not in seen:
        seen.add(ticket.parent)
        ticket = get(ticket.parent)
    return ticket


def _answers(reading: Reading, ticket: Ticket | None, store: Store, context: Context) -> str:
    """Name the notice about this ticket that a mail answers directly."""
    for message_id in reading.message.in_reply_to if ticket else ():
        if token_of_message_id(message_id, context.domains):
            row = store.outbox.by_message_id(message_id)
            if row is not None and row.ticket == ticket.number:
                return row.notice
    return ""


def _bounced_notices(verdict: Verdict, message: Message, store: Store, context: Context) -> tuple[BouncedNotice, ...]:
    """Find the notices of ours that a bounce gives back; only our own unguessable Message-ID proves it is about one."""
    if verdict.kind not in ("bounce", "feedback"):
        return ()
    named = (verdict.bounce.message_id if verdict.bounce else "", *message.in_reply_to, *message.references)
    for message_id in named:
        if message_id and token_of_message_id(message_id, context.domains):
            row = store.outbox.by_message_id(message_id)
            if row is not None and row.ticket:
                return (BouncedNotice(row.id, row.ticket, row.notice, row.to),)
    return ()


def explain(raw: bytes, mailbox: str, store: Store, context: Context, now: datetime) -> Considered:
    """Say what would become of a mail that came to a mailbox of ours now; the daemon's own way, without the commit."""
    return consider(read(raw, context), mailbox, store, context, now)
