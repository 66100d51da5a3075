"""Change since baseline against published examples and each scale's own rules."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from clinic.instruments import catalogue, instrument
from clinic.outcomes import change
from tests.shared_data import shared

NAN = float("nan")


def vectors(kind: str) -> list[dict]:
    text = shared("reference/scoring_vectors.json").read_text(encoding="utf-8")
    return [each for each in json.loads(text) if each["instrument"] == kind]


def test_percent_improvement_and_partial_response_match_the_shared_vectors():
    for vector in vectors("percent_change"):
        asked, expected = vector["in"], vector["out"]
        got = change.percent_improvement(asked["baseline"], asked["value"], asked["floor"])
        assert got == pytest.approx(expected["pct"], abs=0.005), vector["id"]
        assert (got >= 50) is expected["response"], vector["id"]


def test_jacobson_and_truax_1991_worked_example():
    """Jacobson & Truax 1991, J Consult Clin Psychol 59:12–19: M1 40, M0 60, s 7.5, r .80."""
    deviation = change.deviation_of_difference(7.5, 0.80)
    assert deviation == pytest.approx(4.74, abs=0.005)
    assert change.reliable_change_index(32.5, 47.5, deviation) == pytest.approx(3.16, abs=0.005)
    cuts = change.cutoffs((40, 7.5), (60, 7.5), higher_is_better=True)
    assert (cuts.a, cuts.b, cuts.c) == (55, 45, 50)


def test_rc95_of_the_phq9_from_its_published_sd_and_alpha():
    """Gyani et al. 2013 (figures unverified, arithmetic checked): SD 5.66, alpha .89 give RC95 5.20."""
    assert 1.96 * change.deviation_of_difference(5.66, 0.89) == pytest.approx(5.20, abs=0.01)


def test_cutoffs_turn_round_where_lower_is_better():
    cuts = change.cutoffs((20, 4), (6, 3))
    assert (cuts.a, cuts.b) == (12, 12)
    assert cuts.c == pytest.approx((3 * 20 + 4 * 6) / 7)


@pytest.mark.parametrize(
    "scale, baseline, total, answered",
    [
        ("phq9", 20, 10, True),  # exactly half counts
        ("phq9", 21, 11, False),
        ("gad7", 16, 8, True),
        ("lsas_sr", 100, 72, True),  # 28 %: a responder here, not by a 50 % rule
        ("lsas_sr", 100, 73, False),
        ("lsas_ca", 100, 72, False),  # the clinician's version asks for 29 %
        ("lsas_ca", 100, 71, True),
        ("madrs", 34, 17, True),
        ("oasis", 14, 9, True),  # points, not per cent
    ],
)
def test_every_scale_has_its_own_response_rule(scale, baseline, total, answered):
    assert change.responded(instrument(scale).default_response, baseline, total) is answered


def test_remission_without_response_is_possible():
    """MADRS 22 to 12 is a remission by the esketamine-trial rule (≤ 12) and no response (45 %)."""
    madrs = instrument("madrs")
    assert change.in_remission(madrs.rule("madrs.remission.le12"), 12) is True
    assert change.responded(madrs.default_response, 22, 12) is False


def test_unknown_stays_unknown():
    phq9 = instrument("phq9")
    assert change.responded(phq9.default_response, None, 9) is None
    assert change.responded(phq9.default_response, 21, NAN) is None
    assert change.responded(None, 21, 9) is None
    assert change.reliable_change(phq9, NAN, 9) is None
    assert change.percent_improvement(0, 0) is None


def test_worsening_is_negative_and_not_clipped():
    assert change.percent_improvement(10, 15) == -50


@pytest.mark.parametrize(
    "scale, baseline, total, verdict",
    [
        ("phq9", 21, 15, "better"),  # ≥ 6 points, the threshold itself counts
        ("phq9", 21, 16, "unchanged"),
        ("phq9", 15, 21, "worse"),
        ("gad7", 10, 16, "worse"),  # 6 by Bischoff 2020; the NHS rule of 4 is not the default
        ("gad7", 10, 15, "unchanged"),
        ("madrs", 34, 15, None),  # no threshold is agreed
        ("lsas_sr", 90, 40, None),
    ],
)
def test_reliable_change_by_the_scales_own_threshold(scale, baseline, total, verdict):
    assert change.reliable_change(instrument(scale), baseline, total) == verdict


def test_partly_exists_beside_fifty_per_cent_rules_and_not_beside_28_per_cent():
    phq9, lsas = instrument("phq9").default_response, instrument("lsas_sr").default_response
    assert change.partly(phq9, 20, 15) is True
    assert change.partly(phq9, 20, 16) is False
    assert change.partly(phq9, 20, 10) is False
    assert change.partly(lsas, 100, 74) is None


@pytest.mark.parametrize("scale", sorted(catalogue()))
def test_columns_and_single_people_get_the_same_verdicts(scale):
    definition = instrument(scale)
    grid = np.linspace(definition.minimum, definition.maximum, 9).round()
    baseline, total = (side.ravel() for side in np.meshgrid(np.append(grid, NAN), np.append(grid, NAN)))
    for rule in (*definition.responses, *definition.remissions):
        column = change.met(rule, total, baseline)
        for one, b, t in zip(column, baseline, total, strict=True):
            single = rule.met(t, b)
            assert (math.isnan(one) and single is None) or one == single, (rule.id, b, t)
    worse = change.worsened(definition, total, baseline)
    for one, b, t in zip(worse, baseline, total, strict=True):
        single = change.reliable_change(definition, b, t)
        assert (math.isnan(one) and single is None) or (one == 1) == (single == "worse"), (b, t)
