"""The one decision: a ticket, what happened, the rulebook and the moment give changes, notices and a trace.

Pure: no I/O, no clock. `maild explain` prints what this function gives, the daemon commits it: they cannot differ.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk.archive import SELF_SERVICE, SOLVED, helped_himself
from maild.desk.decision import Decision, Link, Notice, Step, Undelivered
from maild.desk.thanks import HELPED, THANKS, UNCLEAR, says
from maild.desk.ticket import Entry, Ticket
from maild.rulebook.arrival import Arrival
from maild.rulebook.feedback import rate, rating_in
from maild.rulebook.joining import give_way, goes_on_in
from maild.rulebook.model import Notify, Rulebook
from maild.rulebook.notices import Addressing, Audience
from maild.rulebook.opening import entry_of, open_ticket, told_by


def decide(ticket: Ticket | None, arrival: Arrival, rulebook: Rulebook, now: datetime) -> Decision:
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
        return open_ticket(arrival, rulebook, now, steps)
    rating = rating_in(ticket, arrival, now)
    if rating is not None:
        decision = rate(ticket, rating, arrival.rated, rulebook, now)
        entries = (entry_of(arrival, "correspondence", now), *decision.entries)
        return replace(decision, entries=entries, steps=(*steps, *decision.steps))
    if ticket.status == "closed" and now - (ticket.closed_at or now) > rulebook.reopen_within:
        why = f"It answers #{ticket.number}, which has been closed for longer than {rulebook.reopen_within.days} days"
        return open_ticket(arrival, rulebook, now, steps, parent=ticket, why=why)
    return _followed_up(ticket, arrival, rulebook, now, steps)


def _steps(arrival: Arrival) -> tuple[Step, ...]:
    verdict, thread, speaker = arrival.verdict, arrival.thread, arrival.speaker
    trust = "authenticated" if speaker.authenticated else "refuted" if speaker.refuted else "not authenticated"
    found = f"#{thread.ticket.number}" if thread.ticket else "a new ticket"
    return (
        Step("classify", verdict.sign, verdict.kind == "correspondence", f"{verdict.kind} ({verdict.source})"),
        Step("thread", found, thread.ticket is not None, thread.reason),
        Step("trust", speaker.email, speaker.believed, f"{trust}, {'known' if speaker.known else 'not known'}"),
    )


def _followed_up(
    ticket: Ticket, arrival: Arrival, rulebook: Rulebook, now: datetime, steps: tuple[Step, ...]
) -> Decision:
    after, entries = ticket, [entry_of(arrival, "correspondence", now)]
    said = _said(ticket, arrival)
    if arrival.verdict.kind == "correspondence":
        if said == HELPED and helped_himself(ticket):
            after = replace(after, status="resolved", resolved_at=now, solved_by=SELF_SERVICE)
            helped = f"the requester wrote that what was suggested helped ({', '.join(ticket.suggested)})"
            entries.append(_changed(now, f"status: {ticket.status} -> resolved, because {helped}"))
        elif ticket.status in SOLVED and said in (HELPED, THANKS):
            entries.append(_changed(now, f"still {ticket.status}: the requester only confirmed it or said thanks"))
        elif ticket.status in ("pending", "resolved", "closed"):
            after = replace(after, status="open", resolved_at=None, closed_at=None)
            entries.append(_changed(now, f"status: {ticket.status} -> open, because the requester wrote"))
        told = told_by(arrival, dict(ticket.details))
        if told != dict(ticket.details):
            after = replace(after, details=tuple(told.items()))
            new = (f"{name}: {value}" for name, value in told.items() if dict(ticket.details).get(name) != value)
            entries.append(_changed(now, "the requester told: " + "; ".join(new)))
    addressing = Addressing(rulebook, now)
    if _began_it(ticket, arrival):
        addressing.add(_late_receipt(ticket, arrival), "the mail began the thread, and its sender has no receipt")
    audience = Audience(after, requester={"repeat": True}, agents={"sure": arrival.speaker.sure})
    if ticket.status in ("resolved", "closed") and after.status == "open":
        reopened = Notice("reopened", arrival.speaker.email, "requester", ticket.language, {"repeat": True})
        addressing.add(reopened, "the reply reopened it")
    author = rulebook.agent_of(arrival.speaker.email)
    without = frozenset({author.key} if author else ())
    addressing.tell(rulebook.notifications.get("followed_up", ()), audience, "the requester wrote", without)
    also = [one for one in arrival.thread.also if goes_on_in(one, ticket)]
    for one in also:
        entries.append(Entry(now, "comment", "none", "maild", text=_WHY_HERE.format(one.number, one.requester)))
        if one.assignee != after.assignee:
            had_it = (Notify(one.assignee, "follow-up"),) if one.assignee else ()
            addressing.tell(had_it, audience, f"#{one.number} goes on here", without)
    why_both = _WHY_BOTH.format(arrival.speaker.email)
    return Decision(
        "followed_up",
        f"It belongs to #{ticket.number}: {arrival.thread.reason}",
        ticket,
        after,
        entries=tuple(entries),
        linked=tuple(Link(one.number, why_both) for one in arrival.thread.also if one not in also),
        also=tuple(give_way(one, ticket.number, arrival.speaker.email, now) for one in also),
        notices=tuple(addressing.notices.values()),
        steps=(*steps, *addressing.steps),
    )


_WHY_BOTH = "a mail of {} that was taken late belongs to both; if they are one matter, /merge makes them one ticket"

_WHY_HERE = "#{} by {} is of the same thread and goes on here: the mail between them was taken late."


def _began_it(ticket: Ticket, arrival: Arrival) -> bool:
    """Say whether it is the first mail of a thread of which somebody else's answer was taken before."""
    message, evidence = arrival.message, arrival.thread.evidence
    late = evidence is not None and evidence.kind == "answered"
    return late and not (message.in_reply_to or message.references) and arrival.speaker.email != ticket.requester


