"""A ticket on the bench while an agent's commands work on it: its new state, lines of history, notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from maild.desk.commands import Command, Refusal
from maild.desk.decision import Decision, Notice
from maild.desk.drafted import DraftArticle
from maild.desk.orders import changes
from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.rulebook.model import Agent, Notify, Rulebook
from maild.rulebook.notices import Addressing, Audience


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
    history: tuple[Entry, ...] = ()
    """Of the ticket, before these orders."""
    draft: Callable[[Ticket, str], DraftArticle] | None = None
    """Drafts an article from a solved ticket, under a title of the agent's or its own."""
    last_words: str = ""
    """What the requester wrote last, for whoever gets the ticket."""


class Bench:
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
            waits_until=None,
            resolved_at=(self.ticket.resolved_at or now) if status in ("resolved", "closed") else None,
            closed_at=now if status == "closed" else None,
        )

    def rank(self, priority: str) -> None:
        """Give the ticket a priority; its clocks follow it when it is written."""
        self.set(priority=priority)

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
