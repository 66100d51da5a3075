"""Two published data sets through the command line into a real store, against figures computed elsewhere.

Figures: `expected.json` beside each file, computed apart from this code; source and licence in the
`NOTE.txt` there.
"""

from __future__ import annotations

import csv
import json
import statistics
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from sqlmodel import func, select

from clinic import assessments, cohorts, episodes
from data_model import Assessment, AuditRow, Episode, Patient, database
from data_model.assessments import How
from data_model.episodes import Stage
from data_model.people import Sex
from tests.command import DATA, import_scores

RIESBY, RBMI = DATA / "riesby", DATA / "rbmi_antidepressant"


def expected(folder: Path) -> dict:
    return json.loads((folder / "expected.json").read_text())


@pytest.fixture(params=["sqlite", "postgresql"])
def riesby(request) -> str:
    return request.getfixturevalue(f"riesby_{request.param}")


@pytest.fixture
def trial(trial_sqlite) -> str:
    return trial_sqlite


def totals(db, instrument: str) -> list[tuple]:
    """(record number, course label, total, its key in the source, days since the start) of every score."""
    query = (
        select(
            Patient.record_number,
            Episode.label,
            Assessment.total,
            Assessment.source_key,
            Assessment.taken_at,
            Episode.imported_start,
        )
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Episode, Episode.id == Assessment.episode_id)
        .where(Assessment.instrument == instrument)
    )
    return [(*row[:4], (row[4] - row[5]).days) for row in db.exec(query)]


def test_riesby_is_66_people_with_375_scores(riesby, operator):
    with database(operator) as db:
        assert db.exec(select(func.count(Patient.id))).one() == 66
        assert db.exec(select(func.count(Episode.id))).one() == 66
        scores = db.exec(select(Assessment)).all()
    assert len(scores) == expected(RIESBY)["n_obs"] == 375
    assert {(s.instrument, s.how, s.date_only, s.answers, s.suicide_state) for s in scores} == {
        ("hamd17", How.IMPORT, True, None, "not asked")
    }


