"""What came by phone, or was passed on by an agent, becomes the ticket of whoever it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maild.desk.commands import Command, Commands, Refusal
from maild.desk.decision import Decision
from maild.desk.orders import Orders
from maild.desk.ticket import Entry
from maild.mail.compose import one_line
from maild.mail.message import Address, Message
from maild.mail.passed_on import read_passed_on
from maild.rulebook.bench import Given
from maild.rulebook.model import Rulebook
from maild.rulebook.obey import obey, refuse

OPENING = ("new", "for")
"""The commands that open a ticket."""


def record(
    said: Commands,
    given: Given,
    message: Message,
    passed_on: str,
    opened: Callable[[Message, str], Decision],
    rulebook: Rulebook,
) -> Decision:
    """Open a ticket for somebody else; further commands of the same mail are carried out on it.

    Args:
        passed_on: the mail that the agent passes on, "" where he passes on none.
        opened: opens a ticket for a mail and its readable text.
    """
    orders = [command for command in said.commands if command.verb in OPENING]
    refusals = list(said.refusals)
    if len(orders) > 1:
        refusals.append(Refusal(str(orders[1]), "twice", verb=orders[1].verb))
    found = _of_a_person(orders[0], said, message, passed_on)
    if isinstance(found, Refusal):
        refusals.append(found)
    elif found[0].author is None or found[0].author.email in given.own:
        refusals.append(Refusal(str(orders[0]), "forbidden", str(found[0].author), orders[0].verb))
    if refusals or isinstance(found, Refusal):
        return refuse(None, tuple(refusals), given)
    decision = opened(*found)
    if decision.after is None:
        return refuse(None, (Refusal(str(orders[0]), "forbidden", decision.reason, orders[0].verb),), given)
    rest = replace(said, commands=tuple(c for c in said.commands if c.verb not in OPENING), reply="")
    obeyed = obey(decision.after, rest, given, rulebook)
    if obeyed.orders.refusals:
        return refuse(None, obeyed.orders.refusals, given)
    who = decision.after.requester
    written = Entry(given.now, "comment", "none", "maild", text=f"{given.agent.name} recorded this for {who}.")
    return replace(
        obeyed,
        reason=f"{given.agent.key} recorded a ticket for {who}",
        before=None,
        entries=(*decision.entries, written, *obeyed.entries),
        notices=(*decision.notices, *obeyed.notices),
        steps=(*decision.steps, *obeyed.steps),
        suggest=decision.suggest,
        orders=Orders(given.agent.key),
    )


def _of_a_person(order: Command, said: Commands, message: Message, passed_on: str) -> tuple[Message, str] | Refusal:
    """Write the mail that the person might have written himself, and its text."""
    bare = replace(message, to=(), cc=(), reply_to=(), sender=None, in_reply_to=(), references=(), html="")
    if order.verb == "new":
        person, text = Address("", order.values[0]), said.reply
        subject = order.value or text.partition("\n")[0]
        if not subject:
            return Refusal(str(order), "missing", verb="new", suggestions=(f"/new for {person.email} VPN down",))
        return replace(bare, from_=(person,), subject=one_line(subject)[:200], text=text), text or subject
    mail = read_passed_on(passed_on)
    person = Address("", order.value) if order.value else mail.author
    if person is None or not passed_on:
        return Refusal(str(order), "missing", verb="for", suggestions=("/for eva@example.com",))
    if mail.author and mail.author.email == person.email:
        person = mail.author
    return replace(bare, from_=(person,), subject=mail.subject or message.subject, text=mail.text), mail.text
