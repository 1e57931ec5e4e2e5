"""Whether a difference between two heaps of figures can be chance: two small tests that suppose no bell curve."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

_EXACT = 8
"""Where both sides have at most so many values, every way of dealing them out is counted instead of approximated."""


def rank_test(before: Sequence[float], after: Sequence[float]) -> float:
    """Give the probability that chance alone sets two samples at least so far apart (Mann-Whitney, two-sided).

    Ranks do not mind that a few tickets take weeks. Exact for up to 8 values a side, ties included; beyond that the
    normal approximation with correction for ties and continuity (Hollander & Wolfe, section 4.1).
    """
    if not before or not after:
        return 1.0
    ranks = _ranks([*before, *after])
    own = ranks[: len(before)]
    if max(len(before), len(after)) <= _EXACT:
        return _exact(own, ranks)
    first, second, whole = len(before), len(after), len(ranks)
    ties = sum(count**3 - count for count in Counter(ranks).values())
    variance = first * second / 12 * (whole + 1 - ties / (whole * (whole - 1)))
    if variance <= 0:
        return 1.0
    distance = abs(sum(own) / 2 - first * (whole + 1) / 2)
    return _two_sided(max(0.0, distance - 0.5) / math.sqrt(variance))


def superiority(before: Sequence[float], after: Sequence[float]) -> float:
    """Give the probability that one taken at random from `after` is smaller than one from `before`; ties count half."""
    if not before or not after:
        return 0.5
    own = sum(_ranks([*before, *after])[: len(before)]) / 2
    return (own - len(before) * (len(before) + 1) / 2) / (len(before) * len(after))


def share_test(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Give the probability that chance alone sets two shares at least so far apart (Fisher's exact test, two-sided)."""
    if not whole or not other_whole:
        return 1.0
    hits, everything = part + other_part, whole + other_whole
    lowest, highest = max(0, hits - other_whole), min(hits, whole)

    def chance(k: int) -> float:
        return math.exp(_log_choose(whole, k) + _log_choose(other_whole, hits - k) - _log_choose(everything, hits))

    seen = chance(part) * (1 + 1e-7)
    return min(1.0, sum(p for k in range(lowest, highest + 1) if (p := chance(k)) <= seen))


def corrected(chances: Sequence[float]) -> list[float]:
    """Raise probabilities for having looked at so many things at once (Holm): one in twenty is soon found in twenty."""
    order = sorted(range(len(chances)), key=lambda index: chances[index])
    raised, highest = [0.0] * len(chances), 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(chances) - place) * chances[index]))
        raised[index] = highest
    return raised


def _ranks(values: Sequence[float]) -> list[int]:
    """Give twice the rank of each value, so that ties, which share the mean of their ranks, stay whole numbers."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    ranks = [0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = start + end + 1
        start = end
    return ranks


def _exact(own: Sequence[int], ranks: Sequence[int]) -> float:
    """Count the ways to deal out the ranks whose sum lies at least as far from the middle."""
    ways: list[Counter[int]] = [Counter({0: 1}), *(Counter() for _ in own)]
    for rank in ranks:
        for size in range(len(own), 0, -1):
            for total, count in ways[size - 1].items():
                ways[size][total + rank] += count
    middle = len(own) * (len(ranks) + 1)
    far = abs(sum(own) - middle)
    return sum(count for total, count in ways[-1].items() if abs(total - middle) >= far) / math.comb(
        len(ranks), len(own)
    )


def _two_sided(distance: float) -> float:
    return math.erfc(distance / math.sqrt(2))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
