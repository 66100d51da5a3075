"""The Patient page and the list of patients find their rows by an index, however many people there are."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel
from streamlit.testing.v1 import AppTest

from clinic import access, checks, patients, settings, treatments, trends
from clinic.background import events, medication, weights
from clinic.chair import planning
from clinic.patients import Filter
from data_model import Actor, Database, connection, database
from data_model.columns import now
from pages.shared.address import own
from sample_data.bulk import bulk
from sample_data.copies import copies
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated

SCRIPT = Path(__file__).parent.parent / "pages" / "menu.py"
# What grows with the clinic: people, whatever belongs to one of them or to a treatment, and the trail.
MANY = {"patient"} | {
    name
    for name, table in SQLModel.metadata.tables.items()
    if {"patient_id", "treatment_id"} & set(table.columns.keys())
}
OF_ONE = re.compile(
    r"\b(rowid|key|\w+_key|\w+_id|subject)=\?"
)  # somebody's, some record's, or the row itself
Asked = dict[str, tuple]  # statement -> the parameters that it was last asked with


@pytest.fixture(scope="module")
def clinician(migrated_sqlite, tmp_path_factory) -> Iterator[Actor]:
    """In a store of 300 simple people, half of them copies, and one about whom there is something of everything."""
    path = tmp_path_factory.mktemp("many") / "clinic.sqlite"
    shutil.copy(migrated_sqlite, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{path}")
        connection.forget_engines()
        with database(access.command_line("tests")) as db:
            settings.change(db, synthetic=True)
        actor = staff("clinician", may_prescribe=True)
        bulk(f"sqlite:///{path}", 150, 4)
        copies(f"sqlite:///{path}", 1)
        yield actor
        connection.forget_engines()


@pytest.fixture(scope="module")
def ada(clinician) -> str:
    """A patient's key."""
    with database(clinician) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(50), phq9(2))
        treated(db, made, days_ago(49), vitals=[{"minute": 20, "systolic_mmhg": 150, "diastolic_mmhg": 90}])
        treated(db, made, days_ago(45), events=[{"term": "nausea", "severity": "mild"}])
        scored(db, made, days_ago(22), phq9(1, 1, 1, 1, 1, 1, 1, 1, 2))
        planning.plan(db, made.key, now())
        today = now().date()
        medication.add(db, made.key, drug="Sertraline", started=today)
        events.add(db, made.key, kind="life event", happened_on=today, text="Moved house")
        weights.record(db, made.key, 71.0, today)
        checks.record(db, made.key, "urinary symptoms", today, finding="nothing found")
    return made.key


@contextmanager
def listening() -> Iterator[Asked]:
    """Every SELECT that is sent to the store inside."""
    asked: Asked = {}

    def note(_connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith(("SELECT", "WITH")):
            asked[statement] = parameters

    engine = connection.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fresh() -> sqlite3.Connection:
    """A connection that has no plan in mind: one that was made before an index went is not made anew."""
    return sqlite3.connect(connection.store_url().database, cached_statements=0, isolation_level=None)


def steps(asked: Asked) -> Iterator[tuple[str, str, str]]:
    """(table, what SQLite does with it, statement) of each step of each plan."""
    with closing(fresh()) as at:
        for statement, parameters in asked.items():
            for row in at.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
                if found := re.match(r"(?:SCAN|SEARCH) (\w+?)(?:_\d+)?\b", row[3]):  # patient_1 is an alias
                    yield found[1], row[3], statement


def read_all(plan: str) -> bool:
    """All rows, all entries of an index, or all of them to make one for a moment."""
    return plan.startswith("SCAN") or "AUTOMATIC" in plan


@pytest.fixture(scope="module")
def of_page(clinician, ada) -> Asked:
    """What the Patient page asks, with each of its parts open in turn; the menu and Today are left out."""
    test = AppTest.from_file(str(SCRIPT), default_timeout=30)
    test.user = {"access": access_key(clinician)}
    test.run()
    test.switch_page("clinical/patient.py")
    test.query_params["patient"] = ada
    with listening() as asked:
        test.run()
        for label in [tab.label for tab in test.tabs]:
            test.session_state[own(ada, "tabs")] = label
            test.run()
            assert not test.exception, test.exception
    return asked


# How others fared, on a part that somebody opens: from the latest course backwards until there are enough like ones.
BACKWARDS = "ORDER BY episode.id DESC\n LIMIT ?"


def wide(asked: Asked) -> list[str]:
    """The steps that look for anything but one person's or one record's rows. An index of all open alerts or of the
    last quarter of an hour would be no scan, and grow all the same."""
    return [
        f"{plan}: {statement}"
        for table, plan, statement in steps(asked)
        if table in MANY and BACKWARDS not in statement and (read_all(plan) or not OF_ONE.search(plan))
    ]


def test_the_patient_page_finds_what_it_shows_by_indexes_of_one_person(of_page):
    assert wide(of_page) == []
    assert len({table for table, _, _ in steps(of_page)} & MANY) > 12


@pytest.mark.parametrize(
    "index", ["ix_assessment_trend", "ix_treatment_course", "ix_audit_patient", "ix_medication_patient_id"]
)
def test_a_missing_index_is_noticed(of_page, index):
    with closing(fresh()) as at:
        (made,) = at.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchone()
        at.execute(f"DROP INDEX {index}")
        noticed = wide(of_page)
        at.execute(made)
    assert noticed != []


FILTERS = (
    Filter(),
    Filter(stage="maintenance", indication="depression"),
    Filter(stage="no course"),
    Filter(standing="suicide concern", site="North"),
    Filter(standing="no score", mine=True),
    Filter(order="last score"),
    Filter(order="next review"),
)


def a_page(db: Database, wanted: Filter, axis: str) -> None:
    found, _ = patients.search(db, "ad", wanted)
    trends.of_courses(db, [each for _, each in found if each], trends.axis(db, axis))


def test_the_list_of_patients_reads_no_score_and_no_treatment_but_of_those_it_shows(clinician, ada):
    with listening() as asked, database(clinician) as db:
        for wanted in FILTERS:
            a_page(db, wanted, trends.FIRST_DOSE)
            a_page(db, wanted, "180 days")
    # A word may stand anywhere in a name, and a filter asks about everybody's course or open alerts.
    asking = {"patient", "episode", "alert"}
    assert [plan for table, plan, _ in steps(asked) if table in MANY - asking and read_all(plan)] == []
    assert "SEARCH assessment" in " ".join(plan for _, plan, _ in steps(asked))


def test_in_the_order_of_names_a_page_is_cut_from_an_index(clinician, ada):
    with listening() as asked, database(clinician) as db:
        patients.search(db, size=5)
    cut = [plan for _, plan, statement in steps(asked) if "ORDER BY patient.family_name" in statement]
    assert cut == ["SCAN patient USING INDEX ix_patient_name_order"]


def test_a_new_score_is_judged_by_that_person_s_rows(clinician, ada):
    with database(clinician) as db:
        whose = patients.get(db, ada)
        with listening() as asked:
            scored(db, whose, days_ago(1), phq9(1, 1, 1, 1, 1, 1, 1, 1, 3))
    assert "alert_firing" in {table for table, _, _ in steps(asked)}
    assert wide(asked) == []


def test_today_finds_unfinished_work_by_an_index(clinician, ada):
    """It is looked for in each run of Today, among the treatments of everybody."""
    with listening() as asked, database(clinician) as db:
        treatments.drafts(db)
    assert {plan for table, plan, _ in steps(asked) if table == "treatment"} == {
        "SCAN treatment USING INDEX ix_treatment_draft"
    }
