"""No figure without its n, dates, rules and the age of its data."""

from __future__ import annotations

import pandas as pd

from clinic.charts.footers import date_range, footer, rules_of
from clinic.instruments import instrument
from tests.course_frames import at, score, scores


def test_a_patients_footer():
    frame = scores(score(at(-1), 21), score(at(28), 9))
    text = footer(
        "2 scores, 5 treatments",
        frame["taken_at"],
        rules_of(instrument("phq9")),
        pd.Timestamp("2026-06-20 08:12", tz="UTC"),
        zone="Europe/London",
    )
    assert text == (
        "2 scores, 5 treatments · 1 Mar – 30 Mar 2026 · "
        "rules phq9.response.fall50 1.0, phq9.remission.lt5 1.0, phq9.change.nhs6 1.0 · "
        "data as of 20 Jun 2026 09:12 Europe/London"
    )


def test_filters_and_unverified_rules_are_named():
    text = footer(
        "88 people",
        [],
        ["states.day28", "partly.from25"],
        pd.Timestamp("2026-06-20", tz="UTC"),
        filters=["IV only"],
        unverified=["partly.from25"],
    )
    assert (
        text
        == "88 people · IV only · rules states.day28, partly.from25 (unverified) · data as of 20 Jun 2026 00:00 UTC"
    )


def test_date_ranges_name_a_year_once():
    def dates(*days):
        return date_range(pd.to_datetime(list(days), utc=True))

    assert dates("2026-02-14", "2026-06-12") == "14 Feb – 12 Jun 2026"
    assert dates("2025-12-14", "2026-06-12") == "14 Dec 2025 – 12 Jun 2026"
    assert dates("2026-06-12") == "12 Jun 2026"
    assert dates() == ""
