"""An agent's commands on a ticket become its new state, lines of history and notices; pure, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from maild.desk.commands import Command, Commands, Refusal
from maild.desk.decision import Decision, Notice, Step
from maild.desk.orders import Orders, changes
from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.rulebook.model import Agent, Notify, Rulebook
from maild.rulebook.notices import Addressing, Audience
from maild.rulebook.roster import people_of

_MOST_PARTICIPANTS = 50
_LONGEST_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class Given:
    """Beside the commands: who gave them, when, and what had to be looked up."""

    agent: Agent
    now: datetime
    undo: timedelta = timedelta(seconds=60)
    """How long what goes to people waits."""
    message_id: str = ""
    attachments: tuple[AttachmentInfo, ...] = ()
    others: Mapping[int, Ticket] = field(default_factory=dict)
    """The tickets that the commands name."""
    own: frozenset[str] = frozenset()
    last_words: str = ""
    """What the requester wrote last, for whoever gets the ticket."""


def obey(ticket: Ticket, said: Commands, given: Given, rulebook: Rulebook) -> Decision:
    """Carry out what an agent's mail orders, or nothing of it where one command cannot be.

    What the gate keeps back and the transcript are added by the flow, which knows them.
    """
    desk = _Desk(ticket, given, rulebook)
    refusals = list(said.refusals)
    for command in said.commands:
        refused = _VERBS.get(command.verb, _later)(desk, command)
        if refused is not None:
            refusals.append(refused)
    if refusals:
        return refuse(ticket, tuple(refusals), given)
    if said.note:
        desk.write("comment", said.note)
    if said.reply:
        desk.answer(said.reply)
    desk.tell()
    done = ", ".join(f"/{command.verb}" for command in said.commands) or ("an answer" if said.reply else "nothing")
    return Decision(
        "commanded",
        f"{given.agent.key} ordered {done} on #{ticket.number}",
        ticket,
        desk.ticket,
        entries=(*desk.changed(), *desk.entries),
        notices=tuple(desk.addressing.notices.values()),
        steps=(*(Step("command", str(c), True, "carried out") for c in said.commands), *desk.addressing.steps),
        orders=Orders(
            given.agent.key, undoable=not desk.others and not desk.also and (desk.ticket != ticket or bool(said.reply))
        ),
        others=tuple(desk.others),
        also=tuple(desk.also),
        elsewhere=tuple(desk.elsewhere),
    )


def refuse(ticket: Ticket | None, refusals: tuple[Refusal, ...], given: Given) -> Decision:
    """Do nothing, and say why."""
    said = "; ".join(f"{refusal.written}: {refusal.why}" for refusal in refusals)
    steps = tuple(Step("command", r.written, False, f"{r.why} {r.word}".strip()) for r in refusals)
    return Decision(
        "commanded",
        f"Nothing of what {given.agent.key} ordered was done: {said}"[:500],
        ticket,
        ticket,
        steps=steps,
        orders=Orders(given.agent.key, refusals=refusals),
    )


class _Desk:
    """A ticket while commands work on it."""

    def __init__(self, ticket: Ticket, given: Given, rulebook: Rulebook) -> None:
        self.before = self.ticket = ticket
        self.given, self.rulebook = given, rulebook
        self.entries: list[Entry] = []
        self.elsewhere: list[tuple[int, Entry]] = []
        self.addressing = Addressing(rulebook, given.now)
        self.answered = self.quiet = False
        self.others: list[Ticket] = []
        self.also: list[Decision] = []

    def set(self, **values: object) -> None:
        self.ticket = replace(self.ticket, **values)

    def status(self, status: str) -> None:
        """Move to a status; the moments that belong to it follow."""
        if status == self.ticket.status:
            return
        now = self.given.now
        self.set(
            status=status,
            resolved_at=(self.ticket.resolved_at or now) if status in ("resolved", "closed") else None,
            closed_at=now if status == "closed" else None,
        )

    def rank(self, priority: str) -> None:
        """Give the ticket a priority and the promises that go with it, counted from its opening."""
        if priority == self.ticket.priority:
            return
        due = self.rulebook.due(priority, self.ticket.opened_at)
        self.set(priority=priority, first_response_due=due.first_response, resolution_due=due.resolution)

    def weigh(self, **values: str) -> None:
        """Change impact or urgency; the matrix gives the priority."""
        self.set(**values)
        self.rank(self.rulebook.priority(self.ticket.impact, self.ticket.urgency))

    def move(self, queue: str) -> None:
        """Pass the ticket to another queue; who does not work there lets go of it."""
        if queue == self.ticket.queue:
            return
        found = self.rulebook.queues.get(queue)
        keep = found is not None and self.ticket.assignee in found.agents
        self.set(queue=queue, assignee=self.ticket.assignee if keep else "")

    def write(self, kind: str, text: str) -> None:
        given = self.given
        direction = "out" if kind == "correspondence" else "none"
        self.entries.append(
            Entry(given.now, kind, direction, given.agent.name, "", text, given.message_id, given.attachments)
        )

    def answer(self, text: str) -> None:
        """Send an agent's words to everybody who takes part, each on his own."""
        ticket = self.ticket
        self.write("correspondence", text)
        if ticket.status == "new":
            self.status("open")
        if not ticket.first_responded_at:
            self.set(first_responded_at=self.given.now)
        if not ticket.assignee:
            self.set(assignee=self.given.agent.key)
        facts = {"text": text, "resolved": self.ticket.status in ("resolved", "closed")}
        for person in self.ticket.participants or (Participant(ticket.requester, ticket.requester_name, "requester"),):
            role = "requester" if person.role == "requester" else "participant"
            self.addressing.add(
                Notice(
                    "answer", person.email, role, ticket.language, facts,
                    send_at=self.given.now + self.given.undo, words=True,
                ),
                f"{self.given.agent.key} answered",
            )  # fmt: skip
        self.answered = True

    def tell(self) -> None:
        """Let others know: who has the ticket now, and the requester that it is resolved."""
        before, after, told = self.before, self.ticket, self.rulebook.notifications
        me = frozenset({self.given.agent.key})
        audience = Audience(after, requester={"repeat": True}, agents={"text": self.given.last_words})
        if after.assignee != before.assignee and after.assignee:
            self.addressing.tell(told.get("assigned", ()), audience, f"{self.given.agent.key} assigned it", without=me)
        elif after.queue != before.queue:
            self.addressing.tell((Notify("queue", "new-ticket"),), audience, "it came to the queue", without=me)
        if after.status == "resolved" != before.status and not self.answered and not self.quiet:
            for notice in self._requesters("resolved", audience):
                later = replace(notice, send_at=self.given.now + self.given.undo)
                self.addressing.add(later, f"{self.given.agent.key} resolved it")

    def _requesters(self, event: str, audience: Audience) -> list[Notice]:
        other = Addressing(self.rulebook, self.given.now)
        other.tell(self.rulebook.notifications.get(event, ()), audience, "")
        return list(other.notices.values())

    def changed(self) -> list[Entry]:
        """Write one line of history for what is otherwise than before."""
        said = [f"{c.field}: {_words(c.old)} -> {_words(c.new)}" for c in changes(self.before, self.ticket)]
        if not said:
            return []
        return [Entry(self.given.now, "change", "none", self.given.agent.name, text="; ".join(said))]

    def forbid(self, command: Command, word: str = "", *suggestions: str) -> Refusal:
        return Refusal(str(command), "forbidden", word, command.verb, suggestions)


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(p.email if isinstance(p, Participant) else str(p) for p in value) or "none"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value) if value else "none"


