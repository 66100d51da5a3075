"""Missing is not zero, a flag does not wait for a total, and impossible answers get a sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clinic.instruments import half_up, in_order, instrument, score, score_frame, score_total
from clinic.refused import BadAnswers

PHQ9, GAD7, HAMD17, MADRS = map(instrument, ("phq9", "gad7", "hamd17", "madrs"))


def test_an_item_that_was_never_asked_is_blank():
    """A form in the middle of being filled in is scored as it stands."""
    scored = score(PHQ9, {"q1": 2, "q9": 1})
    assert (scored.total, len(scored.missing)) == (None, 7)
    assert scored.flags == {"suicide": "yes"}
    assert scored.levels["suicide"] == "review"


def test_a_skipped_suicide_item_is_unknown_even_among_zeros():
    scored = score(PHQ9, in_order(PHQ9, [0] * 8 + [None]))
    assert scored.total == 0
    assert scored.flags == {"suicide": "unknown"}
    assert scored.levels["suicide"] == "unknown"


def test_one_point_on_item_nine_of_a_healthy_form_is_a_flag():
    assert score(PHQ9, in_order(PHQ9, [0] * 8 + [1])).flags == {"suicide": "yes"}


@pytest.mark.parametrize(
    "scale, item, levels",
    [
        ("phq9", "q9", "none review urgent urgent"),
        ("madrs", "q10", "none review review review urgent urgent urgent"),
        ("madrs_24h", "q10", "none review review review urgent urgent urgent"),
        ("hamd17", "q3", "none review review urgent urgent"),
    ],
)
def test_levels_of_the_suicide_item(scale: str, item: str, levels: str):
    """Looked at from 1 on; urgent from 2 (PHQ-9), 4 (MADRS), 3 (HAM-D17): our decisions."""
    known = instrument(scale)
    assert known.suicide_item == item
    found = [score(known, {item: answer}).levels["suicide"] for answer in range(len(levels.split()))]
    assert found == levels.split()


@pytest.mark.parametrize("scale", ["gad7", "phq2", "gad2", "oasis", "hama", "lsas_sr", "lsas_ca"])
def test_scales_that_do_not_ask_about_suicide_have_no_flag(scale: str):
    """No flag at all rather than a reassuring "no"."""
    known = instrument(scale)
    assert known.suicide_item is None
    assert score_total(known, known.minimum).flags == {}


def test_a_paper_total_leaves_every_flag_unknown():
    scored = score_total(PHQ9, 0)
    assert scored.flags == {"suicide": "unknown"}
    assert scored.levels == {"suicide": "unknown", "algorithm": "unknown"}
    assert scored.subscales == {"symptom_count": None}
    assert scored.checks["remission_lt5"] is True


def test_a_paper_total_that_is_not_whole_is_marked_prorated():
    scored = score_total(PHQ9, 4.5)
    assert (scored.prorated, scored.complete, scored.band) == (True, False, "mild")
    assert scored.checks["remission_lt5"] is None


def test_checks_and_bands_round_a_prorated_total_alike():
    """19.5 is moderate by the band, so it is a case too; not one and not the other."""
    scored = score_total(MADRS, 19.5)
    assert (scored.band, scored.checks["caseness"]) == ("moderate", True)


def test_a_prorated_score_is_never_a_remission():
    """All answered items are 0 and still: a blank was filled in by arithmetic, not by the patient."""
    scored = score(PHQ9, in_order(PHQ9, [0] * 7 + [None, 0]))
    assert (scored.total, scored.prorated, scored.complete) == (0, True, False)
    assert scored.checks["remission_lt5"] is None


def test_only_a_whole_form_is_complete():
    assert score(PHQ9, in_order(PHQ9, [0] * 9)).complete
    assert not score(PHQ9, {}).complete


def test_phq9_prorates_two_blanks_and_gad7_one():
    """Our clinical review is stricter on the GAD-7 than the PHQ convention of two."""
    assert score(PHQ9, in_order(PHQ9, [1] * 7 + [None] * 2)).total == 9
    assert score(PHQ9, in_order(PHQ9, [1] * 6 + [None] * 3)).total is None
    assert score(GAD7, in_order(GAD7, [1] * 6 + [None])).total == 7
    assert score(GAD7, in_order(GAD7, [1] * 5 + [None] * 2)).total is None


@pytest.mark.parametrize(
    "scale", ["phq2", "gad2", "oasis", "madrs", "madrs_24h", "hamd17", "hama", "lsas_sr", "lsas_ca"]
)
def test_no_other_scale_prorates(scale: str):
    known = instrument(scale)
    values = [item.maximum for item in known.items]
    assert score(known, in_order(known, [None, *values[1:]])).total is None


@pytest.mark.parametrize("total, whole", [(4.5, 5), (4.4999, 4), (0.5, 1), (10.5, 11), (9.0, 9)])
def test_halves_go_up(total: float, whole: int):
    """Python's round() sends 4.5 to 4 and 10.5 to 10."""
    assert half_up(total) == whole


