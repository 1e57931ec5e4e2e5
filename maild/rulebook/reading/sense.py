"""The pass of sense: what is well written and still cannot be meant."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from maild.desk.calendar import NeverOpen
from maild.desk.sla import due_times
from maild.problem import Problem
from maild.rulebook.conditions import implies, never_holds
from maild.rulebook.keys import PROMISES, ROLES
from maild.rulebook.model import Agent, Queue, Rule, Timer
from maild.rulebook.reading.desk import SlaRow
from maild.rulebook.reading.tree import Mapping as MappingNode
from maild.rulebook.reading.tree import Node, Scalar, Source

_A_WEEK = [datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=6 * i) for i in range(28)]
"""Moments at which the lengths of an SLA row are compared."""


def agents(source: Source, node: Node, found: Mapping[str, Agent]) -> Iterable[Problem]:
    """No two agents share an address, and none bears the name of a role."""
    seen: dict[str, str] = {}
    for key, value in _pairs(node):
        if key.text in ROLES:
            yield source.problem(
                key, f'"{key.text}" is a role ({", ".join(ROLES)}) and cannot name an agent', "choose another key"
            )
        agent = found[key.text]
        for email in (agent.email, *agent.aliases):
            if email in seen:
                whose = "twice" if seen[email] == key.text else f"and to {seen[email]}"
                at = _find(value, email) or key
                yield source.problem(at, f"{email} belongs to {key.text} {whose}", "a mail from it has one author")
            seen.setdefault(email, key.text)


def queues(source: Source, node: Node, found: Mapping[str, Queue]) -> Iterable[Problem]:
    """Who shall assign has somebody to assign to, and escalation comes to an end."""
    reported: set[str] = set()
    for key, value in _pairs(node):
        queue = found[key.text]
        at = {k.text: v for k, v in _pairs(value)}
        if queue.assign != "none" and not queue.agents:
            yield source.problem(
                at["assign"], f"{key.text} has no agents to assign tickets to", "name them: agents: [...]"
            )
        seen, now = [key.text], queue
        while now.escalate and now.escalate.to in found:
            if now.escalate.to in reported:
                break
            if now.escalate.to == key.text:
                reported.update(seen)
                way = " -> ".join((*seen, key.text))
                yield source.problem(
                    at["escalate"], f"escalation goes round in a circle: {way}", "let the last queue keep it"
                )
                break
            if now.escalate.to in seen:
                break
            seen.append(now.escalate.to)
            now = found[now.escalate.to]


def sla(source: Source, node: Node, rows: Mapping[str, SlaRow], used: Iterable[str]) -> Iterable[Problem]:
    """Promises come in their order, and no priority of the matrix is without its row."""
    for priority in sorted(set(used) - set(rows)):
        hint = f"write {priority}: {{}} if nothing is promised"
        yield source.problem(node, f"the matrix gives {priority}, but the SLA table has no row for it", hint)
    for row in rows.values():
        yield from _in_order(source, row)


def _in_order(source: Source, row: SlaRow) -> Iterable[Problem]:
    written = [name for name in PROMISES if name in row.nodes]
    try:
        dues = [due_times(row.sla, start) for start in _A_WEEK]
    except NeverOpen:
        yield source.problem(row.at, f"the calendar {row.sla.calendar.name} does not open for long enough for this row")
        return
    for earlier, later in itertools.pairwise(written):
        if any(getattr(due, earlier) > getattr(due, later) for due in dues):
            yield source.problem(
                row.nodes[earlier],
                f"{earlier} is due after {later}",
                f"{later} is {getattr(row.sla, later)} at {source.place(row.nodes[later])}",
            )


def rules(source: Source, found: Sequence[tuple[Rule, Node]]) -> Iterable[Problem]:
    """Every rule has a name of its own and can decide something."""
    yield from doubled_names(source, [(rule.name, node) for rule, node in found], "rule")
    above: list[Rule] = []
    for rule, node in found:
        if never_holds(rule.when):
            yield source.problem(
                _key(node, "when"), f"the conditions of {rule.name} contradict each other: it never holds"
            )
        else:
            why = _overshadowed(rule, above)
            if why:
                yield source.problem(_value(node, "name"), f"{rule.name} can never decide anything", why)
        above.append(rule)


def _overshadowed(rule: Rule, above: Sequence[Rule]) -> str:
    """Say which rules above leave nothing to this one, or ""."""
    wider = [other for other in above if implies(rule.when, other.when)]
    ended = next((other for other in wider if other.outcome), None)
    if ended and not (rule.outcome and rule.set):
        return f"{ended.name} (line {ended.line}) gives every such mail the outcome {ended.outcome}"
    if rule.tags or rule.suggest or rule.ask or rule.notify or rule.outcome:
        return ""
    taken = {setting.field: other for other in reversed(wider) for setting in other.set}
    if all(setting.field in taken for setting in rule.set):
        said = [
            f"{setting.field} by {taken[setting.field].name} (line {taken[setting.field].line})" for setting in rule.set
        ]
        return f"a rule above that holds whenever it does has set {' and '.join(said)}"
    return ""


def timers(source: Source, found: Sequence[tuple[Timer, Node]], rows: Mapping[str, SlaRow]) -> Iterable[Problem]:
    """Every timer has a name of its own and a clock that someone has promised."""
    yield from doubled_names(source, [(timer.name, node) for timer, node in found], "timer")
    for timer, node in found:
        if timer.percent and rows and all(getattr(row.sla, timer.clock) is None for row in rows.values()):
            yield source.problem(_value(node, "when"), f"no row of the SLA table promises {timer.clock}")


def doubled_names(source: Source, named: Sequence[tuple[str, Node]], of: str) -> Iterable[Problem]:
    """Traces, logs and reports know a rule, a timer and a test by its name, so it is one's own."""
    first: dict[str, Node] = {}
    for name, node in named:
        at = _value(node, "name")
        if name in first:
            yield source.problem(
                at, f"there are two {of}s named {name}", f"the first one is at {source.place(first[name])}"
            )
        first.setdefault(name, at)


def _pairs(node: Node) -> tuple[tuple[Scalar, Node], ...]:
    return node.pairs if isinstance(node, MappingNode) else ()


def _value(node: Node, key: str) -> Node:
    found = node.get(key) if isinstance(node, MappingNode) else None
    return found or node


def _key(node: Node, key: str) -> Node:
    return next((name for name, _ in _pairs(node) if name.text == key), node)


def _find(node: Node, text: str) -> Scalar | None:
    """Find the last scalar below a node that says a text, in any case."""
    if isinstance(node, Scalar):
        return node if node.text.strip().lower() == text else None
    below = [value for _, value in node.pairs] if isinstance(node, MappingNode) else list(node.items)
    return next((found for child in reversed(below) if (found := _find(child, text))), None)
