"""Missing is not zero, a flag does not wait for a total, and impossible answers get a sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clinic.instruments import (
    half_up,
    in_order,
    instrument,
    percent_improvement,
    refuse_incomplete,
    score,
    score_frame,
    score_total,
)
from clinic.instruments.library import DEFINITIONS
from clinic.instruments.reading import read_text
from clinic.refused import BadAnswers

PHQ9, GAD7, HAMD17, MADRS = map(instrument, ("phq9", "gad7", "hamd17", "madrs"))
COLUMBIA, SINCE, QIDS = map(instrument, ("cssrs", "cssrs_since", "qids_sr16"))
WSAS, SHAPS, AUDIT_C, EQ5D = map(instrument, ("wsas", "shaps", "auditc", "eq5d5l"))


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
        ("qids_sr16", "q12", "none review urgent urgent"),
    ],
)
def test_levels_of_the_suicide_item(scale: str, item: str, levels: str):
    """Looked at from 1 on; urgent from 2 (PHQ-9, QIDS), 4 (MADRS), 3 (HAM-D17): our decisions."""
    known = instrument(scale)
    assert known.suicide_item == item
    found = [score(known, {item: answer}).levels["suicide"] for answer in range(len(levels.split()))]
    assert found == levels.split()


@pytest.mark.parametrize("scale", ["gad7", "phq2", "hama", "lsas_sr", "pcl5", "bdi2", "promis_depression_8a"])
def test_scales_that_do_not_ask_about_suicide_have_no_flag(scale: str):
    """No flag at all rather than a reassuring "no"; on the depression scales among them too."""
    known = instrument(scale)
    assert known.suicide_item is None
    assert score_total(known, known.minimum).flags == {}


def test_a_suicide_question_that_was_not_asked_is_no_answer():
    """A scale of one's own may have a code for it: stored as skipped, by the form and by the table."""
    own = (DEFINITIONS / "phq9.toml").read_text(encoding="utf-8").replace('id = "phq9"', 'id = "own9"')
    own = own.replace('"phq9.', '"own9.').replace('{ id = "q9",', '{ id = "q9", as_blank = 9,')
    scale = read_text("own9.toml", own)
    scored = score(scale, in_order(scale, [0] * 8 + [9]))
    assert (scored.suicide, scored.suicide_state, scored.flags) == (None, "skipped", {"suicide": "unknown"})
    table = score_frame(scale, pd.DataFrame([in_order(scale, [0] * 8 + [9])]))
    assert table["suicide"].isna().all()
    assert list(table["suicide_state"]) == ["skipped"]


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


NEVER_PRORATED = """
phq2 gad2 oasis madrs madrs_24h hamd17 hama lsas_sr lsas_ca qids_sr16 pcl5 pcl5_week cadss cadss6 moaas rass aldrete
shaps isi auditc ymrs bprs4 bprs4_trial ybocs fq promis_anxiety_4a promis_depression_4a promis_depression_8a icsi icpi
cgi_s cgi_i pgi_s pgi_c kss vas_anxiety vas_mood vas_pain pdss_sr spin oci_r
"""


@pytest.mark.parametrize("scale", NEVER_PRORATED.split())
def test_no_other_scale_prorates(scale: str):
    """Reference 1.32: null with any item missing, whichever it is; low answers, so that nothing is at a ceiling."""
    known = instrument(scale)
    form = {item.id: item.minimum + 1 for item in known.items}
    assert score(known, form).total is not None
    for item in known.scored_items:
        if not any(item.id in pair for pair in known.one_of):
            unasked = dict.fromkeys([each.id for each in known.items if each.ask_if == item.id])
            assert score(known, form | {item.id: None} | unasked).total is None


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


# ---- the Columbia form: a level and never a sum ------------------------------------------------------------------

