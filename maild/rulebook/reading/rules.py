"""Reads what the admin wants to happen: rules, timers, and who hears of what."""

from __future__ import annotations

from maild.desk.asking import QUESTIONS
from maild.desk.length import Length
from maild.desk.ticket import IMPACTS, PRIORITIES, STATUSES, URGENCIES
from maild.problem import did_you_mean
from maild.rulebook.keys import OUTCOMES, PROMISES, STATES
from maild.rulebook.model import Notify, Rule, Setting, Timer
from maild.rulebook.reading import values
from maild.rulebook.reading.reader import Reader
from maild.rulebook.reading.tree import Node, Scalar
from maild.rulebook.reading.when import condition

_CHOICES = {"impact": IMPACTS, "urgency": URGENCIES, "priority": PRIORITIES, "status": STATUSES}
_NAMES = {"queue": "queue", "assignee": "agent"}


def rules(read: Reader, node: Node) -> list[tuple[Rule, Node]]:
    """Read the rules, each with its node for later doubts."""
    return [(_rule(read, member), member) for member in read.nodes(node, "rules")]


def _rule(read: Reader, node: Node) -> Rule:
    of = read.fields(node, "a rule", required=("name",))
    name = read.text(of["name"], "name") if "name" in of else ""
    set_, tags = _set(read, of["set"], "set") if "set" in of else ((), ())
    if of and not any(key in of for key in ("set", "notify", "suggest", "ask", "outcome")) and "name" in of:
        read.wrong(of["name"], "this rule does nothing", "give it set, notify, suggest, ask or outcome")
    return Rule(
        name=name,
        line=of["name"].line if "name" in of else node.line,
        when=condition(read, of["when"]) if "when" in of else None,
        set=set_,
        tags=tags,
        suggest=read.names(of["suggest"], "article") if "suggest" in of else (),
        ask=read.some_of(of["ask"], QUESTIONS, "question maild can ask") if "ask" in of else (),
        notify=_notify(read, of["notify"]) if "notify" in of else (),
        outcome=read.one_of(of["outcome"], OUTCOMES, "outcome") if "outcome" in of else "",
    )


def _set(read: Reader, node: Node, of: str) -> tuple[tuple[Setting, ...], tuple[str, ...]]:
    """Read the fields that are set, and the tags that are added."""
    found, tags = [], ()
    for field, value in read.fields(node, of).items():
        if field == "tags":
            tags = tuple(item.text for item in read.items(value, "tags"))
            continue
        if field in _CHOICES:
            text = read.one_of(value, _CHOICES[field], field)
        elif field in _NAMES:
            text = read.name(value, _NAMES[field])
        else:
            text = read.text(value, field)
        found.append(Setting(field, text, value.line))
    return tuple(found), tags


def _notify(read: Reader, node: Node) -> tuple[Notify, ...]:
    found = []
    for who, value in read.mapping(node, "notify"):
        read.name(who, "who")
        found += [Notify(who.text, template) for template in read.names(value, "template")]
    return tuple(found)


def notifications(read: Reader, node: Node) -> dict[str, tuple[Notify, ...]]:
    return {event: _notify(read, value) for event, value in read.fields(node, "notifications").items()}


def timers(read: Reader, node: Node) -> list[tuple[Timer, Node]]:
    """Read the timers, each with its node for later doubts."""
    return [(_timer(read, member), member) for member in read.nodes(node, "timers")]


def _timer(read: Reader, node: Node) -> Timer:
    of = read.fields(node, "a timer", required=("name", "when"))
    clock, percent, length = _moment(read, of["when"]) if "when" in of else ("", None, None)
    if of and not any(key in of for key in ("set", "notify")) and "name" in of:
        read.wrong(of["name"], "this timer does nothing", "give it notify or set")
    return Timer(
        name=read.text(of["name"], "name") if "name" in of else "",
        line=of["name"].line if "name" in of else node.line,
        clock=clock,
        percent=percent,
        length=length,
        notify=_notify(read, of["notify"]) if "notify" in of else (),
        set=_set(read, of["set"], "set of a timer")[0] if "set" in of else (),
    )


def _moment(read: Reader, node: Node) -> tuple[str, int | None, Length | None]:
    found = read.scalar(node, "when")
    nothing = "", None, None
    if found is None:
        return nothing
    clock, _, amount = found.text.strip().partition(" ")
    amount = amount.strip()
    if clock in PROMISES:
        number = amount.removesuffix("%")
        if not amount.endswith("%") or not number.isdecimal() or not 0 < int(number) <= 1000:
            what = f'"{amount}" is no percentage of {clock}' if amount else f"a percentage is missing after {clock}"
            read.wrong(found, what, f"write {clock} 75%")
            return nothing
        return clock, int(number), None
    if clock in STATES:
        length = values.length(amount)
        if isinstance(length, values.Wrong):
            read.wrong(found, length.what, f"write {clock} 2bd, or {clock} 4h")
            return nothing
        return clock, None, length
    _no_clock(read, found)
    return nothing


def _no_clock(read: Reader, found: Scalar) -> None:
    near = did_you_mean(found.text.split()[0], (*PROMISES, *STATES))
    hint = near or "write first_response 75%, resolution 100%, pending 2bd, resolved 3bd ..."
    read.wrong(found, f'"{found.text}" names no moment of a clock', hint)
