"""Months on the clinic's calendar: none lost, and all of them sum to everyone who started."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.outcomes import by_month, states
from clinic.outcomes.states import Window
from tests.course_frames import courses

NOW = pd.Timestamp("2026-06-20 12:00", tz="UTC")
ZONE = "Europe/London"


def some_people(size: int, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2025-03-01", tz="UTC") + pd.to_timedelta(rng.uniform(0, 470, size), "D")
    state = rng.choice(states.STATES[1:], size)
    passed = (NOW - start).days > 36
    return pd.DataFrame({"start": start, "state": np.where(passed, state, states.TOO_EARLY)})


def test_all_months_sum_to_the_headline():
    people = some_people(600)
    headline = states.headline(people)
    table = by_month.responded(people, Window(), ZONE, NOW)
    assert table["count"].sum() == headline.responded
    assert table["of"].sum() == headline.of
    assert table["unknown"].sum() == headline.missing
    assert table["too_early"].sum() == headline.too_early
    assert table["of"].sum() + table["too_early"].sum() == headline.started
    missing = by_month.missing(people, Window(), ZONE, NOW)
    assert missing["count"].sum() == headline.missing
    assert missing["of"].tolist() == table["of"].tolist()


def test_months_equal_a_plain_count():
    people = some_people(300)
    table = by_month.responded(people, Window(), ZONE, NOW).set_index("month")
    for month, row in table.iterrows():
        local = people["start"].dt.tz_convert(ZONE)
        inside = people[(local.dt.year == month.year) & (local.dt.month == month.month)]
        assert row["of"] == (inside["state"] != states.TOO_EARLY).sum()
        assert row["count"] == (inside["state"] == states.RESPONDED).sum()


def test_a_month_is_whole_when_its_last_window_has_closed():
    """Day 28 ± 7: the window of a first dose on 30 April closes with 4 June."""
    last_day = courses({"start": "2026-04-30T10:00Z"})
    for now in pd.date_range("2026-05-30", "2026-06-10", tz=ZONE):
        days = (now.normalize().tz_localize(None) - pd.Timestamp("2026-04-30")).days
        table = by_month.responded(last_day.assign(state=states.RESPONDED), Window(), ZONE, now)
        assert table["whole"].tolist() == [days > 35]
    assert days == 41


def test_the_month_is_that_of_the_clinic_and_months_without_anybody_stay():
    times = pd.to_datetime(["2026-05-31T23:30Z", "2026-08-02T10:00Z"], utc=True)
    table = by_month.by_month(times, ZONE, NOW, count=[1, 1])
    assert [by_month.month_words(month) for month in table["month"]] == ["Jun 2026", "Jul 2026", "Aug 2026"]
    assert table["count"].tolist() == [1, 0, 1]


def test_events_are_counted_with_their_treatments():
    treatments = pd.DataFrame(
        {
            "treatment": ["a", "b", "c"],
            "started_at": pd.to_datetime(["2026-05-02", "2026-05-03", "2026-06-02"], utc=True),
        }
    )
    events = pd.DataFrame({"treatment": ["a", "a", "c"]})
    table = by_month.events(treatments, events, ZONE, NOW)
    assert table[["count", "of"]].to_numpy().tolist() == [[2, 2], [1, 1]]
    assert table["whole"].tolist() == [True, False]
    assert not len(by_month.events(treatments[:0], events[:0], ZONE, NOW))
