"""What is looked at between treatments: kept, the latest of each kind, and how old it is on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clinic import checks
from clinic.refused import BadInput, NotAllowed
from data_model import database
from data_model.checks import CheckKind, Finding
from data_model.columns import now
from tests.people import staff

TODAY = now().date()


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


def recorded(actor, ada, kind=CheckKind.LIVER, days=0, **more):
    with database(actor) as db:
        return checks.record(db, ada.key, kind, TODAY - timedelta(days=days), **more)


def test_the_latest_of_each_kind_counts_in_whatever_order_they_were_entered(ada, nora):
    newest = recorded(nora, ada, days=10, finding="nothing found", value=0.8)
    recorded(nora, ada, days=40, finding=Finding.GRAVE, value=6)
    recorded(nora, ada, CheckKind.URINARY, days=3)
    with database(nora) as db:
        last = checks.latest(db, ada)
    assert set(last) == {CheckKind.LIVER, CheckKind.URINARY}
    assert (last[CheckKind.LIVER].key, last[CheckKind.LIVER].finding) == (newest.key, Finding.NOTHING)
    assert last[CheckKind.URINARY].finding is None


def test_ages_in_days_and_what_was_never_done_is_unknown(ada, nora):
    recorded(nora, ada, days=91, value=3.4)
    with database(nora) as db:
        found = checks.measures(db, ada, TODAY)
    assert found == {
        "liver_tests_age_days": 91,
        "urinary_symptoms_age_days": None,
        "cognition_age_days": None,
        "drug_screen_age_days": None,
        "pdmp_age_days": None,
        "alt_times_uln": 3.4,
    }


def test_a_check_taken_back_stays_to_be_read_and_counts_no_more(ada, nora):
    made = recorded(nora, ada)
    with database(nora) as db, pytest.raises(BadInput, match="Say why"):
        checks.take_back(db, made.key, "")
    with database(nora) as db:
        assert checks.take_back(db, made.key, "another person's").void_reason == "another person's"
    with database(nora) as db:
        assert checks.latest(db, ada) == {}


@pytest.mark.parametrize(
    ("kind", "on", "value", "says"),
    [
        (CheckKind.ECG, TODAY + timedelta(days=2), None, "future"),
        (CheckKind.ECG, date(1980, 1, 1), None, "before the date of birth"),
        (CheckKind.ECG, TODAY, 1.2, "Only liver tests"),
        (CheckKind.LIVER, TODAY, 4000.0, "not possible"),
    ],
)
def test_what_cannot_be_is_refused(ada, nora, kind, on, value, says):
    with database(nora) as db, pytest.raises(BadInput, match=says):
        checks.record(db, ada.key, kind, on, value=value)


def test_who_only_reads_records_no_check(ada):
    with pytest.raises(NotAllowed):
        recorded(staff("auditor"), ada)
