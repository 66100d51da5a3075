"""The sheet in the shape of the REMS form: stored facts only, and never a No that nobody gave."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from clinic import protocols, report, treatments
from clinic.refused import BadInput, NotAllowed
from clinic.report import forms as editions
from clinic.report import rems_sheet, typesetting
from clinic.report.forms import BadForm, form_of, forms, read
from clinic.report.rems_facts import FACTS
from data_model import AuditRow, DutyDone, GateVerdict, Medication, database
from tests.people import course, patient, staff, treated
from tests.reported import ESKETAMINE, START, at, bare, signs, whole


def answers(operator, key: str, template: str = "2024-06") -> dict[str, dict]:
    with database(operator) as db:
        of = treatments.by_key(db, key)
        data = rems_sheet.data(db, of, forms()[template])
    return {field["label"]: field for section in data["sections"] for field in section["fields"]}


def sprayed(operator, vitals=(), events=(), **fields) -> str:
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        return treated(db, made, START, vitals, events, **(ESKETAMINE | fields)).key


# ---- what stands on it -------------------------------------------------------------------------------------------


def test_it_is_filled_from_what_is_stored(sqlite_store, operator):
    fields = answers(operator, whole(operator))
    said = {label: each["value"] for label, each in fields.items()}
    assert said["First name"] == "Ada"
    assert said["Date of birth"] == "10 Dec 1985"
    assert said["Dose 56 mg"] == "yes"
    assert said["Dose 84 mg"] == "no"
    assert said["Lot number"] == "LX-77"
    assert said["Minutes from first device to end of monitoring"] == "125"
    assert said["Minutes until ready to leave, had there been no two-hour rule"] == "112"
    assert said["Blood pressure before"] == "124/78 (minute -10)"
    assert said["Blood pressure 40 minutes after"] == "164/96 (minute 41)"
    assert said["Blood pressure before completion"] == "124/78 (minute 118)"
    assert (said["Sedation"], said["Sedation: onset, minutes"], said["Sedation: resolution, minutes"]) == (
        "yes",
        "20",
        "60",
    )
    assert said["Dissociation: onset, minutes"] == "18"
    assert said["Dissociation: resolution, minutes"] == "75"
    assert said["Intervention"] == "Ondansetron 4 mg oral"
    assert said["Serious adverse event: description"] == "Vomiting (severe)"
    assert said["Enrolment checked"] == "yes"
    assert fields["Benzodiazepines"]["note"] == "Lorazepam"


def test_what_is_not_recorded_is_an_empty_box_and_never_no(sqlite_store, operator):
    fields = answers(operator, sprayed(operator, lot=None))
    given = {label for label, each in fields.items() if each["answer"]}
    assert given == {
        "First name",
        "Last name",
        "Date of birth",
        "Sex",
        "Monitoring clinician",
        "Health care setting",
        "Date of treatment",
        "Dose 56 mg",
        "Dose 84 mg",
    }
    empty = [each for each in fields.values() if not each["answer"]]
    assert all(each["value"].startswith("not recorded") for each in empty)


def test_a_no_stands_where_somebody_measured_so(sqlite_store, operator):
    fields = answers(operator, sprayed(operator, [signs(-5), signs(40), signs(90)]))
    assert fields["Sedation"]["answer"] == "no"
    assert fields["Dissociation"]["answer"] == ""
    assert fields["Serious adverse event"]["answer"] == ""
    assert fields["Medical intervention needed"]["answer"] == ""


def test_moaas_before_the_dose_says_nothing_of_sedation_after_it(sqlite_store, operator):
    fields = answers(operator, sprayed(operator, [signs(-5), signs(40, moaas=None)]))
    assert fields["Sedation"]["answer"] == ""


@pytest.mark.parametrize("minute,found", [(34, False), (35, True), (45, True), (46, False)])
def test_the_pressure_at_40_minutes_is_of_the_window_around_it(sqlite_store, operator, minute, found):
    """Five minutes either side: ketamine reference §2.5."""
    fields = answers(operator, sprayed(operator, [signs(minute)]))
    assert bool(fields["Blood pressure 40 minutes after"]["answer"]) == found


@pytest.mark.parametrize(
    "mg,boxes", [(56.0, ("yes", "no", "")), (84.0, ("no", "yes", "")), (28.0, ("no", "no", "given"))]
)
def test_the_dose_has_its_box(sqlite_store, operator, mg, boxes):
    fields = answers(operator, sprayed(operator, given_mg=mg))
    assert tuple(fields[name]["answer"] for name in ("Dose 56 mg", "Dose 84 mg", "Other dose")) == boxes


@pytest.mark.parametrize(
    "drug,label",
    [
        ("Zopiclone 7.5 mg", "Non-benzodiazepine sedative-hypnotics"),
        ("Lorazepam", "Benzodiazepines"),
        ("Phenelzine", "MAO inhibitors"),
        ("Methylphenidate", "Psychostimulants"),
    ],
)
def test_the_list_of_medicines_counts_on_the_day_of_the_treatment(sqlite_store, operator, drug, label):
    key = sprayed(operator)
    with database(operator) as db:
        of = treatments.by_key(db, key)
        db.add(Medication(patient_id=of.patient_id, drug=drug, started=START.date(), author="x"))
        stopped = {"started": date(2020, 1, 1), "stopped": date(2020, 2, 1)}
        db.add(Medication(patient_id=of.patient_id, drug="Diazepam", **stopped, author="x"))
    fields = answers(operator, key)
    lines = ("Benzodiazepines", "Non-benzodiazepine sedative-hypnotics", "Psychostimulants", "MAO inhibitors")
    assert [name for name in lines if fields[name]["answer"] == "yes"] == [label]
    assert fields[label]["note"] == drug


def test_a_later_esketamine_treatment_is_not_the_first(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        first = treated(db, made, at(-20000), **ESKETAMINE).key
        later = treated(db, made, START, **ESKETAMINE).key
    assert answers(operator, later)["First treatment"]["answer"] == "no"
    assert answers(operator, first)["First treatment"]["answer"] == ""


def test_vital_signs_that_held_the_dose_up_were_not_acceptable(sqlite_store, operator):
    key = whole(operator)
    assert answers(operator, key)["Acceptable before administration"]["answer"] == "yes"
    held = {"id": "bp.pre.systolic.hold", "verdict": "prescriber decides", "says": "Systolic 165."}
    with database(operator) as db:
        of = treatments.by_key(db, key)
        assert held["id"] in {limit.id for limit in protocols.protocol("us").limits}
        started = {"reasons": [held], "verdict": held["verdict"], "started": True, "author": "Nora Quist"}
        mine = {"patient_id": of.patient_id, "treatment_id": of.id}
        db.add(GateVerdict(**mine, **started, protocol="us", protocol_version="1.0"))
    assert answers(operator, key)["Acceptable before administration"]["answer"] == "no"


# ---- editions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day,version",
    [
        (date(2019, 3, 5), "2021-11"),
        (date(2021, 11, 1), "2021-11"),
        (date(2024, 5, 31), "2021-11"),
        (date(2024, 6, 1), "2024-06"),
        (date(2026, 11, 25), "2024-06"),
    ],
)
def test_the_edition_is_that_of_the_day(day, version):
    assert form_of(day).version == version


def test_every_edition_says_what_nobody_has_read():
    old, new = forms()["2021-11"], forms()["2024-06"]
    labels = {
        form.version: {each.label: each for _, fields in form.sections for each in fields}
        for form in (old, new)
    }
    added = labels["2024-06"].keys() - labels["2021-11"].keys()
    assert {"Respiratory depression", "Opioids", "First treatment", "Enrolment checked"} <= added
    assert all(labels["2024-06"][name].unverified for name in added)
    assert all("unverified" in form.unverified and "§2.1" in form.source for form in (old, new))
    assert not labels["2021-11"]["Sedation"].unverified
    assert labels["2021-11"]["Dissociation"].unverified


def test_every_fact_is_asked_for_by_some_edition():
    asked = {each.fact for form in forms().values() for _, fields in form.sections for each in fields}
    assert asked == set(FACTS)


def test_an_edition_that_was_changed_is_refused():
    with pytest.raises(BadForm, match="make a new edition"):
        read("2021-11", "0" * 64)


@pytest.mark.parametrize("wrong", [{"from": "shoe_size"}, {"kind": "slider"}])
def test_a_field_that_asks_for_nothing_stored_is_refused(wrong):
    with pytest.raises(BadForm):
        editions.field_of({"label": "x", "from": "sex"} | wrong)


@pytest.mark.parametrize("version", ["2021-11", "2024-06"])
def test_it_becomes_a_pdf_in_every_edition(sqlite_store, operator, version):
    key = whole(operator, family_name="*B* #let", given_name="אדה 😀")
    with database(operator) as db:
        of = treatments.by_key(db, key)
        form = forms()[version]
        assert typesetting.accessible(form.layout, rems_sheet.data(db, of, form)).startswith(b"%PDF")
        assert report.rems(db, of, version).startswith(b"%PDF")
    with database(operator) as db:
        row = db.exec(select(AuditRow).where(AuditRow.verb == "printed")).one()
    assert row.after["what"] == f"rems {version}"


# ---- who may, and for what ---------------------------------------------------------------------------------------


def test_it_is_for_esketamine_only(sqlite_store, operator):
    key = bare(operator)
    with database(operator) as db:
        of = treatments.by_key(db, key)
        for ask in (report.rems, report.sent):
            with pytest.raises(BadInput, match="for esketamine"):
                ask(db, of)


def test_an_edition_that_there_is_not_is_refused(sqlite_store, operator):
    key = sprayed(operator)
    with database(operator) as db, pytest.raises(BadInput, match="2021-11, 2024-06"):
        report.rems(db, treatments.by_key(db, key), "2030-01")


def test_who_may_not_see_names_gets_no_sheet(sqlite_store, operator):
    key = sprayed(operator)
    with database(staff("lead")) as db, pytest.raises(NotAllowed):
        report.rems(db, treatments.by_key(db, key))


def test_sent_is_written_once_with_name_and_note(both_stores, operator):
    key, nurse = sprayed(operator), staff("nurse")
    with database(nurse) as db:
        of = treatments.by_key(db, key)
        assert report.sending(db, of) is None
        report.sent(db, of, " faxed ")
    with database(nurse) as db:
        report.sent(db, treatments.by_key(db, key), "again")
    with database(operator) as db:
        row = db.exec(select(DutyDone)).one()
        assert (row.duty, row.note, row.author) == ("duty.rems_form", "faxed", "Nurse Test")
        assert report.sending(db, treatments.by_key(db, key)).key == row.key


def test_an_auditor_cannot_say_that_it_was_sent(sqlite_store, operator):
    key = sprayed(operator)
    with database(staff("auditor")) as db, pytest.raises(NotAllowed):
        report.sent(db, treatments.by_key(db, key))