# Questions 1 to 6 and whether behaviour was within 3 months; then level, triage, behaviour, the suicide answer as it
# is stored, its state, and how it is looked at. Tiers: Columbia "Screen with Triage Points" (reference 1.7).
COLUMBIA_FORMS = """
0 0 - - - 0 -   0 none     none    0 no      none
1 0 - - - 0 -   1 low      none    1 yes     review
0 1 0 0 0 0 -   2 low      none    2 yes     review
1 1 1 0 0 0 -   3 moderate none    3 yes     review
1 1 0 1 0 0 -   4 high     none    4 yes     urgent
1 1 0 0 1 0 -   5 high     none    5 yes     urgent
0 0 - - - 1 0   0 moderate past    0 yes     review
1 0 - - - 1 0   1 moderate past    1 yes     review
1 1 0 0 1 1 0   5 high     past    5 yes     urgent
0 0 - - - 1 1   0 high     recent  6 yes     urgent
1 1 1 1 1 1 1   5 high     recent  6 yes     urgent
0 0 - - - 1 -   unknown unknown unknown 6 yes urgent
0 1 - - - 0 -   2 unknown  none    2 yes     review
1 1 0 1 - 0 -   4 high     none    4 yes     urgent
1 0 - - - - -   1 unknown  unknown 1 yes     review
0 0 - - - - -   unknown unknown unknown - skipped unknown
- - - - - - -   unknown unknown unknown - skipped unknown
"""


def columbia_form(marks: str, scale=COLUMBIA) -> dict:
    """The yes and no of a line, by item; dates are left out."""
    rated = [item.id for item in scale.items if not item.is_date]
    answers = [None if mark == "-" else int(mark) for mark in marks.split()]
    return dict(zip(rated, answers, strict=True))


@pytest.mark.parametrize("line", COLUMBIA_FORMS.strip().splitlines())
def test_columbia_form(line: str):
    """The highest yes is the level; behaviour is a floor under the triage and never lowers it; behaviour of which
    nobody has said when it was counts as recent; an open question leaves the triage unknown unless it is high."""
    marks, words = line[:13], line[13:]
    level, triage, behaviour, stored, state, looked_at = words.split()
    scored = score(COLUMBIA, columbia_form(marks))
    assert scored.levels == {"level": level, "triage": triage, "behaviour": behaviour, "suicide": looked_at}
    assert (scored.suicide, scored.suicide_state) == (None if stored == "-" else int(stored), state)
    assert scored.flags["suicide"] == {"yes": "yes", "no": "no", "skipped": "unknown"}[state]
    table = score_frame(COLUMBIA, pd.DataFrame([columbia_form(marks)], dtype=float))
    assert (table["suicide"].fillna(-1).item(), table["suicide_state"].item()) == (
        -1 if stored == "-" else int(stored),
        state,
    )


def test_columbia_answers_are_never_added_up():
    scored = score(COLUMBIA, columbia_form("1 1 1 1 1 1 1"))
    assert (scored.total, scored.band, scored.complete) == (None, None, False)
    with pytest.raises(BadAnswers, match="has no total") as refused:
        score_total(COLUMBIA, 3)
    assert refused.value.code == "no_total"
    assert score_frame(COLUMBIA, pd.DataFrame([columbia_form("1 1 1 1 1 1 1")]))["total"].isna().all()


def test_any_behaviour_since_the_last_contact_is_recent():
    scored = score(SINCE, columbia_form("0 0 - - - 1", SINCE))
    assert scored.levels == {"level": "0", "triage": "high", "behaviour": "recent", "suicide": "urgent"}
    assert scored.suicide == 6


def test_nothing_says_that_a_negative_columbia_form_is_safe():
    """No item endorsed is a triage of "none": not low, and no colour."""
    scored = score(COLUMBIA, columbia_form("0 0 - - - 0 -"))
    assert set(scored.levels.values()) == {"0", "none"}


@pytest.mark.parametrize(
    "marks, open_questions",
    [
        ("- 0 - - - 0 -", [1]),
        ("0 - - - - 0 -", [2]),
        ("0 1 - 0 0 0 -", [3]),
        ("1 1 - - - 0 -", [3, 4, 5]),
        ("1 1 1 1 1 - -", [6]),
        ("0 0 - - - 1 -", [6]),
        ("- - - - - - -", [1, 2, 6]),
    ],
)
def test_an_open_columbia_question_is_never_a_no(marks: str, open_questions: list[int]):
    """Whoever declines is recorded as having declined; the form is not kept as half a form."""
    with pytest.raises(BadAnswers, match=r"wants an answer to every question asked\. Open: ") as refused:
        refuse_incomplete(COLUMBIA, columbia_form(marks))
    assert refused.value.code == "required"
    named = str(refused.value).split("Open: ")[1].split("; ")
    assert [int(question.split(".")[0]) for question in named] == open_questions


