"""Funnel limits against scipy's binomial, a second implementation, and a real trial of 17 sites."""

from __future__ import annotations

import json
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, binomtest

from clinic.outcomes import funnel
from clinic.refused import BadInput
from tests.shared_data import ROOT

RBMI = ROOT / "tests" / "data" / "rbmi_antidepressant"


@pytest.fixture(scope="module")
def sites() -> pd.DataFrame:
    """Responders (≥ 50 % fall of the HAM-D17 at each patient's last visit) and patients by pooled site."""
    rows = pd.read_csv(RBMI / "antidepressant_data.csv", dtype={"PATIENT": str, "POOLINV": str})
    last = rows.sort_values("RELDAYS", kind="stable").drop_duplicates("PATIENT", keep="last")
    fall = 100 * (last["BASVAL"] - last["HAMDTL17"]) / last["BASVAL"]
    return (fall >= 50).groupby(last["POOLINV"]).agg(["sum", "size"])


def test_the_sites_are_those_of_the_expected_figures(sites):
    expected = json.loads((RBMI / "expected.json").read_text())["by_clinic_locf"]
    assert [[site, *row] for site, row in zip(sites.index, sites.to_numpy().tolist(), strict=True)] == [
        [each["POOLINV"], each["resp"], each["n"]] for each in expected
    ]
    assert (sites["sum"].sum(), sites["size"].sum()) == (57, 172)


def test_of_17_real_sites_028_alone_lies_outside_the_exact_limits(sites):
    found = funnel.judge(sites["sum"], sites["size"], exact=True)
    outside = found.rows.set_index(sites.index).query("signal != 'within'")
    assert outside["signal"].to_dict() == {"028": "above_99.8"}
    assert outside.loc["028", ["count", "of"]].tolist() == [27, 38]
    assert binomtest(27, 38, 57 / 172, alternative="greater").pvalue < 0.001


def test_small_sites_get_exact_limits_and_large_ones_normal_ones(sites):
    rows = funnel.judge(sites["sum"], sites["size"]).rows.set_index(sites.index)
    assert rows.index[~rows["exact"]].tolist() == ["025", "028"]  # 16 and 38 people: 5.3 and 12.6 expected
    assert (rows["signal"] != "within").sum() == 1


@pytest.mark.parametrize("target", [0.01, 0.2, 0.331, 0.5, 0.93])
def test_a_signal_by_exact_limits_is_a_binomial_tail(target):
    """Outside means P(as far or further, on that side) below 2.5 % and 0.1 %."""
    for of in (1, 4, 9, 23, 60):
        counts = np.arange(of + 1)
        rows = funnel.judge(counts, np.full(of + 1, of), target, exact=True).rows
        upper, lower = binom.sf(counts - 1, of, target), binom.cdf(counts, of, target)
        expected = np.select(
            [upper <= 0.001, lower < 0.001, upper <= 0.025, lower < 0.025],
            ["above_99.8", "below_99.8", "above_95", "below_95"],
            default="within",
        )
        assert rows["signal"].tolist() == expected.tolist(), of


@pytest.mark.parametrize("probability", [0.001, 0.025, 0.5, 0.975, 0.999])
@pytest.mark.parametrize("of, target", [(1, 0.5), (10, 0.1), (37, 0.331), (200, 0.02)])
def test_quantiles_equal_scipy(probability, of, target):
    assert funnel.quantile(probability, of, target) == binom.ppf(probability, of, target) / of


def test_normal_limits_are_curves_within_nought_and_one():
    table = funnel.limits([50, 200, 5], 0.1, exact=False)
    assert table["high95"].tolist() == pytest.approx([0.1 + 1.960 * sqrt(0.09 / n) for n in (50, 200, 5)])
    assert table["high998"].tolist() == pytest.approx([0.1 + 3.090 * sqrt(0.09 / n) for n in (50, 200, 5)])
    assert table["low95"].tolist() == pytest.approx(
        [0.1 - 1.960 * sqrt(0.09 / 50), 0.1 - 1.960 * sqrt(0.09 / 200), 0]
    )
    assert table["low998"].min() == 0


@pytest.mark.parametrize("of, exact", [(49, True), (50, False), (51, False)])
def test_exact_below_five_expected_on_either_side(of, exact):
    for target in (0.1, 0.9):
        assert funnel.limits([of], target)["exact"].tolist() == [exact]


@pytest.mark.parametrize(
    "count, signal",
    [
        (30, "above_99.8"),
        (27, "above_95"),
        (26, "within"),
        (14, "within"),
        (13, "below_95"),
        (10, "below_99.8"),
    ],
)
def test_signals_against_one_half_of_forty(count, signal):
    """Limits .345–.655 and .256–.744: 13.8–26.2 and 10.2–29.8 of 40."""
    assert funnel.judge([count], [40], 0.5).rows["signal"].tolist() == [signal]


def by_loops(counts, of, target):
    """φ and τ² from the reference §2.9, without numpy's help except for the two quantiles."""
    errors = [sqrt(target * (1 - target) / n) for n in of]
    z = [(x / n - target) / s for x, n, s in zip(counts, of, errors, strict=True)]
    low, high = np.percentile(z, 10), np.percentile(z, 90)
    phi = sum(min(max(each, low), high) ** 2 for each in z) / len(z)
    weights = [1 / s**2 for s in errors]
    if len(z) * phi <= len(z) - 1:
        return phi, 0.0
    rest = sum(weights) - sum(w**2 for w in weights) / sum(weights)
    return phi, (len(z) * phi - (len(z) - 1)) / rest


def test_overdispersion_equals_a_second_implementation_and_widens_the_limits():
    rng = np.random.default_rng(7)
    of = rng.integers(40, 400, 25)
    counts = rng.binomial(of, np.clip(rng.normal(0.4, 0.1, 25), 0.05, 0.95))
    plain, wide = (funnel.judge(counts, of, overdispersion=each) for each in (False, True))
    assert (wide.phi, wide.between) == pytest.approx(by_loops(counts, of, counts.sum() / of.sum()))
    assert wide.between > 0 == plain.between
    deviation = np.sqrt(plain.target * (1 - plain.target) / of + wide.between)
    assert wide.rows["high95"].to_numpy() == pytest.approx(plain.target + 1.960 * deviation)
    assert wide.rows["z"].to_numpy() == pytest.approx((counts / of - plain.target) / deviation)
    assert (wide.rows["signal"] != "within").sum() < (plain.rows["signal"] != "within").sum()


def test_no_more_spread_than_chance_leaves_the_limits_alone():
    counts, of = [20, 21, 19, 20], [50, 50, 50, 50]
    found = funnel.judge(counts, of, overdispersion=True)
    assert (found.phi, found.between) == pytest.approx(by_loops(counts, of, 0.4))
    assert found.between == 0


def test_a_clinic_without_people_and_a_target_at_the_edge():
    rows = funnel.judge([0, 5], [0, 20], 0.3).rows
    assert rows["signal"].tolist() == ["", "within"]
    assert rows.loc[0, ["share", "z", "low95"]].isna().all()
    assert funnel.judge([0, 0], [10, 20]).rows["signal"].tolist() == ["within", "within"]
    assert funnel.judge([1], [10], 0.0).rows["signal"].tolist() == ["above_99.8"]


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="above its denominator"):
        funnel.judge([5], [4])
    with pytest.raises(BadInput, match="no overall share"):
        funnel.judge([0], [0])
    with pytest.raises(BadInput, match=r"not 1\.2"):
        funnel.judge([1], [4], 1.2)
