"""Every table as the code of today sees it; `migrations/` says how a database gets there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    Field,
    IntegerField,
    Model,
    TextField,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime | None) -> int | None:
    """Turn an aware datetime into microseconds since the epoch, as the columns hold them."""
    return None if at is None else (at - EPOCH) // MICROSECOND


def moment(value: int | None) -> datetime | None:
    """Turn a column's microseconds into an aware datetime in UTC."""
    return None if value is None else EPOCH + timedelta(microseconds=value)


class Moment(BigIntegerField):
    """A point in time: microseconds since the epoch in the column, an aware UTC datetime in Python."""

    def db_value(self, value: Any) -> int | None:
        return micros(value) if isinstance(value, datetime) else value

    def python_value(self, value: int | None) -> datetime | None:
        return moment(value)


def string(**kwargs: Any) -> TextField:
    """Make a text column that is empty where nothing is said."""
    return TextField(constraints=[SQL("DEFAULT ''")], **kwargs)


def count(**kwargs: Any) -> IntegerField:
    """Make a column that counts from 0."""
    return IntegerField(constraints=[SQL("DEFAULT 0")], **kwargs)


def part_of(parent: str, kind: type[Field] = BigIntegerField, **kwargs: Any) -> Field:
    """Make a column that names a row of another table and goes when that row goes."""
    return kind(constraints=[SQL(f"REFERENCES {parent} ON DELETE CASCADE")], **kwargs)


class Table(Model):
    class Meta:
        legacy_table_names = False


class Ticket(Table):
    number = BigAutoField()
    subject = TextField()
    requester = TextField()
    requester_name = string()
    language = string()
    opened_at = Moment()
    status = TextField()
    queue = string()
    category = string()
    impact = string()
    urgency = string()
    priority = string()
    assignee = string()
    tags = TextField(constraints=[SQL("DEFAULT '[]'")])
    """A JSON array of texts."""
    acknowledged_at = Moment(null=True)
    acknowledge_due = Moment(null=True)
    first_response_due = Moment(null=True)
    first_responded_at = Moment(null=True)
    resolution_due = Moment(null=True)
    resolved_at = Moment(null=True)
    closed_at = Moment(null=True)
    rating = IntegerField(null=True)
    parent = BigIntegerField(null=True)
    mailbox = string()
    details = TextField(constraints=[SQL("DEFAULT '{}'")])
    """A JSON object of texts."""
    cause = string()
    solution = string()
    solved_by = string()
    suggested = TextField(constraints=[SQL("DEFAULT '[]'")])
    """A JSON array of texts."""
    elapsed_seconds = BigIntegerField(null=True)
    business_seconds = BigIntegerField(null=True)
    touches = count()
    waits_until = Moment(null=True)


class Participant(Table):
    ticket = part_of("ticket (number)")
    email = TextField()
    name = string()
    role = TextField()

    class Meta:
        primary_key = CompositeKey("ticket", "email")


class Inbox(Table):
    id = BigAutoField()
    mailbox = TextField()
    uidvalidity = BigIntegerField()
    """Below zero where the server gave the number out again, so that it names another mail by now."""
    uid = BigIntegerField()
    size = BigIntegerField()
    truncated = BooleanField()
    taken_at = Moment()
    state = TextField()
    """new | working | done | held"""
    ready_at = Moment(null=True)
    """From when a worker may take this row: the end of a claim while `working`; never where it is NULL."""
    owner = string()
    """Who claimed it last."""
    attempts = count()
    outcome = string()
    reason = string()
    ticket = BigIntegerField(null=True)
    message_id = string()
    from_ = string()
    subject = string()
    kind = string()
    fingerprint = string()
    trace = string()


class InboxRaw(Table):
    id = part_of("inbox (id)", primary_key=True)
    raw = BlobField()


class Entry(Table):
    id = BigAutoField()
    ticket = part_of("ticket (number)")
    inbox = BigIntegerField(null=True)
    """The mail that made it; the content of its attachments is in there."""
    at = Moment()
    kind = TextField()
    direction = TextField()
    author = string()
    subject = string()
    text = string()
    message_id = string()
    trace = string()


class Attachment(Table):
    id = BigAutoField()
    entry = part_of("entry (id)")
    name = string()
    type = string()
    size = BigIntegerField()
    sha256 = TextField()


class Awaited(Table):
    """A mail that has not come, though one of a ticket answers it."""

    message_id = TextField()
    ticket = part_of("ticket (number)")

    class Meta:
        primary_key = CompositeKey("message_id", "ticket")


class Outbox(Table):
    id = BigAutoField()
    ticket = BigIntegerField(null=True)
    notice = TextField()
    role = string()
    recipient = TextField()
    subject = string()
    message_id = TextField()
    sender = string()
    state = TextField()
    """queued | sending | deferred | sent | failed | withheld | bounced"""
    ready_at = Moment(null=True)
    """From when it may be taken: the end of a claim while `sending`; never where it is NULL."""
    owner = string()
    attempts = count()
    queued_at = Moment()
    let_out_at = Moment(null=True)
    """The same where the gate let it out, NULL where it is withheld: so that an index alone answers the gate."""
    send_at = Moment()
    due_at = Moment(null=True)
    """By when it was promised."""
    sent_at = Moment(null=True)
    last_reply = string()
    withheld = string()
    """Why the gate did not let it out."""


class OutboxRaw(Table):
    id = part_of("outbox (id)", primary_key=True)
    raw = BlobField()


class Attempt(Table):
    id = BigAutoField()
    outbox = part_of("outbox (id)")
    at = Moment()
    state = TextField()
    reply = string()


