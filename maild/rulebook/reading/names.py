"""The pass of names: every queue, agent, calendar, template, article a rulebook mentions must exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maild.problem import Problem, did_you_mean
from maild.rulebook.keys import ROLES
from maild.rulebook.reading.reader import Mention
from maild.rulebook.reading.tree import Source

_WHERE = {
    "article": "knowledge/<language>/{name}.md",
    "template": "templates/<language>/{name}.txt",
}


@dataclass(frozen=True, slots=True)
class World:
    """What exists beside the rulebook; None is not checked."""

    templates: frozenset[str] | None = None
    articles: frozenset[str] | None = None
    languages: frozenset[str] = frozenset({"en", "zh"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the rulebook itself names."""

    agents: Iterable[str]
    teams: Iterable[str]
    calendars: Iterable[str]
    queues: Iterable[str]
    timers: Iterable[str]
    categories: Iterable[str]


def unknown_names(mentions: Iterable[Mention], known: Known, world: World, source: Source) -> list[Problem]:
    """Give a problem for each name that nothing bears, with the nearest one as a hint."""
    by_kind = _names_by_kind(known, world)
    problems = []
    for mention in mentions:
        names = by_kind[mention.kind]
        name = mention.at.text
        if names is None or name in names:
            continue
        kind = mention.kind.partition(" or none")[0].partition(" or requester")[0]
        what = f"nobody is called {name}" if kind == "who" else f"there is no {kind} {name}"
        problems.append(source.problem(mention.at, what, _hint(mention.kind, name, names)))
    return problems


def _names_by_kind(known: Known, world: World) -> Mapping[str, frozenset[str] | None]:
    agents, teams = frozenset(known.agents), frozenset(known.teams)
    return {
        "agent": agents,
        "agent or team": agents | teams,
        "agent or none": agents | {"none"},
        "agent or requester": agents | {"requester"},
        "who": agents | teams | frozenset(ROLES),
        "queue": frozenset(known.queues),
        "calendar": frozenset(known.calendars),
        "timer": frozenset(known.timers),
        "category": frozenset(known.categories),
        "language": world.languages,
        "template": world.templates,
        "article": world.articles,
    }


def _hint(kind: str, name: str, names: frozenset[str]) -> str:
    near = did_you_mean(name, names)
    if near:
        return near
    if kind in _WHERE:
        return f"write it as {_WHERE[kind].format(name=name)}"
    if kind == "category":
        return f"categories are what rules and defaults set: {', '.join(sorted(names))}"
    if kind == "who":
        return f"write {', '.join(ROLES)}, or the key of an agent or a team"
    return f"known: {', '.join(sorted(names))}" if names else f"the rulebook names no {kind} yet"
