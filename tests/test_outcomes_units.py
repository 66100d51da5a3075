"""Who is drawn in the funnel, who is not, and that nobody is lost between them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from clinic.outcomes import funnel, states, units
from clinic.outcomes.states import NO_SCORE, NOT_RESPONDED, RESPONDED, TOO_EARLY
from tests.shared_data import ROOT


def unit(name, responded=0, rest=0, unknown=0, early=0, instrument="phq9", baseline=18.0) -> pd.DataFrame:
    state = [RESPONDED] * responded + [NOT_RESPONDED] * rest + [NO_SCORE] * unknown + [TOO_EARLY] * early
    return pd.DataFrame(
        {
            "state": state,
            "clinician": name,
            "instrument": instrument,
            "baseline": baseline,
            "indication": "depression",
        }
    )


@pytest.fixture
def people() -> pd.DataFrame:
    return pd.concat(
        [
            unit("Zoe", 6, 5, 1, 2),
            unit("Ada", 20, 30, 5, 3),
            unit("Max", 4, 5, 0, 9),
            unit(None, 2, 3),
            unit("Ida", 0, 0, 0, 4),
        ],
        ignore_index=True,
    )


def test_drawn_and_not_drawn_sum_to_everyone_who_started(people):
    found = units.units(people, "clinician", lettered=False)
    assert found.drawn["unit"].tolist() == ["Ada", "Zoe"]
    assert found.drawn["of"].sum() + found.in_small + found.without == found.of
    headline = states.headline(people)
    assert (found.count, found.of, found.too_early) == (headline.responded, headline.of, headline.too_early)
    assert found.of + found.too_early == headline.started == len(people)
    assert (found.small, found.in_small, found.without) == (2, 9, 5)
    assert found.target == headline.responded / headline.of
    assert units.not_drawn_in_words(found, "clinician") == (
        "14 of 81 people are not drawn: 9 with 2 clinicians of fewer than 10 each, 5 without a clinician."
    )


def test_ten_people_are_drawn_and_nine_are_not():
    both = pd.concat([unit("ten", 5, 5), unit("nine", 5, 4), unit("more", 5, 20)])
    assert units.units(both, "clinician", lettered=False).drawn["unit"].tolist() == ["more", "ten"]


def test_letters_go_by_size_and_hide_every_name(people):
    found = units.units(people, "clinician", lettered=True)
    assert found.drawn["unit"].tolist() == ["A", "B"]
    shown = found.drawn.drop(columns="key").to_json() + units.case_mix(people, found, "clinician").to_json()
    assert not any(name in shown for name in ("Ada", "Zoe", "Max"))
    assert [units.letters(at) for at in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_the_17_clinics_of_a_real_trial():
    """57 of 172; by exact limits 028 (27 of 38) alone lies outside. A test of arithmetic."""
    expected = json.loads((ROOT / "tests/data/rbmi_antidepressant/expected.json").read_text())[
        "by_clinic_locf"
    ]
    everybody = pd.concat([unit(row["POOLINV"], row["resp"], row["n"] - row["resp"]) for row in expected])
    found = units.units(everybody, "clinician", lettered=False)
    assert (found.count, found.of) == (57, 172)
    outside = found.drawn[found.drawn["signal"] != funnel.WITHIN]
    assert outside[["unit", "count", "of", "signal"]].to_numpy().tolist() == [["028", 27, 38, "above_99.8"]]
    assert found.small == sum(row["n"] < 10 for row in expected)
    judged = funnel.judge([row["resp"] for row in expected], [row["n"] for row in expected], exact=True)
    assert (judged.rows["signal"] != funnel.WITHIN).sum() == 1


def test_over_dispersion_is_said_when_there_is_some():
    apart = pd.concat([unit(f"u{n}", 10 + 12 * n, 130 - 12 * n) for n in range(10)])
    found = units.units(apart, "clinician", lettered=False)
    assert found.more_than_chance
    assert units.spread_in_words(found, "clinicians").startswith(
        "Over-dispersion: the clinicians differ more"
    )
    alike = pd.concat([unit(f"u{n}", 40 + n % 2, 60) for n in range(10)])
    same = units.units(alike, "clinician", lettered=False)
    assert not same.more_than_chance
    assert units.spread_in_words(same, "sites").startswith("No over-dispersion")
    one = units.units(unit("u", 5, 6), "clinician", lettered=False)
    assert (
        units.spread_in_words(one, "sites") == "Too few sites to tell whether they differ more than chance."
    )


def test_scales_are_never_pooled_in_the_case_mix():
    both = pd.concat(
        [
            unit("Ada", 6, 5, baseline=20.0),
            unit("Ada", 1, 1, instrument="gad7", baseline=15.0),
            unit("Ada", 0, 1, instrument="gad7", baseline=np.nan),
            unit("Zoe", 12, 5, baseline=12.0),
        ],
        ignore_index=True,
    )
    found = units.units(both, "clinician", lettered=False)
    mix = units.case_mix(both, found, "clinician")
    assert mix[["unit", "instrument", "people", "known", "median"]].to_numpy().tolist() == [
        ["Zoe", "phq9", 17, 17, 12.0],
        ["Ada", "gad7", 3, 2, 15.0],
        ["Ada", "phq9", 11, 11, 20.0],
    ]
    assert mix["indications"].tolist() == ["depression 17", "depression 3", "depression 11"]
    assert mix["people"].sum() == found.drawn["started"].sum()


def test_nobody_passed_and_nobody_with_a_site():
    assert units.units(unit("Ada", early=3), "clinician", lettered=False) is None
    nowhere = unit("Ada", 5, 8).assign(site=None)
    found = units.units(nowhere, "site", lettered=False)
    assert (len(found.drawn), found.without) == (0, 13)
    assert units.case_mix(nowhere, found, "site").empty
