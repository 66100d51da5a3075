"""What was recorded of what was due, and how alerts were answered: by hand, and by scores counted one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from clinic.outcomes import alert_quality, completeness
from tests.course_frames import DOSE_ONE, ZONE, at, score, scores


def stretch(begins, ends, days=14.0, **other) -> dict:
    return {
        "episode": "e1",
        "patient": "p1",
        "instrument": "phq9",
        "begins": begins,
        "ends": ends,
        "days": days,
    } | other


def due(*stretches: dict, of=(), as_of=None) -> pd.DataFrame:
    return completeness.scores_due(pd.DataFrame(list(stretches)), scores(*of), as_of or at(400))


def test_each_whole_piece_asks_for_one_score():
    asked = due(stretch(at(0), at(43)), of=[score(at(3), 9), score(at(5), 9), score(at(29), 9)])
    assert asked["done"].tolist() == [True, False, True], (
        "days 0–14, 14–28, 28–42; the last day asks for nothing"
    )
    assert asked["due_at"].tolist() == [at(14), at(28), at(42)]


def test_a_score_on_the_edge_belongs_to_the_piece_that_begins_there():
    assert due(stretch(at(0), at(28)), of=[score(at(14), 9)])["done"].tolist() == [False, True]


def test_only_a_complete_score_of_the_own_scale_and_person_counts():
    others = [score(at(3), 9, instrument="gad7"), score(at(3), 9, patient="p2"), score(at(3))]
    assert due(stretch(at(0), at(14)), of=others)["done"].tolist() == [False]


def test_what_lies_ahead_is_not_due_and_stages_have_their_own_days():
    assert len(due(stretch(at(0), at(43)), as_of=at(27))) == 1
    assert len(due(stretch(at(0), at(5)))) == 0
    asked = due(stretch(at(0), at(28)), stretch(at(28), at(98), 35.0), of=[score(at(90), 9)])
    assert asked["done"].tolist() == [False, False, False, True]


def test_many_stretches_equal_a_loop_over_each():
    random = np.random.default_rng(5)
    rows = []
    for k in range(120):
        begins = at(float(random.integers(0, 200)))
        days = float(random.choice([14, 35]))
        ends = begins + pd.Timedelta(days=int(random.integers(0, 150)))
        rows.append(
            stretch(
                begins, ends, days, episode=f"e{k}", patient=f"p{k % 40}", instrument=["phq9", "gad7"][k % 2]
            )
        )
    frame = scores(
        *(
            score(at(float(random.uniform(0, 350))), 9, patient=f"p{random.integers(0, 45)}", instrument=name)
            for name in ("phq9", "gad7")
            for _ in range(250)
        )
    )
    plain = []
    for row in rows:
        opens = row["begins"]
        while opens + pd.Timedelta(days=row["days"]) <= row["ends"]:
            closes = opens + pd.Timedelta(days=row["days"])
            own = frame[(frame["patient"] == row["patient"]) & (frame["instrument"] == row["instrument"])]
            plain.append(bool(((own["taken_at"] >= opens) & (own["taken_at"] < closes)).any()))
            opens = closes
    found = completeness.scores_due(pd.DataFrame(rows), frame, at(400))
    assert found["done"].tolist() == plain
    assert 0 < sum(plain) < len(plain)


@pytest.fixture
def facts() -> pd.DataFrame:
    courses = pd.DataFrame({"episode": ["e1", "e2"], "start": [DOSE_ONE, at(40)], "baseline": [18.0, np.nan]})
    rows = [
        ("e1", DOSE_ONE, at(0, 2), "uk", True, True, True, True),
        ("e1", at(7), at(7, 0.5), "uk", True, False, False, True),
        ("e2", at(40), pd.NaT, None, False, False, False, False),
    ]
    names = ["episode", "started_at", "left_at", "protocol", "before", "minute_40", "criteria", "left"]
    treatments = pd.DataFrame(rows, columns=names)
    treatments["left_at"] = pd.to_datetime(treatments["left_at"], utc=True)
    asked = due(stretch(at(0), at(28)), of=[score(at(3), 9)])
    return completeness.facts(courses, treatments, asked, ZONE)


def test_each_measure_has_its_own_denominator(facts):
    table = completeness.table(facts).set_index("measure")
    found = {name: (row["n"], row["of"]) for name, row in table.iterrows()}
    assert found == {
        "baseline": (1, 2),
        "before": (2, 3),
        "minute_40": (1, 2),  # one had left after half an hour; of one nobody knows when, who stays in
        "criteria": (1, 3),
        "left": (2, 3),
        "scores": (1, 2),
    }


def test_months_and_protocols_add_up_to_the_whole(facts):
    whole = completeness.table(facts).set_index("measure")
    for by in ("month", "protocol"):
        parts = completeness.table(facts, ("measure", by)).groupby("measure")[["n", "of"]].sum()
        assert parts.equals(whole[["n", "of"]].astype("int64"))
    assert set(facts["protocol"]) == {"uk", completeness.NO_PROTOCOL}


def test_intervals_are_wilson(facts):
    for row in completeness.table(facts).itertuples():
        expected = proportion_confint(row.n, row.of, method="wilson")
        assert (row.low, row.high) == pytest.approx(expected, abs=1e-9)


def test_the_month_is_the_clinics_own():
    courses = pd.DataFrame(
        {"episode": ["e1"], "start": [pd.Timestamp("2026-06-30 23:30", tz="UTC")], "baseline": [18.0]}
    )
    nothing = pd.DataFrame(
        {
            name: pd.Series(dtype=kind)
            for name, kind in {
                "episode": object,
                "started_at": "datetime64[us, UTC]",
                "left_at": "datetime64[us, UTC]",
                "protocol": object,
                **dict.fromkeys(("before", "minute_40", "criteria", "left"), bool),
            }.items()
        }
    )
    asked = due(stretch(at(0), at(5)))
    months = {
        zone: completeness.facts(courses, nothing, asked, zone)["month"].tolist() for zone in (ZONE, "UTC")
    }
    assert [completeness.month_words(months[zone][0]) for zone in (ZONE, "UTC")] == ["Jul 26", "Jun 26"]


# ---- alerts ------------------------------------------------------------------------------------------------------


def alert(raised, seen=pd.NaT, closed=pd.NaT, urgency="U1", rule="suicide.concern") -> dict:
    return {
        "patient": "p1",
        "urgency": urgency,
        "rule": rule,
        "raised": raised,
        "seen": seen,
        "closed": closed,
    }


def alerts(*rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    for name in ("raised", "seen", "closed"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def test_open_alerts_stay_in_the_denominator_and_in_the_median():
    found = alerts(
        alert(at(0), at(0, 1), at(0, 2)),
        alert(at(0), at(0, 3), at(0, 4)),
        alert(at(0), at(0, 5)),
        alert(at(0)),
    )
    (row,) = alert_quality.table(found, at(10)).itertuples()
    assert (row.raised, row.to_see, row.seen, row.closed, row.open) == (4, 4, 3, 2, 2)
    assert (row.half_seen, row.half_closed) == (180, 240), (
        "of all four; of those closed alone it would be 120"
    )
    assert (row.seen_low, row.seen_high) == pytest.approx(proportion_confint(3, 4, method="wilson"), abs=1e-9)


def test_medians_equal_statsmodels():
    random = np.random.default_rng(2)
    minutes = random.uniform(5, 3000, 60).round()
    closed = random.random(60) < 0.7
    now = at(50)
    raised = [
        now - pd.Timedelta(minutes=float(m)) if not c else at(0) for m, c in zip(minutes, closed, strict=True)
    ]
    done = [
        start + pd.Timedelta(minutes=float(m)) if c else pd.NaT
        for start, m, c in zip(raised, minutes, closed, strict=True)
    ]
    found = alerts(*(alert(start, end, end) for start, end in zip(raised, done, strict=True)))
    expected = SurvfuncRight(minutes, closed.astype(int)).quantile(0.5)
    assert alert_quality.table(found, now)["half_closed"].tolist() == [pytest.approx(expected, abs=1e-6)]


def test_what_closes_with_one_click_is_not_waited_for_to_be_seen():
    found = alerts(alert(at(0), closed=at(1), urgency="U3"), alert(at(0), at(0, 1), at(0, 1)))
    table = alert_quality.table(found, at(10)).set_index("urgency")
    assert table["to_see"].tolist() == [1, 0]
    assert np.isnan(table.loc["U3", "half_seen"])
    (whole,) = alert_quality.overall(found, at(10)).itertuples()
    assert (whole.raised, whole.to_see, whole.closed) == (2, 1, 2)


def test_half_not_reached_is_no_number():
    found = alerts(alert(at(0), at(0, 1), at(0, 1)), alert(at(0)), alert(at(0)))
    assert np.isnan(alert_quality.table(found, at(10))["half_closed"].iloc[0])
