"""Files that meet a store which already knows some of it: nothing twice, nothing overwritten, nobody mixed up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import func, select

from clinic import assessments, episodes, patients, settings
from clinic.exchange.scores import import_scores as bring_in
from clinic.refused import NotAllowed
from data_model import Assessment, AuditRow, Episode, Patient, database
from tests.command import import_scores
from tests.people import staff

MAP = """
id = "weekly"
[patient]
record_number = "id"
family_name = "name"
birth_date = "born"
[course]
indication = { constant = "depression" }
primary = "phq9"
start = "first"
[when]
date = "day"
visit = "visit"
[[score]]
instrument = "phq9"
total = "phq9"
"""
FILE = """id,name,born,first,day,visit,phq9
A1,Adams,1980-05-01,2025-01-06,2025-01-03,0,20
A1,Adams,1980-05-01,2025-01-06,2025-01-20,2,12
B2,Brown,1975-02-28,2025-02-03,2025-01-31,0,18
"""
KNOWN_ONLY = MAP.replace('family_name = "name"\nbirth_date = "born"', "")
KNOWN_ONLY = KNOWN_ONLY[: KNOWN_ONLY.index("[course]")] + KNOWN_ONLY[KNOWN_ONLY.index("[when]") :]


@pytest.fixture
def files(tmp_path) -> tuple:
    """The file and its map, for `import_scores` itself."""
    (tmp_path / "file.csv").write_text(FILE)
    (tmp_path / "map.toml").write_text(MAP)
    return tmp_path / "file.csv", tmp_path / "map.toml"


@pytest.fixture
def bring(both_stores, tmp_path):
    def run(content: str, *options: str, mapped: str = MAP):
        (tmp_path / "map.toml").write_text(mapped)
        (tmp_path / "file.csv").write_text(content)
        return import_scores(tmp_path / "file.csv", tmp_path / "map.toml", *options)

    return run


@pytest.fixture
def register(both_stores, operator):
    """Somebody registered by hand, with a number of courses."""

    def run(record_number: str = "A1", born: date = date(1980, 5, 1), courses: int = 0) -> Patient:
        with database(operator) as db:
            patient = patients.register(
                db, record_number=record_number, family_name="Adams", given_name="Ann", birth_date=born
            )
            for number in range(courses):
                if number:
                    episodes.move_to(db, episodes.of_patient(db, patient)[-1].key, "ended", "response lost")
                episodes.start(db, patient.key, indication="generalised anxiety")
        return patient

    return run


def totals(operator) -> dict[tuple[str, str], float]:
    with database(operator) as db:
        query = select(Patient.record_number, Assessment).join(Patient, Patient.id == Assessment.patient_id)
        return {(record, f"{score.taken_at:%Y-%m-%d}"): score.total for record, score in db.exec(query)}


def count(operator, table) -> int:
    with database(operator) as db:
        return db.exec(select(func.count(table.id))).one()


def test_a_file_that_has_grown_adds_only_what_is_new(bring, operator):
    assert bring(FILE).exit_code == 0
    result = bring(FILE + "A1,Adams,1980-05-01,2025-01-06,2025-02-03,4,7\n")
    assert result.exit_code == 0
    assert "3 scores in the store already, unchanged." in result.stdout
    assert "New: 0 patients, 0 courses." in result.stdout
    assert totals(operator)["A1", "2025-02-03"] == 7
    assert (count(operator, Patient), count(operator, Episode), count(operator, Assessment)) == (2, 2, 4)


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        (
            "2025-01-20,2,12",
            "2025-01-20,2,13",
            "Row 3, column “phq9”: PHQ-9 of patient A1 on occasion “2” has total 13 here, but total 12 in the store; "
            "nothing was overwritten.",
        ),
        (
            "2025-01-20,2,12",
            "2025-01-21,2,12",
            "Row 3, column “phq9”: PHQ-9 of patient A1 on occasion “2” is of 2025-01-21 here, but of 2025-01-20 in the "
            "store; nothing was overwritten.",
        ),
        (
            "2025-02-03",
            "2025-02-10",
            "Row 4: the course of patient B2 starts on 10 Feb 2025 here, but the store has 3 Feb 2025; nothing was "
            "overwritten.",
        ),
        (
            "1975-02-28",
            "1975-03-28",
            "Row 4, column “born”: patient B2 was born on 28 Feb 1975 in the store, but on 28 Mar 1975 here.",
        ),
    ],
    ids=["value", "date", "start", "birth"],
)
def test_what_differs_from_the_store_is_a_conflict_and_stays_as_it_was(bring, operator, old, new, sentence):
    bring(FILE)
    before = totals(operator), count(operator, AuditRow)
    result = bring(FILE.replace(old, new))
    assert (result.exit_code, result.stderr) == (2, f"{sentence}\n")
    accepted = bring(FILE.replace(old, new), "--accept-good-rows")
    assert (accepted.exit_code, accepted.stderr) == (2, f"{sentence}\n")  # nothing else was new
    assert (totals(operator), count(operator, AuditRow)) == before


def test_with_a_conflict_the_other_new_rows_go_in_only_on_request(bring, operator):
    bring(FILE)
    changed = FILE.replace("2,12", "2,13") + "B2,Brown,1975-02-28,2025-02-03,2025-02-17,2,11\n"
    assert bring(changed).exit_code == 2
    assert ("B2", "2025-02-17") not in totals(operator)
    assert bring(changed, "--accept-good-rows").exit_code == 1
    assert totals(operator)["B2", "2025-02-17"] == 11
    assert totals(operator)["A1", "2025-01-20"] == 12


def test_a_score_withdrawn_in_the_store_does_not_come_back(bring, operator):
    bring(FILE)
    with database(operator) as db:
        score = db.exec(select(Assessment).where(Assessment.total == 12)).one()
        assessments.void(db, score.key, "belongs to somebody else")
    result = bring(FILE)
    assert result.exit_code == 0
    assert "1 score withdrawn in the store, and left so." in result.stdout
    assert count(operator, Assessment) == 3


def test_totals_first_and_items_later_contradict_nothing_silently(bring, operator):
    bring(FILE)
    items = MAP.replace('total = "phq9"', f"items = {[f'q{n}' for n in range(1, 10)]}")
    head, *_ = FILE.splitlines()
    answers = head.replace("phq9", ",".join(f"q{n}" for n in range(1, 10)))
    result = bring(
        f"{answers}\nA1,Adams,1980-05-01,2025-01-06,2025-01-20,2,3,3,2,1,1,1,1,0,0\n", mapped=items
    )
    assert result.stderr == (
        "Row 2, column “q1”: PHQ-9 of patient A1 on occasion “2” has answers 332111100 here, but total 12 in "
        "the store; nothing was overwritten.\n"
    )


def test_the_same_number_on_somebody_else_keeps_everything_of_them_out(bring, register, operator):
    register("A1", born=date(1999, 9, 9))
    result = bring(FILE, "--accept-good-rows")
    assert result.exit_code == 1
    assert result.stderr == (
        "Row 2, column “born”: patient A1 was born on 9 Sep 1999 in the store, but on 1 May 1980 here.\n"
    )
    assert "2 rows left out." in result.stdout
    assert totals(operator) == {("B2", "2025-01-31"): 18}


def test_another_family_name_under_a_known_number_is_refused_where_no_birth_date_tells(bring, register):
    register("A1")
    named = KNOWN_ONLY.replace('record_number = "id"', 'record_number = "id"\nfamily_name = "name"')
    result = bring(FILE.replace("Adams", "Bauer"), "--accept-good-rows", mapped=named)
    assert "Row 2, column “name”: patient A1 has another family name in the store." in result.stderr
    same = bring(FILE.replace("Adams", "ADAMS"), "--accept-good-rows", mapped=named)
    assert "family name" not in same.stderr


def test_a_patient_of_the_store_is_met_by_record_number_and_not_made_again(bring, register, operator):
    register("A1")
    assert "New: 1 patient, 2 courses." in bring(FILE).stdout
    assert count(operator, Patient) == 2


def test_somebody_new_who_is_like_somebody_known_is_pointed_out(bring, register):
    register("Z9")
    named = MAP.replace('family_name = "name"', 'family_name = "name"\ngiven_name = "given"')
    file = (
        FILE.replace("name,", "name,given,").replace("Adams,", "Adams,Anne,").replace("Brown,", "Brown,Bob,")
    )
    result = bring(file, mapped=named)
    assert result.exit_code == 0
    assert (
        "Row 2: Adams, Anne, born 1 May 1980 may be patient Z9: Adams, Ann, born 1 May 1980." in result.stdout
    )
    assert "Brown, Bob" not in result.stdout


def test_a_course_of_the_clinic_is_not_doubled_in_silence(bring, register, operator):
    register("A1", courses=1)
    result = bring(FILE)
    assert result.exit_code == 2
    assert result.stderr == (
        "Row 2, column “id”: patient A1 already has a course for generalised anxiety that did not come from this "
        'map. Write existing = "join" under [course] if these scores belong to it, or existing = "separate" if '
        "they are of another course.\n"
    )
    separate = bring(FILE, mapped=MAP.replace('start = "first"', 'start = "first"\nexisting = "separate"'))
    assert "New: 1 patient, 2 courses." in separate.stdout
    assert count(operator, Episode) == 3


def test_scores_join_the_course_of_the_clinic_on_request(bring, register, operator):
    register("A1", courses=1)
    joined = bring(FILE, mapped=MAP.replace('start = "first"', 'start = "first"\nexisting = "join"'))
    assert "New: 1 patient, 1 course." in joined.stdout
    with database(operator) as db:
        patient = db.exec(select(Patient).where(Patient.record_number == "A1")).one()
        (course,) = episodes.of_patient(db, patient)
        scores = db.exec(select(Assessment).where(Assessment.patient_id == patient.id)).all()
    assert {score.episode_id for score in scores} == {course.id}
    assert (course.indication, course.imported_start) == ("generalised anxiety", None)


def test_without_a_date_of_birth_nobody_is_registered(bring, register, operator):
    register("A1")
    result = bring(FILE, mapped=KNOWN_ONLY)
    assert result.stderr == (
        "Row 4, column “id”: there is no patient with record number B2, and the map has no birth_date or birth_year "
        "to register one.\n"
    )
    assert count(operator, Assessment) == 0
    assert bring(FILE, "--accept-good-rows", mapped=KNOWN_ONLY).exit_code == 1
    assert totals(operator) == {("A1", "2025-01-03"): 20, ("A1", "2025-01-20"): 12}


def test_scores_without_a_course_of_their_own_join_the_one_of_their_time(bring, register, operator):
    register("A1", courses=2)
    with database(operator) as db:
        first, second = db.exec(select(Episode).order_by(Episode.id)).all()
        first.opened_at, second.opened_at = (
            datetime(2025, 1, 10, tzinfo=UTC),
            datetime(2025, 1, 20, 8, tzinfo=UTC),
        )
    one_person = "\n".join(FILE.splitlines()[:3]) + "\nA1,Adams,1980-05-01,,2025-01-15,1,15\n"
    assert bring(one_person, mapped=KNOWN_ONLY).exit_code == 0
    with database(operator) as db:
        by_total = {score.total: score.episode_id for score in db.exec(select(Assessment))}
    assert by_total == {20: first.id, 15: first.id, 12: second.id}


def test_an_imported_course_without_treatments_starts_at_its_imported_start(bring, operator):
    bring(FILE)
    with database(operator) as db:
        patient = db.exec(select(Patient).where(Patient.record_number == "A1")).one()
        (course,) = episodes.of_patient(db, patient)
        assert f"{episodes.first_dose(db, course):%Y-%m-%d %H:%M}" == "2025-01-06 12:00"
        found = episodes.baseline(db, course, assessments.scores(db, patient), "phq9")
    assert (found.total, found.why) == (20, "last complete score, 3 days before the first dose")


def test_a_worsening_in_an_import_raises_its_alert_like_any_other(bring):
    """docs/clinical.md D.1: PHQ-9 six or more above the baseline, whatever the order of the rows."""
    head, first, second, *_ = FILE.replace("2,12", "2,26").splitlines()
    assert "1 alert opened: see Today." in bring("\n".join((head, second, first))).stdout


def test_who_somebody_is_may_stand_in_one_of_their_rows_only(bring, operator):
    once = FILE.replace("A1,Adams,1980-05-01,2025-01-06,2025-01-20", "A1,,,,2025-01-20")
    assert bring(once).exit_code == 0
    assert count(operator, Assessment) == 3
    apart = "C3,Clark,1960-01-01,2025-03-03,,,\nC3,,,,2025-03-01,0,14\n"
    after = "D4,,,,2025-03-01,0,15\nD4,Dunn,1961-02-02,2025-03-04,,,\n"
    assert bring(FILE + apart + after).exit_code == 0
    assert totals(operator)["C3", "2025-03-01"] == 14
    with database(operator) as db:
        people = {p.record_number: (p.family_name, f"{p.birth_date}") for p in db.exec(select(Patient))}
        starts = {f"{start:%Y-%m-%d}" for start in db.exec(select(Episode.imported_start))}
    assert (people["C3"], people["D4"]) == (("Clark", "1960-01-01"), ("Dunn", "1961-02-02"))
    assert {"2025-03-03", "2025-03-04"} < starts


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_a_date_stays_the_same_day_wherever_the_clinic_lies(bring, operator, zone):
    """Noon in Auckland is the evening before in UTC: the same file again must still be the same."""
    with database(operator) as db:
        settings.change(db, time_zone=zone)
    bring(FILE)
    assert "3 scores in the store already, unchanged." in bring(FILE).stdout
    with database(operator) as db:
        scores = db.exec(select(Assessment)).all()
    assert {score.zone for score in scores} == {zone}
    days = {f"{score.taken_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H}" for score in scores}
    assert days == {"2025-01-03 12", "2025-01-20 12", "2025-01-31 12"}


def test_an_import_that_breaks_off_leaves_nothing(both_stores, operator, files):
    """One transaction: the people, courses and scores written before the power fails are gone with it."""

    def until_the_power_fails() -> None:
        with database(operator) as db:
            assert bring_in(db, *files).written
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        until_the_power_fails()
    assert (count(operator, Patient), count(operator, Assessment), count(operator, AuditRow)) == (0, 0, 0)


def test_an_import_wants_the_right_to_import(sqlite_store, operator, files):
    with database(staff("administrator")) as db, pytest.raises(NotAllowed, match="may not edit patients"):
        bring_in(db, *files)  # an administrator may import, yet not what a clinician alone may write
    with database(staff("clinician")) as db, pytest.raises(NotAllowed, match="may not import records"):
        bring_in(db, *files)
    assert count(operator, Patient) == 0
