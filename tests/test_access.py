"""Who may do what. The table is written here a second time, by hand, so that a slip in the first one fails."""

from __future__ import annotations

import pytest

from clinic import access, assessments, cohorts, patients, settings, trail, treatments, worklist
from clinic.refused import NotAllowed
from data_model import database
from data_model.accounts import Role
from tests.people import course, patient, staff

EXPECTED = """
                     nurse  clinician  lead  administrator  auditor
see patients         yes    yes        yes   -              yes
see names            yes    yes        -     -              yes
edit patients        yes    yes        -     -              -
record assessments   yes    yes        -     -              -
record treatments    yes    yes        -     -              -
sign treatments      yes    yes        -     -              -
amend treatments     yes    yes        -     -              -
plan treatments      yes    yes        -     -              -
see rooms            yes    yes        -     -              -
see today            yes    yes        -     -              -
answer alerts        yes    yes        -     -              -
write letters        yes    yes        -     -              -
choose baselines     -      yes        -     -              -
move records         -      yes        -     -              -
see scales           yes    yes        yes   yes            yes
see protocols        yes    yes        yes   yes            yes
edit protocols       -      yes        yes   -              -
approve protocols    -      yes        yes   -              -
see drug log         yes    yes        yes   -              yes
keep drug log        yes    yes        -     -              -
see safety           -      yes        yes   -              yes
see outcomes         -      yes        yes   -              -
see audit            -      -          -     yes            yes
manage accounts      -      -          -     yes            -
change settings      -      -          -     yes            -
import records       -      -          -     yes            -
"""


def cells():
    header, *lines = EXPECTED.strip("\n").splitlines()
    for line in lines:
        action, words = line[:21].strip(), line[21:].split()
        yield from ((action, role, word == "yes") for role, word in zip(header.split(), words, strict=True))


@pytest.mark.parametrize("action, role, may", list(cells()))
def test_each_cell_of_the_table(action, role, may):
    assert (action in access.rights(Role(role))) is may


def test_the_table_is_whole():
    assert {action for action, _, _ in cells()} == set(access.ROLES_BY_ACTION)
    assert {role for _, role, _ in cells()} == {role.value for role in Role}


@pytest.mark.parametrize("role", Role)
def test_grants_give_only_what_they_say_and_only_to_their_role(role):
    plain = access.rights(role)
    granted = access.rights(role, may_prescribe=True, sees_names=True)
    extra = {Role.CLINICIAN: {"prescribe"}, Role.LEAD: {"see names"}}.get(role, set())
    assert granted - plain == extra


def test_an_unknown_action_is_a_bug_not_a_refusal(operator):
    with pytest.raises(KeyError):
        access.can(operator, "fly")


# One call per room of the store, with the roles that may make it.
CALLS = {
    "search": (lambda db, key: patients.search(db), {"nurse", "clinician", "lead", "auditor"}),
    "get": (lambda db, key: patients.get(db, key), {"nurse", "clinician", "lead", "auditor"}),
    "register": (lambda db, key: patient(db, "SM-9"), {"nurse", "clinician"}),
    "assessment": (lambda db, key: assessments.open_draft(db, key, "phq9"), {"nurse", "clinician"}),
    "treatment": (lambda db, key: treatments.open_draft(db, key), {"nurse", "clinician"}),
    "today": (lambda db, key: worklist.people(db), {"nurse", "clinician"}),
    "outcomes": (lambda db, key: cohorts.cohort(db), {"clinician", "lead"}),
    "audit": (lambda db, key: trail.listing(db), {"administrator", "auditor"}),
    "settings": (lambda db, key: settings.change(db, clinic_name="X"), {"administrator"}),
}


@pytest.mark.parametrize("role", Role)
def test_the_functions_ask_for_their_right(sqlite_store, operator, role):
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
    actor = staff(role.value)
    allowed = set()
    for name, (call, _) in CALLS.items():
        try:
            with database(actor) as db:
                call(db, ada.key)
            allowed.add(name)
        except NotAllowed:
            pass
    assert allowed == {name for name, (_, roles) in CALLS.items() if role.value in roles}


def test_a_lead_sees_pseudonyms_unless_granted_names(sqlite_store, operator):
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
    lead, trusted = staff("lead"), staff("lead", "trusted", sees_names=True)
    for actor, name, number in ((lead, patients.pseudonym(ada.key), ""), (trusted, "Byron, Ada", "SM-1")):
        with database(actor) as db:
            [(person, _)], _ = patients.search(db)
        assert (person.name, person.record_number) == (name, number)
    with database(lead) as db:
        _, total = patients.search(db, "no such name")
        person = patients.person(db, ada)
    assert total == 1, "who may not see names cannot search by them either"
    assert "1985" in person.born
    assert "Dec" not in person.born
