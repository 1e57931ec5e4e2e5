"""An agent's mail: who is it, what does he order, may he; then a decision as for any other mail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from maild.desk.authority import Authority, authority
from maild.desk.commands import Commands, Refusal, Vocabulary, added, parse
from maild.desk.commands.verbs import BY_NAME
from maild.desk.decision import Decision, Notice, Step
from maild.desk.orders import Orders
from maild.desk.ticket import AttachmentInfo, Entry, Ticket
from maild.desk.trust import Speaker, check_token, make_message_id, token_of_message_id
from maild.flow.context import Context
from maild.flow.digest import answer as answer_digest
from maild.flow.digest import is_answer, numbers_of
from maild.flow.on_behalf import OPENING, record
from maild.flow.shelve import drafter
from maild.flow.undo import undo, undo_all
from maild.mail.message import Message
from maild.mail.parse import parse as parse_mail
from maild.mail.spoken import spoken, without_notice
from maild.rulebook.bench import Given
from maild.rulebook.model import Agent, Rulebook
from maild.rulebook.obey import obey, refuse
from maild.store import Store

_TOKEN = re.compile(r"\[?\b(\d{1,12}\.[a-z2-7]{8,32}\.\d{1,6}\.[a-z2-7]{16})\b\]?", re.IGNORECASE)
_YES = re.compile(
    r"[\s/／\"'“*]*(?:yes|yep|y|ok|okay|sure|confirm(?:ed)?|approved?|go ahead|it was me|是|好|对|确认|同意|可以)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"\b(?:no|not|never|nothing|nobody|who|whose|cannot|[a-z]+n['’]t|(?:did|was|is|do|does|have|had|ca)nt)\b"
    r"|[?？不没非未别谁像]",
    re.IGNORECASE,
)
"""What makes no yes of one: 对不起，不是我 and "OK, but who wrote that?" begin like it."""
_NAMED = ("link", "merge")
Get = Callable[[int], Ticket | None]


@dataclass(frozen=True, slots=True)
class Mail:
    """An agent's mail, with all that was looked up about it."""

    agent: Agent
    ticket: Ticket | None
    said: Commands
    words: str
    """What he wrote himself."""
    authority: Authority
    passed_on: str = ""
    """The mail that he passes on below them."""
    history: tuple[Entry, ...] = ()
    transcripts: tuple[str, ...] = ()
    """Message-IDs of ours that it answers, whose tokens are genuine."""


def consider_agent(
    reading: Any,
    speaker: Speaker,
    inbox: int,
    store: Store,
    get: Get,
    opened: Callable[[Message, str], Decision],
    context: Context,
    now: datetime,
) -> Decision | None:
    """Decide about a mail from an address of the roster; None where he writes as a requester like any other.

    Args:
        reading: a maild.flow.receive.Reading.
        inbox: the row it came in, 0 where it is only explained.
        get: gives a ticket, locked where the decision will be written.
        opened: opens a ticket for a mail and its readable text, whoever wrote it down.
    """
    rulebook: Rulebook = context.rulebook()
    message = reading.message
    agent = next((found for a in message.from_ if (found := rulebook.agent_of(a.email))), None)
    if agent is None or reading.verdict.kind != "correspondence" or message.truncated:
        return None
    own = spoken(message.text, message.subject)
    tokens = _tokens(reading, own.text, agent, context, now)
    words = _TOKEN.sub("", _without_notices(own.text, tokens, store)).strip()
    answer = _answer(tokens, words, agent, store, now)
    if answer is not None:
        return answer
    listed = numbers_of((message_id for number, message_id in tokens if number == 0), agent, store)
    in_digest = bool(listed) and is_answer(words)
    number = 0 if in_digest else _number(reading, tokens, store)
    ticket = get(number) if number else None
    history = tuple(store.tickets.entries(number)) if ticket else ()
    vocabulary = _vocabulary(agent, rulebook, context, now)
    said = Commands() if in_digest else _read(message.subject, words, own.leads, ticket, history, agent, vocabulary)
    if ticket is None:
        if not said.commands and not in_digest:
            return None
    elif ticket.requester in (agent.email, *agent.aliases) and not _orders(said):
        return None
    if words == "" and not said.anything and ticket is not None:
        said = replace(said, refusals=(Refusal(message.subject, "empty"),))
    believed = authority(
        speaker,
        number,
        frozenset(token for token, _ in tokens),
        servers=bool(context.trusted_authserv_id),
        single=len(message.from_) == 1,
        confirmed=bool(inbox) and store.orders.confirmed(inbox) == agent.key,
    )
    answered = tuple(message_id for _, message_id in tokens)
    mail = Mail(agent, ticket, said, words, believed, own.passed_on, history, answered)
    if in_digest and believed.believed:
        return _of_digest(mail, listed, vocabulary, inbox, reading, store, get, context, now)
    return _decide(mail, inbox, reading, store, get, opened, context, now)


