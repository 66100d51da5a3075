"""Privacy mode: initials, record number and year of birth wherever a person is shown, except where the right person
has to be told from others."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam
from sqlmodel import select

from clinic import accounts, alerts, patients, report, treatments
from clinic.chair import board, identity, planning, state
from clinic.refused import NotAllowed
from data_model import DoseOrder, Treatment, database
from data_model.columns import Status, now
from pages.shared import who
from sample_data import cast
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated
from tests.test_pages import PAGES, ROLES, opened

FAMILY, GIVEN = cast.CAST[0].family, cast.CAST[0].given
OTHER = cast.CAST[1].family
# Where the full name stays, and why; docs/privacy.md has the same list for people.
SAFETY = {
    "clinical/treatment.py": "order, start, leaving and signature are for one person and no other",
    "clinical/register.py": "the name is what is entered here, and compared with those who have a record",
}
SECRETS = (FAMILY, GIVEN, OTHER, "1985-12-10", "10 Dec 1985")
_DOSED = select(Treatment).where(
    Treatment.patient_id == bindparam("patient"), Treatment.given_mg.is_not(None)
)


@pytest.fixture
def ada(sqlite_store, operator):
    """Somebody on every list: scores, treatments, an alert, a half-filled form, a treatment of today, a namesake."""
    with database(operator) as db:
        made = patient(db, "SM-1", family_name=FAMILY, given_name=GIVEN)
        patient(db, "SM-2", family_name=OTHER, given_name=GIVEN)
        course(db, made)
        scored(db, made, days_ago(50), phq9(2))
        treated(db, made, days_ago(49))
        treated(db, made, days_ago(3), given_mg=49.0)
        scored(db, made, days_ago(22), phq9(1, 1, 1, 1, 1, 1, 1, 1, 2))
        alerts.raise_alert(db, "entry.unlikely", made.id, "What was entered is unlikely.")
    return made


@pytest.fixture
def discreet(ada):
    """A clinician in privacy mode: the access key, and who that is from the next action on."""
    mina = staff("clinician", "mina")
    key = access_key(mina)
    with database(mina) as db:
        treatments.open_draft(db, ada.key)
        planning.plan(db, ada.key, now(), room="Room 1")
        patients.keep_private(db, True)
    return key, accounts.actor_of(key)


def shown(test) -> bytes:
    """All that the run sent: words, widgets, figures, tables, and what components were told."""
    return b"".join(_sent(block) for block in (test.main, test.sidebar))


def _sent(block) -> bytes:
    proto = getattr(block, "proto", None)
    own = proto.SerializeToString() if proto is not None else b""
    return own + b"".join(map(_sent, getattr(block, "children", {}).values()))


def found_in(sent: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in sent]


def refusal(test) -> bool:
    return any(error.icon in (":material/block:", ":material/error:") for error in test.error)


CLINICIANS = [page for page, (roles, _) in PAGES.items() if "clinician" in roles]


def test_no_name_on_any_page_but_those_that_need_it(ada, discreet):
    key, actor = discreet
    walked = {page: opened(key, page, patient=ada.key) for page in CLINICIANS}
    assert not [page for page, test in walked.items() if test.exception]
    assert not [page for page, test in walked.items() if refusal(test)]
    found = {page: found_in(shown(test)) for page, test in walked.items()}
    assert {page for page, names in found.items() if names} == set(SAFETY)
    with database(actor) as db:
        patients.keep_private(db, False)
    for page in (
        "clinical/today.py",
        "clinical/patients.py",
        "clinical/patient.py",
        "clinical/assessment.py",
    ):
        assert FAMILY in found_in(shown(opened(key, page, patient=ada.key))), (
            "this walk would not find a name"
        )


def test_somebody_is_known_by_initials_number_and_year(ada, discreet):
    _, actor = discreet
    with database(actor) as db:
        person = patients.person(db, ada)
        full = patients.identified(db, ada)
        [(found, _)], total = patients.search(db, FAMILY)
    assert (person.name, person.line) == ("A. A. · SM-1", "born 1985 · female")
    assert (full.name, full.born) == (f"{FAMILY}, {GIVEN}", "born 10 Dec 1985")
    assert (found.name, total) == (person.name, 1), "search still goes by name"


@pytest.mark.parametrize(
    "given, family, letters",
    [
        ("Ada", "Byron", "A. B."),
        ("Anne-Marie", "de la Cruz", "A. M. D. L. C."),
        ("Zoë", "Øst", "Z. Ø."),
        ("", "’t", "T."),
    ],
)
def test_initials(given, family, letters, ada):
    ada.given_name, ada.family_name = given, family
    assert patients.initials(ada) == letters


def test_a_print_is_without_the_name_and_without_the_confirmed_identity(ada, discreet):
    _, actor = discreet
    with database(actor) as db:
        row = db.exec(_DOSED, params={"patient": ada.id}).first()
        for reason in (None, "another dose"):
            db.add(_order(row, identity.shown(ada), reason))
        db.flush()
        html = report.html(db, row)
        made = report.data(db, row)
    assert found_in(html.encode()) == []
    assert "A. A. · SM-1" in html
    assert made["name"] == "A. A. · SM-1"
    assert "confirmed; the name is hidden in privacy mode" in html
    assert "another dose" in html, "the order that was taken back is on the print too"


def _order(row: Treatment, confirmed: str, void_reason: str | None) -> DoseOrder:
    return DoseOrder(
        patient_id=row.patient_id,
        treatment_id=row.id,
        substance=row.substance,
        route=row.route,
        mg=35,
        protocol="adult",
        protocol_version="1.0",
        identity=confirmed,
        ordered_by="Petra Test",
        status=Status.VOID if void_reason else Status.ACTIVE,
        void_reason=void_reason,
    )


def test_the_board_hides_and_the_chair_shows_the_name(ada, discreet):
    _, actor = discreet
    with database(actor) as db:
        [told] = board.rooms(db)
        row = db.exec(select(Treatment).where(Treatment.key == told["treatment"])).one()
        assert told["patient"] == "A. A. · SM-1"
        assert state.of(db, row)["treatment"]["name"] == f"{FAMILY}, {GIVEN}"


def test_a_lead_stays_with_pseudonyms_and_has_no_switch(ada):
    lead = staff("lead")
    with pytest.raises(NotAllowed), database(lead) as db:
        patients.keep_private(db, True)
    with database(lead) as db:
        assert patients.identified(db, ada).name == patients.pseudonym(ada.key)


@pytest.mark.parametrize("role", ROLES)
def test_who_has_the_switch(ada, role):
    test = opened(access_key(staff(role)), "clinical/scales.py")
    offered = [toggle for toggle in test.toggle if toggle.key == who.SWITCH]
    assert len(offered) == (role in ("nurse", "clinician", "auditor"))


def test_the_switch_is_remembered_with_the_account(ada):
    nurse = staff("nurse")
    key = access_key(nurse)
    test = opened(key, "clinical/patients.py")
    assert FAMILY.encode() in shown(test)
    test.toggle(key=who.SWITCH).set_value(True).run()
    assert found_in(shown(test)) == []
    again = opened(key, "clinical/patients.py")
    assert again.toggle(key=who.SWITCH).value is True
    assert found_in(shown(again)) == []
    again.toggle(key=who.SWITCH).set_value(False).run()
    assert FAMILY.encode() in shown(again)
    assert accounts.actor_of(key).preferences == ()