def _late_receipt(ticket: Ticket, arrival: Arrival) -> Notice:
    """Tell who asked first that it has arrived, as if his mail had been the first to be taken."""
    speaker = arrival.speaker
    his = replace(ticket, subject=arrival.message.subject, requester_name=speaker.name)
    facts = {"repeat": speaker.believed, "ticket": his}
    return Notice("receipt", speaker.email, "participant", arrival.language, facts)


def _said(ticket: Ticket, arrival: Arrival) -> str:
    """Tell what a reply says of the trouble; only the requester's own word counts, and only where he sends no files."""
    if arrival.speaker.email != ticket.requester or any(not file.inline for file in arrival.message.attachments):
        return UNCLEAR
    return says(arrival.text)


def _changed(now: datetime, text: str) -> Entry:
    return Entry(now, "change", "none", "maild", text=text)


def _auto_reply(ticket: Ticket | None, arrival: Arrival, now: datetime, steps: tuple[Step, ...]) -> Decision:
    """Note an automatic reply on its ticket; it changes nothing there and is never answered (RFC 3834 section 2)."""
    reason = f"It is an automatic reply: {arrival.verdict.sign}"
    if ticket is None:
        return Decision("auto_reply", f"{reason}; {arrival.thread.reason}", steps=steps)
    entry = entry_of(arrival, "auto_reply", now)
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
    entry = entry_of(arrival, "bounce", now)
    return Decision(
        "bounced",
        " ".join(reason.split())[:500],
        ticket,
        ticket,
        entries=(replace(entry, text=reason),) if ticket else (),
        undelivered=tuple(undelivered),
        steps=steps,
    )


_ONLY_ITS_HEADER = "The mail server gives only its header"


def _too_large(arrival: Arrival, steps: tuple[Step, ...]) -> Decision:
    megabytes = arrival.message.size / 1_000_000
    notice = Notice("too-large", arrival.speaker.email, "requester", arrival.language, {"megabytes": megabytes})
    why = f"It has {megabytes:.0f} MB, more than this desk takes" if megabytes >= 1 else _ONLY_ITS_HEADER
    reason = f"{why}; it lies in the held folder of {arrival.mailbox}"
    return Decision("held", reason, notices=(notice,), steps=steps)
