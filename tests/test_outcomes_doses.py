"""Doses by month and by treatment number: one substance and route at a time, unknown doses counted."""

from __future__ import annotations

import statistics
from math import nan

import numpy as np
import pandas as pd
import pytest

from clinic.outcomes import doses
from tests.course_frames import at, courses, treatment, treatments


def given_(*rows: dict) -> pd.DataFrame:
    table = courses({"patient": "p1", "episode": "e1"}, {"patient": "p2", "episode": "e2"})
    return doses.doses(table, treatments(*(treatment(**row) for row in rows)), zone="Europe/London")


def test_each_substance_and_route_has_a_unit_and_a_table_of_its_own():
    spray = {"substance": "esketamine", "route": "IN", "given_mg": 56.0, "mg_per_kg": nan}
    found = given_(
        {"started_at": at(0)},
        {"started_at": at(7), **spray},
        {"started_at": at(14), "route": "IM"},
        {"started_at": at(21)},
    )
    assert doses.ways(found)[0] == ("racemic ketamine", "IV")
    assert len(doses.ways(found)) == 3
    nasal = doses.of_way(found, "esketamine", "IN")
    assert nasal[["unit", "dose", "number"]].to_numpy().tolist() == [["mg", 56, 2]]
    intravenous = doses.of_way(found, "racemic ketamine", "IV")
    assert intravenous["unit"].unique().tolist() == ["mg/kg"]
    assert intravenous["number"].tolist() == [1, 4], "the number counts every treatment of the course"


def test_by_month_of_the_clinics_calendar_with_empty_months_and_unknown_doses():
    """DOSE_ONE is 2 March 2026; 31 March 23:30 UTC is already April in London."""
    days = (0, 1, 2, 29)
    rows = [
        {"started_at": at(day), "mg_per_kg": dose}
        for day, dose in zip(days, (0.5, 0.6, 1.0, nan), strict=True)
    ]
    rows += [{"started_at": pd.Timestamp("2026-03-31 23:30", tz="UTC"), "mg_per_kg": 0.7}]
    rows += [{"started_at": at(100), "mg_per_kg": 0.8, "patient": "p2", "episode": "e2"}]
    found = doses.by_month(given_(*rows))
    assert found["month"].dt.month.tolist() == [3, 4, 5, 6]
    assert found["treatments"].tolist() == [4, 1, 0, 1]
    assert found["known"].tolist() == [3, 1, 0, 1]
    assert found.loc[0, "median"] == 0.6
    low, _, high = statistics.quantiles([0.5, 0.6, 1.0], n=4, method="inclusive")
    assert (found.loc[0, "low"], found.loc[0, "high"]) == pytest.approx((low, high))
    assert np.isnan(found.loc[2, "median"])


def test_the_same_people_have_every_one_of_the_first_treatments():
    rows = [{"started_at": at(7 * n), "mg_per_kg": 0.5 + n / 10} for n in range(3)]
    rows += [{"started_at": at(7 * n), "mg_per_kg": 0.9, "patient": "p2", "episode": "e2"} for n in range(2)]
    found = given_(*rows)
    assert doses.by_number(found)["median"].tolist() == pytest.approx([0.7, 0.75, 0.7])
    assert doses.by_number(found)["people"].tolist() == [2, 2, 1]
    same = doses.by_number(doses.same_people(found, 3))
    assert same["median"].tolist() == pytest.approx([0.5, 0.6, 0.7])
    assert same["people"].tolist() == [1, 1, 1]
    assert len(doses.by_number(found, up_to=2)) == 2


def test_an_unknown_dose_takes_nobody_out_of_everyone_but_out_of_the_same_people():
    rows = [{"started_at": at(0), "mg_per_kg": 0.5}, {"started_at": at(7), "mg_per_kg": nan}]
    found = given_(*rows)
    assert doses.by_number(found)["treatments"].tolist() == [1, 1]
    assert doses.by_number(found)["known"].tolist() == [1, 0]
    assert not len(doses.same_people(found, 2))


def test_nothing_given():
    found = given_()
    assert doses.ways(found) == []
    assert not len(doses.by_month(found))
    assert not len(doses.by_number(found))
    assert not len(doses.same_people(found))
