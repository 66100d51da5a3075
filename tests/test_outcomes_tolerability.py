"""How each treatment was borne: extremes over the person's own value, missing as missing, scales apart."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from clinic.outcomes.tolerability import Event, Form, Given, Observation, Peak, borne, exposure, scales_of
from tests.course_frames import DOSE_ONE, at, treatment, treatments

START = DOSE_ONE.to_pydatetime()


def given(*rows: Observation, **more) -> Given:
    return Given("t1", "e1", 1, START, "racemic ketamine", "IV", observations=rows, **more)


def one(*rows, forms=(), **more):
    return borne([given(*rows, **more)], forms)[0]


def test_rise_is_over_the_last_value_before_the_dose():
    it = one(
        Observation(-30, systolic=150, diastolic=90),
        Observation(0, systolic=120, diastolic=80),
        Observation(20, systolic=151, diastolic=88),
        Observation(40, systolic=140, diastolic=92),
    )
    assert (it.systolic, it.systolic.rise) == (Peak(120, 151), 31)
    assert (it.diastolic, it.diastolic.rise) == (Peak(80, 92), 12)


def test_a_value_before_the_dose_is_no_peak_and_a_fall_is_negative():
    it = one(Observation(-5, systolic=170), Observation(20, systolic=150))
    assert (it.systolic.highest, it.systolic.rise) == (150, -20)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (Observation(20, systolic=150),),
        (Observation(-5, systolic=120),),
        (Observation(None, systolic=1),),
    ],
)
def test_without_a_value_on_either_side_there_is_no_rise(rows):
    assert one(*rows).systolic.rise is None


def test_lowest_saturation_is_of_the_dose_and_missing_is_none():
    assert one(Observation(-5, spo2=91), Observation(10, spo2=97), Observation(20, spo2=94)).spo2 == 94
    assert one(Observation(-5, spo2=91), Observation(10)).spo2 is None


def test_ratings_of_different_scales_are_never_one_number():
    it = one(
        Observation(20, dissociation=2, scale="global"),
        Observation(40, dissociation=9, scale="cadss6"),
        Observation(60, dissociation=3, scale="global"),
        Observation(-5, dissociation=4, scale="global"),
        forms=[Form("CADSS form", START + timedelta(minutes=50), 31)],
    )
    assert it.dissociation == (("rating 0 to 4", 3), ("CADSS-6 at the chair", 9), ("CADSS form", 31))
    assert it.dissociated("CADSS form") == 31
    assert it.dissociated("elsewhere") is None
    assert scales_of([it])[0] == "rating 0 to 4"


@pytest.mark.parametrize(("hours", "rated"), [(0, False), (2, True), (8, True), (8.1, False), (-1, False)])
def test_a_form_belongs_to_the_dose_it_follows(hours, rated):
    it = one(forms=[Form("CADSS form", START + timedelta(hours=hours), 31)])
    assert bool(it.dissociation) is rated


def test_minutes_until_ready_else_until_leaving_else_not_recorded():
    ready, left = START + timedelta(minutes=95), START + timedelta(minutes=120)
    assert (one(ready_at=ready, left_at=left).minutes, one(ready_at=ready, left_at=left).until) == (
        95,
        "ready",
    )
    assert (one(left_at=left).minutes, one(left_at=left).until) == (120, "left")
    assert (one().minutes, one().until) == (None, "")


def test_the_worst_event_is_a_serious_one_then_the_gravest():
    events = (Event("nausea", "severe"), Event("fall", "moderate", serious=True), Event("headache", "mild"))
    assert one(events=events).worst.term == "fall"
    assert one(events=events[::2]).worst.term == "nausea"
    assert one().worst is None


def test_exposure_is_summed_within_a_substance_and_route_only():
    frame = treatments(
        treatment(at(0), given_mg=40.0, mg_per_kg=0.5),
        treatment(at(30), given_mg=60.0, mg_per_kg=float("nan")),
        treatment(at(91), given_mg=300.0, mg_per_kg=3.5, route="SL"),
        treatment(at(100), given_mg=80.0, mg_per_kg=1.0),
    )
    rows = exposure(frame, at(120)).set_index("route")
    assert rows.loc["IV", ["treatments", "mg", "mg_per_kg", "weighed"]].tolist() == [3, 180, 1.5, 2]
    assert rows.loc["SL", ["treatments", "mg", "mg_per_kg"]].tolist() == [1, 300, 3.5]
    assert rows.loc["IV", ["in_30", "in_90", "in_365"]].tolist() == [1, 2, 3]
    assert rows.loc["IV", ["mg_in_30", "mg_in_90", "mg_in_365"]].tolist() == [80, 140, 180]
    assert rows.loc["IV", "months"] == pytest.approx(100 / 30.44)


def test_no_known_weight_is_no_sum():
    rows = exposure(treatments(treatment(at(0), mg_per_kg=float("nan"))), at(1))
    assert pd.isna(rows["mg_per_kg"].iloc[0])
    assert rows["weighed"].iloc[0] == 0
