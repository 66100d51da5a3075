"""Control charts against a textbook, exact constants and a second plain reading of each rule."""

from __future__ import annotations

from itertools import pairwise
from math import pi, sqrt

import numpy as np
import pandas as pd
import pytest

from clinic.outcomes import control
from clinic.outcomes.control import RULES, signals

BEYOND, ONE_SIDE, TWO_OF_THREE, TREND = RULES


def months(count, of, whole=None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": pd.period_range("2024-01", periods=len(count), freq="M").to_timestamp(),
            "whole": [True] * len(count) if whole is None else whole,
            "count": count,
            "of": of if np.ndim(of) else [of] * len(count),
        }
    )


# Montgomery, Introduction to Statistical Quality Control, orange juice cans: 30 samples of 50.
JUICE = [
    12,
    15,
    8,
    10,
    4,
    7,
    16,
    9,
    14,
    10,
    5,
    6,
    17,
    12,
    22,
    8,
    10,
    5,
    13,
    11,
    20,
    18,
    24,
    15,
    9,
    12,
    7,
    13,
    9,
    6,
]


def test_a_textbook_p_chart():
    chart = control.shares(months(JUICE, 50), firm=30)
    assert chart.centre == pytest.approx(0.2313, abs=5e-5)
    assert chart.rows["high"].unique() == pytest.approx([0.4102], abs=5e-5)
    assert chart.rows["low"].unique() == pytest.approx([0.0524], abs=5e-5)
    beyond = chart.rows.index[chart.rows["signals"].str.contains("1")] + 1
    assert beyond.tolist() == [15, 23]


def by_loop(value, centre, sigma) -> set[tuple[int, int]]:
    """(place, rule) read as a person would, window by window."""
    found = set()
    for at, each in enumerate(value):
        if abs(each - centre) > 3 * sigma[at]:
            found.add((at, 0))
    for side in (1, -1):
        for start in range(len(value)):
            eight = range(start, start + 8)
            if eight[-1] < len(value) and all(side * (value[at] - centre) > 0 for at in eight):
                found |= {(at, 1) for at in eight}
            three = range(start, start + 3)
            if three[-1] < len(value):
                beyond = [at for at in three if side * (value[at] - centre) > 2 * sigma[at]]
                found |= {(at, 2) for at in beyond} if len(beyond) >= 2 else set()
            six = range(start, start + 6)
            if six[-1] < len(value) and all(side * value[at + 1] > side * value[at] for at in six[:-1]):
                found |= {(at, 3) for at in six}
    return found


@pytest.mark.parametrize("seed", range(40))
def test_the_rules_equal_a_second_reading(seed):
    rng = np.random.default_rng(seed)
    value = rng.normal(0, 1.4, 40) + np.linspace(0, rng.normal(0, 2), 40)
    value[rng.integers(0, 40, 3)] = 0.0
    sigma = rng.uniform(0.7, 1.3, 40)
    found = signals(value, 0.0, sigma)
    assert {(int(at), int(rule)) for at, rule in np.argwhere(found)} == by_loop(value, 0.0, sigma)


@pytest.mark.parametrize(
    "value, rule, places",
    [
        ([0, 3.01, 0], 0, [1]),
        ([0, 3.0, 0], 0, []),
        ([0.1] * 8, 1, range(8)),
        ([0.1] * 7, 1, []),
        ([0.1] * 4 + [0] + [0.1] * 7, 1, []),
        ([2.1, 0, 2.1], 2, [0, 2]),
        ([2.1, 0, -2.1], 2, []),
        ([2.1, 0, 0, 2.1], 2, []),
        ([-0.5, -0.3, -0.1, 0.1, 0.3, 0.5], 3, range(6)),
        ([-0.5, -0.3, -0.1, 0.1, 0.3], 3, []),
        ([0.5, 0.3, 0.1, 0.1, -0.3, -0.5], 3, []),
    ],
)
def test_each_rule_at_its_edge(value, rule, places):
    found = signals(value, 0.0, [1.0] * len(value))
    assert np.flatnonzero(found[:, rule]).tolist() == list(places)


def test_xmr_limits_are_mean_and_266_mean_ranges():
    rng = np.random.default_rng(4)
    count = rng.poisson(30, 15)
    chart = control.rates(months(count, 40))
    value = [100 * each / 40 for each in count]
    ranges = [abs(b - a) for a, b in pairwise(value)]
    mean, mean_range = sum(value) / 15, sum(ranges) / 14
    assert chart.centre == pytest.approx(mean)
    assert chart.rows["high"].to_numpy() == pytest.approx(mean + 2.66 * mean_range, rel=1e-3)
    assert chart.rows["low"].to_numpy() == pytest.approx(max(mean - 2.66 * mean_range, 0), rel=1e-3)
    assert chart.range_limit == pytest.approx(3.267 * mean_range, rel=2e-4)
    assert chart.rows["range"].iloc[1:].tolist() == pytest.approx(ranges)


