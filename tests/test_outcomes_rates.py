"""Rates that keep the missing; pairs beside them; NHS rates of everyone. Against statsmodels and plain counting."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from clinic.instruments import catalogue
from clinic.outcomes import completeness_pairs, rates, states, talking_therapies_rates
from tests.course_frames import ZONE, at, courses, doses, score, scores, treatment, treatments

LATER = at(60)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Eight whose window has passed: 3 responded (1 in remission), 1 worse, 1 not, 1 without score, 1 without
    baseline, 1 too mild; and one too early."""
    last = {"a": 9, "b": 10, "c": 2, "worse": 27, "not": 19, "nobase": 7, "mild": 2}
    first = [{"patient": name, "baseline": 20} for name in ("a", "b", "c", "worse", "not", "left")]
    first += [{"patient": "nobase"}, {"patient": "mild", "baseline": 6}, {"patient": "new", "start": at(50)}]
    indications = ["depression"] * 6 + ["panic"] * 3
    table = courses(*first).assign(indication=indications)
    given = scores(*(score(at(28), total, patient=name) for name, total in last.items()))
    return states.people(table, given, doses()[:0], catalogue(), LATER, zone=ZONE)


def test_response_by_hand(people):
    row = rates.with_intervals([rates.row("everyone", people)]).iloc[0]
    assert row[["n", "of", "missing", "scored", "without_verdict", "too_early", "started"]].tolist() == [
        3,
        8,
        2,
        5,
        1,
        1,
        9,
    ]
    assert (row["share"], row["most"], row["observed"]) == (3 / 8, 5 / 8, 3 / 5)
    for low, high, of in (("low", "high", 8), ("observed_low", "observed_high", 5)):
        assert row[[low, high]].tolist() == pytest.approx(proportion_confint(3, of, method="wilson"))


def test_it_agrees_with_the_headline(people):
    row, said = rates.row("everyone", people), states.headline(people)
    assert row[1:5] == (said.responded, said.of, said.missing, said.scored)
    assert row[6:] == (said.too_early, said.started)


def test_the_groups_sum_to_everyone_and_no_person_is_lost(people):
    found = rates.by(people, "indication")
    assert found["label"].tolist() == ["everyone", "depression", "panic"]
    parts = ["n", "of", "missing", "scored", "without_verdict", "too_early", "started"]
    assert found[parts][1:].sum().tolist() == found[parts].iloc[0].tolist()
    assert (
        found[["missing", "scored", "without_verdict", "too_early"]].sum(axis=1) == found["started"]
    ).all()


def test_remission_and_worse_are_judged_by_their_own_rules(people):
    found = rates.all_outcomes(people).set_index("label")
    assert found["n"].to_dict() == {"response": 3, "remission": 1, "worse": 1}
    assert found["of"].tolist() == [8, 8, 8]


def test_a_scale_without_a_rule_is_not_a_scale_that_found_nobody():
    table = states.people(
        courses({"patient": "p1", "instrument": "madrs", "baseline": 30}, {"patient": "p2", "baseline": 20}),
        scores(score(at(28), 45, instrument="madrs"), score(at(28), 19, patient="p2")),
        doses(),
        catalogue(),
        LATER,
        zone=ZONE,
    )
    found = rates.all_outcomes(table).set_index("label")
    assert found.loc["worse", ["n", "of", "started"]].tolist() == [0, 1, 1]
    assert found.loc["response", "of"] == 2


def test_nobody_below_the_line_has_no_share():
    found = rates.with_intervals([("none", 0, 0, 0, 0, 0, 3, 3)]).iloc[0]
    assert found[["share", "low", "most", "observed"]].isna().all()
    assert rates.in_words(rates.with_intervals([("none", 0, 0, 0, 0, 0, 3, 3)])).iloc[0, 3] == "0 of 0"


def test_words_carry_their_numbers():
    assert rates.with_share(22, 60, 0.2562, 0.4932) == "22 of 60 · 37 % (26–49)"
    assert rates.with_share(36, 60) == "36 of 60 · 60 %"


def test_pairs_are_counted_of_all_whose_window_has_passed(people):
    found = completeness_pairs.pairs(people)
    assert (found.n, found.of, found.only_baseline, found.only_score, found.neither) == (6, 8, 1, 1, 0)
    assert found.says == (
        "6 of 8 have a baseline and a score in the window (75 %), 1 only a baseline, 1 only a score"
    )
    assert found.interval == pytest.approx(proportion_confint(6, 8, method="wilson"))


@pytest.mark.parametrize(
    "n, of, warns, compares",
    [
        (90, 100, False, True),
        (89, 100, True, True),
        (70, 100, True, True),
        (69, 100, True, False),
        (0, 0, True, False),
    ],
)
def test_the_limits_of_completeness(n, of, warns, compares):
    found = completeness_pairs.Pairs(n, of, of - n, 0)
    assert (found.warns, found.may_compare) == (warns, compares)
    assert bool(found.warning) == (warns and of > 0)
    assert ("nothing is compared" in found.warning) == (of > 0 and not compares)


def test_talking_therapies_of_everyone_who_had_two_treatments():
    """p0 recovers on both; p1 has no last GAD-7; p2 was no case; p3 had one treatment; p4 is too early."""
    cast = [{"patient": f"p{n}"} for n in range(4)] + [{"patient": "p4", "start": at(50)}]
    first = courses(*(each | {"instrument": "oasis"} for each in cast))
    both = [
        ("p0", (18, 6), (14, 4)),
        ("p1", (18, 6), (14, None)),
        ("p2", (8, 2), (5, 4)),
        ("p3", (18, 6), (14, 4)),
    ]
    given = [
        score(at(day), total, patient=who, instrument=name)
        for who, depression, anxiety in both
        for name, pair in (("phq9", depression), ("gad7", anxiety))
        for day, total in zip((-1, 28), pair, strict=True)
        if total is not None
    ]
    times = [
        ("p0", "e1", 0),
        ("p0", "e1", 4),
        ("p1", "e2", 0),
        ("p1", "e2", 4),
        ("p2", "e3", 0),
        ("p2", "e3", 4),
    ]
    times += [("p3", "e4", 0), ("p4", "e5", 50), ("p4", "e5", 54)]
    given_at = treatments(*(treatment(at(day), patient=who, episode=course) for who, course, day in times))
    found = talking_therapies_rates.counted(first, scores(*given), given_at, catalogue(), LATER, zone=ZONE)
    assert (found.people, found.too_early, found.fewer, found.not_cases) == (3, 1, 1, 1)
    rows = found.rates.set_index("label")
    assert rows.loc["recovered, of the cases", ["n", "scored", "missing", "of"]].tolist() == [1, 1, 1, 2]
    assert rows.loc["reliably improved", ["n", "scored", "missing", "of"]].tolist() == [2, 2, 1, 3]
    assert rows.loc["reliably worse", "n"] == 0


def test_nobody_finished():
    empty = courses({})[:0]
    found = talking_therapies_rates.counted(empty, scores(), doses(), catalogue(), LATER, zone=ZONE)
    assert (found.people, found.rates["of"].sum()) == (0, 0)