def _of_digest(
    mail: Mail,
    listed: tuple[int, ...],
    vocabulary: Vocabulary,
    inbox: int,
    reading: Any,
    store: Store,
    get: Get,
    context: Context,
    now: datetime,
) -> Decision:
    """Carry out the answer to a digest; where it touches many tickets, or is dangerous, the agent is asked once."""

    def given(ticket: Ticket | None, said: Commands) -> Given:
        history = tuple(store.tickets.entries(ticket.number)) if ticket else ()
        return _given(replace(mail, ticket=ticket, said=said, history=history), reading, store, context, now)

    answered = answer_digest(mail.words, listed, vocabulary, given, context.rulebook(), get)
    confirmed = inbox and store.orders.confirmed(inbox) == mail.agent.key
    if not answered.risky or confirmed:
        return answered.decision
    reason = f"{mail.agent.name} is asked to confirm orders on {len(answered.decision.also)} tickets"
    return _held(mail, "danger", reason, answered.ordered, len(answered.decision.also))


def _decide(
    mail: Mail,
    inbox: int,
    reading: Any,
    store: Store,
    get: Get,
    opened: Callable[[Message, str], Decision],
    context: Context,
    now: datetime,
) -> Decision:
    rulebook: Rulebook = context.rulebook()
    agent, ticket, said = mail.agent, mail.ticket, mail.said
    steps = (
        Step("thread", f"#{ticket.number}" if ticket else "no ticket", ticket is not None, "an agent's mail"),
        Step("trust", agent.key, mail.authority.believed, mail.authority.reason),
    )
    if not mail.authority.believed:
        reason = f"It says that it is from {agent.name}, but {mail.authority.reason}; {agent.email} is asked to confirm"
        return replace(_held(mail, "trust", reason), steps=steps)
    given = _given(mail, reading, store, context, now)
    if any(command.verb in OPENING for command in said.commands):
        decision = record(said, given, reading.message, mail.passed_on, opened, rulebook)
    elif ticket is None:
        decision = _without_ticket(mail, given, store, get)
    elif any(command.verb == "undo" for command in said.commands):
        decision = _undo(mail, given, store, get)
    else:
        if any(command.verb == "canned" for command in said.commands) and not said.refusals:
            said = _with_canned(said, ticket, context, now)
        decision = obey(ticket, said, given, rulebook)
        dangerous = [command for command in said.commands if BY_NAME[command.verb].confirm]
        if dangerous and not decision.orders.refusals and not (inbox and store.orders.confirmed(inbox) == agent.key):
            what = ", ".join(map(str, dangerous))
            return replace(
                _held(mail, "danger", f"{agent.name} is asked to confirm {what} on #{ticket.number}"), steps=steps
            )
    return replace(decision, steps=(*steps, *decision.steps))


def _undo(mail: Mail, given: Given, store: Store, get: Get) -> Decision:
    """Take back what the agent did last with the ticket; nothing else goes with it."""
    if mail.said.refusals or len(mail.said.commands) > 1:
        alone = Refusal("/undo", "alone", verb="undo", suggestions=("/undo",))
        return refuse(mail.ticket, (*mail.said.refusals, alone), given)
    return undo(mail.ticket, mail.transcripts, given, store, get)


