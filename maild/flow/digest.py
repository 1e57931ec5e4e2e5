"""The morning digest: each agent's open tickets, numbered, the most urgent first, to be answered line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from maild.desk.commands import Commands, Refusal, Vocabulary, parse
from maild.desk.commands.verbs import BY_NAME
from maild.desk.decision import Decision, Notice
from maild.desk.orders import Orders
from maild.desk.ticket import Ticket
from maild.flow.commit import queue_notice
from maild.flow.context import Context
from maild.flow.outgoing import pass_gate
from maild.mail.parse import parse as parse_mail
from maild.rulebook.model import Agent, Rulebook
from maild.rulebook.obey import Given, obey, refuse
from maild.rulebook.roster import present
from maild.store import Store

DIGEST = "digest"
_MOST = 30
_MORNING = 3
"""Hours after which a list of the morning comes too late, as after a day of downtime."""
_LINE = re.compile(r"[\s*>-]*([0-9０-９]{1,2})\s*[.):、．：:]?\s*(\S.*)")
_NOT_HERE = frozenset({"undo", "new", "for", "canned", "help", "why"})
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def day_of_digests(context: Context, now: datetime) -> date | None:
    """Give the day whose digests are to go now, None outside the hours of the morning."""
    here = now.astimezone(context.rulebook().zone)
    first = context.digest_hour
    return here.date() if 0 <= first <= here.hour < first + _MORNING else None


def send_digests(store: Store, context: Context, now: datetime) -> list[str]:
    """Queue the digests of today, on days on which the desk is open; each agent gets one a day, whoever asks.

    Returns:
        Who gets one.
    """
    rulebook: Rulebook = context.rulebook()
    day = now.astimezone(rulebook.zone).date()
    if not rulebook.agents or not rulebook.calendar.hours_of(day):
        return []
    mine = _by_assignee(store)
    told = []
    for agent in present(rulebook, [key for key in rulebook.agents if mine.get(key)], now):
        with store.transaction():
            if not store.lease(f"digest {agent.key} {day}", context.nonce(), now, timedelta(days=2).total_seconds()):
                continue
            tickets = sorted(mine[agent.key], key=_urgency)
            facts = {
                "agent": agent.name,
                "tickets": tuple(tickets[:_MOST]),
                "count": len(tickets),
                "numbers": tuple(ticket.number for ticket in tickets[:_MOST]),
            }
            notice = Notice(DIGEST, agent.email, "agent", agent.language, facts)
            [let_out] = pass_gate(Decision("", "", notices=(notice,)), "", store, context, now).notices
            queue_notice(let_out, None, None, "", store, context, now)
            told.append(agent.email)
    return told


def _by_assignee(store: Store) -> dict[str, list[Ticket]]:
    found: dict[str, list[Ticket]] = {}
    for status in ("new", "open", "pending"):
        for ticket in store.tickets.each(status=status):
            if ticket.assignee:
                found.setdefault(ticket.assignee, []).append(ticket)
    return found


def _urgency(ticket: Ticket) -> tuple[bool, datetime, str, int]:
    """What waits for its requester comes last; then the promise that is due first, then the priority."""
    due = ticket.resolution_due if ticket.first_responded_at else ticket.first_response_due
    return ticket.status == "pending", due or ticket.resolution_due or _NEVER, ticket.priority, ticket.number


def numbers_of(message_ids: Iterable[str], agent: Agent, store: Store) -> tuple[int, ...]:
    """Give the tickets of a digest that was sent to this agent, in its order; our own copy says which they were."""
    for message_id in message_ids:
        row = store.outbox.by_message_id(message_id)
        if row is not None and row.notice == DIGEST and row.to == agent.email:
            listed = parse_mail(store.outbox.raw(row.id)).header("x-maild-tickets") or ""
            return tuple(int(number) for number in listed.split())
    return ()


def is_answer(words: str) -> bool:
    """Say whether words answer a digest: their first line begins with the number of a line."""
    return bool(_LINE.match(words.strip().partition("\n")[0]))


def answer(
    words: str,
    numbers: tuple[int, ...],
    vocabulary: Vocabulary,
    given: Given,
    rulebook: Rulebook,
    get: Callable[[int], Ticket | None],
) -> Decision:
    """Carry out lines such as `1 close`, `2 wait fri`, `3 @noor`; all of them, or none where one cannot be."""
    ordered, refusals = _read(words, numbers, vocabulary)
    decisions = []
    for number in sorted(ordered):
        ticket = get(number)
        if ticket is None:
            refusals.append(Refusal(f"#{number}", "unknown", f"#{number}"))
            continue
        decision = obey(ticket, ordered[number], given, rulebook)
        if decision.orders and decision.orders.refusals:
            refusals += decision.orders.refusals
        decisions.append(decision)
    if refusals:
        return refuse(None, tuple(refusals), given)
    listed = ", ".join(f"#{decision.after.number}" for decision in decisions if decision.after)
    key = given.agent.key
    return Decision("commanded", f"{key} answered the digest: {listed}", also=tuple(decisions), orders=Orders(key))


def _read(words: str, numbers: tuple[int, ...], vocabulary: Vocabulary) -> tuple[dict[int, Commands], list[Refusal]]:
    ordered: dict[int, Commands] = {}
    refusals: list[Refusal] = []
    for line in filter(str.strip, words.split("\n")):
        match = _LINE.fullmatch(line.rstrip())
        place = int(match[1]) if match else 0
        if match is None or not 1 <= place <= len(numbers):
            refusals.append(Refusal(line.strip()[:80], "no_such_line"))
            continue
        said = parse("", _as_command(match[2]), vocabulary)
        refusals += said.refusals
        if not said.commands and not said.refusals:
            refusals.append(Refusal(line.strip()[:80], "unknown_verb"))
        for command in said.commands:
            if command.verb in _NOT_HERE or BY_NAME[command.verb].confirm:
                refusals.append(Refusal(line.strip()[:80], "not_in_digest", verb=command.verb))
        before = ordered.get(numbers[place - 1], Commands())
        ordered[numbers[place - 1]] = replace(
            said,
            commands=(*before.commands, *said.commands),
            reply="\n\n".join(filter(None, (before.reply, said.reply))),
            note="\n\n".join(filter(None, (before.note, said.note))),
        )
    return ordered, refusals


def _as_command(order: str) -> str:
    """Give an order its slash: `close`, `@noor`, `/wait fri`."""
    if order.startswith(("@", "＠")):
        return f"/assign {order[1:]}"
    return order if order.startswith(("/", "／")) else f"/{order}"
