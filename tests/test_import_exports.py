"""Exports as clinics have them, with their own maps; what must come of each stands in `expected.json` there."""

from __future__ import annotations

import json
import shutil

import pytest
from sqlmodel import select

from clinic import alerts, instruments
from data_model import Alert, Assessment, Episode, Patient, database
from tests.command import DATA, clinic, import_scores

SHAPES = DATA / "clinic_export_shapes"
EXAMPLES = DATA.parents[1] / "sample_data" / "examples"
TRUE_TOTALS = [20, 22, 12, 5, 11, pytest.approx(9 / 8 * 9), 3]


def bring(name: str, *options: str):
    return import_scores(SHAPES / f"{name}.csv", SHAPES / f"{name}.map.toml", *options)


def found(operator, instrument: str = "phq9") -> list[tuple[str, str, Assessment]]:
    """(record number, day, score), in the order of the source."""
    with database(operator) as db:
        query = select(Patient.record_number, Assessment).join(Patient, Patient.id == Assessment.patient_id)
        rows = db.exec(query.where(Assessment.instrument == instrument)).all()
    rows = [(record, f"{score.taken_at:%Y-%m-%d}", score) for record, score in rows]
    return sorted(rows, key=lambda row: row[:2])


def test_a_portal_export_with_question_texts_as_headers(sqlite_store, operator):
    refused = bring("intakeq_like_phq9")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "Row 2, column “PHQ9Total”: 41 stands here, but the 9 answered items of PHQ-9 add up to 20.\n"
    )
    assert found(operator) == []
    assert bring("intakeq_like_phq9", "--accept-good-rows").exit_code == 1
    assert [score.total for *_, score in found(operator)] == TRUE_TOTALS[1:]
    record, day, first_of_3606 = found(operator)[3]
    assert (record, day, first_of_3606.total) == ("3606", "2025-01-07", 11)  # no submit date: first opened


def test_a_skipped_item_is_not_zero(sqlite_store, operator):
    """The source's own sum of 9 counts the blank as 0; the form counts as incomplete instead."""
    assert bring("redcap_raw").exit_code == 0
    (score,) = [score for record, day, score in found(operator) if (record, day) == ("3606", "2025-01-21")]
    assert (score.missing, score.prorated, score.total) == (1, True, pytest.approx(10.125))
    assert "q2" not in score.answers


def test_redcap_rows_of_other_forms_and_empty_records_are_passed_over(sqlite_store, operator):
    result = bring("redcap_raw")
    assert "2 rows without a score." in result.stdout
    rows = found(operator)
    assert len(rows) == 7
    assert {record for record, *_ in rows} == {"0230", "3606", "4180"}
    with database(operator) as db:
        assert "0999" not in db.exec(select(Patient.record_number)).all()
        starts = {f"{start:%Y-%m-%d}" for start in db.exec(select(Episode.imported_start))}
    assert starts == {"2025-01-03", "2025-01-07", "2025-02-03"}


def test_answers_in_words_with_the_day_first(sqlite_store, operator):
    assert bring("google_forms_words").exit_code == 0
    rows = found(operator)
    assert [score.total for *_, score in rows] == TRUE_TOTALS
    assert len({record for record, *_ in rows}) == 3
    assert rows[2][2].answers["q1"] == 2  # "More than half of the days", the other wording
    assert not any(score.date_only for *_, score in rows)


def test_a_positive_suicide_item_of_an_import_opens_its_concern(sqlite_store, operator):
    assert "2 alerts opened: see Today." in bring("google_forms_words").stdout
    with database(operator) as db:
        concerns = db.exec(select(Alert, Patient).join(Patient, Patient.id == Alert.patient_id)).all()
    assert {(alert.rule, patient.record_number, alert.level) for alert, patient in concerns} == {
        (alerts.SUICIDE, "patient230@example.org", 2),
        (alerts.SUICIDE, "patient4180@example.org", 1),
    }


