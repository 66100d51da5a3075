"""What the catalogue says of a scale, word for word, as somebody wrote it down from the scale and not from the code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinic.instruments import instrument, prose, prose_rows, wording

NO_SUICIDE = "It does not ask about suicide: no score on it says that somebody is safe."
NO_CHANGE = "No reliable change is agreed: worsening cannot be judged on this scale."

SAID = {
    "phq9": [
        "The sum of 9 items.",
        "0 to 27. Higher is worse.",
        "Up to two answers may be blank: the mean of the others stands in and the score is marked prorated. "
        "With more there is no total.",
        "PHQ-9 item 9 asks about suicide. Any answer above 0, or a skipped one, opens a concern; 2 or more is urgent.",
    ],
    "qids_sr16": [
        "Nine domains are added: of items 1 to 4, of 6 to 9, and of 15 and 16 only the highest counts.",
        "0 to 27. Higher is worse.",
        "Of items 6 and 7, and of 8 and 9, one is answered and the other blank by design.",
        "Any other blank leaves no total, unless its domain already has its highest answer.",
        NO_CHANGE,
        "QIDS-SR16 item 12 asks about suicide. Any answer above 0, or a skipped one, opens a concern; "
        "2 or more is urgent.",
    ],
    "cssrs": [
        "Never a sum: the level is the highest of questions 1 to 5 answered yes, and behaviour stands beside it with "
        "its date.",
        "Every question that is asked wants an answer; one that is left open is never a no.",
        "The whole form asks about suicide. Any item endorsed opens a concern; level 4 and above, and recent "
        "behaviour, are urgent.",
    ],
    "lsas_sr": [
        "The sum of 48 items.",
        "0 to 144. Higher is worse.",
        "With any blank there is no total.",
        NO_CHANGE,
        NO_SUICIDE,
    ],
    "shaps": [
        "The sum of 14 items.",
        "0 to 14. Higher is worse.",
        "Either disagreement counts 1, either agreement 0.",
        "With any blank there is no total.",
        NO_SUICIDE,
    ],
    "eq5d5l": [
        "Five digits, one for each dimension; they are never added up.",
        "Not in the result: item 6.",
        "With a dimension blank there is no profile.",
        NO_SUICIDE,
    ],
}

BESIDE = {
    "phq9": {
        "Symptoms present": "How many of items 1 to 9 are 2 or more, item 9 from 1",
        "Algorithm": "Depressive syndrome: major from 5 symptoms, other from 2, with item 1 or 2",
    },
    "qids_sr16": {},
    "cssrs": {},
    "lsas_sr": {
        "Fear": "Sum of the fear ratings 1 to 24",
        "Avoidance": "Sum of the avoidance ratings 1 to 24",
        "Performance situations": "Sum of fear and avoidance of situations 1 to 4, 6, 8, 9, 13, 14, 16, 17, 20 and 21",
        "Social interaction": "Sum of fear and avoidance of situations 5, 7, 10 to 12, 15, 18, 19 and 22 to 24",
    },
    "shaps": {
        "Scored 14 to 56": "Sum of items 1 to 14, where 0 counts 4, 1 counts 3, 2 counts 2 and 3 counts 1",
    },
    "eq5d5l": {
        "Visual analogue scale (0 to 100, higher is better)": "The answer to item 6",
        "Full health": "Every dimension is 1",
    },
    "pcl5": {
        "Avoidance (C)": "Sum of items 6 and 7",
        "Arousal symptoms (E) present": "How many of items 15 to 20 are 2 or more",
        "Provisional dsm5": "1 B, 1 C, 2 D and 2 E symptoms",
    },
    "kset": {"Side effects present": "How many of items 1 to 26 are 1 or more"},
    "auditc": {"Q1 only": "All points from item 1"},
    "promis_anxiety_4a": {"T-score": "By table, from 40.3 at 4 to 81.6 at 20"},
}


@pytest.mark.parametrize("scale", SAID)
def test_how_a_scale_is_scored_is_said_in_these_sentences(scale: str):
    read = instrument(scale)
    assert [*prose.scoring(read), prose.suicide(read)] == SAID[scale]


@pytest.mark.parametrize("scale", BESIDE)
def test_what_stands_beside_the_total_is_said_in_these_words(scale: str):
    said = {title: how for title, how, _, _ in prose_rows.beside(instrument(scale))}
    if scale in SAID:
        assert said == BESIDE[scale]
    else:
        assert BESIDE[scale].items() <= said.items()


@pytest.mark.parametrize(
    "scale, sentence",
    [
        ("gad7", "One answer may be blank: the mean of the others stands in and the score is marked prorated. "
         "With more there is no total."),
        ("wsas", "Where one item does not apply the mean of the others stands in and the score is marked prorated; "
         "with any blank there is no total."),
        ("wsas", "Item 1: 9 means “not applicable” and counts as a blank."),
        ("kss", "1 to 9. A higher score is neither better nor worse: it is an expected effect of the drug."),
        ("rass", "−5 to 4. 0 is alert and calm; both ends are far from it."),
        ("moaas", "Without the rating there is no score."),
        ("auditc", "Items 2 and 3 are asked only if item 1 is 1 or more, and count 0 otherwise."),
        ("ymrs", "Items 5, 6, 8 and 9 run from 0 to 8."),
        ("hamd17", "Item 16: 3 means “not assessed” and scores 0."),
        ("bdi2", "Only totals are entered here; the items stay on the holder's own form."),
    ],
)  # fmt: skip
def test_a_peculiarity_of_a_scale_is_said(scale: str, sentence: str):
    assert sentence in prose.scoring(instrument(scale))


@pytest.mark.parametrize("scale, said", [("isi", True), ("phq9", False), ("cgi_i", False), ("cadss", False)])
def test_only_a_scale_with_a_response_against_a_baseline_and_no_reliable_change_says_so(
    scale: str, said: bool
):
    assert (NO_CHANGE in prose.scoring(instrument(scale))) is said


def test_a_total_that_hides_its_suicide_item_never_says_that_it_does_not_ask():
    said = prose.suicide(instrument("bdi2"))
    assert said == "The form has a suicide item that a total cannot show: no suicide item is recorded."


@pytest.mark.parametrize(
    "scale, item, said",
    [
        ("phq9", 1, "0 Not at all, 1 Several days, 2 More than half the days, 3 Nearly every day"),
        ("auditc", 2, "0 = 1 or 2; 1 = 3 or 4; 2 = 5 or 6; 3 = 7, 8 or 9; 4 = 10 or more"),
        ("wsas", 1, "0 to 8, 9 not applicable"),
        ("wsas", 2, "0 to 8"),
        ("cssrs", 1, "0 No, 1 Yes"),
        ("cssrs", 8, "a date"),
        ("eq5d5l", 6, "0 worst … 100 best"),
    ],
)
def test_answers_are_told_apart_from_their_labels(scale: str, item: int, said: str):
    assert prose.answers(instrument(scale).items[item - 1]) == said


def test_a_cut_names_the_sex_it_is_for_once():
    auditc = instrument("auditc")
    says = {row[2]: row[1] for row in prose_rows.rules(auditc)}
    assert says["auditc.women_ge3"] == "3 or more: drinking at risk is likely (women)"
    [women] = [rule for rule in auditc.checks if rule.sex == "female"]
    named = replace(women, says="3 or more in women")
    assert prose_rows.rules(replace(auditc, checks=(named,)))[0][1] == "3 or more in women"


@pytest.mark.parametrize(
    "numbers, said",
    [
        ([3], "3"),
        ([1, 2], "1 and 2"),
        ([7, 8, 9, 10, 11], "7 to 11"),
        ([1, 2, 3, 5, 7, 8], "1 to 3, 5, 7 and 8"),
    ],
)
def test_three_numbers_in_a_row_are_written_by_their_ends(numbers: list[int], said: str):
    assert wording.runs(numbers) == said