class Suppressed(Table):
    address = TextField(primary_key=True)
    reason = TextField()
    at = Moment()


class Known(Table):
    """Who has shown that an address is his."""

    address = TextField(primary_key=True)
    how = TextField()
    at = Moment()


class Lease(Table):
    name = TextField(primary_key=True)
    owner = TextField()
    until = Moment()


class InForce(Table):
    """The version of an admin's file that the desk goes by."""

    name = TextField(primary_key=True)
    text = TextField()
    since = Moment()


class Question(Table):
    """A mail of ours that asks an agent to confirm what a held mail orders."""

    message_id = TextField(primary_key=True)
    inbox = BigIntegerField(index=True)
    agent = TextField()
    reason = TextField()
    asked_at = Moment()
    until = Moment()
    answered_at = Moment(null=True)


class CarriedOut(Table):
    """What an agent's mail changed, as long as it can be undone; named by the transcript that tells of it."""

    message_id = TextField()
    ticket = BigIntegerField()
    agent = TextField()
    at = Moment()
    changes = TextField()
    """A JSON object: each field with its value before and after."""
    notices = TextField()
    """A JSON array of the outbox ids of what it sends to people."""
    undone_at = Moment(null=True)

    class Meta:
        primary_key = CompositeKey("message_id", "ticket")


class Clock(Table):
    """One run of a clock of a ticket; those of promises are the ledger of what was kept and what was broken."""

    ticket = part_of("ticket (number)")
    name = TextField()
    started_at = Moment()
    about = string()
    due_at = Moment(null=True)
    set_at = Moment(null=True)
    paused_at = Moment(null=True)
    pauses = TextField(constraints=[SQL("DEFAULT '[]'")])
    """A JSON array of pairs of microseconds."""
    done_at = Moment(null=True)
    notice = BigIntegerField(null=True)
    proof = string()
    broken_at = Moment(null=True)
    why = string()
    told = TextField(constraints=[SQL("DEFAULT '[]'")])
    """A JSON array of addresses."""

    class Meta:
        primary_key = CompositeKey("ticket", "name", "started_at")


class Timer(Table):
    """A moment of a clock: once for each start of it."""

    ticket = part_of("ticket (number)")
    name = TextField()
    started_at = Moment()
    clock = TextField()
    due_at = Moment(null=True)
    """NULL where it has fired."""
    fired_at = Moment(null=True)
    """0 where its moment had passed before the rulebook had it."""

    class Meta:
        primary_key = CompositeKey("ticket", "name", "started_at")


class Rating(Table):
    """What the requester of a ticket thinks of the help."""

    ticket = part_of("ticket (number)", primary_key=True)
    score = IntegerField()
    comment = string()
    rater = string()
    source = TextField()
    """web | mail"""
    at = Moment()
    """When it was given first."""
    changed_at = Moment()


class Pulse(Table):
    """When something was last known to work."""

    name = TextField(primary_key=True)
    at = Moment()


TABLES = (
    Ticket,
    Participant,
    Inbox,
    InboxRaw,
    Entry,
    Attachment,
    Awaited,
    Outbox,
    OutboxRaw,
    Attempt,
    Suppressed,
    Known,
    Lease,
    InForce,
    Question,
    CarriedOut,
    Clock,
    Timer,
    Rating,
    Pulse,
)
"""In an order in which they can be made."""

Ticket.add_index(Ticket.status, Ticket.number)
Ticket.add_index(Ticket.queue, Ticket.number)
Ticket.add_index(Ticket.requester, Ticket.number)
Ticket.add_index(Ticket.opened_at)
Ticket.add_index(Ticket.assignee, where=SQL("assignee <> '' AND status IN ('new', 'open', 'pending')"))
Participant.add_index(Participant.email)
Inbox.add_index(Inbox.mailbox, Inbox.uidvalidity, Inbox.uid, unique=True)
Inbox.add_index(Inbox.id, Inbox.ready_at, where=SQL("ready_at IS NOT NULL"))
Inbox.add_index(Inbox.outcome, Inbox.id)
Inbox.add_index(Inbox.fingerprint, unique=True, where=SQL("fingerprint <> '' AND outcome <> 'duplicate'"))
Entry.add_index(Entry.ticket, Entry.id)
Entry.add_index(Entry.message_id, where=SQL("message_id <> ''"))
Attachment.add_index(Attachment.entry)
Outbox.add_index(Outbox.ready_at, Outbox.id, where=SQL("ready_at IS NOT NULL"))
Outbox.add_index(Outbox.message_id, unique=True)
Outbox.add_index(Outbox.ticket, Outbox.id)
Outbox.add_index(Outbox.recipient, Outbox.let_out_at, where=SQL("let_out_at IS NOT NULL"))
Outbox.add_index(Outbox.let_out_at, where=SQL("let_out_at IS NOT NULL"))
Outbox.add_index(Outbox.state, Outbox.id)
Outbox.add_index(Outbox.due_at, where=SQL("due_at IS NOT NULL AND sent_at IS NULL"))
Attempt.add_index(Attempt.outbox, Attempt.id)
CarriedOut.add_index(CarriedOut.ticket, CarriedOut.at)
Clock.add_index(Clock.due_at, where=SQL("due_at IS NOT NULL"))
Clock.add_index(Clock.notice, where=SQL("notice IS NOT NULL"))
Timer.add_index(Timer.due_at, Timer.ticket, where=SQL("due_at IS NOT NULL"))
Rating.add_index(Rating.at)