def test_only_a_form_that_is_read_as_a_level_must_be_whole():
    refuse_incomplete(COLUMBIA, columbia_form("0 0 - - - 0 -"))
    refuse_incomplete(PHQ9, {"q1": 1})


@pytest.mark.parametrize("day", ["2026-05-03", "2026-05", "2026", "2024-02-29", None])
def test_behaviour_has_a_date_as_far_as_it_is_known(day: str | None):
    form = columbia_form("0 0 - - - 1 0") | {"d6": day}
    assert score(COLUMBIA, form).missing == ()


@pytest.mark.parametrize("day", ["03.05.2026", "2026-02-30", "2026-13", "20260503", "in May", "", 2026, True])
def test_what_is_no_date_is_refused(day: object):
    form = columbia_form("0 0 - - - 1 0") | {"d6": day}
    with pytest.raises(BadAnswers, match="takes a date as 2026-05-03") as refused:
        score(COLUMBIA, form)
    assert refused.value.code == "not_date"


@pytest.mark.parametrize("name, answer", [("q3", 1), ("q5", 1), ("r6", 1), ("d6", "2026")])
def test_an_answer_to_a_question_that_was_not_asked_is_refused(name: str, answer: object):
    """One of the two answers is a slip; a no beside it changes nothing and is let through."""
    assert score(COLUMBIA, columbia_form("0 0 0 - 0 0 0")).levels["level"] == "0"
    form = columbia_form("0 0 - - - 0 -") | {name: answer}
    with pytest.raises(BadAnswers, match=r"is asked only after a yes to item [26]") as refused:
        score(COLUMBIA, form)
    assert refused.value.code == "not_asked"
    if name != "d6":
        with pytest.raises(
            BadAnswers, match=rf"Row 0: .* item {name} .* is asked only if q[26] is 1 or more"
        ) as refused:
            score_frame(COLUMBIA, pd.DataFrame([form], dtype=object))
        assert refused.value.code == "not_asked"


# ---- domains, codes, tables and profiles ----------------------------------------------------------------------


def qids(**changed: int | None) -> dict:
    """All zeros, of either pair the first."""
    return {item.id: 0 for item in QIDS.items} | {"q7": None, "q9": None} | changed


def test_one_of_a_pair_is_blank_by_design():
    """QIDS: less or more appetite, weight down or up (Rush 2003); either half will do, and of two the higher counts."""
    assert (score(QIDS, qids()).total, score(QIDS, qids()).missing) == (0, ())
    for form in (qids(q6=None, q7=2), qids(q8=None, q9=2), qids(q7=2), qids(q6=1, q9=2)):
        scored = score(QIDS, form)
        assert (scored.total, scored.missing, scored.subscales["appetite_weight"]) == (2, (), 2)


def test_an_untouched_pair_is_one_missing_answer():
    scored = score(QIDS, qids(q6=None))
    assert (scored.total, scored.missing, scored.prorated) == (None, ("q6",), False)
    assert scored.subscales["appetite_weight"] is None
    assert scored.subscales["sleep"] == 0


def test_a_domain_at_its_ceiling_is_known_in_spite_of_a_blank():
    """Our decision (reference 1.6): the blank cannot change it; with a 2 it could."""
    assert score(QIDS, qids(q1=3, q2=None)).total == 3
    assert score(QIDS, qids(q1=3, q2=None)).missing == ("q2",)
    assert score(QIDS, qids(q1=2, q2=None)).total is None
    assert score(QIDS, qids(q6=None, q8=3)).total == 3


