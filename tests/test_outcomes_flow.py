"""Where people leave: every step sums to everyone, rates leave out who is still on the way, reasons sum to who left."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from clinic.outcomes import flow
from tests.course_frames import at, courses, treatment, treatments

NOW = at(100)


def standing(**by_course: tuple) -> pd.DataFrame:
    """episode=(stage, reason, day of maintenance)."""
    rows = [
        {
            "episode": episode,
            "stage": stage,
            "ended_at": at(60) if stage == "ended" else pd.NaT,
            "end_reason": reason,
            "maintenance_at": at(day) if day is not None else pd.NaT,
        }
        for episode, (stage, reason, day) in by_course.items()
    ]
    frame = pd.DataFrame(rows)
    for column in ("ended_at", "maintenance_at"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame


def doses(**by_course: tuple[float, ...]) -> pd.DataFrame:
    return treatments(
        *(treatment(at(d), episode=e, patient=e) for e, days in by_course.items() for d in days)
    )


@pytest.fixture
def found() -> flow.Flow:
    """Through to maintenance after six, and after two; left after one, silent after three, on the way at two and at
    six; and one whose treatments nobody recorded."""
    return flow.flow(
        courses(*({"episode": f"e{n}", "patient": f"e{n}"} for n in range(1, 8))),
        doses(
            e1=(0, 3, 7, 10, 14, 17, 60),
            e2=(0, 7),
            e3=(0,),
            e4=(0, 7, 14),
            e5=(90, 97),
            e6=(70, 74, 78, 82, 86, 90),
        ),
        standing(
            e1=("maintenance", None, 30),
            e2=("ended", "moved", 20),
            e3=("ended", " ", None),
            e4=("induction", None, None),
            e5=("induction", None, None),
            e6=("optimisation", None, None),
            e7=("induction", None, None),
        ),
        NOW,
        gap_days=28,
    )


def test_each_step_has_everyone_with_treatments(found):
    assert (found.started, found.unknown) == (7, 1)
    parts = found.steps.set_index("step")[list(flow.PARTS)]
    assert (parts.sum(axis=1) == 6).all()
    assert parts.loc["Treatment 1"].tolist() == [6, 0, 0, 0]
    assert parts.loc["Treatment 2"].tolist() == [5, 0, 1, 0]
    assert parts.loc["Treatment 3"].tolist() == [3, 1, 1, 1]
    assert parts.loc["Treatment 4"].tolist() == [2, 1, 2, 1]
    assert parts.loc["Treatment 6"].tolist() == [2, 1, 2, 1]
    assert parts.loc["Maintenance"].tolist() == [2, 0, 2, 2]


def test_a_rate_is_of_those_who_could_have_come_so_far_with_what_the_others_may_make_of_it(found):
    row = found.steps.set_index("step").loc["Maintenance"]
    assert (row["could"], row["share"]) == (4, 0.5)
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(2, 4, method="wilson"), abs=1e-12)
    assert (row["lowest"], row["highest"]) == pytest.approx((2 / 6, 4 / 6))


def test_nobody_has_left_before_the_gap_is_over():
    def state(gap_days):
        made = flow.flow(
            courses({}), doses(e1=(0,)), standing(e1=("paused", None, None)), at(28), gap_days=gap_days
        )
        return made.courses["state"].tolist()

    assert state(28) == ["under way"]
    assert state(27) == ["left"]


def test_reasons_sum_to_who_left_by_the_treatments_they_had():
    made = flow.flow(
        courses(*({"episode": f"e{n}", "patient": f"e{n}"} for n in range(1, 8))),
        doses(e1=(0,), e2=(0, 7), e3=(0,), e4=(0, 3), e5=(0, 3, 6, 9, 12, 15, 18), e6=(95,), e7=(0,)),
        standing(
            e1=("ended", "cost", None),
            e2=("ended", "cost ", None),
            e3=("ended", None, None),
            e4=("ended", "went to her sister Anna", None),
            e5=("ended", "90 days without a treatment; another course was started", None),
            e6=("induction", None, None),
            e7=("paused", None, None),
        ),
        NOW,
        gap_days=50,
    )
    table = flow.reasons(made).set_index("reason")
    assert table["people"].to_dict() == {
        "cost": 2,
        flow.OTHER: 2,
        flow.NOT_RECORDED: 1,
        flow.SILENT.format(days=50): 1,
    }
    assert table.loc["cost", ["after_1", "after_2"]].tolist() == [1, 1]
    assert table.loc[flow.OTHER, "after_6"] == 1
    assert table["people"].sum() == (made.courses["state"] == "left").sum()
    assert (table.drop(columns="people").sum(axis=1) == table["people"]).all()


def test_what_was_typed_about_one_person_alone_is_not_shown():
    typed = pd.Series(["cost", "went to her sister Anna", None, "cost", " "])
    assert flow.shared(typed).tolist() == ["cost", flow.OTHER, flow.NOT_RECORDED, "cost", flow.NOT_RECORDED]


def test_a_gap_is_one_reason_however_long_it_was():
    ending = " days without a treatment; another course was started"
    assert set(flow.shared(pd.Series([f"140{ending}", f"200{ending}"]))) == {f"a long time{ending[5:]}"}


ONE = st.tuples(
    st.lists(st.integers(0, 100), max_size=8),
    st.sampled_from(["induction", "maintenance", "paused", "ended"]),
    st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ONE, min_size=1, max_size=12), st.integers(10, 90))
def test_a_second_plain_count_agrees(people, gap_days):
    made = flow.flow(
        courses(*({"episode": f"e{n}", "patient": f"e{n}"} for n in range(len(people)))),
        doses(**{f"e{n}": tuple(sorted(days)) for n, (days, _, _) in enumerate(people)}),
        standing(
            **{
                f"e{n}": (stage, None, 5 if through or stage == "maintenance" else None)
                for n, (_, stage, through) in enumerate(people)
            }
        ),
        NOW,
        gap_days=gap_days,
    )
    for step in range(1, 8):
        counted = Counter()
        for days, stage, through in people:
            if not days:
                continue
            through = through or stage == "maintenance"
            gone = stage == "ended" or 100 - max(days) > gap_days
            if through if step == 7 else len(days) >= step:
                counted[flow.REACHED] += 1
            elif through:
                counted[flow.AHEAD] += 1
            else:
                counted[flow.LEFT if gone else flow.UNDER_WAY] += 1
        row = made.steps.iloc[step - 1]
        assert [row[part] for part in flow.PARTS] == [counted[part] for part in flow.PARTS]


def test_nobody_started_is_an_empty_flow():
    empty = courses({}).iloc[:0]
    made = flow.flow(empty, doses(), standing(e1=("ended", None, None)).iloc[:0], NOW, gap_days=28)
    assert made.started == 0
    assert made.steps[list(flow.PARTS)].to_numpy().sum() == 0
    assert np.isnan(made.steps["share"]).all()
    assert not len(flow.reasons(made))