def _take(desk: _Desk, command: Command) -> None:
    desk.set(assignee=desk.given.agent.key)
    if desk.ticket.status == "new":
        desk.status("open")


def _assign(desk: _Desk, command: Command) -> None:
    desk.set(assignee=command.value)


def _escalate(desk: _Desk, command: Command) -> Refusal | None:
    queue = desk.rulebook.queues.get(desk.ticket.queue)
    if queue is None or queue.escalate is None:
        lead = people_of(desk.rulebook, "lead", desk.ticket.queue, "")
        if not lead or lead[0] == desk.ticket.assignee:
            return desk.forbid(command, desk.ticket.queue, *(f"/queue {name}" for name in desk.rulebook.queues))
        desk.set(assignee=lead[0])
        return None
    desk.move(queue.escalate.to)
    return None


def _tag(desk: _Desk, command: Command) -> None:
    tags = list(desk.ticket.tags)
    for signed in command.values:
        sign, tag = signed[0], signed[1:]
        if sign == "+" and tag not in tags:
            tags.append(tag)
        elif sign == "-" and tag in tags:
            tags.remove(tag)
    desk.set(tags=tuple(tags))


def _wait(desk: _Desk, command: Command) -> None:
    desk.status("pending")
    if command.at:
        _remind(desk, command)


def _ask(desk: _Desk, command: Command) -> None:
    desk.status("pending")