def _without_ticket(mail: Mail, given: Given, store: Store, get: Get) -> Decision:
    """Help is given anywhere, and a transcript of several tickets is undone as a whole; all else is about a ticket."""
    key, said = given.agent.key, mail.said
    if [command.verb for command in said.commands] == ["undo"] and not said.refusals:
        back = undo_all(mail.transcripts, given, store, get)
        return back or refuse(None, (Refusal("/undo", "nothing_to_undo", verb="undo"),), given)
    if [command.verb for command in said.commands] == ["help"] and not said.refusals:
        steps = (Step("command", "/help", True, "asked for"),)
        return Decision("commanded", f"{key} asked for help", steps=steps, orders=Orders(key))
    return refuse(None, said.refusals or tuple(Refusal(str(c), "no_ticket", verb=c.verb) for c in said.commands), given)


def _held(mail: Mail, why: str, reason: str, ordered: tuple[str, ...] = (), count: int = 0) -> Decision:
    agent = mail.agent
    ordered = ordered or tuple(map(str, mail.said.commands))
    facts = {"agent": agent.name, "text": mail.words, "why": why, "ordered": ordered, "count": count}
    notice = Notice("confirm", agent.email, "agent", agent.language, facts)
    return Decision("held", reason, mail.ticket, mail.ticket, notices=(notice,), orders=Orders(agent.key, ask=why))


def _given(mail: Mail, reading: Any, store: Store, context: Context, now: datetime) -> Given:
    named = {int(c.value) for c in mail.said.commands if c.verb in _NAMED}
    others = {number: found for number in named if (found := store.tickets.get(number))}
    message = reading.message
    written = [e for e in mail.history if e.direction == "in" and e.kind == "correspondence"]
    return Given(
        mail.agent,
        now,
        undo=context.undo,
        message_id=message.message_id,
        attachments=tuple(
            AttachmentInfo(a.name, a.type, a.size, a.sha256) for a in message.attachments if not a.inline
        ),
        others=others,
        own=context.own,
        history=mail.history,
        draft=drafter(mail.history, mail.agent, context),
        last_words=written[-1].text if written else "",
    )


def _tokens(reading: Any, words: str, agent: Agent, context: Context, now: datetime) -> tuple[tuple[int, str], ...]:
    """Find the genuine tokens that were issued to an agent: in the thread, our address, his own words."""
    texts = [token_of_message_id(message_id, context.domains) for message_id in reading.hints.message_ids]
    texts += [*reading.hints.plus, *_TOKEN.findall(words)]
    found = []
    for text in texts:
        for address in (agent.email, *agent.aliases) if text else ():
            token = check_token(context.keys, text, address, now)
            if not isinstance(token, str):
                found.append((token.ticket, make_message_id(token.text.lower(), context.message_id_domain)))
    return tuple(dict.fromkeys(found))


def _without_notices(words: str, tokens: Iterable[tuple[int, str]], store: Store) -> str:
    for number, message_id in tokens:
        row = store.outbox.by_message_id(message_id)
        if row is not None:
            said = [entry.text for entry in store.tickets.entries(number) if entry.kind == "correspondence"]
            words = without_notice(words, parse_mail(store.outbox.raw(row.id)).text, "\n".join(said))
    return words


def _number(reading: Any, tokens: Iterable[tuple[int, str]], store: Store) -> int:
    """Say which ticket is meant: what its subject names, else that of the token, else that of the mail it answers."""
    if reading.hints.tags:
        return reading.hints.tags[0]
    for number, _ in tokens:
        if number:
            return number
    numbers = store.tickets.by_message_ids(reading.hints.message_ids) if reading.hints.message_ids else {}
    return next((numbers[i] for i in reading.hints.message_ids if i in numbers), 0)


