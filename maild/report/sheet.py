"""Figures become CSV: one with every figure, one line each, and one with the five whys to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from maild.report.compare import Difference
from maild.report.effort import Effort
from maild.report.figures import Figures, Share, Spread
from maild.report.problems import Problem, Usual

Row = tuple[object, ...]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def figures_csv(figures: Figures, before: Figures, problems: Sequence[Problem] = ()) -> bytes:
    """Write every figure of a period beside that of the one before; times are minutes of business time."""
    now, was = dict(_measures(figures)), dict(_measures(before))
    now |= {("problem", problem.name, "tickets"): len(problem.tickets) for problem in problems}
    was |= {("problem", problem.name, "tickets"): problem.before for problem in problems}
    keys = dict.fromkeys((*now, *was))
    rows = ((*key, now.get(key, ""), was.get(key, "")) for key in keys if key in now or key[0] != "day")
    head = ("about", "name", "measure", figures.period.name, before.period.name)
    return _written(head, rows)


def ratings_csv(figures: Figures) -> bytes:
    """Write every rating with its comment."""
    rows = ((one.ticket, one.subject, one.rating, one.comment) for one in figures.rated)
    return _written(("ticket", "subject", "rating", "comment"), rows)


def whys_csv(problems: Sequence[Problem]) -> bytes:
    """Write the five-whys sheets, to be filled in by whoever holds the meeting."""
    head = (
        "problem", "tickets", "before", "people", "numbers", "solved", "desk minutes", "elapsed minutes",
        "mails and notes", "causes", "solutions", "why 1", "why 2", "why 3", "why 4", "why 5",
        "root cause", "what we change", "who", "by when", "how we see that it helps",
    )  # fmt: skip
    rows = (
        (
            p.name, len(p.tickets), p.before, p.requesters, " ".join(f"#{n}" for n in p.tickets[:20]), p.effort.solved,
            _plain(p.effort.desk), _plain(p.effort.elapsed), p.effort.touches, _told(p.causes), _told(p.solutions),
            *[""] * 10,
        )
        for p in problems
    )  # fmt: skip
    return _written(head, rows)


def comparison_csv(differences: Iterable[Difference], before: str, after: str) -> bytes:
    """Write a before-and-after trial; times are minutes of business time, shares parts of 1."""
    head = ("measure", before, after, f"counted {before}", f"counted {after}", "chance", "verdict", "better")
    rows = (
        (
            one.measure, _plain(one.before), _plain(one.after), *one.counts, f"{one.chance:.4g}", one.verdict,
            {True: "yes", False: "no", None: ""}[one.better],
        )
        for one in differences
    )  # fmt: skip
    return _written(head, rows)


def _measures(figures: Figures) -> Iterator[tuple[tuple[str, str, str], object]]:
    for measure in ("opened", "resolved", "open"):
        yield ("all", "", measure), getattr(figures, measure)
    yield from _spreads("all", "", figures.first_response, figures.resolution)
    for measure in ("answered_in_time", "resolved_in_time", "reopened", "self_service"):
        yield from _share("all", "", measure, getattr(figures, measure))
    yield from _cost("all", "", figures.effort)
    yield ("all", "", "rating"), _plain(figures.rating)
    for stars, count in figures.ratings.items():
        yield ("rating", str(stars), "tickets"), count
    for about, groups in (("category", figures.categories), ("priority", figures.priorities)):
        for group in groups:
            yield (about, group.name, "opened"), group.opened
            yield (about, group.name, "resolved"), group.resolved
            yield from _spreads(about, group.name, group.first_response, group.resolution)
            yield from _share(about, group.name, "answered_in_time", group.answered_in_time)
            yield from _share(about, group.name, "resolved_in_time", group.resolved_in_time)
            yield from _cost(about, group.name, group.effort)
    for age, count in figures.backlog:
        yield ("backlog", f"{age} days", "tickets"), count
    for load in figures.loads:
        name = load.agent or "nobody"
        yield ("agent", name, "opened"), load.opened
        yield ("agent", name, "resolved"), load.resolved
        yield ("agent", name, "open"), load.open
        yield ("agent", name, "resolution median"), _plain(load.resolution.median)
        yield ("agent", name, "rating"), _plain(load.rating)
    for day, came, went in figures.by_day:
        yield ("day", str(day), "opened"), came
        yield ("day", str(day), "resolved"), went


def _spreads(about: str, name: str, answer: Spread, solution: Spread) -> Iterator[tuple[tuple[str, str, str], object]]:
    for measure, spread in (("first_response", answer), ("resolution", solution)):
        yield (about, name, f"{measure} count"), spread.count
        yield (about, name, f"{measure} median"), _plain(spread.median)
        yield (about, name, f"{measure} 90 %"), _plain(spread.ninetieth)


def _share(about: str, name: str, measure: str, share: Share) -> Iterator[tuple[tuple[str, str, str], object]]:
    yield (about, name, measure), share.part
    yield (about, name, f"{measure} of"), share.whole


def _cost(about: str, name: str, effort: Effort) -> Iterator[tuple[tuple[str, str, str], object]]:
    yield (about, name, "effort elapsed"), _plain(effort.elapsed)
    yield (about, name, "effort on the desk"), _plain(effort.desk)
    yield (about, name, "effort mails and notes"), effort.touches


def _told(found: Sequence[Usual]) -> str:
    return "; ".join(f"{one.text} ({one.tickets})" for one in found)


def _plain(value: timedelta | float | None) -> object:
    if value is None:
        return ""
    return round(value.total_seconds() / 60, 1) if isinstance(value, timedelta) else round(value, 4)


def _written(head: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write UTF-8 with a mark at its beginning, without which Excel takes Chinese for something else."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return file.getvalue().encode("utf-8-sig", "replace")


def _harmless(value: object) -> object:
    """Keep a requester's words from becoming a formula of whoever opens the file."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
