"""Every score that counts is in the core figure once, at its value: read back from the figure itself."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from clinic import assessments, episodes, instruments, treatments
from clinic.charts.axis import time_axis
from clinic.charts.context import Context, Happened
from clinic.charts.palette import DARK, LIGHT
from clinic.charts.patient import patient_figure
from clinic.instruments import instrument
from clinic.outcomes.clock import DAY, wall
from data_model import database
from data_model.assessments import Assessment
from data_model.columns import Status
from data_model.episodes import Stage
from tests.course_frames import ZONE, at, doses, score, scores
from tests.people import course, days_ago, patient, phq9, scored, treated

BY = ("date", "days", "number")
GAP_DAYS = 35
SCALES = tuple(instrument(name) for name in ("phq9", "gad7", "madrs", "madrs_24h"))
BY_TITLE = {scale.title: scale.id for scale in SCALES}
GIVEN = (0, 3, 7, 14, 60)


def read_back(spec: dict) -> list[tuple[str, str | float, float]]:
    """(instrument, x, total) of every score on the lines of the panels, the breaks undone."""
    found = []
    for trace in spec["data"]:
        if trace["type"] == "scatter" and trace["mode"] == "lines+markers":
            pairs = zip(trace["x"], trace["y"], strict=True)
            found += [(BY_TITLE[trace["name"]], x, y) for x, y in pairs if y is not None]
    return found


def crosses(spec: dict) -> list[tuple[str, str | float, float]]:
    return [("", x, 0.0) for trace in spec["data"] if trace["name"] == "no total" for x in trace["x"]]


def places(frame: pd.DataFrame, given_: pd.DataFrame, by: str) -> list[str | float]:
    """Where each score of the frame belongs, worked out once more and plainly."""
    local = wall(frame["taken_at"], ZONE)
    dosed = sorted(set(wall(given_["started_at"], ZONE).asi8.tolist()))
    if by == "date" or (by == "number" and not dosed):
        return [each.isoformat() for each in local]
    seconds = local.asi8.tolist()
    if by == "days":
        origin = dosed[0] if dosed else min(seconds, default=0)
        return [round((each - origin) / DAY, 4) for each in seconds]
    return [_number(each, dosed, min(seconds), max(seconds)) for each in seconds]


def _number(when: int, dosed: list[int], first: int, last: int) -> float:
    usual = float(np.median(np.diff(dosed))) if len(dosed) > 1 else 7.0 * DAY
    if when <= dosed[0]:
        return 1 - (dosed[0] - when) / max(usual, dosed[0] - first)
    if when >= dosed[-1]:
        room = max(0.5 * len(dosed), 3)
        return len(dosed) + (when - dosed[-1]) / max(usual, (last - dosed[-1]) / room)
    before = max(at for at, each in enumerate(dosed) if each <= when)
    return 1 + before + (when - dosed[before]) / (dosed[before + 1] - dosed[before])


def alike(found, expected) -> bool:
    """The same triples, as often, whatever their order; numbers of x to a ten-millionth."""
    found, expected = (sorted(each, key=lambda row: (row[0], row[2], row[1])) for each in (found, expected))
    if [(name, y) for name, _, y in found] != [(name, y) for name, _, y in expected]:
        return False
    xs = [(one, other) for (_, one, _), (_, other, _) in zip(found, expected, strict=True)]
    return all(one == other if isinstance(one, str) else abs(one - other) < 1e-6 for one, other in xs)


def compare(frame: pd.DataFrame, given_: pd.DataFrame, by: str, **options) -> dict:
    """Draws, and holds what is drawn against the frame; returns the figure's spec."""
    drawn = patient_figure(
        frame, given_, SCALES, {}, zone=ZONE, gap_days=GAP_DAYS, by=by, now=at(60), **options
    )
    rows = list(zip(frame["instrument"], places(frame, given_, by), frame["total"], strict=True))
    assert alike(read_back(drawn.spec), [row for row in rows if row[2] == row[2]])
    assert alike(crosses(drawn.spec), [("", x, 0.0) for _, x, total in rows if total != total])
    return drawn.spec


def many(count: int) -> list[dict]:
    return [score(at(n * 0.8), n % 22, instrument=SCALES[n % 4].id) for n in range(count)]


AWKWARD = {
    "0": [],
    "1": [score(at(0), 21)],
    "2": [score(at(0), 21), score(at(7), 12)],
    "500": many(500),
    "same minute, other totals": [score(at(0), 21), score(at(0), 12)],
    "same minute, same total": [score(at(0), 21)] * 3,
    "same day, a point apart": [score(at(1), 21), score(at(1, 2), 20), score(at(1, 3), 20)],
    "versions": [score(at(0), 21), score(at(7), 18, version="2.0"), score(at(14), 12), score(at(21), 9, version="2.0")],
    "MADRS of a day and of a week": [
        score(at(n), 30 - n, instrument=("madrs", "madrs_24h")[n % 2], how="interview") for n in range(10)
    ],
    "long before the first dose": [score(at(-90), 21), score(at(-45), 20), score(at(-1), 19), score(at(5), 12)],
    "gaps": [score(at(0), 21), score(at(36), 12), score(at(71), 13), score(at(107), 14), score(at(108), 15)],
    "no total": [score(at(0), 21), score(at(7), missing=4), score(at(7), missing=9), score(at(60), 3)],
    "prorated": [score(at(0), 21), score(at(7), 11.25, prorated=True, missing=1)],
    "clock change": [score(at(26.5), 9), score(at(27.5), 8)],
}  # fmt: skip


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("case", AWKWARD)
def test_points_read_from_the_figure_are_the_rows(case, by):
    frame = scores(*AWKWARD[case])
    light = compare(frame, doses(*GIVEN), by, palette=LIGHT)
    dark = compare(frame, doses(*GIVEN), by, palette=DARK, narrow=True)
    assert read_back(light) == read_back(dark)
    compare(frame, doses(), by)
    compare(frame, doses(3), by)


