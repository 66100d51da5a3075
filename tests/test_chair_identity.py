"""The right person: the birth date they say, and others who could be taken for them (docs/clinical.md F.6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clinic import patients
from clinic.chair import identity
from clinic.refused import BadInput, NotAllowed
from data_model import database
from data_model.columns import now
from tests.at_the_chair import BORN, planned, ready, started
from tests.people import course, patient, staff


def test_the_birth_date_that_the_person_says_confirms_them(ada):
    with database(staff("nurse")) as db:
        assert identity.confirm(db, ada, BORN) == "Byron, Ada · born 10 Dec 1985" == identity.shown(ada)


@pytest.mark.parametrize("said", [date(1985, 10, 12), date(1985, 12, 11), None])
def test_another_birth_date_confirms_nobody_and_the_right_one_is_not_told(ada, said):
    with database(staff("nurse")) as db, pytest.raises(BadInput) as refusal:
        identity.confirm(db, ada, said)
    assert "10 Dec 1985" not in str(refusal.value)


def test_who_may_not_see_names_confirms_nobody(ada):
    with database(staff("lead")) as db, pytest.raises(NotAllowed):
        identity.confirm(db, ada, BORN)


def test_names_that_sound_the_same_are_found_and_others_are_not(ada, operator):
    with database(operator) as db:
        sounds = patient(db, "SM-2", family_name="Biron", given_name="Ada", birth_date=date(1990, 1, 2))
        patient(db, "SM-3", family_name="Babbage", given_name="Charles", birth_date=date(1991, 12, 26))
    with database(staff("nurse")) as db:
        assert [each.key for each in identity.similar(db, ada)] == [sounds.key]
        assert [each.key for each in identity.similar(db, sounds)] == [ada.key]


def test_of_those_who_sound_the_same_the_one_who_is_treated_today_is_told(ada, operator):
    nora, pia = staff("nurse"), staff("clinician", may_prescribe=True)
    with database(operator) as db:
        other = patient(db, "SM-2", family_name="Biron", given_name="Ada")
        course(db, other)
    with database(nora) as db:
        people = identity.similar(db, ada)
        assert identity.here_today(db, people) == set()
    planned(nora, other)
    with database(nora) as db:
        assert identity.here_today(db, people) == {other.key}
    started(nora, pia, other)
    with database(nora) as db:
        assert identity.here_today(db, people) == {other.key}


def test_a_plan_of_another_day_is_not_today(ada):
    nora = staff("nurse")
    planned(nora, ada, now() + timedelta(days=2))
    with database(nora) as db:
        assert identity.here_today(db, [patients.person(db, ada)]) == set()
    ready(nora, staff("clinician", may_prescribe=True), ada)
    with database(nora) as db:
        assert identity.here_today(db, [patients.person(db, ada)]) == {ada.key}
