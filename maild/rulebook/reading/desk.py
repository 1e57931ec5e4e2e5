"""Reads what the desk is: agents and teams, calendars, the matrix, the SLA table, queues, defaults, limits."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from maild.desk.calendar import Calendar, Span
from maild.desk.gate import Limits
from maild.desk.length import Length
from maild.desk.sla import Progress, Sla
from maild.desk.ticket import IMPACTS, PRIORITIES, URGENCIES
from maild.rulebook.keys import ASSIGN, PROMISES
from maild.rulebook.model import Agent, Escalation, Queue, Usual
from maild.rulebook.reading import values
from maild.rulebook.reading.reader import Reader
from maild.rulebook.reading.tree import Node, Scalar

_AN_HOUR = Length(timedelta(hours=1))


def agents(read: Reader, node: Node) -> dict[str, Agent]:
    return {key.text: _agent(read, key, value) for key, value in read.mapping(node, "agents")}


def _agent(read: Reader, key: Scalar, node: Node) -> Agent:
    of = read.fields(node, "an agent", required=("name", "email"))
    aliases = read.items(of["aliases"], "aliases") if "aliases" in of else []
    away = read.items(of["away"], "away") if "away" in of else []
    return Agent(
        key=key.text,
        name=read.text(of["name"], "name") if "name" in of else key.text,
        email=read.value(of["email"], "email", values.address) or "" if "email" in of else "",
        aliases=tuple(email for alias in aliases if (email := read.value(alias, "an alias", values.address))),
        language=read.name(of["language"], "language") if "language" in of else "en",
        away=tuple(stretch for item in away if (stretch := read.value(item, "away", values.days))),
        line=key.line,
    )


def teams(read: Reader, node: Node) -> dict[str, tuple[str, ...]]:
    return {key.text: read.names(value, "agent") for key, value in read.mapping(node, "teams")}


def calendars(read: Reader, node: Node) -> dict[str, Calendar]:
    return {key.text: _calendar(read, key, value) for key, value in read.mapping(node, "calendars")}


def _calendar(read: Reader, key: Scalar, node: Node) -> Calendar:
    of = read.fields(node, "a calendar", required=("timezone", "hours"))
    closed = read.items(of["closed"], "closed") if "closed" in of else []
    regions = read.items(of["holidays"], "holidays") if "holidays" in of else []
    calendar = Calendar(
        name=key.text,
        zone=(read.value(of["timezone"], "timezone", values.timezone) if "timezone" in of else None) or ZoneInfo("UTC"),
        hours=_hours(read, of["hours"]) if "hours" in of else ((),) * 7,
        holidays=tuple(region for item in regions if (region := read.value(item, "holidays", values.region))),
        closed=frozenset(day for item in closed for day in _days(read, item)),
        open=_open(read, of["open"]) if "open" in of else {},
    )
    for item in closed:
        if any(day in calendar.open for day in _days(read, item)):
            read.doubt(item, "this day is closed here and has hours under `open`", "take one of them out")
    if "hours" in of and not any(calendar.hours):
        read.doubt(read.heading(of["hours"]), "this calendar never opens, so nothing would ever be due")
    return calendar


def _hours(read: Reader, node: Node) -> tuple[tuple[Span, ...], ...]:
    week: list[tuple[Span, ...]] = [()] * 7
    taken: dict[int, Scalar] = {}
    for key, value in read.mapping(node, "hours"):
        numbers = read.value(key, "a day of the week", values.weekdays) or ()
        if isinstance(value, Scalar) and not value.text.strip():
            if numbers:
                read.wrong(key, f"{key.text} has no hours", "leave the day out if it is closed")
            continue
        spans = _spans(read, value)
        for number in numbers:
            if number in taken:
                first = read.source.place(taken[number])
                read.doubt(key, f"{values.WEEKDAYS[number]} has hours twice", f"first set at {first}")
                break
            taken[number], week[number] = key, spans
    return tuple(week)


def _spans(read: Reader, node: Node) -> tuple[Span, ...]:
    spans = read.value(node, "hours", values.spans) or ()
    for span in spans:
        if span.end <= span.start:
            hint = "hours over midnight are two: 22:00-24:00, and 00:00-06:00 of the next day"
            read.doubt(node, f"the hours {span} end before they begin", hint)
    for earlier, later in itertools.pairwise(spans):
        if later.start < earlier.end and earlier.start < earlier.end:
            read.doubt(
                node, f"the hours {later} begin before {earlier} is over", "write them in order, without overlap"
            )
    return spans


def _days(read: Reader, item: Scalar) -> Iterable[date]:
    found = values.days(item.text.strip())
    if isinstance(found, values.Wrong):
        if not any(problem.line == item.line and problem.col == item.col for problem in read.problems):
            read.wrong(item, found.what, found.hint)
        return ()
    first, last = found
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


def _open(read: Reader, node: Node) -> dict[date, tuple[Span, ...]]:
    found = {}
    for key, value in read.mapping(node, "open"):
        day = read.value(key, "a day", values.day)
        spans = _spans(read, value)
        if day:
            found[day] = spans
    return found


def matrix(read: Reader, node: Node) -> tuple[dict[tuple[str, str], str], dict[str, int]]:
    """Read the matrix of priorities: (impact, urgency) to priority, and the line of each impact."""
    rows = read.mapping(node, "priorities")
    columns: tuple[str, ...] = ()
    for key, value in rows:
        if key.text == "urgency":
            columns = read.some_of(value, URGENCIES, "urgency")
    cells, lines = {}, {}
    for key, value in rows:
        if key.text == "urgency":
            continue
        impact = read.one_of(key, IMPACTS, "impact")
        row = read.items(value, f"the row {key.text}")
        priorities = [read.one_of(cell, PRIORITIES, "priority") for cell in row]
        if columns and row and len(row) != len(columns):
            read.doubt(
                row[-1], f"the row {key.text} has {len(row)} priorities, and there are {len(columns)} urgencies",
                f"one below each of {', '.join(columns)}",
            )  # fmt: skip
        elif impact:
            cells.update({(impact, urgency): cell for urgency, cell in zip(columns, priorities, strict=False)})
            lines[impact] = key.line
    if "urgency" not in {key.text for key, _ in rows}:
        read.wrong(read.heading(node), "the matrix has no row of urgencies", "begin with urgency: [high, medium, low]")
    elif columns and all(columns):
        _is_full(read, node, rows, columns, lines)
    return cells, lines


def _is_full(
    read: Reader, node: Node, rows: list[tuple[Scalar, Node]], columns: tuple[str, ...], lines: dict[str, int]
) -> None:
    heading = next(value for key, value in rows if key.text == "urgency")
    absent = [urgency for urgency in URGENCIES if urgency not in columns]
    if absent:
        read.doubt(heading, f"the matrix has no column for {', '.join(absent)}", "one for each of high, medium, low")
    elif len(set(columns)) < len(columns):
        read.doubt(heading, "the matrix has a column twice", "one for each of high, medium, low")
    written = {key.text for key, _ in rows}
    absent = [impact for impact in IMPACTS if impact not in written]
    if absent:
        read.doubt(
            read.heading(node),
            f"the matrix has no row for {', '.join(absent)}",
            "one for each of company, department, individual",
        )


@dataclass(frozen=True, slots=True)
class SlaRow:
    """A row of the SLA table as written; its calendar is still a name."""

    sla: Sla
    calendar: str
    at: Scalar
    nodes: dict[str, Node]


def sla_rows(read: Reader, node: Node, usual: Calendar) -> dict[str, SlaRow]:
    rows = {}
    for key, value in read.mapping(node, "sla"):
        priority = read.one_of(key, PRIORITIES, "priority")
        of = read.fields(value, "the SLA of a priority")
        lengths = {name: read.value(of[name], name, values.length) for name in PROMISES if name in of}
        calendar = read.name(of["calendar"], "calendar") if "calendar" in of else usual.name
        progress = _progress(read, of["progress"]) if "progress" in of else None
        rows[priority] = SlaRow(Sla(priority, usual, **lengths, progress=progress), calendar, key, of)
    return rows


def _progress(read: Reader, node: Node) -> Progress | None:
    of = read.fields(node, "progress", required=("after", "every"))
    after, every = (read.value(of[name], name, values.length) if name in of else None for name in ("after", "every"))
    return Progress(after, every) if after and every else None


def queues(read: Reader, node: Node) -> dict[str, Queue]:
    return {key.text: _queue(read, key, value) for key, value in read.mapping(node, "queues")}


def _queue(read: Reader, key: Scalar, node: Node) -> Queue:
    of = read.fields(node, "a queue")
    return Queue(
        name=key.text,
        agents=read.names(of["agents"], "agent or team") if "agents" in of else (),
        assign=read.one_of(of["assign"], ASSIGN, "way to assign") if "assign" in of else "none",
        lead=read.name(of["lead"], "agent") if "lead" in of else "",
        escalate=_escalation(read, of["escalate"]) if "escalate" in of else None,
        line=key.line,
    )


def _escalation(read: Reader, node: Node) -> Escalation | None:
    if isinstance(node, Scalar) and node.text.strip():
        read.wrong(node, f"escalate says where to, and after how long, not {node.text}", f"write {{to: {node.text}}}")
        return None
    of = read.fields(node, "escalate", required=("to",))
    after = read.value(of["after"], "after", values.length) if "after" in of else _AN_HOUR
    to = read.name(of["to"], "queue") if "to" in of else ""
    return Escalation(after, to) if after else None


def defaults(read: Reader, node: Node, queue: str) -> Usual:
    """Read the defaults; where they name no queue it is the first one."""
    of = read.fields(node, "defaults")
    usual = Usual(queue=queue, line=node.line)
    if "queue" in of:
        usual = replace(usual, queue=read.name(of["queue"], "queue"))
    if "category" in of:
        usual = replace(usual, category=read.text(of["category"], "category"))
    if "impact" in of:
        usual = replace(usual, impact=read.one_of(of["impact"], IMPACTS, "impact"))
    if "urgency" in of:
        usual = replace(usual, urgency=read.one_of(of["urgency"], URGENCIES, "urgency"))
    return usual


def limits(read: Reader, node: Node) -> Limits:
    found = Limits()
    windows = {
        "receipts_per_sender": "receipts_window",
        "notices_per_address": "notices_window",
        "notices_total": "total_window",
    }
    for name, value in read.fields(node, "limits").items():
        rate = read.value(value, name, values.rate)
        if rate and rate[0] == 0:
            read.doubt(value, f"{name} lets nothing out at all", "write at least 1")
        if rate:
            found = replace(found, **{name: rate[0], windows[name]: rate[1]})
    return found
