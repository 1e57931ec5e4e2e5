"""Commands that reach other tickets: link, merge and split keep every history, and the right of each who takes part."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk.commands import Command, Refusal
from maild.desk.decision import Decision, Notice
from maild.desk.orders import Orders
from maild.desk.ticket import Entry, Ticket
from maild.rulebook.bench import Bench

MERGED = "merged"
"""The tag of a ticket whose parent goes on in its place."""
_LONGEST_SUBJECT = 300


def link(desk: Bench, command: Command) -> Refusal | None:
    other = desk.given.others.get(int(command.value))
    if other is None or other.number == desk.ticket.number:
        return Refusal(str(command), "unknown", f"#{command.value}", command.verb)
    here, there = (f"{desk.given.agent.name} linked #{n}." for n in (other.number, desk.ticket.number))
    desk.entries.append(Entry(desk.given.now, "comment", "none", "maild", text=here))
    desk.elsewhere.append((other.number, Entry(desk.given.now, "comment", "none", "maild", text=there)))
    return None


def merge(desk: Bench, command: Command) -> Refusal | None:
    """Close this ticket in favour of another: its history stays where it is, who took part takes part there."""
    other = desk.given.others.get(int(command.value))
    if other is None or other.number == desk.ticket.number or MERGED in other.tags or MERGED in desk.ticket.tags:
        return Refusal(str(command), "unknown", f"#{command.value}", command.verb)
    desk.status("closed")
    desk.set(parent=other.number, tags=(*desk.ticket.tags, MERGED))
    desk.quiet = True
    name, number = desk.given.agent.name, desk.ticket.number
    people = ", ".join(person.email for person in desk.ticket.participants)
    there_already = {person.email for person in other.participants}
    new = (replace(p, role="cc") for p in desk.ticket.participants if p.email not in there_already)
    desk.others.append(replace(other, participants=(*other.participants, *new)))
    there = f"{name} merged #{number} into this ticket; {people} take part here, too."
    desk.elsewhere.append((other.number, Entry(desk.given.now, "comment", "none", "maild", text=there)))
    return None


def goes_on_in(ticket: Ticket, other: Ticket) -> bool:
    """Tell whether a ticket of the same thread can give way to another: nobody worked on it, and nobody new would hear.

    Had the mails been taken in the order they were written in, it would not be there.
    """
    there = {person.email for person in other.participants}
    return (
        ticket.status == "new"
        and not ticket.first_responded_at
        and MERGED not in ticket.tags
        and all(person.email in there for person in ticket.participants)
    )


def give_way(ticket: Ticket, other: int, sender: str, now: datetime) -> Decision:
    """Close a ticket in favour of another; what comes for it goes there from now on."""
    closed = replace(ticket, status="closed", resolved_at=now, closed_at=now, tags=(*ticket.tags, MERGED), parent=other)
    text = f"A mail of {sender} that was taken late shows that this is one matter with #{other}; it goes on there."
    return Decision("followed_up", text, ticket, closed, entries=(Entry(now, "comment", "none", "maild", text=text),))


def split(desk: Bench, command: Command) -> None:
    """Open a second ticket for what the requester wrote last; the first one stays as it is."""
    given, old = desk.given, desk.ticket
    subject = " ".join((command.value or given.last_words.strip().partition("\n")[0] or old.subject).split())
    due = desk.rulebook.due(old.priority, given.now)
    new = Ticket(
        number=0,
        subject=subject[:_LONGEST_SUBJECT],
        requester=old.requester,
        requester_name=old.requester_name,
        language=old.language,
        opened_at=given.now,
        queue=old.queue,
        category=old.category,
        impact=old.impact,
        urgency=old.urgency,
        priority=old.priority,
        acknowledge_due=due.acknowledge,
        first_response_due=due.first_response,
        resolution_due=due.resolution,
        parent=old.number,
        mailbox=old.mailbox,
        participants=old.participants,
    )
    words = Entry(given.now, "correspondence", "in", old.requester, subject, given.last_words)
    why = Entry(given.now, "comment", "none", "maild", text=f"{given.agent.name} split this from #{old.number}.")
    facts = {"repeat": True, "text": given.last_words}
    later = given.now + given.undo
    receipt = Notice("receipt", old.requester, "requester", old.language, facts, send_at=later)
    reason = f"{given.agent.key} split it from #{old.number}"
    orders = Orders(given.agent.key)
    desk.also.append(Decision("commanded", reason, None, new, (words, why), notices=(receipt,), orders=orders))
    text = f"{given.agent.name} split off a ticket of its own: {subject}"
    desk.entries.append(Entry(given.now, "comment", "none", "maild", text=text))
