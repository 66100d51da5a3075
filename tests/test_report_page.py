"""The buttons that print: for whom they stand there, and who is asking when one is clicked."""

from __future__ import annotations

import pytest

from clinic import accounts, report
from data_model import Account, NoActor, database
from pages.chair.printing import made
from tests.people import access_key, course, patient, staff, treated
from tests.reported import ESKETAMINE, START, bare
from tests.test_pages import opened


def labels(test) -> list[str]:
    return [each.proto.label for each in test.get("download_button")]


@pytest.fixture
def sprayed(sqlite_store, operator) -> tuple[str, str]:
    """Keys of a patient and of a treatment with esketamine."""
    with database(operator) as db:
        of = patient(db)
        course(db, of)
        return of.key, treated(db, of, START, **ESKETAMINE).key


@pytest.mark.parametrize(
    "role,wanted",
    [
        ("nurse", ["PDF", "HTML", "REMS sheet"]),
        ("auditor", ["PDF", "HTML", "REMS sheet"]),
        ("lead", ["PDF", "HTML"]),
    ],
)
def test_the_buttons_are_those_of_the_role(sprayed, role, wanted):
    of, treatment = sprayed
    test = opened(access_key(staff(role)), "clinical/treatment.py", patient=of, treatment=treatment)
    assert not test.exception
    assert labels(test) == wanted


def test_another_substance_has_no_sheet(sqlite_store, operator):
    with database(operator) as db:
        of = patient(db)
        course(db, of)
        treatment = treated(db, of, START).key
    test = opened(access_key(staff("nurse")), "clinical/treatment.py", patient=of.key, treatment=treatment)
    assert labels(test) == ["PDF", "HTML"]


def test_a_print_is_for_whoever_is_signed_in_at_the_click(sqlite_store, operator):
    nurse = staff("nurse")
    key, access = bare(operator), access_key(nurse)
    assert made(access, key, report.html).startswith("<!DOCTYPE html>")
    with database(operator) as db:
        accounts.change(db, db.get(Account, nurse.account_id).key, active=False)
    with pytest.raises(NoActor):
        made(access, key, report.html)
    with pytest.raises(NoActor):
        made(None, key, report.html)