def test_the_constants_are_those_of_two_normal_values():
    draws = np.random.default_rng(1).normal(size=(400_000, 2))
    ranges = np.abs(draws[:, 0] - draws[:, 1])
    assert pytest.approx(1.128, abs=5e-4) == control.D2
    assert ranges.mean() == pytest.approx(control.D2, abs=0.005)
    assert (ranges.mean() + 3 * ranges.std()) / ranges.mean() == pytest.approx(control.RANGE_LIMIT, abs=0.01)
    assert pytest.approx(3.267, abs=5e-4) == control.RANGE_LIMIT
    assert sqrt(2 - 4 / pi) == pytest.approx(0.853, abs=5e-4)


def test_later_months_never_move_the_limits():
    """A shift after month 20 is a signal, and stays one however long it lasts."""
    before, after = [20, 22] * 10, [40] * 30
    chart = control.shares(months(before + after, 60))
    alone = control.shares(months(before, 60))
    assert chart.centre == alone.centre == 21 / 60
    assert chart.rows.loc[0, "high"] == alone.rows.loc[0, "high"]
    assert chart.rows["signals"].str.contains("1").tolist() == [False] * 20 + [True] * 30
    assert chart.firm
    assert chart.based_on == 20
    rate = control.rates(months(before + after, 60))
    assert rate.centre == pytest.approx(35)
    assert rate.jumps == [pd.Timestamp("2025-09-01")]


def test_below_twelve_whole_months_there_are_no_limits():
    table = months([4] * 12, 10, [True] * 11 + [False])
    for chart in (control.shares(table), control.rates(table)):
        assert chart.kind == control.RUN
        assert chart.rows[["low", "high"]].isna().all(axis=None)
        assert chart.rows["used"].sum() == 11
        assert chart.rules == ["run.longest", "run.crossings"]
    assert control.shares(months([4] * 12, 10)).kind == control.SHARES
    assert not control.shares(months([4] * 12, 10)).firm


def test_a_growing_or_an_empty_month_is_in_no_limit_and_no_rule():
    steady = [30, 28, 31, 29, 30, 32, 28, 30, 31, 29, 30, 30, 30]
    plain = control.shares(months(steady, 60))
    more = control.shares(
        months([*steady[:6], 0, *steady[6:], 60], [60] * 6 + [0] + [60] * 8, [True] * 14 + [False])
    )
    assert more.centre == plain.centre
    assert more.based_on == plain.based_on == 13
    assert more.rows["signals"].eq("").all()
    assert more.spread == pytest.approx(plain.spread)
    assert np.isnan(more.rows.loc[6, "value"])
    assert more.rows.loc[14, "value"] == 1


def test_laneys_limits_are_wider_by_the_spread_of_z():
    rng = np.random.default_rng(2)
    count = rng.binomial(800, np.clip(rng.normal(0.4, 0.08, 24), 0, 1))
    plain, wide = (control.shares(months(count, 800), widened=each) for each in (False, True))
    sigma = sqrt(plain.centre * (1 - plain.centre) / 800)
    z = [(each / 800 - plain.centre) / sigma for each in count[:20]]
    spread = sum(abs(b - a) for a, b in pairwise(z)) / 19 / 1.128
    assert plain.spread == pytest.approx(spread, rel=1e-3)
    assert spread > 2
    width = [chart.rows.loc[0, "high"] - chart.centre for chart in (plain, wide)]
    assert width[1] == pytest.approx(width[0] * plain.spread)
    assert (wide.rows["signals"] != "").sum() < (plain.rows["signals"] != "").sum()


def test_limits_are_never_narrowed():
    chart = control.shares(months([30] * 20, 60), widened=True)
    assert not chart.widened
    assert chart.rows.loc[0, "high"] == pytest.approx(0.5 + 3 * sqrt(0.25 / 60))


def test_nobody_or_everybody_is_no_signal():
    for count in (0, 10):
        chart = control.shares(months([count] * 14, 10))
        assert chart.rows["signals"].eq("").all()
        assert chart.spread is None


def test_rough_limits_are_said():
    assert control.shares(months([3] * 14, 10)).rough
    assert not control.shares(months([20] * 14, 40)).rough


def test_what_was_found_names_rule_and_months():
    chart = control.shares(months([20, 22] * 10 + [45], 60))
    assert chart.found == {BEYOND: [pd.Timestamp("2025-09-01")]}
    assert set(control.shares(months([20] * 5 + [40] * 15, 60)).found) >= {ONE_SIDE}
    assert list(RULES) == [BEYOND, ONE_SIDE, TWO_OF_THREE, TREND]
