"""Kaplan–Meier against R's printed numbers, statsmodels and a second plain implementation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from clinic.outcomes.survival import kaplan_meier, until_at_risk

# R survival::aml, maintained arm (Miller 1997).
AML = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]
PEOPLE = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=40)


def test_aml_as_summary_survfit_prints_it():
    """summary(survfit(Surv(time, status) ~ x, data = aml)): n.risk, n.event, survival, std.err."""
    curve = kaplan_meier(*AML)
    assert curve.at_risk.tolist() == [11, 10, 8, 7, 5, 4, 2]
    assert curve.events.tolist() == [1] * 7
    assert curve.survival == pytest.approx([0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184], abs=0.0005)
    assert curve.error == pytest.approx([0.0867, 0.1163, 0.1397, 0.1526, 0.1642, 0.1627, 0.1535], abs=0.00005)


def test_aml_limits_written_out():
    """At day 9: S = 10/11, Σ = 1/(11·10), so S^exp(±1.959964·√Σ / ln S)."""
    root, log = math.sqrt(1 / 110), abs(math.log(10 / 11))
    low = (10 / 11) ** math.exp(1.959964 * root / log)
    high = (10 / 11) ** math.exp(-1.959964 * root / log)
    curve = kaplan_meier(*AML)
    assert (curve.low[0], curve.high[0]) == pytest.approx((low, high), abs=1e-6)
    assert (curve.low < curve.survival).all()
    assert (curve.survival < curve.high).all()


def plain(times, events, z=1.959963984540054):
    """(time, at risk, survival, error, low, high) by loops, from the formulas of the reference §2.5."""
    rows, share, total = [], 1.0, 0.0
    for time in sorted({t for t, e in zip(times, events, strict=True) if e}):
        n = sum(t >= time for t in times)
        d = sum(t == time and bool(e) for t, e in zip(times, events, strict=True))
        if d == n:
            return [*rows, (time, n, 0.0, math.nan, math.nan, math.nan)]
        share *= 1 - d / n
        total += d / (n * (n - d))
        spread = math.exp(z * math.sqrt(total) / abs(math.log(share)))
        rows.append((time, n, share, share * math.sqrt(total), share**spread, share ** (1 / spread)))
    return rows


@given(PEOPLE)
def test_it_equals_a_second_implementation(people):
    times, events = zip(*people, strict=True)
    curve = kaplan_meier(times, events)
    found = [curve.time, curve.at_risk, curve.survival, curve.error, curve.low, curve.high]
    expected = np.array(plain(times, events), float).reshape(-1, 6).T
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-12, nan_ok=True)


@given(PEOPLE.filter(lambda people: any(event for _, event in people)))
def test_it_equals_statsmodels(people):
    times, events = zip(*people, strict=True)
    curve, other = kaplan_meier(times, events), SurvfuncRight(np.array(times), np.array(events, int))
    assert curve.time.tolist() == other.surv_times.tolist()
    assert curve.at_risk.tolist() == other.n_risk.tolist()
    assert curve.survival == pytest.approx(other.surv_prob, abs=1e-12)
    left = curve.survival > 1e-9
    assert curve.error[left] == pytest.approx(other.surv_prob_se[left], abs=1e-12)


def test_the_median_and_its_interval_equal_statsmodels():
    """The interval inverts the same log(−log) limits; R's default, from limits of log S, begins at 18."""
    curve, other = kaplan_meier(*AML), SurvfuncRight(np.array(AML[0]), np.array(AML[1]))
    assert curve.median == 31
    low, high = other.quantile_ci(0.5, method="cloglog")
    assert curve.median_interval == (low, None) == (13, None)
    assert not high <= curve.time[-1]


def test_a_median_that_is_not_reached_is_none():
    curve = kaplan_meier([5, 10, 10, 10], [1, 0, 0, 0])
    assert (curve.median, curve.median_interval[1]) == (None, None)
    assert kaplan_meier([5, 10], [1, 0]).median == 5  # exactly half left
    assert kaplan_meier([1, 2, 3, 4, 5, 6], [1] * 6).median == 3


def test_when_nobody_is_left_there_are_no_limits():
    curve = kaplan_meier([3, 5], [1, 1])
    assert curve.survival.tolist() == [0.5, 0]
    assert np.isnan([curve.low[-1], curve.high[-1], curve.error[-1]]).all()


def test_who_is_censored_at_the_time_of_an_event_was_still_at_risk():
    assert kaplan_meier([5, 5, 9], [1, 0, 0]).survival == pytest.approx([2 / 3])


def test_numbers_at_risk_under_the_figure():
    assert kaplan_meier(*AML).remaining([0, 9, 10, 13, 14, 48, 200]).tolist() == [11, 11, 10, 10, 8, 2, 0]


def test_the_share_left_at_a_day():
    curve = kaplan_meier(*AML)
    assert curve.at(0) == (1, 1, 1)
    assert curve.at(9)[0] == pytest.approx(10 / 11)
    assert curve.at(12.9)[0] == pytest.approx(10 / 11)
    assert curve.at(161)[0] == pytest.approx(0.184, abs=0.0005)
    assert curve.at(162) is None


def test_the_curve_ends_where_too_few_remain():
    curve = until_at_risk(kaplan_meier(*AML), 5)
    assert curve.time.tolist() == [9, 13, 18, 23, 31]
    assert (curve.ends, curve.n, curve.median) == (31, 11, 31)
    assert curve.at(32) is None
    shorter = until_at_risk(kaplan_meier(*AML), 6)
    assert (shorter.ends, shorter.median) == (28, None)
    assert until_at_risk(kaplan_meier(*AML), 12).ends == 0


def test_rows_without_a_time_or_a_verdict_are_counted_and_left_out():
    events = pd.array([True, False, pd.NA, True], dtype="boolean")
    curve = kaplan_meier([5, 10, 7, np.nan], pd.Series(events))
    assert (curve.n, curve.unknown, curve.events.tolist()) == (2, 2, [1])
    assert kaplan_meier([5, 10], [True, None]).unknown == 1


def test_nobody_and_nonsense():
    empty = kaplan_meier([], [])
    assert (empty.n, empty.median, empty.ends, len(empty.time)) == (0, None, 0, 0)
    with pytest.raises(ValueError, match="before the start"):
        kaplan_meier([-1], [1])
    with pytest.raises(ValueError, match="somebody at risk"):
        until_at_risk(empty, 0)
