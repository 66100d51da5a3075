"""Intervals against Newcombe's published values, statsmodels and scipy."""

from __future__ import annotations

import json

import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from clinic.outcomes.proportion import exact, in_words, percent, rare_in_words, wilson
from tests.shared_data import shared


@pytest.mark.parametrize(
    "count, of, low, high",
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_1998_method_3_values(count, of, low, high):
    """Newcombe 1998, Stat Med 17:857–872 (values recomputed in the shared vectors)."""
    assert wilson(count, of) == pytest.approx((low, high), abs=0.00005)


def test_wilson_gives_the_shared_vectors():
    for vector in json.loads(shared("reference/scoring_vectors.json").read_text(encoding="utf-8")):
        if vector["instrument"] == "wilson":
            expected = vector["out"]["lo"], vector["out"]["hi"]
            assert wilson(vector["in"]["x"], vector["in"]["n"]) == pytest.approx(expected, abs=0.00005)


@pytest.mark.parametrize("of", [1, 2, 7, 40, 263, 20_000])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_wilson_equals_statsmodels(of, confidence):
    for count in sorted({0, 1, of // 3, of // 2, of - 1, of}):
        expected = proportion_confint(count, of, alpha=1 - confidence, method="wilson")
        assert wilson(count, of, confidence) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("of", [1, 5, 40, 333])
def test_exact_equals_scipy_clopper_pearson(of):
    for count in sorted({0, 1, of // 2, of}):
        expected = binomtest(count, of).proportion_ci(0.95, method="exact")
        assert exact(count, of) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_no_event_in_forty_treatments_is_up_to_8_8_per_cent():
    assert rare_in_words(0, 40) == "0 of 40: up to 8.8 %"
    assert rare_in_words(0, 0) == "0 of 0: nothing to count yet"
    assert rare_in_words(2, 40) == "2 of 40: 0.6–16.9 %"


def test_nobody_in_the_denominator_has_no_interval():
    assert wilson(0, 0) is None
    assert exact(0, 0) is None
    assert in_words(0, 0) == "0 of 0"


def test_a_count_above_its_denominator_is_refused():
    with pytest.raises(ValueError, match="5 of 4"):
        wilson(5, 4)


def test_decimals_only_from_a_hundred_people_on():
    assert in_words(24, 58) == "24 of 58 (41 %, 95 % interval 30–54 %)"
    assert percent(1 / 8, 88) == "13"
    assert percent(0.1234, 400) == "12.3"
