"""Before and after a change: what differs between two stretches of time, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from maild.desk.calendar import Calendar
from maild.report.chance import corrected, rank_test, share_test, superiority
from maild.report.figures import Figures, Share, spread

FEWEST = 10
"""Values that each side needs before anything is said about them."""
SURE, LIKELY = 0.01, 0.05

Value = timedelta | float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure on both sides; `before` and `after` are a median, a share from 0 to 1, or a mean."""

    measure: str
    kind: str
    """time | share | mean"""
    before: Value
    after: Value
    counts: tuple[int, int]
    """Of what each side's value was worked out."""
    chance: float
    """How often chance alone would make such a difference, raised for the number of measures looked at."""
    verdict: str
    """sure | likely | chance | few"""
    better: bool | None
    """None where neither is better, or nothing differs."""
    superiority: float | None = None
    """How often one taken at random from after is smaller than one from before; None for shares."""


def compare(before: Figures, after: Figures, calendar: Calendar) -> tuple[Difference, ...]:
    """Set two stretches of time against each other; volume counts the desk's business days alone."""
    found = [
        _ranked("volume", "mean", _volumes(before, calendar), _volumes(after, calendar), smaller_is_better=None),
        _ranked("first_response", "time", _seconds(before.times.first_response), _seconds(after.times.first_response)),
        _ranked("resolution", "time", _seconds(before.times.resolution), _seconds(after.times.resolution)),
        _shared("answered_in_time", before.answered_in_time, after.answered_in_time),
        _shared("resolved_in_time", before.resolved_in_time, after.resolved_in_time),
        _shared("reopened", before.reopened, after.reopened, smaller_is_better=True),
        _shared("self_service", before.self_service, after.self_service),
        _ranked("rating", "mean", _stars(before), _stars(after), smaller_is_better=False),
    ]
    chances = iter(corrected([one.chance for one in found if one.verdict != "few"]))
    return tuple(one if one.verdict == "few" else _judged(replace(one, chance=next(chances))) for one in found)


def _judged(one: Difference) -> Difference:
    verdict = "sure" if one.chance < SURE else "likely" if one.chance < LIKELY else "chance"
    return replace(one, verdict=verdict, better=one.better if verdict != "chance" else None)


def _ranked(
    measure: str,
    kind: str,
    before: Sequence[float],
    after: Sequence[float],
    smaller_is_better: bool | None = True,
) -> Difference:
    counts = (len(before), len(after))
    values: list[Value] = [_middle(kind, side) for side in (before, after)]
    smaller = superiority(before, after)
    better = None if smaller_is_better is None or smaller == 0.5 else (smaller > 0.5) == smaller_is_better
    few = min(counts) < FEWEST
    chance = 1.0 if few else rank_test(before, after)
    return Difference(measure, kind, *values, counts, chance, "few" if few else "", None if few else better, smaller)


def _shared(measure: str, before: Share, after: Share, smaller_is_better: bool = False) -> Difference:
    counts = (before.whole, after.whole)
    few = min(counts) < FEWEST
    chance = 1.0 if few else share_test(before.part, before.whole, after.part, after.whole)
    first, second = before.value, after.value
    better = None if few or first == second else (second < first) == smaller_is_better
    return Difference(measure, "share", first, second, counts, chance, "few" if few else "", better)


def _middle(kind: str, values: Sequence[float]) -> Value:
    if not values:
        return None
    if kind == "time":
        return spread([timedelta(seconds=value) for value in values]).median
    return sum(values) / len(values)


def _volumes(figures: Figures, calendar: Calendar) -> list[float]:
    return [float(came) for day, came, _ in figures.by_day if calendar.hours_of(day)]


def _seconds(times: Sequence[timedelta]) -> list[float]:
    return [time.total_seconds() for time in times]


def _stars(figures: Figures) -> list[float]:
    return [float(stars) for stars, count in figures.ratings.items() for _ in range(count)]