ROWS = st.lists(
    st.tuples(
        st.floats(-60, 400), st.one_of(st.none(), st.integers(0, 21)), st.sampled_from([s.id for s in SCALES]),
        st.booleans(), st.sampled_from(["1.0", "2.0"]),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS, st.lists(st.integers(-30, 300), max_size=8), st.sampled_from(BY), st.integers(0, 400))
def test_whatever_was_stored_can_be_read_back(rows, dosed, by, event):
    frame = scores(
        *(
            score(at(day).floor("s"), float("nan") if total is None else total, instrument=name,
                  prorated=prorated, version=version)
            for day, total, name, prorated, version in rows
        )
    )  # fmt: skip
    context = Context(events=(Happened(at(event).date(), "life event", "moved"),)) if by != "number" else None
    compare(frame, doses(*sorted(dosed)), by, context=context)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, 10**8), min_size=2, max_size=30),
    st.lists(st.integers(0, 10**8), min_size=1, max_size=9),
)
def test_by_number_order_and_equality_of_times_survive(times, dosed):
    """To the minute, which is how closely anything is recorded."""
    times, dosed = (np.array(each, np.int64) // 60 * 60 for each in (times, dosed))
    axis = time_axis(np.concatenate([times, dosed]), "number", None, dosed, list(range(1, len(dosed) + 1)))
    x = axis.at(np.sort(times))
    for before, after, one, other in zip(x, x[1:], np.sort(times), np.sort(times)[1:], strict=False):
        assert (before == after) if one == other else (before < after)
    assert axis.at(np.unique(dosed)) == list(range(1, len(np.unique(dosed)) + 1))


def test_lines_join_neither_versions_nor_scales_nor_what_lies_far_apart():
    spec = compare(scores(*AWKWARD["versions"]), doses(0), "date")
    lines = [trace["y"] for trace in spec["data"] if trace["name"] == "PHQ-9"]
    assert lines == [[21, 12], [18, 9]]
    spec = compare(scores(*AWKWARD["MADRS of a day and of a week"]), doses(0), "date")
    week, day = (
        next(trace for trace in spec["data"] if trace["name"] == instrument(name).title)
        for name in ("madrs", "madrs_24h")
    )
    assert week["yaxis"] != day["yaxis"]
    assert (week["y"], day["y"]) == ([30, 28, 26, 24, 22], [29, 27, 25, 23, 21])
    (line,) = [
        t["y"] for t in compare(scores(*AWKWARD["gaps"]), doses(0), "date")["data"] if t["name"] == "PHQ-9"
    ]
    assert line == [21, None, 12, 13, None, 14, 15]


@pytest.fixture
def stored(sqlite_store, operator):
    """One person with two courses whose scores were amended, voided, left unfinished or came to no total."""
    with database(operator) as db:
        ada = patient(db)
        first = course(db, ada)
        treated(db, ada, days_ago(300))
        treated(db, ada, days_ago(293))
        kept = [scored(db, ada, days_ago(day), phq9(value)) for day, value in ((301, 3), (290, 2), (280, 1))]
        wrong = scored(db, ada, days_ago(270), phq9(3))
        assessments.void(db, wrong.key, "another patient's form")
        amended = kept[1]
        with db.because("read off the paper again"):
            amended.status, amended.total = Status.AMENDED, 17
        episodes.move_to(db, first.key, Stage.ENDED, "well")
        course(db, ada)
        treated(db, ada, days_ago(20))
        for day in (21, 10, 10, 3):
            scored(db, ada, days_ago(day), phq9(2))
        scored(db, ada, days_ago(2), phq9(3, 3, 3, None, None, None, None, None, None))
        for name, total in (("madrs", 31), ("madrs_24h", 22)):
            assessments.record(db, ada, instruments.instrument(name), taken_at=days_ago(5), total=total)
        assessments.open_draft(db, ada.key, "phq9")
        states = Counter(row.status for row in db.exec(select(Assessment)))
        assert states[Status.VOID] == states[Status.DRAFT] == states[Status.AMENDED] == 1
        return assessments.frame(assessments.rows(db, ada)), treatments.frame(treatments.rows(db, ada))


def test_what_the_store_counts_is_what_the_figure_shows(stored):
    frame, given_ = stored
    assert len(frame) == 3 + 4 + 1 + 2
    for by in BY:
        shown = {(name, total) for name, _, total in read_back(compare(frame, given_, by))}
        assert {("phq9", 17), ("madrs", 31), ("madrs_24h", 22)} <= shown
