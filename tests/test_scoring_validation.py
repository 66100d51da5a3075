"""Every scale against rows written by hand from its publications (clinic/instruments/validation/)."""

from __future__ import annotations

import pandas as pd
import pytest

from clinic.instruments import catalogue, in_order, instrument, score, score_frame
from clinic.instruments.validation import VALIDATION, answers_in, failures, rows_in, rows_of, scored
from clinic.refused import BadAnswers, BadInput

SCALES = sorted(catalogue())
FORMS = [name for name in SCALES if not instrument(name).totals_only]


def test_every_instrument_has_validation_rows_and_no_file_is_left_over():
    assert set(catalogue()) == {path.stem for path in VALIDATION.glob("*.csv")}


@pytest.mark.parametrize("scale", SCALES)
def test_validation_rows(scale: str):
    assert rows_of(scale)
    assert list(failures(instrument(scale), rows_of(scale))) == []


@pytest.mark.parametrize("scale", SCALES)
def test_validation_rows_reach_every_edge(scale: str):
    """Both ends of the scale and of every band, and a form with a blank."""
    known, rows = instrument(scale), rows_of(scale)
    totals = {float(row["total"]) for row in rows if row["total"] and row["prorated"] != "yes"}
    edges = {edge for chosen in known.band_sets for band in chosen.bands for edge in (band.low, band.high)}
    if known.has_total:
        assert edges | {known.minimum, known.maximum} <= totals
    assert known.totals_only or any(row["missing"] not in ("", "0") for row in rows)
    assert known.caseness is None or {known.caseness - 1, known.caseness} <= totals


@pytest.mark.parametrize("scale", SCALES)
def test_validation_rows_show_every_rule_met_and_not_met(scale: str):
    known = instrument(scale)
    seen = {(name, state) for row in rows_of(scale) for name, state in row.pairs("checks").items()}
    rules = (*known.rules, *known.change, *known.meaningful)
    assert {(rule.name, state) for rule in rules for state in ("yes", "no")} <= seen


@pytest.mark.parametrize("scale", SCALES)
def test_validation_rows_state_which_rules_lead(scale: str):
    """A default is a decision; the rows repeat it, so that nobody changes it in passing."""
    known = instrument(scale)
    said = {name for row in rows_of(scale) for name in row.pairs("facts")}
    defaults = ("bands", known.band_sets), ("response", known.responses), ("remission", known.remissions)
    assert {f"leads_{what}" for what, rules in defaults if rules} <= said
    assert "recall_days" in said


@pytest.mark.parametrize("scale", FORMS)
def test_the_table_scores_as_the_form_does(scale: str):
    """`score_frame` gives on the validation rows what the form gives, refusals included."""
    known = instrument(scale)
    rows = [row for row in rows_of(scale) if row["answers"]]
    forms = [in_order(known, answers_in(row["answers"])) for row in rows if not row["error"]]
    table = score_frame(known, pd.DataFrame(forms))
    expected = [score(known, form) for form in forms]
    for column in ("total", "band", "suicide"):
        found = [None if pd.isna(value) else value for value in table[column]]
        assert found == [getattr(one, column) for one in expected], column
    assert list(table["prorated"]) == [one.prorated for one in expected]
    assert list(table["missing"]) == [len(one.missing) for one in expected]
    assert list(table["suicide_state"]) == [one.suicide_state for one in expected]
    for row in rows:
        if row["error"] in ("out_of_range", "not_asked", "not_integer") and not about_a_date(known, row):
            with pytest.raises(BadAnswers) as refused:
                score_frame(known, pd.DataFrame([in_order(known, answers_in(row["answers"]))]))
            assert refused.value.code == row["error"]


def about_a_date(known, row) -> bool:
    """Tables are scored without looking at dates, which change no number."""
    form = in_order(known, answers_in(row["answers"]))
    try:
        score(known, {item.id: form[item.id] for item in known.items if not item.is_date})
    except BadAnswers:
        return False
    return True


HEADING = "case,answers,total,source\n"


@pytest.mark.parametrize(
    "rows, sentence",
    [
        ("a,9*0,1,x", "Row 2 (a): total is 0.0, not 1.0."),
        ("a,9*0,0,", "Row 2 (a): source is empty."),
        ("a,8*0,0,x", "Row 2 (a): PHQ-9 has 9 items, not 8; a blank is None."),
        ("a,9*4,36,x", "Row 2 (a): PHQ-9 item q1"),
    ],
)
def test_a_row_that_does_not_hold_says_where_and_what(rows: str, sentence: str):
    assert next(failures(instrument("phq9"), rows_in(HEADING + rows))).startswith(sentence)


def test_a_row_about_something_unknown_does_not_pass_in_silence():
    text = "case,answers,total,checks,source\na,9*0,0,casenes=no,x\n"
    assert list(failures(instrument("phq9"), rows_in(text)))[-1].endswith("nothing called “casenes”.")
    with pytest.raises(BadInput, match="not answer"):
        rows_in("case,answer,source\n")


def test_a_paper_total_of_a_row_is_scored_as_one():
    (row,) = rows_in("case,paper_total,total,source\npaper,14,14,x\n")
    assert scored(instrument("phq9"), row).flags == {"suicide": "unknown"}