def test_domains_are_counted_by_their_highest_answer():
    assert score(QIDS, qids(q1=1, q2=3, q3=2)).total == 3
    assert score(QIDS, dict.fromkeys(qids(), 3)).total == 27


def test_a_table_of_domains_without_pairs_is_no_plain_sum():
    """A scale of one's own with domains, and every question asked: the highest of each counts, as on the form."""
    own = (DEFINITIONS / "qids_sr16.toml").read_text(encoding="utf-8").replace("qids_sr16", "own_qids")
    scale = read_text("own_qids.toml", own.replace('one_of = [["q6", "q7"], ["q8", "q9"]]\n', ""))
    form = in_order(scale, [3] * 16)
    assert score_frame(scale, pd.DataFrame([form]))["total"].tolist() == [score(scale, form).total] == [27]


def test_work_that_does_not_apply_is_prorated_for_display():
    """WSAS (reference 1.12): items 2 to 5 out of 32 stand beside it, and it is no baseline and no remission."""
    scored = score(WSAS, in_order(WSAS, [9, 2, 2, 2, 1]))
    assert (scored.total, scored.prorated, scored.missing) == (8.75, True, ("q1",))
    assert (scored.subscales["without_work"], scored.band, scored.complete) == (7, "subclinical", False)
    assert scored.checks["remission_lt10"] is None
    assert scored.checks["caseness"] is False


@pytest.mark.parametrize("values", [[None, 2, 2, 2, 1], [9, None, 2, 2, 1], [9, 2, 2, 2, None]])
def test_a_blank_of_the_wsas_is_not_what_does_not_apply(values: list[int | None]):
    assert score(WSAS, in_order(WSAS, values)).total is None


def test_only_work_may_not_apply():
    with pytest.raises(BadAnswers, match=r"item q2 .* takes 0 to 8, not 9\."):
        score(WSAS, in_order(WSAS, [0, 9, 0, 0, 0]))
    with pytest.raises(BadAnswers, match=r"item q1 .* takes 0 to 8 or 9 for not applicable, not 10\."):
        score(WSAS, in_order(WSAS, [10, 0, 0, 0, 0]))


@pytest.mark.parametrize(
    "values, snaith, franken, abnormal",
    [
        ([0] * 14, 14, 56, True),
        ([1] * 14, 14, 42, True),
        ([2] * 14, 0, 28, False),
        ([3] * 14, 0, 14, False),
        ([1] * 2 + [3] * 12, 2, 18, False),
        ([1] * 3 + [3] * 11, 3, 20, True),
    ],
)
def test_two_scorings_of_the_shaps(values: list[int], snaith: int, franken: int, abnormal: bool):
    """Any disagreement is 1 (Snaith 1995, 3 or more abnormal), or strongly agree 1 to strongly disagree 4 (Franken)."""
    scored = score(SHAPS, in_order(SHAPS, values))
    assert (scored.total, scored.subscales["total_14_56"]) == (snaith, franken)
    assert scored.checks == {"abnormal": abnormal}
    blank = score(SHAPS, in_order(SHAPS, [*values[:13], None]))
    assert (blank.total, blank.subscales["total_14_56"]) == (None, None)


@pytest.mark.parametrize(
    "sex, values, women, men",
    [
        ("female", [1, 1, 0], False, None),
        ("female", [1, 1, 1], True, None),
        ("male", [1, 1, 1], None, False),
        ("male", [2, 1, 1], None, True),
        ("male", [4, 4, 4], None, True),
        (None, [4, 4, 4], None, None),
        ("another", [4, 4, 4], None, None),
    ],
)
def test_audit_c_by_sex(sex: str | None, values: list[int], women: bool | None, men: bool | None):
    """From 3 on in women, from 4 on in men; of anybody else there is a total and no verdict (reference 1.20)."""
    scored = score(AUDIT_C, in_order(AUDIT_C, values), sex=sex)
    assert (scored.checks["women_ge3"], scored.checks["men_ge4"]) == (women, men)
    assert scored.total == sum(values)
    assert score_total(AUDIT_C, sum(values), sex=sex).checks == scored.checks