@pytest.mark.parametrize(
    "values, verdict",
    [
        ([2, 0, 2, 2, 2, 0, 0, 0, 1], "major"),  # item 9 is a symptom from 1 on
        ([0, 0, 2, 2, 2, 2, 2, 0, 3], "none"),  # six symptoms, no core one
        ([2, 2, 0, 0, 0, 0, 0, 0, 0], "other"),
        ([2, 0, 0, 0, 0, 0, 0, 0, 0], "none"),
        ([2, 2, 2, 2, 2, None, 0, 0, 0], "major"),  # the blank cannot undo it
        ([2, 2, 2, 2, None, 0, 0, 0, 0], "unknown"),  # the blank would be the fifth
        ([1, 1, 2, 2, 2, 2, 2, None, 0], "none"),  # the blank is no core item
        ([None] * 9, "unknown"),
    ],
)
def test_depressive_syndrome(values: list[int | None], verdict: str):
    """At least five symptoms (two to four: "other"), one of them item 1 or 2; unknown if a blank decides."""
    assert score(PHQ9, in_order(PHQ9, values)).levels["algorithm"] == verdict


def test_weight_not_assessed_is_an_answer_that_scores_nothing():
    """HAM-D17 item 16, code 3: no blank, no points; 3 on its neighbour is refused."""
    form = in_order(HAMD17, [0] * 15 + [3, 0])
    assert (score(HAMD17, form).total, score(HAMD17, form).missing) == (0, ())
    assert dict(HAMD17.items[15].options)[3] == "not assessed"
    with pytest.raises(BadAnswers, match=r"HAM-D17 item q17 \(Insight\) takes 0 to 2, not 3\."):
        score(HAMD17, form | {"q17": 3})
    with pytest.raises(BadAnswers, match=r"takes 0 to 2 or 3 for not assessed, not 4\."):
        score(HAMD17, form | {"q16": 4})


@pytest.mark.parametrize(
    "answer, code", [(4, "out_of_range"), (-1, "out_of_range"), (10**9, "out_of_range")]
    + [(wrong, "not_integer") for wrong in (True, False, 1.0, 2.5, "2", float("nan"), np.True_, [1])],
)  # fmt: skip
def test_an_impossible_answer_is_refused_and_never_clipped(answer: object, code: str):
    with pytest.raises(BadAnswers, match="PHQ-9 item q4") as refused:
        score(PHQ9, {"q4": answer})
    assert refused.value.code == code


def test_numpy_integers_are_integers():
    assert score(PHQ9, in_order(PHQ9, list(np.ones(9, dtype=np.int64)))).total == 9


