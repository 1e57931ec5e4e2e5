"""A mail opens a ticket: the rules say where it goes, the SLA by when, the roster to whom, and who hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from maild.desk.asking import answers, lines, open_questions
from maild.desk.decision import Decision, Link, Step
from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.desk.trust import Thread
from maild.mail.follow_up import plus_detail
from maild.rulebook.arrival import Arrival, Contact
from maild.rulebook.facts import Facts, facts_of
from maild.rulebook.keys import PROMISES
from maild.rulebook.model import Rulebook
from maild.rulebook.notices import Addressing, Audience
from maild.rulebook.roster import Choice, assign
from maild.rulebook.rules import Verdict, apply

_MOST_PARTICIPANTS = 50
_LONGEST_SUBJECT = 300
_MOST_ARTICLES = 2


def open_ticket(
    arrival: Arrival,
    rulebook: Rulebook,
    now: datetime,
    steps: tuple[Step, ...],
    parent: Ticket | None = None,
    why: str = "",
) -> Decision:
    """Open a ticket for a mail, unless a rule says that it shall open none.

    Args:
        steps: how it came to this.
        parent: a closed ticket that the new one goes on from.
    """
    details = told_by(arrival, _known_before(arrival))
    verdict = apply(rulebook, facts_about(arrival, details), now)
    steps = (*steps, *verdict.steps)
    if verdict.outcome:
        rule = next(step for step in verdict.steps if step.name == verdict.outcome_by and step.stage == "rule")
        reason = f"The rule {rule.name} (line {rule.line}) says so: {rule.reason}"
        return Decision(verdict.outcome, reason, steps=steps)
    choice = _assignee(verdict, rulebook, arrival, now)
    ticket = _ticket(arrival, verdict, choice.agent, details, parent, rulebook, now)
    suggest = _suggested(arrival, verdict)
    ticket = replace(ticket, suggested=suggest)
    addressing = _address(arrival, ticket, verdict, suggest, rulebook, now)
    return Decision(
        "opened",
        why or _why_new(arrival.thread),
        None,
        ticket,
        entries=(entry_of(arrival, "correspondence", now),),
        linked=tuple(Link(other.ticket.number, other.why) for other in arrival.thread.refused),
        notices=tuple(addressing.notices.values()),
        steps=(
            *steps,
            Step("assign", choice.agent or "nobody", bool(choice.agent), choice.reason),
            *_due_steps(ticket, rulebook),
            *(Step("suggest", name, True, _why_suggested(name, verdict)) for name in suggest),
            *addressing.steps,
        ),
        suggest=suggest,
    )


def _suggested(arrival: Arrival, verdict: Verdict) -> tuple[str, ...]:
    """Name the articles a requester is shown: all that rules name, then a few that were found by words."""
    found = tuple(name for name in arrival.found if name not in verdict.suggest)
    return (*verdict.suggest, *found[: max(0, _MOST_ARTICLES - len(verdict.suggest))])


def _why_suggested(name: str, verdict: Verdict) -> str:
    return "a rule says so" if name in verdict.suggest else "the words or the error code of the mail fit it"


def told_by(arrival: Arrival, before: Mapping[str, str]) -> dict[str, str]:
    """Give what is known of a ticket with what its requester filled in; what he writes now goes before."""
    own, whole = answers(arrival.text), answers("", arrival.message.text)
    return {**before, **{name: value for name, value in whole.items() if name not in before}, **own}


def _known_before(arrival: Arrival) -> dict[str, str]:
    contact = _contact(arrival)
    known = {"department": contact.department, "location": contact.location} if contact else {}
    return {name: value for name, value in known.items() if value}


def _contact(arrival: Arrival) -> Contact | None:
    """Give who the desk's list says it is; a forged sender brings nothing of who he says he is."""
    return None if arrival.speaker.refuted else arrival.contact


def facts_about(arrival: Arrival, details: Mapping[str, str]) -> Facts:
    """Give what the rules may ask of a mail and its sender."""
    contact = _contact(arrival)
    return facts_of(
        arrival.message,
        arrival.text,
        arrival.language,
        authenticated=arrival.speaker.authenticated,
        department=details.get("department", ""),
        location=details.get("location", ""),
        vip=contact.vip if contact else False,
    )


