"""The rulebook's own tests: run by the same decision that the daemon takes, before a rulebook goes live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from mimetypes import MimeTypes

from maild.desk.decision import Decision
from maild.desk.ticket import IMPACTS, URGENCIES
from maild.desk.trust import Speaker, Thread
from maild.mail.classify import classify
from maild.mail.language import language_of
from maild.mail.message import Address, Attachment, Message
from maild.problem import Problem
from maild.rulebook.alone import fired_alone
from maild.rulebook.arrival import Arrival, Contact
from maild.rulebook.decide import decide
from maild.rulebook.keys import PROMISES
from maild.rulebook.load import load
from maild.rulebook.model import Expectation, Rulebook, SelfTest, SelfTestMail, Timer
from maild.rulebook.reading.names import World

_AT_LEAST = ("notified",)
"""Where more than what is expected is well; an empty list still means none."""
_ORDERED = ("outcome", "queue", "category", "impact", "urgency", "priority", "assignee", *PROMISES)
_KINDS = MimeTypes()


@dataclass(frozen=True, slots=True)
class Difference:
    """Something a test expected, and what came instead."""

    expectation: Expectation
    expected: str
    got: str

    @property
    def key(self) -> str:
        return self.expectation.key


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one test."""

    test: SelfTest
    decision: Decision
    fired: tuple[Timer, ...]
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Coverage:
    """What no test of a rulebook reaches."""

    rules: tuple[str, ...]
    timers: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    """(impact, urgency) of the matrix."""

    def __bool__(self) -> bool:
        return bool(self.rules or self.timers or self.cells)


def sound(text: str, name: str, world: World, base: Rulebook | None = None) -> Rulebook | list[Problem]:
    """Load a rulebook and put it through its own tests: the last of the passes."""
    found = load(text, name, world, base)
    if isinstance(found, list):
        return found
    return problems_of(run(found), text, name) or found


def run(rulebook: Rulebook) -> list[Result]:
    """Carry out every test of a rulebook."""
    return [_run(test, rulebook) for test in rulebook.tests]


def uncovered(rulebook: Rulebook, results: Iterable[Result]) -> Coverage:
    """Say which rules no test lets hold, which timers none lets fire, which cells of the matrix none meets."""
    results = list(results)
    held = {step.name for result in results for step in result.decision.steps if step.stage == "rule" and step.hit}
    fired = {timer.name for result in results for timer in result.fired}
    met = {(ticket.impact, ticket.urgency) for result in results if (ticket := result.decision.after)}
    return Coverage(
        tuple(rule.name for rule in rulebook.rules if rule.name not in held),
        tuple(timer.name for timer in rulebook.timers if timer.name not in fired),
        tuple((impact, urgency) for impact in IMPACTS for urgency in URGENCIES if (impact, urgency) not in met),
    )


def problems_of(results: Iterable[Result], text: str, name: str) -> list[Problem]:
    """Tell each difference at the place of what was expected."""
    lines = text.removeprefix("\ufeff").splitlines()
    return [
        Problem(
            name,
            difference.expectation.line,
            difference.expectation.col,
            f'the test "{result.test.name}" expects {difference.key} {difference.expected}, and gets {difference.got}',
            lines[difference.expectation.line - 1],
            "maild test shows why",
            difference.expectation.width,
        )
        for result in results
        for difference in result.differences
    ]


def _run(test: SelfTest, rulebook: Rulebook) -> Result:
    decision = decide(None, _arrival(test.mail), rulebook, test.at)
    fired = _fired(test, decision, rulebook)
    differences = tuple(
        Difference(expectation, *told)
        for expectation in test.expect
        if (told := _difference(expectation, decision, fired, rulebook))
    )
    return Result(test, decision, fired, differences)


def _fired(test: SelfTest, decision: Decision, rulebook: Rulebook) -> tuple[Timer, ...]:
    """Let time pass: the receipt goes out at once, and nobody does anything else."""
    if decision.after is None or test.after is None:
        return ()
    acknowledged = any(notice.role == "requester" for notice in decision.notices)
    names = fired_alone(decision.after, test.status, acknowledged, rulebook, test.at + test.after)
    return tuple(timer for timer in rulebook.timers if timer.name in names)


def _arrival(mail: SelfTestMail) -> Arrival:
    message = _message(mail)
    contact = Contact(mail.from_, department=mail.department, location=mail.location, vip=mail.vip)
    return Arrival(
        message=message,
        verdict=classify(message),
        text=mail.text,
        language=mail.language or language_of(mail.text, mail.subject),
        speaker=Speaker(mail.from_, authenticated=mail.authenticated, known=True),
        thread=Thread(),
        mailbox="",
        own=frozenset(),
        contact=contact,
    )


def _message(mail: SelfTestMail) -> Message:
    to, cc = (tuple(Address("", email) for email in emails) for emails in (mail.to, mail.cc))
    files = tuple(
        Attachment(name, _KINDS.guess_type(name)[0] or "application/octet-stream", b"", "") for name in mail.attachments
    )
    headers = (("from", mail.from_), ("to", ", ".join(mail.to)), ("subject", mail.subject), *mail.headers)
    return Message(
        size=mail.size or len(mail.text.encode()),
        sha256="",
        headers=headers,
        from_=(Address("", mail.from_),),
        to=to,
        cc=cc,
        subject=mail.subject,
        text=mail.text,
        attachments=files,
    )


def _difference(
    expectation: Expectation, decision: Decision, fired: tuple[Timer, ...], rulebook: Rulebook
) -> tuple[str, str] | None:
    """Give what was expected and what came, as words; None where they agree."""
    expected, got = expectation.values, _got(expectation.key, decision, fired, rulebook)
    if expectation.key in _ORDERED:
        agree = expected == got
    elif expectation.key in _AT_LEAST and expected:
        agree = set(expected) <= set(got)
    else:
        agree = set(expected) == set(got)
    return None if agree else (_said(expectation.key, expected, rulebook), _said(expectation.key, got, rulebook))


def _got(key: str, decision: Decision, fired: tuple[Timer, ...], rulebook: Rulebook) -> tuple[str, ...]:
    ticket = decision.after
    match key:
        case "outcome":
            return (decision.outcome,)
        case "suggested":
            return decision.suggest
        case "notified":
            return _notified(decision, rulebook)
        case "fired":
            return tuple(timer.name for timer in fired)
        case "asked":
            return tuple(question for notice in decision.notices for question in notice.facts.get("ask", ()))
        case "tags":
            return ticket.tags if ticket else ()
    if key in PROMISES:
        due: datetime | None = getattr(ticket, f"{key}_due") if ticket else None
        return (due.isoformat() if due else "none",)
    return ((getattr(ticket, key) if ticket else "") or "none",)


def _notified(decision: Decision, rulebook: Rulebook) -> tuple[str, ...]:
    """Name who hears: agents by their keys, the requester as such."""
    found = []
    for notice in decision.notices:
        agent = rulebook.agent_of(notice.to)
        found.append(agent.key if agent and notice.role not in ("requester", "participant") else notice.role)
    return tuple(dict.fromkeys(found))


def _said(key: str, values: tuple[str, ...], rulebook: Rulebook) -> str:
    if key in PROMISES and values != ("none",):
        return datetime.fromisoformat(values[0]).astimezone(rulebook.zone).strftime("%Y-%m-%d %H:%M")
    if key in _ORDERED:
        return values[0]
    return f"[{', '.join(values)}]"
