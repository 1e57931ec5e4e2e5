"""Figures become a page: the headlines, then each thing a manager asks, with its picture and its table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from maild.desk.review import Headline, Quote, Review, Section, Sheet, Table
from maild.report.effort import Effort
from maild.report.figures import Figures, Group, Load, Share
from maild.report.pictures import WIDE_LABELS, Bar, Column, Picture, Split, bars, columns, splits
from maild.report.problems import Problem
from maild.report.words import Speech

MOST = 10
"""Rows of a picture or a table; what is beyond is in the CSV."""
QUOTED = 8
STEADY = 0.02
"""A change of a share below this is shown without saying that it is good or bad."""
_BY_DAY, _BY_WEEK = 45, 200
"""Days up to which a chart has a column for each day, or for each week."""
_OLD = ("14-30", "30+")


@dataclass(frozen=True, slots=True)
class Material:
    """What a review is made of."""

    figures: Figures
    before: Figures
    problems: tuple[Problem, ...] = ()
    agents: Mapping[str, str] = field(default_factory=dict)
    """Names by the keys of the rulebook."""


Show = Callable[[Picture], str]
"""Gives the HTML that shows a picture, "" where it cannot be shown."""


def review_of(material: Material, say: Speech, show: Show) -> Review:
    """Write the review of a period."""
    figures, period = material.figures, material.figures.period
    name = say.period(period)
    if figures.until < period.until:
        name = say("so_far", period=name)
    return Review(
        title=say("review" if period.is_month else "review_of_days"),
        period=name,
        headlines=_headlines(figures, material.before, say),
        sections=(
            _came(figures, say, show),
            _problems(material.problems, say, show),
            _kinds(figures, material.before, say, show),
            _promises(figures, say, show),
            _speed(figures, say, show),
            _ratings(figures, say, show),
            _backlog(figures, say, show),
            _loads(figures, material.agents, say, show),
            _cost(figures, say, show),
        ),
        sheets_title=say("why_title") if material.problems else "",
        sheets_say=say("why_say") if material.problems else "",
        sheets=tuple(_sheet(problem, say) for problem in material.problems),
        notes_title=say("notes_title"),
        notes=(
            say("note_period", first=say.day(period.first), last=say.day(figures.by_day[-1][0])),
            say("note_times"),
            say("note_effort"),
            say("note_problems"),
        ),
    )


def _headlines(now: Figures, before: Figures, say: Speech) -> tuple[Headline, ...]:
    def headline(key: str, value: str, was: str, change: float = 0, good: int = 0, least: float = 0) -> Headline:
        mood = "" if abs(change) <= least or not good else "good" if change * good > 0 else "bad"
        return Headline(say(key), value, say("than_before", value=was) if was != "–" else "", mood)

    def count(key: str, value: int, was: int) -> Headline:
        return headline(key, str(value), str(was))

    def length(key: str) -> Headline:
        value, was = getattr(now, key).median, getattr(before, key).median
        change = (value / was - 1) if value is not None and was else 0
        return headline(key, say.length(value), say.length(was), change, good=-1, least=0.1)

    def share(key: str, good: int) -> Headline:
        value, was = getattr(now, key).value, getattr(before, key).value
        change = value - was if value is not None and was is not None else 0
        return headline(key, say.percent(value), say.percent(was), change, good, STEADY)

    stars = (now.rating or 0) - (before.rating or 0) if now.rating and before.rating else 0
    return (
        count("opened", now.opened, before.opened),
        count("resolved", now.resolved, before.resolved),
        count("open", now.open, before.open),
        length("first_response"),
        length("resolution"),
        share("answered_in_time", 1),
        share("resolved_in_time", 1),
        share("reopened", -1),
        headline("rating", say.mean(now.rating), say.mean(before.rating), stars, good=1, least=0.2),
        share("self_service", 1),
    )


def _came(figures: Figures, say: Speech, show: Show) -> Section:
    sentence = say("came_say", opened=figures.opened, resolved=figures.resolved, open=figures.open)
    points = [Column(label, came, went) for label, came, went in _over_time(figures, say)]
    picture = columns("volume", sentence, points, (say("came"), say("went")))
    return Section(say("came_title"), sentence, show(picture))


def _over_time(figures: Figures, say: Speech) -> list[tuple[str, int, int]]:
    """Sum what came and went by day, week or month, as many as a chart can show."""
    days = len(figures.by_day)
    sums: dict[object, list] = {}
    for day, came, went in figures.by_day:
        if days <= _BY_DAY:
            key, label = day, f"{day.day}"
        elif days <= _BY_WEEK:
            key, label = day.isocalendar()[:2], f"{day.month}/{day.day}" if say.is_chinese else f"{day:%-d %b}"
        else:
            key, label = (day.year, day.month), f"{day.month}月" if say.is_chinese else f"{day:%b}"
        found = sums.setdefault(key, [label, 0, 0])
        found[1] += came
        found[2] += went
    return [tuple(found) for found in sums.values()]


def _kinds(figures: Figures, before: Figures, say: Speech, show: Show) -> Section:
    groups = figures.categories[:MOST]
    earlier = {group.name: group.opened for group in before.categories}
    largest = groups[0] if groups else None
    sentence = ""
    if largest and figures.opened:
        share = say.percent(largest.opened / figures.opened)
        name = say.category(largest.name)
        sentence = say("kinds_say", name=name, count=largest.opened, all=figures.opened, percent=share)
    rows = [Bar(say.category(g.name), g.opened, str(g.opened), earlier.get(g.name, 0)) for g in groups]
    picture = bars("categories", sentence, rows, (say("this_time"), say("time_before")))
    head = (say("kind"), say("count"), say("time_before"), *_spread_head(say))
    cells = tuple(
        (say.category(g.name), str(g.opened), str(earlier.get(g.name, 0)), *_spread_cells(g, say)) for g in groups
    )
    return Section(say("kinds_title"), sentence, show(picture) if rows else "", Table(head, cells) if cells else None)


def _spread_head(say: Speech) -> tuple[str, ...]:
    return tuple(say(key) for key in ("answer_median", "answer_ninetieth", "solution_median", "solution_ninetieth"))


def _spread_cells(group: Group, say: Speech) -> tuple[str, ...]:
    return tuple(
        say.length(time)
        for spread in (group.first_response, group.resolution)
        for time in (spread.median, spread.ninetieth)
    )


def _promises(figures: Figures, say: Speech, show: Show) -> Section:
    both = Share(
        figures.answered_in_time.part + figures.resolved_in_time.part,
        figures.answered_in_time.whole + figures.resolved_in_time.whole,
    )
    title = say("promises_title")
    if not both.whole:
        return Section(title, say("promises_none"))
    broken = both.whole - both.part
    sentence = say("promises_say", kept=both.part, all=both.whole, percent=say.percent(both.value), broken=broken)
    rows = [
        Split(say(key, name=group.name), share.part, share.whole - share.part, say.percent(share.value))
        for key, share_of in (
            ("answer_of", lambda group: group.answered_in_time),
            ("solution_of", lambda group: group.resolved_in_time),
        )
        for group in figures.priorities
        if (share := share_of(group)).whole
    ]
    head = (say("priority"), say("kept"), say("broken"), say("share"))
    cells = tuple((row.label, str(row.kept), str(row.broken), row.text) for row in rows)
    picture = splits("promises", sentence, rows, (say("kept"), say("broken")))
    return Section(title, sentence, show(picture), Table(head, cells))


def _speed(figures: Figures, say: Speech, show: Show) -> Section:
    rows = [
        Bar(say(key, name=group.name), _hours(spread.median), say.length(spread.median), _hours(spread.ninetieth))
        for key, spread_of in (
            ("answer_of", lambda group: group.first_response),
            ("solution_of", lambda group: group.resolution),
        )
        for group in figures.priorities
        if (spread := spread_of(group)).count
    ]
    sentence = say("speed_say")
    picture = bars("times", sentence, rows, (say("median"), say("ninetieth")))
    head = (say("priority"), *_spread_head(say))
    cells = tuple((group.name, *_spread_cells(group, say)) for group in figures.priorities)
    return Section(say("speed_title"), sentence, show(picture) if rows else "", Table(head, cells) if rows else None)


def _hours(time) -> float:
    return time.total_seconds() / 3600 if time else 0.0


def _ratings(figures: Figures, say: Speech, show: Show) -> Section:
    given = sum(figures.ratings.values())
    title = say("ratings_title")
    if not given:
        return Section(title, say("ratings_none"))
    low = figures.ratings[1] + figures.ratings[2]
    sentence = say("ratings_say", count=given, mean=say.mean(figures.rating), low=low)
    rows = [Bar(say("stars", stars=n), figures.ratings[n], str(figures.ratings[n])) for n in range(5, 0, -1)]
    quotes = tuple(
        Quote(say("stars", stars=one.rating), one.comment, f"#{one.ticket} {one.subject}")
        for one in figures.rated
        if one.comment or one.rating <= 2
    )[:QUOTED]
    return Section(title, sentence, show(bars("ratings", sentence, rows)), quotes=quotes)


def _backlog(figures: Figures, say: Speech, show: Show) -> Section:
    old = sum(count for age, count in figures.backlog if age in _OLD)
    sentence = say("backlog_say", open=figures.open, old=old)
    points = [Column(say("days", age=age.replace("-", "–")), count) for age, count in figures.backlog]
    return Section(say("backlog_title"), sentence, show(columns("backlog", sentence, points)) if figures.open else "")


def _loads(figures: Figures, agents: Mapping[str, str], say: Speech, show: Show) -> Section:
    def name(load: Load) -> str:
        return agents.get(load.agent, load.agent) or say("nobody")

    sentence, loads = say("loads_say"), figures.loads[:MOST]
    rows = [Bar(name(one), one.resolved, f"{one.resolved} + {one.open}", one.resolved + one.open) for one in loads]
    picture = bars("loads", sentence, rows, (say("solved"), say("still_open")))
    keys = ("agent", "opened", "solved", "still_open", "solution_median", "rating")
    cells = tuple(
        (
            name(load), str(load.opened), str(load.resolved), str(load.open), say.length(load.resolution.median),
            say.mean(load.rating),
        )
        for load in loads
    )  # fmt: skip
    table = Table(tuple(map(say, keys)), cells) if cells else None
    return Section(say("loads_title"), sentence, show(picture) if rows else "", table)


def _cost(figures: Figures, say: Speech, show: Show) -> Section:
    title, whole = say("cost_title"), figures.effort
    if not whole.solved:
        return Section(title, say("cost_none"))
    sentence = say(
        "cost_say",
        count=whole.solved,
        time=say.length(whole.desk),
        elapsed=say.waited(whole.elapsed / whole.solved),
        touches=whole.touches,
    )
    groups = sorted((g for g in figures.categories if g.effort.solved), key=lambda g: g.effort.desk, reverse=True)
    groups = groups[:MOST]
    rows = [Bar(say.category(g.name), _hours(g.effort.desk), say.length(g.effort.desk)) for g in groups]
    keys = ("kind", "solved", "desk_time", "each", "elapsed_each", "touches", "touches_each")
    cells = tuple((say.category(g.name), *_effort_cells(g.effort, say)) for g in groups)
    picture = bars("cost", sentence, rows)
    return Section(title, sentence, show(picture), Table(tuple(map(say, keys)), cells))


def _effort_cells(effort: Effort, say: Speech) -> tuple[str, ...]:
    return (
        str(effort.solved),
        say.length(effort.desk),
        say.length(effort.desk / effort.solved),
        say.waited(effort.elapsed / effort.solved),
        str(effort.touches),
        say.mean(effort.touches / effort.solved),
    )


def _problems(problems: Sequence[Problem], say: Speech, show: Show) -> Section:
    title = say("problems_title")
    if not problems:
        return Section(title, say("problems_none"))
    sentence = say("problems_say", count=sum(len(problem.tickets) for problem in problems[:3]))
    rows = [Bar(problem.name, len(problem.tickets), str(len(problem.tickets)), problem.before) for problem in problems]
    picture = bars("problems", sentence, rows, (say("this_time"), say("time_before")), WIDE_LABELS)
    head = tuple(map(say, ("problem", "count", "time_before", "people", "desk_time", "touches", "numbers")))
    cells = tuple(
        (
            _short(p.name), str(len(p.tickets)), str(p.before), str(p.requesters),
            say.length(p.effort.desk if p.effort.solved else None), str(p.effort.touches), _instances(p),
        )
        for p in problems
    )  # fmt: skip
    return Section(title, sentence, show(picture), Table(head, cells))


def _sheet(problem: Problem, say: Speech) -> Sheet:
    facts = say(
        "why_facts",
        count=len(problem.tickets),
        people=problem.requesters,
        before=problem.before,
        category=say.category(problem.category),
        numbers=_instances(problem),
    )
    lines = (*(f"{n}. {say('why')}" for n in range(1, 6)), *map(say, ("cause", "measure", "who", "check")))
    return Sheet(_short(problem.name), facts, lines, tuple(_known(problem, say)))


def _known(problem: Problem, say: Speech) -> Iterator[tuple[str, str]]:
    """Say what tickets of a problem have cost and what was found out about them."""
    cost = problem.effort
    if cost.solved:
        yield (
            say("known_cost"),
            say(
                "known_cost_say",
                count=cost.solved,
                all=len(problem.tickets),
                time=say.length(cost.desk),
                elapsed=say.waited(cost.elapsed / cost.solved),
                touches=cost.touches,
            ),
        )
    for key, found in (("known_causes", problem.causes), ("known_solutions", problem.solutions)):
        told = say.list(say("times", text=_short(one.text, 120), count=one.tickets) for one in found)
        yield say(key), told or say("known_nothing")


def _instances(problem: Problem) -> str:
    return ", ".join(f"#{number}" for number in problem.tickets[:3])


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