def test_every_impossible_answer_gets_its_sentence():
    with pytest.raises(BadAnswers) as refused:
        score(PHQ9, {"q1": 9, "q2": 1, "q3": "x", "q10": 1})
    assert len(refused.value.problems) == 3
    assert refused.value.problems[2] == "PHQ-9 has no item “q10”."


def test_a_list_of_the_wrong_length_is_refused():
    """Eight answers are a PHQ-8, not a PHQ-9 with a blank."""
    with pytest.raises(BadAnswers, match="has 9 items, not 8") as refused:
        in_order(PHQ9, [0] * 8)
    assert refused.value.code == "wrong_item_count"


@pytest.mark.parametrize(
    "total, code",
    [(28, "out_of_range"), (-1, "out_of_range"), (float("inf"), "out_of_range")]
    + [(wrong, "not_integer") for wrong in (float("nan"), True, "12", None)],
)
def test_an_impossible_paper_total_is_refused(total: object, code: str):
    with pytest.raises(BadAnswers, match="PHQ-9") as refused:
        score_total(PHQ9, total)
    assert refused.value.code == code


def table(**columns: list) -> pd.DataFrame:
    blank = {item.id: [0, 0] for item in PHQ9.items}
    return pd.DataFrame(blank | columns, index=["first", "second"])


@pytest.mark.parametrize(
    "cells, code, sentence",
    [
        ([0, 4], "out_of_range", "Row second: PHQ-9 item q2 .* takes 0 to 3, not 4"),
        ([-1, 0], "out_of_range", "Row first: PHQ-9 item q2 .* takes 0 to 3, not -1"),
        ([1.5, 0], "not_integer", "Row first: PHQ-9 item q2 .* takes a whole number, not 1.5"),
        (["2", 0], "not_integer", "takes a whole number, not '2'"),
        ([True, 0], "not_integer", "takes a whole number, not True"),
        ([True, False], "not_integer", "takes a whole number, not True"),
        (["three", None], "not_integer", "not 'three'"),
    ],
)
def test_a_table_names_row_and_item_of_a_bad_cell(cells: list, code: str, sentence: str):
    with pytest.raises(BadAnswers, match=sentence) as refused:
        score_frame(PHQ9, table(q2=cells))
    assert refused.value.code == code


def test_a_table_without_a_column_is_refused():
    """An absent column is a wrong mapping, not nine blanks to prorate over."""
    with pytest.raises(BadAnswers, match="lacks the columns q9"):
        score_frame(PHQ9, table().drop(columns="q9"))
    with pytest.raises(BadAnswers, match="has no items q10"):
        score_frame(PHQ9, table(q10=[0, 0]))
    with pytest.raises(BadAnswers, match="has a column twice"):
        score_frame(PHQ9, pd.concat([table(), table()[["q1"]]], axis="columns"))


def test_a_shifted_column_does_not_give_a_thousand_sentences():
    long = pd.DataFrame({item.id: [0] * 1000 for item in PHQ9.items}).assign(q5=77)
    with pytest.raises(BadAnswers) as refused:
        score_frame(PHQ9, long)
    assert len(refused.value.problems) == 21
    assert refused.value.problems[-1] == "And 980 more rows of item q5."


def test_a_table_without_rows_has_no_scores():
    empty = score_frame(PHQ9, pd.DataFrame(columns=[item.id for item in PHQ9.items]))
    assert list(empty.columns) == ["total", "prorated", "missing", "band"]
    assert empty.empty


@pytest.mark.parametrize("kind", ["float64", "Int64", "Int8", "object"])
def test_a_table_reads_every_way_pandas_holds_blanks(kind: str):
    answers = pd.DataFrame({item.id: [1, None] for item in PHQ9.items}).astype(kind)
    answers.loc[0, "q8"] = None
    found = score_frame(PHQ9, answers)
    assert found["total"].iloc[0] == 9
    assert list(found["missing"]) == [1, 9]
    assert list(found["prorated"]) == [True, False]
    assert list(found["band"]) == ["mild", None]