def _answer(
    tokens: Iterable[tuple[int, str]], words: str, agent: Agent, store: Store, now: datetime
) -> Decision | None:
    """Take the answer to a question of ours; only its fresh token, issued to this agent, makes it one."""
    question = store.orders.question([message_id for _, message_id in tokens])
    if question is None or question.agent != agent.key:
        return None
    row = store.inbox.get(question.inbox)
    ticket = store.tickets.get(row.ticket) if row and row.ticket else None
    if words and not (_YES.match(words) and not _BUT.search(words.partition("\n\n")[0])):
        reason = f"{agent.name} did not confirm mail {question.inbox}, so nothing of it is done"
        refusal = Refusal(words.partition("\n")[0][:80], "not_confirmed")
        return Decision("commanded", reason, ticket, ticket, orders=Orders(agent.key, refusals=(refusal,)))
    if question.answered_at or question.until <= now or row is None or row.state != "held":
        reason = f"{agent.name} confirms mail {question.inbox}, which does not wait for it any more"
        refusal = Refusal(words.partition("\n")[0][:80], "too_late")
        return Decision("commanded", reason, ticket, ticket, orders=Orders(agent.key, refusals=(refusal,)))
    return Decision(
        "commanded",
        f"{agent.name} confirms mail {question.inbox}, which is done now",
        ticket,
        ticket,
        orders=Orders(agent.key, answered=question.message_id, release=question.inbox),
    )


def _vocabulary(agent: Agent, rulebook: Rulebook, context: Context, now: datetime) -> Vocabulary:
    return Vocabulary(
        now=now,
        me=agent.key,
        agents={key: (a.name, a.email, *a.aliases) for key, a in rulebook.agents.items()},
        queues=tuple(rulebook.queues),
        categories=_categories(rulebook),
        canned=context.canned,
        zone=rulebook.zone,
    )


def _orders(said: Commands) -> bool:
    """Tell whether an agent orders something about a ticket of his own; one word without a slash is an answer there."""
    return bool(said.commands) or any(refusal.why != "bare_verb" for refusal in said.refusals)


def _read(
    subject: str,
    words: str,
    leads: bool,
    ticket: Ticket | None,
    history: tuple[Entry, ...],
    agent: Agent,
    vocabulary: Vocabulary,
) -> Commands:
    known = (ticket.subject, *(e.subject for e in history if e.direction == "in")) if ticket else ()
    rest, bare = added(subject, ticket.number, known) if ticket else (subject, False)
    said = parse(rest, words, vocabulary, bare=bare)
    if not leads and parse("", words, vocabulary).anything:
        return Commands(refusals=(Refusal(words.partition("\n")[0], "not_on_top"),))
    return replace(said, reply="") if _is_only_a_name(said.reply, agent) else said


def _categories(rulebook: Rulebook) -> tuple[str, ...]:
    named = {setting.value for rule in rulebook.rules for setting in rule.set if setting.field == "category"}
    return tuple(dict.fromkeys(("hardware", "software", "network", "account", "other", *sorted(named))))


def _is_only_a_name(text: str, agent: Agent) -> bool:
    """A name alone below the commands is a signature, and no answer."""
    said = set(re.findall(r"[^\W_]+", text.casefold()))
    return bool(said) and len(text) < 80 and said <= set(re.findall(r"[^\W_]+", agent.name.casefold()))


def _with_canned(said: Commands, ticket: Ticket, context: Context, now: datetime) -> Commands:
    name = next(command.value for command in said.commands if command.verb == "canned")
    facts = {"ticket": ticket, "now": now, "desk": context.sender, "zone": context.timezone}
    text = context.render(f"canned/{name}", ticket.language, facts).text.strip()
    return replace(said, reply=f"{text}\n\n{said.reply}".strip())


def reasons(history: Iterable[Entry]) -> tuple[str, ...]:
    """Give the trace of the newest decision about a ticket, line by line."""
    for entry in reversed(tuple(history)):
        if entry.trace:
            found = json.loads(entry.trace)
            return (found["reason"], *(f"{s['stage']} {s['name']}: {s['reason']}" for s in found["steps"]))
    return ()
