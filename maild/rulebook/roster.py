"""Who gets a ticket, and which agents a notice means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maild.rulebook.model import Agent, Rulebook


@dataclass(frozen=True, slots=True)
class Workload:
    """What the desk's agents have on their hands."""

    open: Mapping[str, int] = field(default_factory=dict)
    """Tickets of each agent that are neither resolved nor closed."""
    last: Mapping[str, str] = field(default_factory=dict)
    """The agent who got the newest ticket of each queue."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An agent's key, or "" for nobody, and why."""

    agent: str
    reason: str


def assign(rulebook: Rulebook, queue: str, workload: Workload, now: datetime) -> Choice:
    """Choose who of a queue gets its next ticket; an agent who is away gets nothing."""
    found = rulebook.queues.get(queue)
    if found is None or found.assign == "none":
        return Choice("", f"{queue} assigns nothing; who is free takes it")
    here = [agent.key for agent in present(rulebook, found.agents, now)]
    away = [key for key in found.agents if key not in here]
    besides = f"; away: {', '.join(away)}" if away else ""
    if not here:
        return Choice("", f"everybody of {queue} is away: {', '.join(away)}")
    if found.assign == "least-open":
        chosen = min(here, key=lambda key: workload.open.get(key, 0))
        count = workload.open.get(chosen, 0)
        return Choice(chosen, f"{chosen} has the fewest open tickets of {queue}, {count}{besides}")
    order = list(found.agents)
    last = workload.last.get(queue, "")
    start = order.index(last) + 1 if last in order else 0
    chosen = next(key for key in (*order[start:], *order[:start]) if key in here)
    return Choice(chosen, f"it is {chosen}'s turn in {queue}, after {last or 'nobody'}{besides}")


def present(rulebook: Rulebook, keys: Iterable[str], now: datetime) -> list[Agent]:
    """Give the agents among these who are not away."""
    day = now.astimezone(rulebook.zone).date()
    return [rulebook.agents[key] for key in keys if key in rulebook.agents and not rulebook.agents[key].is_away(day)]


def people_of(rulebook: Rulebook, who: str, queue: str, assignee: str) -> tuple[str, ...]:
    """Give the keys of the agents that a word of `notify` means: a role, an agent, a team.

    Where nobody is assigned, what is for the assignee is for the queue.
    """
    found = rulebook.queues.get(queue)
    match who:
        case "assignee" if assignee:
            return (assignee,)
        case "assignee":
            return found.agents if found else ()
        case "queue":
            return found.agents if found else ()
        case "lead":
            return (found.lead,) if found and found.lead else ()
    return rulebook.teams.get(who, (who,) if who in rulebook.agents else ())
