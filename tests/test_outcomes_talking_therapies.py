"""The NHS rules at their edges, and where a missing score leaves a question open."""

from __future__ import annotations

import itertools
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from clinic.instruments import instrument
from clinic.outcomes import talking_therapies as nhs

NAN = float("nan")


def columns(people):
    """[((phq first, last), (gad first, last)), …] as the two pairs of columns."""
    return [np.array([person[scale] for person in people], float).T for scale in (0, 1)]


def test_the_thresholds_are_those_of_the_definitions():
    for measure, case, change in [
        (nhs.DEPRESSION, "phq9.caseness", "phq9.change.nhs6"),
        (nhs.GAD7, "gad7.caseness_nhs", "gad7.change.nhs4"),
    ]:
        scale = instrument(measure.instrument)
        assert scale.rule(case).conditions[0].value == measure.caseness
        assert next(each.points for each in scale.change if each.id == change) == measure.reliable


def test_every_field_has_its_rule():
    fields = [rule.field for rule in nhs.RULES]
    assert fields == list(nhs.Verdict.__dataclass_fields__)
    assert [rule.id for rule in nhs.RULES if rule.evidence == "unverified"] == ["nhs_tt.mixed"]


@pytest.mark.parametrize(
    "phq, gad, caseness, recovered",
    [
        ((10, 9), (7, 7), True, True),  # 10 is a case, 9 is none
        ((9, 9), (8, 7), True, True),  # either scale makes a case
        ((12, 9), (8, 8), True, False),  # both must be below at the end
        ((12, 10), (8, 3), True, False),
        ((9, 3), (7, 2), False, None),  # no case at the start: leaves the denominator
        ((9, 15), (7, 12), False, None),
    ],
)
def test_caseness_and_recovery(phq, gad, caseness, recovered):
    found = nhs.judge(phq, gad)
    assert (found.caseness, found.recovered) == (caseness, recovered)


@pytest.mark.parametrize(
    "phq, gad, verdict",
    [
        ((20, 14), (10, 10), "reliable_improvement"),  # 6 points count
        ((20, 15), (10, 7), "no_reliable_change"),  # 5 and 3 do not
        ((20, 20), (10, 6), "reliable_improvement"),  # 4 points of the GAD-7 count
        ((20, 14), (10, 13), "reliable_improvement"),  # a rise of 3 is none
        ((14, 20), (10, 7), "reliable_deterioration"),
        ((20, 20), (6, 10), "reliable_deterioration"),
    ],
)
def test_reliable_change(phq, gad, verdict):
    found = nhs.judge(phq, gad)
    three = ("reliable_improvement", "reliable_deterioration", "no_reliable_change")
    assert [name for name in three if getattr(found, name)] == [verdict]
    assert found.mixed is False


def test_one_down_and_one_up_is_no_reliable_change_and_marked():
    found = nhs.judge((20, 10), (8, 14))
    assert (found.mixed, found.no_reliable_change) == (True, True)
    assert (found.reliable_improvement, found.reliable_deterioration) == (False, False)


def test_reliable_recovery_needs_both_halves():
    assert nhs.judge((16, 9), (12, 7)).reliable_recovery is True
    assert nhs.judge((10, 9), (8, 7)).reliable_recovery is False  # recovered, 1 point on each
    assert nhs.judge((24, 12), (7, 7)).reliable_recovery is False  # improved, still a case
    assert nhs.judge((9, 2), (7, 2)).reliable_recovery is None  # improved, was no case


def test_a_missing_score_leaves_open_only_what_hangs_on_it():
    found = nhs.judge((16, 9), (12, None))
    assert (found.caseness, found.recovered, found.reliable_improvement) == (True, None, None)
    still_a_case = nhs.judge((16, 14), (12, NAN))
    assert (still_a_case.recovered, still_a_case.reliable_recovery) == (False, False)
    unknown_start = nhs.judge((6, 4), (None, 3))
    assert (unknown_start.caseness, unknown_start.recovered) == (None, None)


def test_columns_and_single_people_get_the_same_verdicts():
    pairs = list(itertools.product([NAN, 5, 9, 10, 16], repeat=2))
    people = list(itertools.product(pairs, pairs))
    table = nhs.judge_each(*columns(people)).astype(object)
    for person, row in list(zip(people, table.to_dict("records"), strict=True))[::7]:
        assert asdict(nhs.judge(*person)) == {
            name: None if verdict is pd.NA else verdict for name, verdict in row.items()
        }


def test_among_complete_pairs_the_three_kinds_of_change_are_everybody():
    pairs = list(itertools.product([0, 7, 8, 12, 21], repeat=2))
    table = nhs.judge_each(*columns(list(itertools.product(pairs, pairs))))
    kinds = table[["reliable_improvement", "reliable_deterioration", "no_reliable_change"]]
    assert (kinds.sum(axis=1) == 1).all()


def test_rates_keep_their_own_denominators():
    people = [
        ((16, 9), (12, 7)),  # recovered and improved
        ((10, 9), (7, 7)),  # recovered only
        ((20, 15), (14, 11)),  # neither
        ((9, 2), (7, 2)),  # no case, improved
        ((16, 9), (12, NAN)),  # a case, end unknown
    ]
    table = nhs.rates(nhs.judge_each(*columns(people))).set_index("rate")
    assert table.loc["recovered"].tolist() == [2, 3, 1]
    assert table.loc["reliable_recovery"].tolist() == [1, 3, 1]
    assert table.loc["reliable_improvement"].tolist() == [2, 4, 1]


def test_another_measure_of_anxiety_brings_its_own_thresholds():
    pcl5 = nhs.ANXIETY["pcl5"]
    assert nhs.judge((9, 9), (32, 31), pcl5).recovered is True
    assert nhs.judge((9, 9), (40, 30), pcl5).reliable_improvement is True
    assert nhs.judge((9, 9), (40, 31), pcl5).reliable_improvement is False
    assert nhs.judge((9, 9), (2.3, 1.57), nhs.ANXIETY["mi"]).reliable_improvement is True
    assert {each.evidence for name, each in nhs.ANXIETY.items() if name != "gad7"} == {"unverified"}
