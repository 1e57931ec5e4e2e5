"""Who hears of an event: the words of `notifications` and `notify` become notices to addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maild.desk.decision import Notice, Step
from maild.desk.ticket import Ticket
from maild.rulebook.model import Agent, Notify, Rulebook
from maild.rulebook.roster import people_of, present

_ROLES = ("assignee", "queue", "lead")


@dataclass(frozen=True, slots=True)
class Audience:
    """The ticket a notice is about, and what its templates need beyond it."""

    ticket: Ticket
    requester: Mapping[str, Any] = field(default_factory=dict)
    """Facts for the requester's notices."""
    agents: Mapping[str, Any] = field(default_factory=dict)
    """Facts for the agents' notices."""


@dataclass
class Addressing:
    """Collects notices, each person hearing once by each template; who was told what is in the steps."""

    rulebook: Rulebook
    now: datetime
    notices: dict[tuple[str, str], Notice] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def tell(self, what: Iterable[Notify], audience: Audience, why: str, without: frozenset[str] = frozenset()) -> None:
        """Address notices.

        Args:
            without: keys of agents who hear of it otherwise.
        """
        for notify in what:
            for notice in self._addressed(notify, audience, without):
                self.add(notice, why)

    def add(self, notice: Notice, why: str) -> None:
        """Take a notice in, unless the same person gets the same one already."""
        if self.notices.setdefault((notice.name, notice.to), notice) is notice:
            self.steps.append(Step("notice", notice.name, True, f"to {notice.to}, {notice.role}: {why}"))

    def _addressed(self, notify: Notify, audience: Audience, without: frozenset[str]) -> Iterable[Notice]:
        ticket = audience.ticket
        if notify.who == "requester":
            yield Notice(notify.template, ticket.requester, "requester", ticket.language, audience.requester)
        elif notify.who == "participants":
            for person in ticket.participants:
                role = "requester" if person.role == "requester" else "participant"
                yield Notice(notify.template, person.email, role, ticket.language, audience.requester)
        else:
            role = notify.who if notify.who in _ROLES else "agent"
            for agent in self._reached(notify, ticket):
                if agent.key not in without:
                    facts = {"agent": agent.name, **audience.agents}
                    yield Notice(notify.template, agent.email, role, agent.language, facts)

    def _reached(self, notify: Notify, ticket: Ticket) -> list[Agent]:
        """Give the agents a notice means who are here; where nobody of a queue is, its lead hears instead."""
        keys = people_of(self.rulebook, notify.who, ticket.queue, ticket.assignee)
        here = present(self.rulebook, keys, self.now)
        if keys and not here:
            absent = ", ".join(keys)
            self.steps.append(Step("notice", notify.template, False, f"not to {absent}: away"))
            if notify.who == "queue":
                lead = people_of(self.rulebook, "lead", ticket.queue, ticket.assignee)
                return present(self.rulebook, lead, self.now)
        return here