def test_days_and_months_the_wrong_way_round_stop_the_whole_file(sqlite_store, operator, tmp_path):
    """03/01, 06/01 and 07/01 fit both ways and would be swapped in silence: no row may be accepted as good."""
    wrong = tmp_path / "map.toml"
    wrong.write_text((SHAPES / "google_forms_words.map.toml").read_text().replace("%d/%m", "%m/%d"))
    result = import_scores(SHAPES / "google_forms_words.csv", wrong, "--accept-good-rows")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == (
        "Column “Timestamp”: 3 date(s), the first “13/01/2025 09:12:33” in row 4, can only be read with day and "
        "month the other way round than MM/DD/YYYY hh:mm:ss; so none of this column is safe to read. Correct "
        "the format in the map, or the file."
    )
    assert found(operator) == []


def test_one_observation_a_row(sqlite_store, operator):
    result = bring("flat_observations", "--accept-good-rows")
    assert result.exit_code == 1
    first, month, other = result.stderr.splitlines()
    assert first == "Row 6, column “valueInt”: PHQ-9 runs from 0 to 27; 28 is outside."
    assert month == "Row 7, column “effectiveDate”: “2025-01” is not a whole date: the day is missing."
    assert other.startswith("Row 10, column “valueInt”: PHQ-9 has total 21")
    assert "but row 2 has total 22" in other
    assert "1 score standing there twice, with the same values." in result.stdout
    by_scale = {
        name: [score.total for *_, score in found(operator, name)] for name in ("phq9", "gad7", "madrs")
    }
    assert by_scale == {"phq9": [22, 12], "gad7": [14], "madrs": [27]}


def test_european_excel(sqlite_store, operator):
    result = bring("eu_semicolon_cp1252", "--accept-good-rows")
    wanted = json.loads((SHAPES / "expected.json").read_text())["eu_semicolon_cp1252.csv"]
    assert "read as cp1252, separated by semicolon" in result.stdout
    assert result.stderr == "Row 7, column “Datum”: “31.02.2025” is not a day of the calendar.\n"
    assert [score.total for *_, score in found(operator)] == wanted["totals"][:3]
    assert [score.total for *_, score in found(operator, "madrs")] == [
        total for total in wanted["madrs"][:3] if total is not None
    ]
    assert {record for record, *_ in found(operator)} == {"0007", "0008"}


def test_the_example_files_import_without_a_problem(sqlite_store, operator):
    for name in ("scores_long", "phq9_answers", "weeks_wide"):
        result = import_scores(EXAMPLES / f"{name}.csv", EXAMPLES / f"{name}.map.toml")
        assert (result.exit_code, result.stderr) == (0, ""), name
    assert sorted(file.stem.removesuffix(".map") for file in EXAMPLES.iterdir()) == sorted(
        2 * ["scores_long", "phq9_answers", "weeks_wide"]
    )
    with database(operator) as db:
        people = {p.record_number: (p.family_name, p.given_name) for p in db.exec(select(Patient))}
        courses = db.exec(select(Episode)).all()
        half = db.exec(select(Assessment).where(Assessment.total == 21.5)).one()
    assert people["EX-101"] == ("Example", "Nora")
    assert people["0007"] == ("Imported", "0007")
    assert len(courses) == 4  # the answers joined the courses that the first file began
    assert half.prorated
    assert all(score.episode_id for *_, score in found(operator))
    assert clinic("check").exit_code == 0


def test_a_total_of_paper_says_that_nobody_asked_about_suicide(sqlite_store, operator):
    bring("flat_observations", "--accept-good-rows")
    for *_, score in found(operator):
        assert (score.answers, score.suicide_state) == (None, "not asked")
        assert score.version == instruments.instrument("phq9").version


def test_columns_in_another_order_are_the_same_file(sqlite_store, operator, tmp_path):
    bring("redcap_raw")
    with (SHAPES / "redcap_raw.csv").open() as file:
        lines = [line.rstrip("\n").split(",") for line in file]
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join(",".join(reversed(cells)) for cells in lines))
    shutil.copy(SHAPES / "redcap_raw.map.toml", tmp_path / "map.toml")
    result = import_scores(turned, tmp_path / "map.toml")
    assert result.exit_code == 0
    assert "7 scores in the store already, unchanged." in result.stdout