@pytest.mark.parametrize(
    "values, only",
    [([3, 0, 0], "yes"), ([2, 1, 0], "no"), ([0, None, None], "no"), ([3, None, 0], "unknown")],
)
def test_points_from_the_first_question_alone(values: list[int | None], only: str):
    """How often, but never much at a time: drinking may be within limits (note of LOINC 75626-2)."""
    assert score(AUDIT_C, in_order(AUDIT_C, values)).levels["q1_only"] == only


def test_who_never_drinks_is_not_asked_how_much():
    """AUDIT-C: the two other questions count 0 and are not missing; while the first is open nothing is known."""
    assert (score(AUDIT_C, {"q1": 0}).total, score(AUDIT_C, {"q1": 0}).missing) == (0, ())
    assert (score(AUDIT_C, {}).total, score(AUDIT_C, {}).missing) == (None, ("q1",))
    assert (score(AUDIT_C, {"q1": 1}).total, score(AUDIT_C, {"q1": 1}).missing) == (None, ("q2", "q3"))
    with pytest.raises(BadAnswers, match=r"asked only if item 1 \(.*\) is 1 or more"):
        score(AUDIT_C, in_order(AUDIT_C, [0, 0, 1]))
    assert score(AUDIT_C, in_order(AUDIT_C, [0, 0, 0])).total == 0, "as other systems write it"


def test_what_hangs_on_an_open_question_leaves_no_total():
    """Also where that question is not in the total itself, as it may be in a scale of one's own."""
    own = (DEFINITIONS / "auditc.toml").read_text(encoding="utf-8").replace("auditc", "own_c")
    own = own.replace('id = "q1"\n', 'id = "q1"\nscored = false\n').replace("maximum = 12", "maximum = 8")
    scale = read_text("own_c.toml", own.replace('only = ["q1"]', 'only = ["q2"]'))
    table = pd.DataFrame([{"q1": gate, "q2": None, "q3": None} for gate in (None, 0.0)], dtype=float)
    assert [score(scale, {"q1": gate}).total for gate in (None, 0)] == [None, 0]
    assert score_frame(scale, table)["total"].fillna(-1).tolist() == [-1, 0]


# Raw totals from the lowest on (reference 1.28).
T_SCORES = {
    "promis_anxiety_4a": "40.3 48.0 51.2 53.7 55.8 57.7 59.5 61.4 63.4 65.3 67.3 69.3 71.2 73.3 75.4 77.9 81.6",
    "promis_depression_4a": "41.0 49.0 51.8 53.9 55.7 57.3 58.9 60.5 62.2 63.9 65.7 67.5 69.4 71.2 73.3 75.7 79.4",
    "promis_depression_8a": "38.2 44.7 47.5 49.4 50.9 52.1 53.2 54.1 55.1 55.9 56.8 57.7 58.5 59.4 60.3 61.2 62.1 63.0 "
    "63.9 64.9 65.8 66.8 67.7 68.7 69.7 70.7 71.7 72.8 73.9 75.0 76.4 78.2 81.3",
}


@pytest.mark.parametrize("id", T_SCORES)
def test_t_scores_are_read_from_the_table_of_the_form(id: str):
    scale = instrument(id)
    totals = range(scale.minimum, scale.maximum + 1)
    found = [score_total(scale, total).subscales["t_score"] for total in totals]
    assert found == [float(value) for value in T_SCORES[id].split()]


def test_there_is_no_t_score_without_all_answers():
    """The tables want every item; nothing is read between two totals."""
    scale = instrument("promis_anxiety_4a")
    assert score(scale, in_order(scale, [1, 1, 1, None])).subscales == {"t_score": None}
    assert score(scale, in_order(scale, [1, 1, 1, 1])).subscales == {"t_score": 40.3}
    assert score_total(scale, 4.5).subscales == {"t_score": None}


def test_a_profile_is_never_added_up():
    """EQ-5D-5L: 21345 is a state. The slider stands beside it and may be blank."""
    scored = score(EQ5D, in_order(EQ5D, [2, 1, 3, 4, 5, 70]))
    assert (scored.total, scored.missing, scored.subscales) == (None, (), {"vas": 70})
    assert scored.levels == {"profile": "21345", "full_health": "no"}
    assert score(EQ5D, in_order(EQ5D, [1] * 5 + [None])).levels == {"profile": "11111", "full_health": "yes"}
    with pytest.raises(BadAnswers, match="has no total"):
        score_total(EQ5D, 15)


