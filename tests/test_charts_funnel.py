"""The funnel as drawn: who is outside by mark and name, limits exact at each number of people, nobody unsaid."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from scipy.stats import binom

from clinic.charts.funnel import LIMIT_POINTS, funnel_figure, sizes
from clinic.charts.palette import DARK, LIGHT
from clinic.outcomes import funnel, units
from tests.test_outcomes_units import unit


def found(*, lettered: bool = False) -> units.Units:
    people = pd.concat(
        [
            unit("Dr <b>Ada", 50, 10, 2),
            unit("Ben", 16, 16, 8, 3),
            unit("Cy", 9, 16, 1),
            unit("Di", 3, 2),
            unit(None, 2, 1),
        ]
    )
    return units.units(people, "clinician", lettered=lettered)


def notes(spec: dict) -> str:
    return " ".join(note["text"] for note in spec["layout"]["annotations"])


def trace(spec: dict, name: str) -> dict:
    [one] = [each for each in spec["data"] if each["name"] == name]
    return one


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_it_also_with_nobody_drawn(palette, narrow):
    for each in (found(), units.units(unit("Di", 3, 2), "clinician", lettered=True)):
        spec = funnel_figure(each, "clinician", palette=palette, narrow=narrow)
        go.Figure(spec)
        json.dumps(spec, allow_nan=False)


def test_points_and_their_marks():
    spec = funnel_figure(found(), "clinician")
    points = trace(spec, "units")
    assert points["x"] == [62, 40, 26]
    assert points["y"] == pytest.approx([50 / 62, 16 / 40, 9 / 26])
    assert points["marker"]["symbol"] == ["square", "diamond", "diamond"]
    up = trace(spec, "if all unknown had responded")["error_y"]["array"]
    assert up == pytest.approx([2 / 62, 8 / 40, 1 / 26])


def test_the_picture_says_who_is_not_in_it():
    said = notes(funnel_figure(found(), "clinician"))
    assert "Responded, all clinicians: 80 of 136 people whose window has passed; 3 too early." in said
    assert (
        "8 of 136 people are not drawn: 5 with 1 clinician of fewer than 10 each, 3 without a clinician."
        in said
    )
    assert "if all unknown (11) had responded" in said
    assert "unadjusted, in no order of merit" in said
    assert "ver-dispersion" in said


def test_names_are_escaped_and_letters_take_their_place():
    assert "Dr &lt;b&gt;Ada" in notes(funnel_figure(found(), "clinician"))
    lettered = json.dumps(funnel_figure(found(lettered=True), "clinician"))
    assert not any(name in lettered for name in ("Ada", "Ben", '"Cy'))


def test_the_curves_are_binomial_quantiles_at_each_size():
    spec = funnel_figure(found(), "clinician")
    target = 80 / 136
    for name, tail in (("95", 0.025), ("998", 0.001)):
        for side, p in (("low", tail), ("high", 1 - tail)):
            curve = trace(spec, f"{side} {name}")
            of = np.array(curve["x"])
            assert of[0] == 10
            assert (np.diff(of) == 1).all()
            assert curve["y"] == pytest.approx((binom.ppf(p, of, target) / of).tolist())


def test_a_large_clinic_costs_no_more_curve():
    of = sizes(50_000)
    assert (of[0], of[-1]) == (10, 50_000)
    assert len(of) <= LIMIT_POINTS


@pytest.mark.parametrize("target", [1e-4, 0.003, 0.2, 0.41, 0.5, 0.97, 0.9999])
def test_quantiles_of_large_and_small_equal_scipy(target):
    of = np.r_[1:60, 99, 500, 4_001, 50_000]
    for p in (0.001, 0.025, 0.975, 0.999):
        assert (funnel.quantile(p, of, target) == binom.ppf(p, of, target) / of).all()
    assert funnel.quantile(0.025, [5], 0) == [0]
    assert funnel.quantile(0.025, [5], 1) == [1]


def test_of_many_only_those_outside_are_named():
    people = pd.concat([unit(f"u{n}", 10, 10) for n in range(14)] + [unit("far", 20, 0)])
    said = notes(funnel_figure(units.units(people, "clinician", lettered=False), "clinician"))
    assert "far" in said
    assert "u3" not in said


def test_names_at_one_place_lie_below_each_other():
    people = pd.concat([unit(f"Dr Long Name {n}", 10, 10) for n in range(4)])
    spec = funnel_figure(units.units(people, "clinician", lettered=False), "clinician")
    shifts = [note["yshift"] for note in spec["layout"]["annotations"] if note["text"].startswith("Dr Long")]
    assert len(set(shifts)) == 4
    assert min(np.diff(sorted(shifts))) >= 13