def entry_of(arrival: Arrival, kind: str, now: datetime) -> Entry:
    """Write the mail down as a line of history."""
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


def _assignee(verdict: Verdict, rulebook: Rulebook, arrival: Arrival, now: datetime) -> Choice:
    named = verdict.fields.get("assignee")
    if named:
        return Choice(named.value, f"the rule {named.by} says so")
    return assign(rulebook, verdict.value("queue"), arrival.workload, now)


def _ticket(
    arrival: Arrival,
    verdict: Verdict,
    assignee: str,
    details: Mapping[str, str],
    parent: Ticket | None,
    rulebook: Rulebook,
    now: datetime,
) -> Ticket:
    speaker, contact = arrival.speaker, _contact(arrival)
    priority = verdict.value("priority")
    due = rulebook.due(priority, now)
    return Ticket(
        number=0,
        subject=" ".join(arrival.message.subject.split())[:_LONGEST_SUBJECT],
        requester=speaker.email,
        requester_name=speaker.name or (contact.name if contact else ""),
        language=(contact.language if contact else "") or arrival.language,
        opened_at=now,
        queue=verdict.value("queue"),
        category=verdict.value("category"),
        impact=verdict.value("impact"),
        urgency=verdict.value("urgency"),
        priority=priority,
        assignee=assignee,
        tags=verdict.tags,
        acknowledge_due=due.acknowledge,
        first_response_due=due.first_response,
        resolution_due=due.resolution,
        parent=parent.number if parent else None,
        mailbox=arrival.mailbox,
        details=tuple(details.items()),
        participants=_participants(arrival),
    )


def _address(
    arrival: Arrival, ticket: Ticket, verdict: Verdict, suggest: tuple[str, ...], rulebook: Rulebook, now: datetime
) -> Addressing:
    addressing = Addressing(rulebook, now)
    asked = open_questions(verdict.ask, dict(ticket.details), arrival.text, ticket.subject)
    audience = Audience(
        ticket,
        requester={
            "repeat": arrival.speaker.believed,
            "ask": asked,
            "questions": lines(asked, ticket.language),
            "suggest": suggest,
        },
        agents={"suggest": suggest, "similar": arrival.solved, "sure": arrival.speaker.sure, "quoted": arrival.quoted},
    )
    assigned = rulebook.notifications.get("assigned", ()) if ticket.assignee else ()
    told = frozenset({ticket.assignee} if assigned else ())
    addressing.tell(rulebook.notifications.get("opened", ()), audience, "the ticket is opened", without=told)
    addressing.tell(assigned, audience, "the ticket is assigned")
    addressing.tell(verdict.notify, audience, "a rule says so")
    return addressing


def _due_steps(ticket: Ticket, rulebook: Rulebook) -> tuple[Step, ...]:
    """Say of each promise when it is due and by which calendar."""
    row = rulebook.sla.get(ticket.priority)
    if row is None:
        return (Step("due", ticket.priority, False, f"nothing is promised for {ticket.priority}"),)
    found = []
    for name in PROMISES:
        length: Any = getattr(row, name)
        due: datetime | None = getattr(ticket, f"{name}_due")
        if length and due:
            local = due.astimezone(row.calendar.zone).strftime("%Y-%m-%d %H:%M")
            zone = row.calendar.zone.key
            reason = f"{local} {zone}, {length} by the calendar {row.calendar.name}"
            found.append(Step("due", name, True, reason, rulebook.sla_lines.get(ticket.priority)))
    return tuple(found)


def _why_new(thread: Thread) -> str:
    if not thread.refused:
        return "It refers to no ticket"
    return f"It joins no ticket: {thread.reason}"


def _participants(arrival: Arrival) -> tuple[Participant, ...]:
    """The requester, then whoever he copied in or wrote to beside us."""
    message, author = arrival.message, arrival.speaker
    people = {author.email: Participant(author.email, author.name, "requester")}
    for address in (*message.to, *message.cc):
        email = address.email
        ours = email in arrival.own or plus_detail(email, arrival.own)
        if "@" in email and not ours and len(people) < _MOST_PARTICIPANTS:
            people.setdefault(email, Participant(email, address.name))
    return tuple(people.values())
