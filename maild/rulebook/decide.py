"""The one decision: a ticket, what happened, the rulebook and the moment give changes, notices and a trace.

Pure: no I/O, no clock. `maild explain` prints what this function gives, the daemon commits it: they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from maild.desk.decision import Decision, Notice, Step, Undelivered
from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.desk.trust import Speaker, Thread
from maild.mail.classify import Verdict
from maild.mail.message import Message
from maild.rulebook.defaults import PRIORITIES, Defaults

_MOST_PARTICIPANTS = 50
_LONGEST_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class BouncedNotice:
    """A notice of ours that a bounce or an abuse report is about."""

    outbox_id: int
    ticket: int
    notice: str
    to: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """The stimulus "a mail has come", with all that was looked up about it."""

    message: Message
    verdict: Verdict
    text: str
    """The readable reply."""
    language: str
    speaker: Speaker
    thread: Thread
    mailbox: str
    """Our address that took the mail."""
    own: frozenset[str]
    """All addresses of ours; they never become participants."""
    bounced: tuple[BouncedNotice, ...] = ()
    duplicate_of: str = ""
    """Says which mail this one repeats, or ""."""
    duplicate_ticket: Ticket | None = None


def decide(ticket: Ticket | None, arrival: Arrival, rulebook: Defaults, now: datetime) -> Decision:
    """Decide what becomes of a mail; `ticket` is the one it may follow up on, or None."""
    steps = _steps(arrival)
    kind, author = arrival.verdict.kind, arrival.message.author
    if arrival.duplicate_of:
        return Decision(
            "duplicate", arrival.duplicate_of, arrival.duplicate_ticket, arrival.duplicate_ticket, steps=steps
        )
    if kind == "loop":
        return Decision("loop", f"Our own mail came back: {arrival.verdict.sign}", steps=steps)
    if kind in ("bounce", "feedback") and (arrival.bounced or kind == "bounce"):
        return _bounced(ticket, arrival, now, steps)
    if kind == "auto-reply":
        return _auto_reply(ticket, arrival, now, steps)
    if author is None:
        return Decision(
            "held", "It has no From address, so there is nobody to answer; a person has to read it", steps=steps
        )
    if arrival.message.truncated:
        return _too_large(arrival, steps)
    if ticket is None:
        return _opened(arrival, rulebook, now, steps)
    if ticket.status == "closed" and now - (ticket.closed_at or now) > rulebook.reopen_within:
        why = f"It answers #{ticket.number}, which has been closed for longer than {rulebook.reopen_within.days} days"
        return _opened(arrival, rulebook, now, steps, parent=ticket, why=why)
    return _followed_up(ticket, arrival, now, steps)


def _steps(arrival: Arrival) -> tuple[Step, ...]:
    verdict, thread, speaker = arrival.verdict, arrival.thread, arrival.speaker
    trust = "authenticated" if speaker.authenticated else "refuted" if speaker.refuted else "not authenticated"
    found = f"#{thread.ticket.number}" if thread.ticket else "a new ticket"
    return (
        Step("classify", verdict.sign, verdict.kind == "correspondence", f"{verdict.kind} ({verdict.source})"),
        Step("thread", found, thread.ticket is not None, thread.reason),
        Step("trust", speaker.email, speaker.believed, f"{trust}, {'known' if speaker.known else 'not known'}"),
    )


def _entry(arrival: Arrival, kind: str, now: datetime) -> Entry:
    message = arrival.message
    return Entry(
        at=now,
        kind=kind,
        direction="in",
        author=message.author.email if message.author else "",
        subject=message.subject,
        text=arrival.text,
        message_id=message.message_id,
        attachments=tuple(AttachmentInfo(a.name, a.type, a.size, a.sha256) for a in message.attachments),
    )


def _opened(
    arrival: Arrival,
    rulebook: Defaults,
    now: datetime,
    steps: tuple[Step, ...],
    parent: Ticket | None = None,
    why: str = "",
) -> Decision:
    message, speaker = arrival.message, arrival.speaker
    priority = PRIORITIES[rulebook.impact, rulebook.urgency]
    due = rulebook.due(priority, now)
    ticket = Ticket(
        number=0,
        subject=" ".join(message.subject.split())[:_LONGEST_SUBJECT],
        requester=speaker.email,
        requester_name=speaker.name,
        language=arrival.language,
        opened_at=now,
        queue=rulebook.queue,
        category=rulebook.category,
        impact=rulebook.impact,
        urgency=rulebook.urgency,
        priority=priority,
        acknowledge_due=due.acknowledge,
        first_response_due=due.first_response,
        resolution_due=due.resolution,
        parent=parent.number if parent else None,
        mailbox=arrival.mailbox,
        participants=_participants(arrival),
    )
    receipt = Notice("receipt", speaker.email, "requester", arrival.language, {"repeat": speaker.believed})
    return Decision(
        "opened",
        why or _why_new(arrival.thread),
        None,
        ticket,
        entries=(_entry(arrival, "correspondence", now),),
        linked=tuple(other.number for other in arrival.thread.refused),
        notices=(receipt,),
        steps=(*steps, Step("notice", "receipt", True, f"to {speaker.email}, who wrote")),
    )


def _why_new(thread: Thread) -> str:
    if not thread.refused:
        return "It refers to no ticket"
    return f"It refers to #{thread.refused[0].number}, but {thread.reason}"


def _participants(arrival: Arrival) -> tuple[Participant, ...]:
    """The requester, then whoever he copied in or wrote to beside us."""
    message, author = arrival.message, arrival.speaker
    people = {author.email: Participant(author.email, author.name, "requester")}
    for address in (*message.to, *message.cc):
        email = address.email
        if "@" in email and email not in arrival.own and len(people) < _MOST_PARTICIPANTS:
            people.setdefault(email, Participant(email, address.name))
    return tuple(people.values())


def _followed_up(ticket: Ticket, arrival: Arrival, now: datetime, steps: tuple[Step, ...]) -> Decision:
    after, entries = ticket, [_entry(arrival, "correspondence", now)]
    if arrival.verdict.kind == "correspondence" and ticket.status in ("pending", "resolved", "closed"):
        after = replace(ticket, status="open", resolved_at=None, closed_at=None)
        entries.append(
            Entry(now, "change", "none", "maild", text=f"status: {ticket.status} -> open, because the requester wrote")
        )
    notices: tuple[Notice, ...] = ()
    if ticket.status in ("resolved", "closed") and after.status == "open":
        notices = (Notice("reopened", arrival.speaker.email, "requester", ticket.language, {"repeat": True}),)
        steps = (*steps, Step("notice", "reopened", True, f"to {arrival.speaker.email}, whose reply reopened it"))
    return Decision(
        "followed_up",
        f"It belongs to #{ticket.number}: {arrival.thread.reason}",
        ticket,
        after,
        entries=tuple(entries),
        notices=notices,
        steps=steps,
    )


def _auto_reply(ticket: Ticket | None, arrival: Arrival, now: datetime, steps: tuple[Step, ...]) -> Decision:
    """Note an automatic reply on its ticket; it changes nothing there and is never answered (RFC 3834 section 2)."""
    reason = f"It is an automatic reply: {arrival.verdict.sign}"
    if ticket is None:
        return Decision("auto_reply", f"{reason}; {arrival.thread.reason}", steps=steps)
    entry = _entry(arrival, "auto_reply", now)
    return Decision("auto_reply", f"{reason}, on #{ticket.number}", ticket, ticket, entries=(entry,), steps=steps)


def _bounced(ticket: Ticket | None, arrival: Arrival, now: datetime, steps: tuple[Step, ...]) -> Decision:
    bounce = arrival.verdict.bounce
    failed = bounce.recipients if bounce else ()
    said = ", ".join(f"{r.address or 'an address it does not name'} {r.status}".strip() for r in failed)
    if not arrival.bounced:
        reason = f"A bounce that is about no notice of ours: {said or arrival.verdict.sign}"
        return Decision("bounced", reason, steps=steps)
    undelivered = []
    for notice in arrival.bounced:
        mine = [r for r in failed if r.address == notice.to] or list(failed[:1] if len(failed) == 1 else ())
        status = mine[0].status if mine else ""
        hard = arrival.verdict.kind == "feedback" or any(r.hard for r in mine)
        why = mine[0].diagnostic if mine else arrival.verdict.sign
        undelivered.append(Undelivered(notice.outbox_id, notice.to, status, hard, why[:500]))
    first = arrival.bounced[0]
    what = "was reported as unwanted by" if arrival.verdict.kind == "feedback" else "did not reach"
    reason = f"The {first.notice} of #{first.ticket} {what} {first.to}: {undelivered[0].status} {undelivered[0].reason}"
    entry = _entry(arrival, "bounce", now)
    return Decision(
        "bounced",
        " ".join(reason.split())[:500],
        ticket,
        ticket,
        entries=(replace(entry, text=reason),) if ticket else (),
        undelivered=tuple(undelivered),
        steps=steps,
    )


def _too_large(arrival: Arrival, steps: tuple[Step, ...]) -> Decision:
    megabytes = arrival.message.size / 1_000_000
    notice = Notice("too-large", arrival.speaker.email, "requester", arrival.language, {"megabytes": megabytes})
    reason = f"It has {megabytes:.0f} MB, more than this desk takes; it lies in the held folder of {arrival.mailbox}"
    return Decision("held", reason, notices=(notice,), steps=steps)
