"""Severity at three looks: every column has the same people, nothing is carried forward."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from clinic.instruments import catalogue, instrument
from clinic.outcomes import shift, states
from clinic.outcomes.shift import NO_SCORE
from clinic.refused import BadInput
from tests.course_frames import at, courses, doses, score, scores, treatment, treatments
from tests.test_outcomes_weekly import riesby  # noqa: F401  (the fixture)

PHQ9 = instrument("phq9")
WINDOW = states.Window()
NOW = at(200)


def made(rows, given, *, given_doses=None, now=NOW, all_courses=None) -> shift.Shift:
    given_doses = doses() if given_doses is None else given_doses
    people = states.people(rows, given, given_doses, catalogue(), now)
    everything = rows if all_courses is None else all_courses
    return shift.shift(people, given, given_doses, everything, PHQ9, WINDOW)


def looks(found: shift.Shift) -> list[tuple]:
    return list(found.people[list(shift.LOOKS)].itertuples(index=False, name=None))


def test_a_person_stands_in_a_band_at_each_look():
    given = scores(score(at(28), 12, patient="p1"), score(at(60), 7, patient="p1"))
    found = made(courses({"baseline": 21}), given)
    assert looks(found) == [("severe", "moderate", "mild")]


def test_a_score_is_used_once_and_not_carried_forward():
    given = scores(score(at(28), 12, patient="p1"), score(at(35), 7, patient="p1"))
    assert looks(made(courses({"baseline": 21}), given)) == [("severe", "mild", NO_SCORE)]


def test_a_score_soon_after_a_dose_or_prorated_is_no_last_one():
    given = scores(score(at(60), 3, patient="p1"), score(at(90), 4, patient="p1", prorated=True))
    dosed = treatments(treatment(at(58)))
    assert looks(made(courses({"baseline": 21}), given, given_doses=dosed)) == [
        ("severe", NO_SCORE, NO_SCORE)
    ]


def test_what_follows_the_next_course_is_not_of_this_one():
    rows = courses({"baseline": 21})
    later = courses({"episode": "e9", "patient": "p1", "start": at(80)})
    given = scores(score(at(70), 12, patient="p1"), score(at(120), 2, patient="p1"))
    assert looks(made(rows, given))[0][2] == "minimal"
    assert looks(made(rows, given, all_courses=pd.concat([rows, later])))[0][2] == "moderate"


def test_who_is_too_early_stands_apart_and_the_rest_are_in_every_column():
    rows = courses({"baseline": 21}, {"baseline": float("nan")}, {"baseline": 16, "start": at(190)})
    found = made(rows, scores(score(at(28), 3, patient="p2")))
    assert (found.started, found.n, found.too_early) == (3, 2, 1)
    for look in shift.LOOKS:
        assert found.counts(look).sum() == 2
    assert found.moves("baseline", "end") == {"milder": 0, "same": 0, "graver": 0, "unknown": 2}
    assert found.matrix("baseline", "end").loc[NO_SCORE, "minimal"] == 1


def test_milder_and_graver_are_told_apart():
    rows = courses({"baseline": 21}, {"baseline": 12}, {"baseline": 12})
    given = scores(*(score(at(28), total, patient=who) for who, total in (("p1", 3), ("p2", 22), ("p3", 11))))
    assert made(rows, given).moves("baseline", "end") == {"milder": 1, "same": 1, "graver": 1, "unknown": 0}


def test_a_scale_without_bands_is_refused():
    with pytest.raises(BadInput, match="no published bands"):
        people = states.people(courses({}), scores(), doses(), catalogue(), at(60))
        shift.shift(people, scores(), doses(), courses({}), instrument("lsas_sr"), WINDOW)


def test_the_matrix_of_a_published_trial_equals_a_plain_count(riesby):  # noqa: F811
    """Week 0 against week 4 of the 66 people, the bands written out by hand."""

    def band(total) -> str:
        if total != total:
            return NO_SCORE
        return "none" if total < 8 else "mild" if total < 17 else "moderate" if total < 24 else "severe"

    wide = riesby.pivot(index="patient", columns="week", values="total").reindex(columns=range(6))
    rows = courses(
        *({"patient": who, "baseline": total, "instrument": "hamd17"} for who, total in wide[0].items())
    )
    fourth = wide[4].dropna().items()
    given = scores(*(score(at(28), total, patient=who, instrument="hamd17") for who, total in fourth))
    people = states.people(rows, given, doses(), catalogue(), at(60))
    found = shift.shift(people, given, doses(), rows, instrument("hamd17"), WINDOW)
    plain = Counter((band(before), band(after)) for before, after in zip(wide[0], wide[4], strict=True))
    matrix = found.matrix("baseline", "end")
    assert {
        (before, after): int(matrix.loc[before, after])
        for before in found.bands
        for after in found.bands
        if matrix.loc[before, after]
    } == dict(plain)
    assert sum(plain.values()) == found.n == 66
