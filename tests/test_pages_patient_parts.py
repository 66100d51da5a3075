"""The parts of the Patient page about items, days of benefit, expectation and tolerability, on a real store."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from clinic import access, assessments, episodes, expected, instruments, tolerance
from clinic.assessments import answers
from clinic.background import medication
from clinic.outcomes import band
from clinic.refused import NotAllowed
from data_model import Actor, Patient, VitalSigns, connection, database
from data_model.columns import Status
from pages.patient.symptoms import table
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

OASIS = {f"q{n}": 3 for n in range(1, 6)}


def page(part: str, patient_key: str, shown: str = "show") -> AppTest:
    """One part alone, as the command line sees this patient."""

    def script(part: str, shown: str) -> None:
        import importlib

        from clinic import access
        from data_model import database
        from pages.patient import gathering
        from pages.shared import who

        actor = access.command_line("test run")
        with who.looking(actor):
            with database(actor) as db:
                found = gathering.opened(db, actor)
            getattr(importlib.import_module(f"pages.patient.{part}"), shown)(found.seen)

    test = AppTest.from_function(script, kwargs={"part": part, "shown": shown}, default_timeout=30)
    test.query_params["patient"] = patient_key
    return test.run()


def told(test: AppTest) -> str:
    assert not test.exception, test.exception
    kinds = (test.text, test.caption, test.markdown, test.subheader)
    html = [element.proto.body for element in test.get("html")]
    return " ".join([*(str(element.value) for kind in kinds for element in kind), *html])


@pytest.fixture
def ada(sqlite_store, operator) -> Patient:
    """Three doses with vital signs; PHQ-9 with answers, one as a total; OASIS twice."""
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(31), phq9(2))
        for n, day in enumerate((30, 27, 23)):
            vitals = [
                {"minute": -5, "systolic_mmhg": 120, "diastolic_mmhg": 80, "spo2_percent": 98},
                {"minute": 20, "systolic_mmhg": 150 + n, "diastolic_mmhg": 90, "spo2_percent": 95},
            ]
            events = [{"term": "<b>nausea</b>", "severity": "mild"}] if n == 1 else []
            treated(db, made, days_ago(day), vitals=vitals, events=events)
        scored(db, made, days_ago(15), phq9(2, 2, None, 2, 2, 2, 2, 2, 1))
        scored(db, made, days_ago(14), phq9(2))
        scored(db, made, days_ago(20), OASIS, "oasis")
        assessments.record(
            db,
            made,
            instruments.instrument("phq9"),
            taken_at=days_ago(10),
            total=15,
            episode=episodes.of_patient(db, made)[-1],
        )
    return made


def test_the_strip_shows_the_fixed_rule_and_its_id(ada):
    found = told(page("expected", ada.key))
    assert "0\u00a0% improvement by day 16, below 20\u00a0%: review" in found
    assert "rule expect.<wbr>early20 v1" in found
    assert "phq9.<wbr>response.<wbr>fall50 v1.0" in found
    assert "No band yet" not in found, "others are not read before somebody asks"


def test_items_of_the_leading_scale_with_the_total_only_form(ada):
    test = page("symptoms", ada.key)
    found = told(test)
    assert "4 forms of PHQ-9" in found
    assert "1 form came as a total without answers" in found
    assert test.get("plotly_chart")


def test_the_table_of_items_holds_every_answer_of_the_store(ada, operator):
    with database(operator) as db:
        found = answers.of_scale(db, ada, "phq9")
    lines = table(instruments.instrument("phq9"), found, ZoneInfo("UTC"))
    assert lines["Total"].tolist()[0] == "15, total only"
    assert [set(row) for row in lines.filter(regex=r"^3 ").to_numpy()] == [{""}, {"2"}, {"?"}, {"2"}]
    assert lines.columns[2].startswith("9 "), "the suicide item first"


def test_days_of_benefit_say_why_not_and_recommend_nothing(ada):
    found = told(page("benefit", ada.key))
    assert "Not enough data for a median: 0 of the 3 intervals" in found
    assert "it recommends no interval and no dose" in found
    assert "PHQ-9 (14 days)" in found
    assert "not enough scores (0 of 3)" in found


def test_tolerability_shows_each_treatment_escaped_and_the_exposure(ada):
    test = page("tolerability", ada.key)
    found = told(test)
    assert "&lt;b&gt;nausea&lt;/b&gt; (mild)" in found
    assert "120 before, +32" in found
    assert "racemic ketamine, IV" in found
    assert "105 mg" in found
    assert test.get("plotly_chart")


def test_tolerance_is_two_queries_and_leaves_out_what_was_taken_back(ada, operator):
    with database(operator) as db:
        row = db.exec(select(VitalSigns).where(VitalSigns.systolic_mmhg == 152)).one()
        row.status, row.void_reason = Status.VOID, "cuff slipped"
    with database(operator) as db:
        mine = db.merge(ada, load=False)
        with counted() as queries:
            found = tolerance.given(db, mine)
    assert len(queries) == 2
    assert [len(each.observations) for each in found] == [2, 2, 1]
    assert [each.number for each in found] == [1, 2, 3]


class counted:
    """The statements that the store was asked while inside."""

    def __enter__(self) -> list[str]:
        self.found: list[str] = []
        self.engine = connection.engine()
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self.found

    def __exit__(self, *_) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, connection, cursor, statement, *_) -> None:
        self.found.append(statement)


def test_limits_are_those_of_the_protocol_in_force(sqlite_store, operator):
    with database(operator) as db:
        protocol, limits = tolerance.limits(db)
    assert protocol.id == "adult"
    # docs/clinical.md E.1
    assert [value for measure, _, value in limits if measure == "systolic"] == [160, 180, 200]
    assert [value for measure, _, value in limits if measure == "diastolic"] == [100, 110, 120]


@pytest.fixture
def clinic(sqlite_store, operator, monkeypatch) -> Patient:
    """One person and six others, of whom one began by another route and one more mildly; four are enough here."""
    monkeypatch.setattr(band, "FEWEST", 4)
    with database(operator) as db:
        mine = patient(db)
        began(db, mine, 2)
        for n in range(6):
            other = patient(db, f"SM-{n + 2}", family_name=f"Other{n}", given_name="Ann")
            began(db, other, 1.5 if n == 1 else 2, route="IM" if n == 0 else "IV", later=(n % 3) / 2)
    return mine


def began(db, who: Patient, level: float, route: str = "IV", later: float = 1) -> None:
    course(db, who)
    scored(db, who, days_ago(31), answered(level))
    treated(db, who, days_ago(30), route=route)
    scored(db, who, days_ago(16), answered(later))


def answered(level: float) -> dict:
    """Every item at this level, half of them one higher where it lies between two."""
    low = int(level)
    return phq9(*(low + (n % 2 if level != low else 0) for n in range(8)), 0)


def ask(actor: Actor, key: str):
    with database(actor) as db:
        mine = db.exec(select(Patient).where(Patient.key == key)).one()
        current = episodes.of_patient(db, mine)[-1]
        scale = instruments.instrument("phq9")
        return expected.like(db, current, scale, 16, "racemic ketamine", "IV")


def test_the_band_is_of_like_others_alone_and_any_who_sees_patients_may_see_it(clinic):
    found = ask(staff("nurse"), clinic.key)
    assert found.people == 4, "not the person, not another route, not another baseline band"
    assert found.weeks[["week", "n"]].to_numpy().tolist() == [[2, 4]]
    with pytest.raises(NotAllowed):
        ask(access.FRONT_DOOR, clinic.key)


def test_the_band_is_drawn_when_somebody_opens_it_and_said_to_be_no_target(clinic):
    assert not page("expected", clinic.key).get("plotly_chart"), "others are not read before somebody asks"
    test = page("expected", clinic.key, "every")
    found = told(test)
    assert "Your clinic's own data up to" in found
    assert "not a target: 4 people with PHQ-9 moderately severe at baseline" in found
    assert "Improvement of people with a like beginning, by week" in found
    assert test.get("plotly_chart")


def test_below_the_number_needed_there_is_a_count_and_no_band(clinic, monkeypatch):
    monkeypatch.setattr(band, "FEWEST", 5)
    test = page("expected", clinic.key, "every")
    found = told(test)
    assert "No band yet: 4 of the 5 people needed with a like beginning" in found
    assert not test.get("plotly_chart")


def test_the_sentence_of_a_new_course_counts_no_treatment_of_the_one_before(ada, operator):
    with database(operator) as db:
        episodes.move_to(db, episodes.of_patient(db, ada)[-1].key, "ended", "it was done")
        course(db, ada)
    assert "PHQ-9 is 15, no treatment yet; the last complete score before" in told(page("answer", ada.key))


def test_a_new_antidepressant_ends_a_response_on_the_page_as_it_does_everywhere(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(61), phq9(2))
        treated(db, made, days_ago(60))
        scored(db, made, days_ago(30), phq9(0))
    assert "holds" in told(page("expected", made.key))
    with database(operator) as db:
        medication.add(db, made.key, drug="Sertraline", started=days_ago(20).date())
        scored(db, made, days_ago(10), phq9(0))
    found = told(page("expected", made.key))
    assert "ended on day 40: a new antidepressant, Sertraline" in found
