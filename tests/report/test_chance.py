"""Whether a difference can be chance: the same answers as counting every way to deal the values out."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.report.chance import corrected, rank_test, share_test, superiority

few = st.lists(st.integers(0, 6), min_size=1, max_size=5)


def wins(before, after) -> float:
    return sum((b > a) + (a == b) / 2 for b in before for a in after)


@given(few, few)
def test_the_rank_test_equals_counting_every_deal(before, after):
    middle, seen = len(before) * len(after) / 2, wins(before, after)
    every = [*before, *after]
    deals = 0
    far = 0
    for chosen in itertools.combinations(range(len(every)), len(before)):
        first = [every[i] for i in chosen]
        second = [every[i] for i in range(len(every)) if i not in chosen]
        deals += 1
        far += abs(wins(first, second) - middle) >= abs(seen - middle) - 1e-9
    assert rank_test(before, after) == pytest.approx(far / deals)


@given(few, few)
def test_superiority_counts_the_pairs_in_which_after_is_smaller(before, after):
    assert superiority(before, after) == pytest.approx(wins(before, after) / (len(before) * len(after)))


def test_the_approximation_agrees_with_a_permutation_test():
    dice = random.Random(7)
    before = [dice.expovariate(1 / 5) for _ in range(40)]
    after = [dice.expovariate(1 / 3.2) for _ in range(30)]
    every, seen = [*before, *after], abs(wins(before, after) - 600)
    far = 0
    for _ in range(2000):
        dice.shuffle(every)
        far += abs(wins(every[:40], every[40:]) - 600) >= seen
    assert rank_test(before, after) == pytest.approx(far / 2000, abs=0.02)
    assert 0.001 < rank_test(before, after) < 0.5


def test_a_published_example_has_its_published_answer():
    # Fisher's lady tasting tea: 3 of 4 against 1 of 4.
    assert share_test(3, 4, 1, 4) == pytest.approx(34 / 70)
    # All apart: 2 of the 70 ways.
    assert rank_test([1, 2, 3, 4], [5, 6, 7, 8]) == pytest.approx(2 / 70)


@given(st.integers(0, 7), st.integers(0, 7), st.integers(0, 7), st.integers(0, 7))
def test_the_share_test_equals_counting_every_deal(a, b, c, d):
    outcomes = [1] * a + [0] * b + [1] * c + [0] * d
    if not (a + b and c + d):
        assert share_test(a, a + b, c, c + d) == 1
        return
    from math import comb

    def chance(k: int) -> float:
        return comb(a + c, k) * comb(b + d, a + b - k) / comb(len(outcomes), a + b)

    usual = sum(chance(k) for k in range(a + b + 1) if k <= a + c and chance(k) <= chance(a) * (1 + 1e-9))
    assert share_test(a, a + b, c, c + d) == pytest.approx(min(1, usual), abs=1e-6)


def test_the_same_figures_on_both_sides_are_chance():
    assert rank_test([3] * 50, [3] * 60) == 1
    assert rank_test([], [1]) == 1
    assert share_test(5, 10, 50, 100) == pytest.approx(1)
    assert share_test(0, 0, 1, 1) == 1


def test_half_of_a_hundred_fair_draws_lie_below_the_middle():
    dice = random.Random(3)
    found = [rank_test([dice.random() for _ in range(20)], [dice.random() for _ in range(25)]) for _ in range(300)]
    assert 0.01 < sum(p < 0.05 for p in found) / 300 < 0.1
    assert 0.4 < sum(p < 0.5 for p in found) / 300 < 0.6


def test_looking_at_several_things_makes_each_less_surprising():
    assert corrected([0.01, 0.5, 0.02]) == pytest.approx([0.03, 0.5, 0.04])
    assert corrected([0.04, 0.03]) == pytest.approx([0.06, 0.06])
    assert corrected([]) == []
