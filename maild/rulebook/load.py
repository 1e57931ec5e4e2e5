"""Text becomes a rulebook, or every problem of the first pass that has any: YAML, shape, names, sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from maild.desk.calendar import Calendar
from maild.desk.sla import Sla
from maild.problem import Problem, in_file_order
from maild.rulebook.model import Queue, Rulebook, usual_sla
from maild.rulebook.reading import desk, own_tests, rules, sense
from maild.rulebook.reading.names import Known, World, unknown_names
from maild.rulebook.reading.reader import Reader
from maild.rulebook.reading.tree import Mapping as MappingNode
from maild.rulebook.reading.tree import Node, grow


def load(text: str, name: str, world: World, base: Rulebook | None = None) -> Rulebook | list[Problem]:
    """Read a rulebook; pure.

    Args:
        name: what the file is called in problems.
        world: which templates and articles exist.
        base: what holds where the file is silent.

    Returns:
        The rulebook, or the problems of the first pass that found any, in file order. Whether the rulebook keeps
        its own tests, `maild.rulebook.selftest` says.
    """
    grown = grow(text, name)
    if isinstance(grown, list):
        return grown
    root, source = grown
    read = Reader(source)
    draft = _Draft(read, root, name, base or Rulebook())
    if read.problems:
        return in_file_order(read.problems)
    problems = unknown_names(read.mentions, draft.known(), world, source)
    if problems:
        return in_file_order(problems)
    doubts = in_file_order([*read.doubts, *draft.doubts()])
    return doubts or draft.rulebook()


class _Draft:
    """The sections as they were read, before it is known whether they fit together."""

    def __init__(self, read: Reader, root: MappingNode, name: str, usual: Rulebook) -> None:
        self.read, self.name, self.base = read, name, usual
        self.nodes: dict[str, Node] = read.fields(root, "the rulebook")
        self.agents = self._section("agents", desk.agents, {})
        self.teams = self._section("teams", desk.teams, {})
        self.calendars = self._section("calendars", desk.calendars, {}) or usual.calendars
        first = next(iter(self.calendars.values()))
        self.matrix, self.matrix_lines = self._section("priorities", desk.matrix, (usual.matrix, {}))
        self.sla_rows: Mapping[str, desk.SlaRow] = self._section(
            "sla", lambda read, node: desk.sla_rows(read, node, first), {}
        )
        self.queues = self._section("queues", desk.queues, {}) or usual.queues
        self.usual = replace(usual.defaults, queue=next(iter(self.queues)))
        self.defaults = self._section(
            "defaults", lambda read, node: desk.defaults(read, node, self.usual.queue), self.usual
        )
        self.rules = self._section("rules", rules.rules, [])
        self.timers = self._section("timers", rules.timers, [])
        self.notifications = self._section("notifications", rules.notifications, usual.notifications)
        self.limits = self._section("limits", desk.limits, usual.limits)
        self.tests = self._section("tests", lambda read, node: own_tests.tests(read, node, first.zone), [])

    def _section(self, name: str, read: Any, otherwise: Any) -> Any:
        node = self.nodes.get(name)
        return otherwise if node is None else read(self.read, node)

    def known(self) -> Known:
        set_ = {setting.value for rule, _ in self.rules for setting in rule.set if setting.field == "category"}
        return Known(
            agents=self.agents,
            teams=self.teams,
            calendars=self.calendars,
            queues=self.queues,
            timers=[timer.name for timer, _ in self.timers],
            categories={*set_, self.defaults.category},
        )

    def doubts(self) -> list[Problem]:
        source, doubts = self.read.source, []
        if "agents" in self.nodes:
            doubts += sense.agents(source, self.nodes["agents"], self.agents)
        if "queues" in self.nodes:
            doubts += sense.queues(source, self.nodes["queues"], self.queues)
        if "sla" in self.nodes:
            rows = {
                key: replace(row, sla=sla)
                for (key, row), sla in zip(self.sla_rows.items(), self._sla().values(), strict=True)
            }
            doubts += sense.sla(source, self.read.heading(self.nodes["sla"]), rows, self.matrix.values())
        doubts += sense.rules(source, self.rules)
        doubts += sense.timers(source, self.timers, self.sla_rows)
        doubts += sense.doubled_names(source, [(test.name, node) for test, node in self.tests], "test")
        return doubts

    def _sla(self) -> dict[str, Sla]:
        return {key: replace(row.sla, calendar=self.calendars[row.calendar]) for key, row in self.sla_rows.items()}

    def rulebook(self) -> Rulebook:
        first: Calendar = next(iter(self.calendars.values()))
        return Rulebook(
            name=self.name,
            agents=self.agents,
            teams=self.teams,
            calendars=self.calendars,
            matrix=self.matrix,
            matrix_lines=self.matrix_lines,
            sla=self._sla()
            if "sla" in self.nodes
            else usual_sla(first)
            if "calendars" in self.nodes
            else self.base.sla,
            sla_lines={priority: row.at.line for priority, row in self.sla_rows.items()},
            queues={name: self._with_members(queue) for name, queue in self.queues.items()},
            defaults=self.defaults,
            rules=tuple(rule for rule, _ in self.rules),
            timers=tuple(timer for timer, _ in self.timers),
            notifications=self.notifications,
            limits=self.limits,
            tests=tuple(test for test, _ in self.tests),
            reopen_within=self.base.reopen_within,
        )

    def _with_members(self, queue: Queue) -> Queue:
        """Put the members of a team in its place."""
        agents = dict.fromkeys(agent for name in queue.agents for agent in self.teams.get(name, (name,)))
        return replace(queue, agents=tuple(agents))