def test_the_weekly_means_of_riesby_are_the_published_ones(riesby, operator):
    by_week = defaultdict(list)
    with database(operator) as db:
        for _, _, total, _, days in totals(db, "hamd17"):
            by_week[str(days // 7)].append(total)
    for week, figures in expected(RIESBY)["weekly"].items():
        assert len(by_week[week]) == figures["n"]
        assert statistics.mean(by_week[week]) == pytest.approx(figures["mean"], abs=1e-9)
        assert statistics.stdev(by_week[week]) == pytest.approx(figures["sd"], abs=1e-9)
    means = [round(statistics.mean(by_week[week]), 2) for week in sorted(by_week)]
    assert means == [23.44, 21.84, 18.31, 16.42, 13.62, 11.95]


def test_the_baseline_of_riesby_is_week_0_and_nothing_else(riesby, operator):
    with (RIESBY / "riesby_long.csv").open() as file:
        week_0 = {row["id"]: float(row["hamd"]) for row in csv.DictReader(file) if row["week"] == "0"}
    with database(operator) as db:
        for patient in db.exec(select(Patient)):
            episode = episodes.of_patient(db, patient)[-1]
            found = episodes.baseline(db, episode, assessments.scores(db, patient), "hamd17")
            assert found.total == week_0.get(patient.record_number)
            assert found.source == ("rule" if patient.record_number in week_0 else "none")
    assert len(week_0) == 61


def test_outcomes_counts_everybody_who_was_imported(riesby, operator):
    with database(operator) as db:
        cohort = cohorts.cohort(db)
    assert len(cohort.courses) == 66
    assert cohort.courses["baseline"].notna().sum() == 61
    assert cohort.courses["baseline"].mean() == pytest.approx(23.4426229508)
    assert len(cohort.scores) == 375


def test_the_trial_is_172_people_at_17_sites_with_1388_scores(trial, operator):
    with database(operator) as db:
        people = db.exec(select(Patient)).all()
        found = Counter(db.exec(select(Assessment.instrument)).all())
        arms = Counter(db.exec(select(Episode.label)).all())
        stages = set(db.exec(select(Episode.stage)).all())
    figures = expected(RBMI)
    assert len(people) == figures["n_patients"] == 172
    assert len({person.site for person in people}) == 17
    assert Counter(p.site for p in people) == {c["POOLINV"]: c["n"] for c in figures["by_clinic_locf"]}
    assert {person.sex for person in people} == {Sex.FEMALE, Sex.MALE}
    assert found == {"hamd17": 608 + 172, "hama": 608}
    assert arms == figures["arm_n"] == {"DRUG": 84, "PLACEBO": 88}
    assert stages == {Stage.ENDED}


def test_the_trial_has_the_published_baselines_and_visits_in_each_arm(trial, operator):
    found = defaultdict(list)
    with database(operator) as db:
        for _, arm, total, source, _ in totals(db, "hamd17"):
            occasion = json.loads(source)[-1]
            found[arm, "baseline" if occasion.startswith("start of course") else occasion].append(total)
    figures = expected(RBMI)
    for arm in ("DRUG", "PLACEBO"):
        wanted = {"baseline": figures["baseline"][arm], **figures["hamd17_by_arm_visit"][arm]}
        for occasion, numbers in wanted.items():
            assert len(found[arm, occasion]) == numbers["n"]
            assert statistics.mean(found[arm, occasion]) == pytest.approx(numbers["mean"], abs=1e-9)
            assert statistics.stdev(found[arm, occasion]) == pytest.approx(numbers["sd"], abs=1e-9)


def test_irregular_days_of_the_trial_are_kept(trial, operator):
    days = defaultdict(list)
    with database(operator) as db:
        for *_, source, day in totals(db, "hamd17"):
            days[json.loads(source)[-1]].append(day)
    for visit, (first, last) in expected(RBMI)["reldays_range_by_visit"].items():
        assert (min(days[visit]), max(days[visit])) == (first, last)


def test_every_course_of_the_trial_has_its_baseline(trial, operator):
    with database(operator) as db:
        found = cohorts.cohort(db).courses
    assert len(found) == 172
    assert found["baseline"].notna().all()
    assert set(found["baseline_why"]) == {"rule"}
    assert found["baseline"].sum() == pytest.approx(84 * 18.630952381 + 88 * 17.1931818182, abs=1e-6)


def test_the_same_file_twice_changes_nothing_and_says_so(trial, operator, tmp_path):
    renamed = tmp_path / "another name.csv"
    renamed.write_bytes((RBMI / "antidepressant_data.csv").read_bytes())
    with database(operator) as db:
        before = db.exec(select(func.count(AuditRow.id))).one()
    again = import_scores(renamed, RBMI / "map.toml")
    assert again.exit_code == 0
    assert "1388 scores in the store already, unchanged." in again.stdout
    assert "there is nothing new" in again.stdout
    with database(operator) as db:
        assert db.exec(select(func.count(Patient.id))).one() == 172
        assert db.exec(select(func.count(Assessment.id))).one() == 1388
        assert db.exec(select(func.count(AuditRow.id))).one() == before


def test_each_imported_row_has_its_audit_row_with_the_reason(riesby, operator):
    with database(operator) as db:
        rows = db.exec(select(AuditRow)).all()
    made = Counter(row.record_table for row in rows if row.verb == "created")
    raised = made.pop("alert_firing")
    assert made.pop("alert") <= raised, "what the scores are seen to say"
    assert made == {"patient": 66, "episode": 66, "assessment": 375}
    for row in rows:
        if row.verb == "created":
            assert row.reason.startswith("imported from riesby_long.csv by the map riesby")
            assert row.actor.startswith("command line (")
    about_people = {row.reason for row in rows if row.record_table == "patient"}
    assert about_people == {
        "imported from riesby_long.csv by the map riesby; the date of birth is a placeholder"
    }
    noted = [row.after for row in rows if row.verb == "imported"]
    assert noted == [{"file": "riesby_long.csv", "map": "riesby", "scores": 375}]


def test_a_dry_run_says_it_all_and_writes_nothing(sqlite_store, operator):
    result = import_scores(RIESBY / "riesby_long.csv", RIESBY / "map.toml", "--dry-run")
    assert result.exit_code == 0
    assert "Would be new: 375 × HAM-D17, 3 Jan 2000 to 7 Feb 2000, totals 0 to 39." in result.stdout
    with database(operator) as db:
        assert db.exec(select(func.count(AuditRow.id))).one() == 0
        assert db.exec(select(func.count(Patient.id))).one() == 0
