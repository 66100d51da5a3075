"""An observation half a minute after the start is one of the dose, although its minute is 0."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic.watching.of_vitals import before_dose
from data_model import Treatment, VitalSigns
from data_model.columns import now

START = now()


@pytest.mark.parametrize(("seconds", "early"), [(-1, True), (0, True), (1, False), (59, False)])
def test_the_moment_decides_where_it_is_known(seconds, early):
    row = VitalSigns(treatment_id=1, position=0, minute=0, observed_at=START + timedelta(seconds=seconds))
    assert before_dose(Treatment(patient_id=1, episode_id=1, started_at=START), row) is early


@pytest.mark.parametrize(("minute", "early"), [(-1, True), (0, True), (1, False)])
def test_the_minute_decides_where_only_it_is_known(minute, early):
    row = VitalSigns(treatment_id=1, position=0, minute=minute)
    assert before_dose(Treatment(patient_id=1, episode_id=1, started_at=START), row) is early