def test_a_profile_with_a_blank_is_unknown():
    """But a problem that was named already is not full health."""
    assert score(EQ5D, {"d1": 1}).levels == {"profile": "unknown", "full_health": "unknown"}
    assert score(EQ5D, {"d1": 2}).levels == {"profile": "unknown", "full_health": "no"}


@pytest.mark.parametrize("id, rule", [("cgi_i", "response_le2"), ("cgi_s", "remission_le2")])
def test_nought_on_a_global_impression_is_not_assessed_and_not_best(id: str, rule: str):
    """CGI 0 (reference 1.30) is recorded and counts as a blank; 1 is the best rating."""
    scale = instrument(id)
    scored = score(scale, {"q1": 0})
    assert (scored.total, scored.missing, scored.prorated) == (None, ("q1",), False)
    assert set(scored.checks.values()) == {None}
    assert score(scale, {"q1": 1}).checks[rule] is True
    with pytest.raises(BadAnswers, match="runs from 1 to 7; 0 is outside"):
        score_total(scale, 0)


def test_four_items_from_one_to_seven_begin_at_four():
    """BPRS: from 20 to 12 is half of the way to the floor of 4; the other coding of the same state is 4 less."""
    bprs, trial = instrument("bprs4"), instrument("bprs4_trial")
    assert percent_improvement(20, 12, bprs.minimum) == 50
    assert percent_improvement(4, 4, bprs.minimum) is None
    form = in_order(bprs, [2, 1, 7, 1])
    same = {item: answer - 1 for item, answer in form.items()}
    assert score(bprs, form).total == score(trial, same).total + 4
    assert score(bprs, form).subscales["total_0_24"] == score(trial, same).total == 7


@pytest.mark.parametrize(
    "rating, sedated, agitated",
    [
        (-5, True, False),
        (-3, True, False),
        (-2, False, False),
        (0, False, False),
        (1, False, False),
        (2, False, True),
        (4, False, True),
    ],
)
def test_ratings_below_nought(rating: int, sedated: bool, agitated: bool):
    """RASS: −3 or deeper and +2 or more are our marks (reference 1.16); 0 is alert and calm, not a blank."""
    rass = instrument("rass")
    scored = score(rass, {"q1": rating})
    assert (scored.total, scored.checks) == (rating, {"le_minus3": sedated, "ge2": agitated})
    assert score_frame(rass, pd.DataFrame({"q1": [rating]}))["total"].tolist() == [rating]


def test_lower_is_more_sedated():
    """MOAA/S (Spravato label): 3 or less is moderate or greater sedation, 0 loss of consciousness."""
    moaas = instrument("moaas")
    checks = [score(moaas, {"q1": rating}).checks for rating in range(6)]
    assert [each["le3"] for each in checks] == [True, True, True, True, False, False]
    assert [each["eq0"] for each in checks] == [True, False, False, False, False, False]


def test_dissociation_needs_a_rise_above_the_value_before_the_dose():
    """CADSS above 4 and change above 0 (esketamine trials): no verdict from one form."""
    cadss = instrument("cadss")
    rule = cadss.rule("cadss.dissociation")
    assert [rule.met(5, 4), rule.met(5, 5), rule.met(4, 0), rule.met(5, None)] == [True, False, False, None]
    assert score_total(cadss, 5).checks == {"gt4": True}
    assert score_total(cadss, 4).checks == {"gt4": False}


def test_side_effects_are_counted_and_not_added_up():
    """A severe one counts once, like a mild one; what is severe is counted beside it."""
    kset = instrument("kset")
    scored = score(kset, in_order(kset, [3, 1, 1] + [0] * 16 + [1] + [0] * 6))
    assert scored.total is None
    assert scored.subscales == {"events_present": 4, "severe_events": 1, "urinary_present": 1}
    assert score(kset, {"q20": 1}).subscales["events_present"] is None


