"""The header sentence in every situation that a patient's page can be in."""

from __future__ import annotations

import pandas as pd
import pytest

from clinic.instruments import instrument
from clinic.outcomes.baseline import Baseline, choose
from clinic.outcomes.sentence import age_in_words, header
from tests.course_frames import DOSE_ONE, ZONE, at, doses, score, scores

FIVE = doses(0, 3, 7, 10, 14)


def said(*rows, scale="phq9", given=FIVE, now=None, first_dose=DOSE_ONE, baseline=None):
    table = scores(*rows)
    mine = table[table["instrument"] == scale]
    now = now if now is not None else table["taken_at"].max() + pd.Timedelta(days=9)
    baseline = baseline or choose(mine, first_dose, zone=ZONE)
    return header(instrument(scale), table, given, baseline, now, zone=ZONE)


def test_the_sentence_of_the_design_page():
    assert said(score(at(-1), 21, suicide=2), score(at(28), 9, suicide=0)) == (
        "PHQ-9 fell from 21 to 9 (−57 %, beyond measurement error) over 5 treatments; "
        "last score 9 days old; item 9 = 0."
    )


def test_a_rise_is_called_a_rise():
    assert said(score(at(-1), 15, suicide=0), score(at(28), 21, suicide=1)).startswith(
        "PHQ-9 rose from 15 to 21 (+40 %, beyond measurement error) over 5 treatments; "
    )


def test_inside_measurement_error_it_neither_fell_nor_rose():
    assert said(score(at(-1), 21), score(at(28), 18)).startswith(
        "PHQ-9 is 18, 21 at baseline (−14 %, within measurement error), over 5 treatments"
    )
    assert said(score(at(-1), 21), score(at(28), 21)).startswith(
        "PHQ-9 is 21, as at baseline, over 5 treatments"
    )


def test_a_scale_without_a_threshold_says_so():
    rows = [
        score(at(-1), 34, instrument="madrs", suicide=4),
        score(at(28), 15, instrument="madrs", suicide=1),
    ]
    assert said(*rows, scale="madrs") == (
        "MADRS fell from 34 to 15 (−56 %, no threshold for measurement error agreed) over 5 treatments; "
        "last score 9 days old; item 10 = 1."
    )


def test_no_score_at_all():
    assert said(given=doses(0, 3), now=at(5)) == "No PHQ-9 score yet, 2 treatments so far; item 9 not asked."


def test_one_score_before_any_treatment():
    assert said(score(at(-1), 21, suicide=1), given=doses(), first_dose=None, now=at(0)) == (
        "PHQ-9 is 21, no treatment yet; the last complete score before the first dose will be the baseline; "
        "last score of yesterday; item 9 = 1."
    )


def test_only_the_baseline_so_far():
    assert said(score(at(-1), 21, suicide=1), given=doses(0), now=at(5)) == (
        "PHQ-9 was 21 at baseline, no score since, 1 treatment so far; baseline 6 days old; item 9 = 1."
    )


def test_without_a_valid_baseline_nothing_is_compared():
    text = said(score(at(10), 12, suicide=0))
    assert text.startswith(
        "PHQ-9 is 12, 3 treatments so far; no valid baseline: every score was taken after the first dose; "
    )
    assert "%" not in text


def test_treatments_after_the_last_score_are_not_credited_with_it():
    assert "over 1 treatment;" in said(score(at(-1), 21), score(at(2), 12))


def test_treatments_of_an_earlier_course_are_not_counted():
    table = scores(score(at(99), 21), score(at(128), 9))
    given = doses(0, 3, 7, 100, 107)
    starts = pd.DataFrame({"patient": ["p1", "p1"], "start": [at(0), at(100)]})
    text = header(instrument("phq9"), table, given, choose(table, at(100)), at(130), starts=starts, zone=ZONE)
    assert "over 2 treatments;" in text


def test_only_an_early_signal():
    text = said(score(at(-1), 21), score(at(1), 9), now=at(1, 2))
    assert "early signal: 14-day recall, 1 day after a dose, nothing counts towards response yet" in text
    assert "last score of today" in text


def test_an_early_score_after_one_that_counts():
    text = said(score(at(-1), 21), score(at(28), 9), score(at(36), 8), given=doses(0, 35))
    assert "early signal: 14-day recall, 1 day after a dose;" in text


def test_the_last_score_was_prorated():
    assert "prorated: 1 answer missing" in said(score(at(-1), 21), score(at(28), 9, prorated=True, missing=1))


def test_the_last_form_has_no_total():
    text = said(score(at(-1), 21), score(at(20), 9), score(at(28), missing=4, suicide_state="skipped"))
    assert "the form of 30 Mar 2026 has no total (4 answers missing); item 9 skipped: ask." in text


def test_the_suicide_item_is_never_silent():
    before = score(at(-1), 21, suicide=0)
    assert said(before, score(at(28), 9, suicide_state="skipped")).endswith("item 9 skipped: ask.")
    assert said(before, score(at(28), 9, how="paper")).endswith("item 9 not asked (total only).")
    rows = [score(at(-1), 18, instrument="gad7"), score(at(28), 7, instrument="gad7")]
    assert said(*rows, scale="gad7").endswith("GAD-7 does not ask about suicide.")


def test_an_imported_baseline_without_a_date_lies_before_every_score():
    imported = Baseline(None, 32.0, None, "imported", "imported")
    rows = [score(at(7), 21, instrument="hamd17", suicide=0)]
    assert said(*rows, scale="hamd17", given=doses(), baseline=imported).startswith(
        "HAM-D17 fell from 32 to 21 (−34 %, no threshold for measurement error agreed) with no treatment recorded; "
    )


@pytest.mark.parametrize(
    "days, words",
    [
        (-1, "dated in the future"),
        (0.9, "today"),
        (1, "yesterday"),
        (9, "9 days old"),
        (27.9, "27 days old"),
        (28, "4 weeks old"),
        (69, "9 weeks old"),
        (100, "3 months old"),
        (800, "2 years old"),
    ],
)
def test_ages_in_words(days, words):
    assert age_in_words(days) == words


def test_ages_go_by_the_clinics_calendar_and_not_by_the_hour():
    rows = score(at(-1), 21), score(at(28, 21.75), 9)
    assert "last score of yesterday" in said(*rows, now=at(29, 17))
    assert "last score of today" in said(*rows, now=at(28, 23))
