"""The morning digest: each agent's open tickets, numbered, the most urgent first, to be answered line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from maild.desk.commands import Commands, Refusal, Vocabulary, parse
from maild.desk.commands.verbs import BY_NAME
from maild.desk.decision import Decision, Notice
from maild.desk.orders import Orders
from maild.desk.ticket import Ticket
from maild.flow.lead_digest import LEAD_DIGEST
from maild.mail.parse import parse as parse_mail
from maild.rulebook.bench import Given
from maild.rulebook.model import Agent, Rulebook
from maild.rulebook.obey import obey, refuse
from maild.store import Store

DIGEST = "digest"
_MOST = 30
MANY = 6
"""From so many tickets on, an answer is asked about first."""
_LINE = re.compile(r"[\s*>-]*([0-9０-９]{1,2})\s*[.):、．：:]?\s*(\S.*)")
_NOT_HERE = frozenset({"undo", "new", "for", "canned", "help", "why", "knowledge", "merge", "split"})


def digest(agent: Agent, count: int, store: Store) -> Notice:
    """Write an agent's list of the morning; `count` says how many tickets there are, of which the list has a part."""
    found = (store.tickets.get(number) for number in store.days.urgent(agent.key, _MOST))
    tickets = tuple(ticket for ticket in found if ticket)
    facts = {
        "agent": agent.name,
        "tickets": tickets,
        "count": max(count, len(tickets)),
        "numbers": tuple(ticket.number for ticket in tickets),
    }
    return Notice(DIGEST, agent.email, "agent", agent.language, facts)


def numbers_of(message_ids: Iterable[str], agent: Agent, store: Store) -> tuple[int, ...]:
    """Give the tickets of a digest that was sent to this agent, as agent or lead, in its order: our copy says."""
    for message_id in message_ids:
        row = store.outbox.by_message_id(message_id)
        if row is not None and row.notice in (DIGEST, LEAD_DIGEST) and row.to == agent.email:
            listed = parse_mail(store.outbox.raw(row.id)).header("x-maild-tickets") or ""
            return tuple(int(number) for number in listed.split())
    return ()


def is_answer(words: str) -> bool:
    """Say whether words answer a digest: their first line begins with the number of a line."""
    return bool(_LINE.match(words.strip().partition("\n")[0]))


@dataclass(frozen=True, slots=True)
class Answered:
    """What the answer to a digest comes to."""

    decision: Decision
    ordered: tuple[str, ...] = ()
    """Each order with its ticket, in words."""
    risky: bool = False
    """It touches so many tickets, or does something so dangerous, that the agent is asked first."""


def answer(
    words: str,
    numbers: tuple[int, ...],
    vocabulary: Vocabulary,
    given: Callable[[Ticket | None, Commands], Given],
    rulebook: Rulebook,
    get: Callable[[int], Ticket | None],
) -> Answered:
    """Carry out lines such as `1 close`, `2 wait fri`, `3 @noor`; all of them, or none where one cannot be."""
    ordered, refusals = _read(words, numbers, vocabulary)
    decisions = []
    for number in sorted(ordered):
        ticket = get(number)
        if ticket is None:
            refusals.append(Refusal(f"#{number}", "unknown", f"#{number}"))
            continue
        if ordered[number].refusals:
            continue
        decision = obey(ticket, ordered[number], given(ticket, ordered[number]), rulebook)
        if decision.orders and decision.orders.refusals:
            refusals += decision.orders.refusals
        decisions.append(decision)
    nobody = given(None, Commands())
    if refusals:
        return Answered(refuse(None, tuple(refusals), nobody))
    listed = ", ".join(f"#{decision.after.number}" for decision in decisions if decision.after)
    key = nobody.agent.key
    commands = [(number, command) for number in sorted(ordered) for command in ordered[number].commands]
    return Answered(
        Decision("commanded", f"{key} answered the digest: {listed}", also=tuple(decisions), orders=Orders(key)),
        tuple(f"#{number} {command}" for number, command in commands),
        len(decisions) >= MANY or any(BY_NAME[command.verb].confirm for _, command in commands),
    )


def _read(words: str, numbers: tuple[int, ...], vocabulary: Vocabulary) -> tuple[dict[int, Commands], list[Refusal]]:
    """Read the lines of an answer; those about one ticket are read together, so that they cannot contradict."""
    lines: dict[int, list[str]] = {}
    refusals: list[Refusal] = []
    for line in filter(str.strip, words.split("\n")):
        match = _LINE.fullmatch(line.rstrip())
        place = int(match[1]) if match else 0
        if match is None or not 1 <= place <= len(numbers):
            refusals.append(Refusal(line.strip()[:80], "no_such_line"))
            continue
        said = parse("", _as_command(match[2]), vocabulary)
        if not said.anything:
            refusals.append(Refusal(line.strip()[:80], "unknown_verb"))
            continue
        refusals += [
            Refusal(line.strip()[:80], "not_in_digest", verb=command.verb)
            for command in said.commands
            if command.verb in _NOT_HERE
        ]
        lines.setdefault(numbers[place - 1], []).append(_as_command(match[2]))
    ordered = {number: parse("", "\n".join(some), vocabulary) for number, some in lines.items()}
    refusals += [refusal for said in ordered.values() for refusal in said.refusals]
    return ordered, refusals


def _as_command(order: str) -> str:
    """Give an order its slash: `close`, `@noor`, `/wait fri`."""
    if order.startswith(("@", "＠")):
        return f"/assign {order[1:]}"
    return order if order.startswith(("/", "／")) else f"/{order}"
