"""Adverse events per treatment and per person: counts by hand, intervals by statsmodels."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from clinic.outcomes import harms


@pytest.fixture
def given() -> pd.DataFrame:
    """Ada has four treatments by two routes, Bob two; nobody recorded anything around t6."""
    rows = [
        ("t1", "Ada", "IV", True),
        ("t2", "Ada", "IV", True),
        ("t3", "Ada", "SC", True),
        ("t4", "Ada", "SC", False),
        ("t5", "Bob", "IV", True),
        ("t6", "Bob", "IV", False),
    ]
    frame = pd.DataFrame(rows, columns=["treatment", "patient", "route", "observed"])
    return frame.assign(substance="racemic ketamine")


@pytest.fixture
def events() -> pd.DataFrame:
    rows = [
        ("t1", "Nausea", "mild", False),
        ("t1", "nausea ", "severe", False),
        ("t2", "Nausea", "moderate", False),
        ("t2", "Headache", "mild", False),
        ("t4", "Headache", "mild", True),
        ("t5", "Headache", "mild", False),
    ]
    return pd.DataFrame(rows, columns=["treatment", "term", "severity", "serious"])


def test_any_event_counts_each_treatment_and_each_person_once(given, events):
    table = harms.overall(given, events).set_index("what")
    counted = table[["events", "n_treatments", "of_treatments", "n_people", "of_people"]]
    assert counted.loc[harms.ANY].tolist() == [6, 4, 6, 2, 2]
    assert counted.loc[harms.SEVERE].tolist() == [1, 1, 6, 1, 2]
    assert counted.loc[harms.SERIOUS].tolist() == [1, 1, 6, 1, 2]


def test_two_spellings_are_one_term_and_the_worst_severity_counts(given, events):
    table = harms.by_term(given, events).set_index("what")
    assert table.index.tolist() == ["Headache", "Nausea"], "three treatments before two"
    assert table.loc["Nausea", ["events", "n_treatments", "n_people"]].tolist() == [3, 2, 1]
    assert table.loc["Nausea", ["moderate_treatments", "severe_treatments"]].tolist() == [2, 1]
    assert table.loc["Headache", ["n_people", "moderate_people", "severe_people"]].tolist() == [2, 0, 0]


def test_intervals_equal_statsmodels_to_eight_digits(given, events):
    table = pd.concat([harms.overall(given, events), harms.by_term(given, events)])
    for who in ("treatments", "people"):
        for row in table.itertuples():
            n, of = getattr(row, f"n_{who}"), getattr(row, f"of_{who}")
            low, high = proportion_confint(n, of, method="beta")
            assert getattr(row, f"low_{who}") == pytest.approx(100 * low, rel=1e-8)
            assert getattr(row, f"high_{who}") == pytest.approx(100 * high, rel=1e-8)


def test_nothing_in_forty_is_up_to_8_8(given, events):
    forty = pd.DataFrame({"treatment": [f"t{n}" for n in range(40)], "patient": "p", "observed": True})
    row = harms.overall(forty, events.iloc[:0]).iloc[0]
    assert (row["n_treatments"], round(row["high_treatments"], 1)) == (0, 8.8)


def test_rare_terms_share_a_row_and_nothing_is_lost(given, events):
    rare = pd.DataFrame(
        [("t3", f"Rare {n}", "mild", False) for n in range(4)],
        columns=["treatment", "term", "severity", "serious"],
    )
    all_events = pd.concat([events, rare])
    table = harms.by_term(given, all_events, most=2)
    assert table["what"].tolist() == ["Headache", "Nausea", "other terms (4)"]
    assert table["events"].sum() == len(all_events)
    assert table.iloc[-1]["n_treatments"] == 1
    assert "Rare 0" in harms.by_term(given, pd.concat([events, rare[:1]]), most=2)["what"].tolist(), (
        "one alone"
    )


def test_who_is_missing_is_said(given, events):
    sizes = harms.sizes(5, given, events)
    assert (sizes.treatments, sizes.people, sizes.without) == (6, 2, 3)
    assert sizes.unknown == 1, "t4 has an event, so that somebody looked; t6 has nothing"


def test_routes_come_by_the_alphabet_each_with_its_own_denominator(given, events):
    table = harms.by_route(given, events)
    found = [
        (row.route, row.what, row.n_treatments, row.of_treatments, row.of_people)
        for row in table.itertuples()
    ]
    assert found == [
        ("IV", harms.ANY, 3, 4, 2),
        ("IV", harms.SEVERE, 1, 4, 2),
        ("SC", harms.ANY, 1, 2, 1),
        ("SC", harms.SEVERE, 0, 2, 1),
    ]
    assert table.loc[table["what"] == harms.ANY, "of_treatments"].sum() == len(given)


def test_baselines_are_of_the_people_of_that_route_never_over_scales(given):
    first = pd.DataFrame(
        {
            "patient": ["Ada", "Bob", "Cy"],
            "instrument": ["phq9", "gad7", "phq9"],
            "baseline": [18.0, None, 27.0],
        }
    )
    table = harms.baselines(first, given).set_index(["route", "instrument"])
    assert table.index.tolist() == [("IV", "gad7"), ("IV", "phq9"), ("SC", "phq9")]
    assert table.loc[("IV", "phq9"), ["people", "known", "median"]].tolist() == [1, 1, 18]
    assert table.loc[("IV", "gad7"), ["people", "known"]].tolist() == [1, 0]


def test_nobody_treated_is_a_table_without_rows():
    nothing = pd.DataFrame(columns=["treatment", "patient", "substance", "route", "observed"])
    none = pd.DataFrame(columns=["treatment", "term", "severity", "serious"])
    assert harms.overall(nothing, none)["n_treatments"].tolist() == [0, 0, 0]
    assert not len(harms.by_term(nothing, none))
    assert not len(harms.by_route(nothing, none))
