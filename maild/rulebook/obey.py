"""An agent's commands on a ticket become its new state, lines of history and notices; pure, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from maild.desk.archive import LONGEST, SOLVED, archived
from maild.desk.commands import Command, Commands, Refusal
from maild.desk.decision import Decision, Notice, Step
from maild.desk.drafted import DraftArticle
from maild.desk.orders import Orders
from maild.desk.ticket import Participant, Ticket
from maild.rulebook.bench import Bench, Given
from maild.rulebook.joining import MERGED, link, merge, split
from maild.rulebook.model import Notify, Rulebook
from maild.rulebook.notices import Audience
from maild.rulebook.roster import people_of

_MOST_PARTICIPANTS = 50
_LONGEST_SUBJECT = 300


def obey(ticket: Ticket, said: Commands, given: Given, rulebook: Rulebook) -> Decision:
    """Carry out what an agent's mail orders, or nothing of it where one command cannot be.

    What the gate keeps back and the transcript are added by the flow, which knows them.
    """
    desk = Bench(ticket, given, rulebook)
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
    wanted = [_drafted(desk, command) for command in said.commands if command.verb == "knowledge"]
    refusals += [each for each in wanted if isinstance(each, Refusal)]
    if refusals:
        return refuse(ticket, tuple(refusals), given)
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
            given.agent.key, undoable=desk.ticket != ticket or bool(said.reply or desk.others or desk.also)
        ),
        others=tuple(desk.others),
        also=tuple(desk.also),
        elsewhere=tuple(desk.elsewhere),
        draft=next((each for each in wanted if isinstance(each, DraftArticle)), None),
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


def _take(desk: Bench, command: Command) -> None:
    desk.set(assignee=desk.given.agent.key)
    if desk.ticket.status == "new":
        desk.status("open")


def _assign(desk: Bench, command: Command) -> None:
    desk.set(assignee=command.value)


def _escalate(desk: Bench, command: Command) -> Refusal | None:
    queue = desk.rulebook.queues.get(desk.ticket.queue)
    if queue is None or queue.escalate is None:
        lead = people_of(desk.rulebook, "lead", desk.ticket.queue, "")
        if not lead or lead[0] == desk.ticket.assignee:
            return desk.forbid(command, desk.ticket.queue, *(f"/queue {name}" for name in desk.rulebook.queues))
        desk.set(assignee=lead[0])
        return None
    desk.move(queue.escalate.to)
    return None


def _tag(desk: Bench, command: Command) -> None:
    tags = list(desk.ticket.tags)
    for signed in command.values:
        sign, tag = signed[0], signed[1:]
        if sign == "+" and tag not in tags:
            tags.append(tag)
        elif sign == "-" and tag in tags:
            tags.remove(tag)
    desk.set(tags=tuple(tags))


def _wait(desk: Bench, command: Command) -> None:
    """Let the ticket wait for its requester, or for a moment at which it opens again by itself."""
    desk.status("pending")
    desk.set(waits_until=command.at)


def _resolve(desk: Bench, command: Command) -> None:
    """Resolve the ticket; who solves what nobody has, has had it."""
    desk.status("resolved")
    if not desk.ticket.assignee:
        desk.set(assignee=desk.given.agent.key)


def _ask(desk: Bench, command: Command) -> None:
    desk.status("pending")


def _remind(desk: Bench, command: Command) -> None:
    """A reminder is a notice that waits in the outbox, so that nothing can forget it."""
    agent = desk.given.agent
    notice = Notice(
        "remind", agent.email, "agent", agent.language, {"agent": agent.name, "text": desk.given.last_words},
        send_at=command.at,
    )  # fmt: skip
    desk.addressing.add(notice, f"{agent.key} wants to be reminded")


def _cc(desk: Bench, command: Command) -> Refusal | None:
    people = {person.email: person for person in desk.ticket.participants}
    for email in command.values:
        if email in desk.given.own:
            return desk.forbid(command, email)
        people.setdefault(email, Participant(email))
    if len(people) > _MOST_PARTICIPANTS:
        return desk.forbid(command, command.values[-1])
    desk.set(participants=tuple(people.values()))
    return None


def _uncc(desk: Bench, command: Command) -> Refusal | None:
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


def _drafted(desk: Bench, command: Command) -> DraftArticle | Refusal:
    """Draft an article from the ticket as these orders leave it, and let the lead read it."""
    given, ticket = desk.given, desk.ticket
    if given.draft is None:
        return _later(desk, command)
    if ticket.status not in SOLVED or not ticket.number or {MERGED, "spam"} & set(ticket.tags):
        return Refusal(str(command), "not_solved", verb=command.verb)
    solved = archived(None, ticket, (*given.history, *desk.entries), None, given.now)
    if not solved.solution.strip():
        return Refusal(str(command), "no_solution", verb=command.verb)
    draft = given.draft(solved, command.value)
    desk.addressing.tell(
        (Notify("lead", "draft-article"),),
        Audience(ticket, agents={"by": given.agent.name}),
        "somebody has to read the draft",
        without=frozenset({given.agent.key}),
    )
    return draft


def _spam(desk: Bench, command: Command) -> None:
    desk.status("closed")
    desk.set(tags=tuple(dict.fromkeys((*desk.ticket.tags, "spam"))))
    desk.quiet = True


def _later(desk: Bench, command: Command) -> Refusal:
    return Refusal(str(command), "not_here", verb=command.verb)


def _nothing(desk: Bench, command: Command) -> None:
    """What the words themselves say is done where they are sent."""


_VERBS: Mapping[str, Callable[[Bench, Command], Refusal | None]] = {
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
    "resolve": _resolve,
    "close": lambda desk, command: desk.status("closed"),
    "reopen": lambda desk, command: desk.status("open"),
    "note": _nothing,
    "knowledge": _nothing,
    "reply": _nothing,
    "canned": _nothing,
    "help": _nothing,
    "why": _nothing,
    "ask": _ask,
    "cc": _cc,
    "uncc": _uncc,
    "subject": lambda desk, command: desk.set(subject=" ".join(command.value.split())[:_LONGEST_SUBJECT]),
    "cause": lambda desk, command: desk.set(cause=" ".join(command.value.split())[:LONGEST]),
    "link": link,
    "split": split,
    "merge": merge,
    "due": lambda desk, command: desk.set(resolution_due=command.at),
    "remind": _remind,
    "spam": _spam,
}