def _remind(desk: _Desk, command: Command) -> None:
    """A reminder is a notice that waits in the outbox, so that nothing can forget it."""
    agent = desk.given.agent
    notice = Notice(
        "remind", agent.email, "agent", agent.language, {"agent": agent.name, "text": desk.given.last_words},
        send_at=command.at,
    )  # fmt: skip
    desk.addressing.add(notice, f"{agent.key} wants to be reminded")


def _cc(desk: _Desk, command: Command) -> Refusal | None:
    people = {person.email: person for person in desk.ticket.participants}
    for email in command.values:
        if email in desk.given.own:
            return desk.forbid(command, email)
        people.setdefault(email, Participant(email))
    if len(people) > _MOST_PARTICIPANTS:
        return desk.forbid(command, command.values[-1])
    desk.set(participants=tuple(people.values()))
    return None


def _uncc(desk: _Desk, command: Command) -> Refusal | None:
    present = {person.email for person in desk.ticket.participants}
    for email in command.values:
        if email == desk.ticket.requester:
            return desk.forbid(command, email)
        if email not in present:
            others = tuple(f"/uncc {each}" for each in sorted(present - {desk.ticket.requester}))
            return Refusal(str(command), "unknown", email, "uncc", others)
    left = tuple(person for person in desk.ticket.participants if person.email not in command.values)
    desk.set(participants=left)
    return None


def _link(desk: _Desk, command: Command) -> Refusal | None:
    other = desk.given.others.get(int(command.value))
    if other is None or other.number == desk.ticket.number:
        return Refusal(str(command), "unknown", f"#{command.value}", command.verb)
    here, there = (f"{desk.given.agent.name} linked #{n}." for n in (other.number, desk.ticket.number))
    desk.entries.append(Entry(desk.given.now, "comment", "none", "maild", text=here))
    desk.elsewhere.append((other.number, Entry(desk.given.now, "comment", "none", "maild", text=there)))
    return None


def _merge(desk: _Desk, command: Command) -> Refusal | None:
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


NOT_YET = ("knowledge",)
"""Verbs that are known, and refused with a word of explanation."""
MERGED = "merged"
"""The tag of a ticket whose parent goes on in its place."""


def _split(desk: _Desk, command: Command) -> None:
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
    receipt = Notice("receipt", old.requester, "requester", old.language, {"repeat": True, "text": given.last_words})
    reason = f"{given.agent.key} split it from #{old.number}"
    orders = Orders(given.agent.key)
    desk.also.append(Decision("commanded", reason, None, new, (words, why), notices=(receipt,), orders=orders))
    text = f"{given.agent.name} split off a ticket of its own: {subject}"
    desk.entries.append(Entry(given.now, "comment", "none", "maild", text=text))


def _spam(desk: _Desk, command: Command) -> None:
    desk.status("closed")
    desk.set(tags=tuple(dict.fromkeys((*desk.ticket.tags, "spam"))))
    desk.quiet = True


def _later(desk: _Desk, command: Command) -> Refusal:
    return Refusal(str(command), "not_here", verb=command.verb)


def _nothing(desk: _Desk, command: Command) -> None:
    """What the words themselves say is done where they are sent."""


_VERBS: Mapping[str, Callable[[_Desk, Command], Refusal | None]] = {
    "take": _take,
    "assign": _assign,
    "queue": lambda desk, command: desk.move(command.value),
    "escalate": _escalate,
    "priority": lambda desk, command: desk.rank(command.value),
    "impact": lambda desk, command: desk.weigh(impact=command.value),
    "urgency": lambda desk, command: desk.weigh(urgency=command.value),
    "category": lambda desk, command: desk.set(category=command.value),
    "tag": _tag,
    "status": lambda desk, command: desk.status(command.value),
    "wait": _wait,
    "resolve": lambda desk, command: desk.status("resolved"),
    "close": lambda desk, command: desk.status("closed"),
    "reopen": lambda desk, command: desk.status("open"),
    "note": _nothing,
    "reply": _nothing,
    "canned": _nothing,
    "help": _nothing,
    "why": _nothing,
    "ask": _ask,
    "cc": _cc,
    "uncc": _uncc,
    "subject": lambda desk, command: desk.set(subject=" ".join(command.value.split())[:_LONGEST_SUBJECT]),
    "link": _link,
    "split": _split,
    "merge": _merge,
    "due": lambda desk, command: desk.set(resolution_due=command.at),
    "remind": _remind,
    "spam": _spam,
}
