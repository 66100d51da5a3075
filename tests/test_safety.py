"""Counts per 100 treatments, each by its own denominator, and the figure of how fast alerts were closed."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic import alerts, safety
from clinic.charts.alert_times import alert_figure, in_words
from clinic.charts.palette import DARK, LIGHT
from clinic.patients import pseudonym
from clinic.refused import NotAllowed
from data_model import GateVerdict, database
from tests.people import NOW, access_key, course, days_ago, patient, staff, treated
from tests.test_alerts import STARTED
from tests.test_pages import opened, words

RED = {"minute": 20, "systolic_mmhg": 184, "diastolic_mmhg": 100}
QUIET = {"minute": 20, "systolic_mmhg": 130, "diastolic_mmhg": 80}
AMBER = {"minute": 20, "systolic_mmhg": 165, "diastolic_mmhg": 80}


def counted(db) -> dict[str, tuple[int, int, int]]:
    found = safety.counts(db, days_ago(30), NOW)
    return {each.what: (each.treatments, each.of, each.people) for each in found}


def test_each_treatment_counts_once_by_its_worst(ada, operator):
    with database(operator) as db:
        nausea = [{"term": "Nausea", "severity": "mild"}, {"term": "Headache", "severity": "severe"}]
        treated(db, ada, days_ago(9), vitals=[QUIET, RED, AMBER], events=nausea)
        treated(db, ada, days_ago(6), vitals=[RED], events=nausea[:1])
        treated(db, ada, days_ago(3), vitals=[QUIET])
        treated(db, ada, days_ago(2))
        treated(db, ada, days_ago(40), vitals=[RED])
        found = counted(db)
    assert found["any adverse event"] == (2, 4, 1)
    assert found["a severe adverse event"] == (1, 4, 1)
    assert found["a serious adverse event"] == (0, 4, 0)
    assert found["worst limit reached: red"] == (2, 3, 1), "without an observation nobody knows"
    assert found["worst limit reached: amber"] == (0, 3, 0)


def test_leaving_and_the_gate_have_denominators_of_their_own(ada, operator):
    with database(operator) as db:
        known = {"stopped_at": days_ago(9) + timedelta(minutes=40)}
        treated(db, ada, days_ago(9), left_at=days_ago(9) + timedelta(minutes=99), **known)
        row = treated(db, ada, days_ago(9), left_at=days_ago(9) + timedelta(minutes=100), **known)
        treated(db, ada, days_ago(5))
        row.planned_for, row.started_by = row.started_at, "Nora Test"
        verdict = {"verdict": "do not start", "protocol": "adult", "protocol_version": "1.0", "started": True}
        db.add(GateVerdict(patient_id=ada.id, treatment_id=row.id, author="x", **verdict))
        db.flush()
        found = counted(db)
    assert found["left before the minimum observation"] == (1, 2, 1)
    assert found["started against the gate (treatments watched live)"] == (1, 1, 1)
    assert found["an observation missed (treatments watched live)"] == (1, 1, 1)


def test_nothing_seen_is_not_no_risk():
    assert safety.Count("x", 0, 40, 0).per_100 == "0.0 (0.0–8.8)"
    assert safety.Count("x", 0, 0, 0).per_100 == "nothing to count yet"


def test_only_who_may_see_safety_sees_the_counts(sqlite_store):
    with database(staff("nurse")) as db, pytest.raises(NotAllowed):
        safety.counts(db, days_ago(30), NOW)


def test_the_page_tries_rules_and_names_nobody(sqlite_store, operator):
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        treated(db, ada, days_ago(9), vitals=[RED])
    page = opened(access_key(staff("lead")), "service/safety.py")
    assert "1 finished treatment started in the last 90 days." in words(page)
    page.button(key="try rules").click().run()
    assert not page.exception
    assert "1 treatment of 1 person looked at in the last 90 days. Nothing was written." in words(page)
    tables = " ".join(each.value for each in page.main if each.type == "html")
    assert "184/100 at 20 min" in tables
    assert pseudonym(ada.key) in tables
    assert "Byron" not in tables + words(page)


@pytest.fixture
def frame(sqlite_store, operator) -> pd.DataFrame:
    with database(operator) as db:
        for number, (rule, minutes) in enumerate(
            (("bp.during", 4), ("bp.during", None), ("check.overdue", 900))
        ):
            made = patient(db, f"SM-{number}")
            course(db, made)
            alert = alerts.raise_alert(db, rule, made.id, "saw")
            alert.opened_at = STARTED
            if minutes:
                alerts.close(db, alert.key, "done")
                alert.closed_at = STARTED + timedelta(minutes=minutes)
        db.flush()
        return alerts.times(db, days_ago(1), NOW)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda one: one.name)
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_the_figure_of_times_and_every_alert_is_a_dot(frame, palette, narrow):
    summary = alerts.time_to_close(frame, NOW)
    spec = alert_figure(frame, summary, NOW, palette=palette, narrow=narrow)
    go.Figure(spec)
    [dots] = spec["data"]
    assert dots["x"] == [4, pytest.approx(42), 900]
    assert dots["marker"]["symbol"] == ["circle", "circle-open", "circle"]
    assert [shape["x0"] for shape in spec["layout"]["shapes"]] == [4, 900]


def test_the_figure_without_alerts(sqlite_store, operator):
    with database(operator) as db:
        empty = alerts.times(db, days_ago(1), NOW)
    go.Figure(alert_figure(empty, alerts.time_to_close(empty, NOW), NOW))


@pytest.mark.parametrize(
    "minutes, words",
    [(4.4, "4 min"), (59, "59 min"), (90, "1.5 h"), (4320, "3.0 days"), (float("nan"), "not reached")],
)
def test_minutes_in_words(minutes, words):
    assert in_words(minutes) == words