def test_the_main_phobia_is_not_in_the_total():
    fq = instrument("fq")
    form = in_order(fq, [8] + [1] * 15)
    assert score(fq, form).total == score(fq, form | {"q1": None}).total == 15
    assert score(fq, form | {"q1": None}).missing == ()


@pytest.mark.parametrize(
    "changed, verdict",
    [({}, "yes"), ({"q6": 1}, "no"), ({"q6": None}, "unknown"), ({"q6": None, "q7": 2}, "yes")],
)
def test_provisional_ptsd_needs_every_cluster(changed: dict, verdict: str):
    """One B, one C, two D and two E symptoms at 2 or more (VA); unknown only while a blank decides."""
    pcl5 = instrument("pcl5")
    symptoms = dict.fromkeys(("q1", "q6", "q8", "q9", "q15", "q16"), 2)
    form = dict.fromkeys((item.id for item in pcl5.items), 0) | symptoms | changed
    assert score(pcl5, form).levels["provisional_dsm5"] == verdict


def test_a_total_without_items_is_all_that_some_scales_have():
    """BDI-II and BAI: a total from paper, and no form to fill in."""
    bdi2 = instrument("bdi2")
    assert (score_total(bdi2, 20).band, score_total(bdi2, 20).suicide_state) == ("moderate", "not asked")
    assert score(bdi2, {}).total is None
    assert score_frame(bdi2, pd.DataFrame(index=["first", "second"]))["total"].isna().all(), "not 0"
    with pytest.raises(BadAnswers, match="has no item “q9”"):
        score(bdi2, {"q9": 0})


# ---- what is refused ---------------------------------------------------------------------------------------------


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
        ([[1], 0], "not_integer", r"takes a whole number, not \[1\]"),
        ([pd.Timestamp(2026, 5, 3), 0], "not_integer", "takes a whole number, not Timestamp"),
        ([b"2", 0], "not_integer", "takes a whole number, not b'2'"),
        ([float("inf"), 0.0], "not_integer", "takes a whole number, not inf"),
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
    assert list(empty.columns) == ["total", "prorated", "missing", "band", "suicide", "suicide_state"]
    assert empty.empty


@pytest.mark.parametrize("kind", ["float64", "Int64", "Int8", "object"])
def test_a_table_reads_every_way_pandas_holds_blanks(kind: str):
    answers = pd.DataFrame({item.id: [1, None] for item in PHQ9.items}).astype(kind)
    answers.loc[0, "q8"] = None
    found = score_frame(PHQ9, answers)
    assert found["total"].iloc[0] == 9
    assert list(found["missing"]) == [1, 9]
    assert list(found["prorated"]) == [True, False]
    assert found["total"].isna().tolist() == [False, True]
    assert found["band"].astype(object).where(found["band"].notna(), None).tolist() == ["mild", None]
    assert (found["suicide"].iloc[0], list(found["suicide_state"])) == (1, ["yes", "skipped"])


def test_the_bands_of_a_table_are_in_order_of_severity():
    """Categories, so that a table sorts by severity and counts a band that nobody is in."""
    found = score_frame(PHQ9, table(q1=[3, 0], q2=[3, 0]))
    names = ["minimal", "mild", "moderate", "moderately severe", "severe"]
    assert list(found["band"].cat.categories) == names
    assert found["band"].cat.ordered
    assert found.sort_values("band").index.tolist() == ["second", "first"]
    assert list(found["suicide_state"].cat.categories) == ["not asked", "no", "yes", "skipped"]


def test_a_table_of_a_scale_without_bands_has_none():
    found = score_frame(instrument("oasis"), pd.DataFrame({f"q{number}": [0] for number in range(1, 6)}))
    assert found["band"].isna().all()
    assert (list(found["suicide_state"]), found["suicide"].isna().all()) == (["not asked"], True)


def test_the_rows_of_a_table_keep_their_names():
    found = score_frame(PHQ9, table(q9=[0, 2]))
    assert found["suicide"].to_dict() == {"first": 0, "second": 2}
