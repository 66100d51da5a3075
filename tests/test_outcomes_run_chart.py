"""Runs around the median against a plain second count, all sequences of coins, and the published limits."""

from __future__ import annotations

from itertools import groupby, product
from math import log2

import numpy as np
import pytest
from scipy.stats import binom

from clinic.outcomes import run_chart


def plainly(values) -> tuple[int, int]:
    """Longest run and crossings, counted with itertools."""
    middle = sorted(values)[len(values) // 2 : len(values) // 2 + 1]
    if len(values) % 2 == 0:
        middle = sorted(values)[len(values) // 2 - 1 : len(values) // 2 + 1]
    median = sum(middle) / len(middle)
    sides = [len(list(group)) for _, group in groupby(value > median for value in values if value != median)]
    return max(sides, default=0), max(len(sides) - 1, 0)


@pytest.mark.parametrize("seed", range(30))
def test_runs_equal_a_plain_count(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 6, rng.integers(1, 30)).tolist()
    found = run_chart.runs(values)
    assert (found.longest, found.crossings) == plainly(values)
    assert found.useful == sum(value != found.median for value in values)


@pytest.mark.parametrize(
    "useful, longest, crossings", [(10, 6, 2), (11, 6, 2), (12, 7, 3), (20, 7, 6), (24, 8, 8)]
)
def test_the_limits_are_the_published_ones(useful, longest, crossings):
    """Anhøj and Olesen 2014, table of 10 to 60 useful points."""
    on_median = [0.5, 0.5] if useful % 2 else []
    found = run_chart.runs([0] * (useful // 2) + on_median + [1] * (useful - useful // 2))
    assert found.useful == useful
    assert (found.longest_by_chance, found.fewest_by_chance) == (longest, crossings)
    assert found.longest_by_chance == round(log2(useful) + 3)
    assert found.fewest_by_chance == binom.ppf(0.05, useful - 1, 0.5)


def test_how_often_chance_gives_a_signal_with_ten_points():
    """Over all 252 orders of five above and five below."""
    orders = [order for order in product((0, 1), repeat=10) if sum(order) == 5]
    found = [run_chart.runs(order) for order in orders]
    assert all(each.useful == 10 for each in found)
    share = np.mean([bool(each.signals) for each in found])
    # Only five can lie on a side, so no run is too long; one crossing alone is too few: 2 orders of 252.
    assert share == pytest.approx(2 / 252)


def test_a_step_gives_both_signals_and_names_its_points():
    found = run_chart.runs([1, 2, 1, 2, 1, 2, 1, 9, 8, 9, 8, 9, 8, 9])
    assert found.signals == (run_chart.RULE_FEW,)
    assert (found.longest, found.crossings, found.runs) == (7, 1, 2)
    assert found.in_longest == tuple(range(7))
    assert run_chart.in_words(found) == (
        "More than chance: the longest run has 7 points (by chance up to 7), and the line crosses the median 1 time "
        "(by chance at least 4)."
    )
    longer = run_chart.runs([1] * 9 + [9] * 9)
    assert longer.signals == (run_chart.RULE_LONG, run_chart.RULE_FEW)


def test_nothing_is_looked_for_in_few_points():
    found = run_chart.runs([1] * 4 + [9] * 4)
    assert found.signals == ()
    assert run_chart.in_words(found).startswith("8 of the points lie off the median: too few (below 10)")
    assert run_chart.runs([]).useful == 0
