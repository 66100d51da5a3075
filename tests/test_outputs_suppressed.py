"""What leaves Outcomes: no small count, nothing that gives one away, in tables, sentences and figures alike."""

from __future__ import annotations

import itertools
import random

import pandas as pd
import pytest

from clinic.board_report import hiding, masking, prose
from clinic.board_report.hiding import ALL, LEAD, NOTHING, hide
from clinic.charts.outcomes import states_figure
from clinic.charts.palette import LIGHT
from clinic.outcomes.suppression import ALSO_HIDDEN, clinic_minimum
from clinic.report.svg import drawn

TEN = clinic_minimum(10)


def people(*counts: int, of: int | None = None) -> pd.DataFrame:
    """One row each, with a share that follows from the count."""
    total = of or sum(counts)
    return pd.DataFrame(
        {
            "State": [f"state {chr(97 + at)}" for at in range(len(counts))],
            "People": counts,
            "of": total,
            "%": [100 * count / total for count in counts],
        }
    )


def test_a_small_count_goes_with_its_share_and_takes_the_next_smallest_with_it():
    found = hide(people(3, 40, 60, 0), TEN)
    assert found.kept == (NOTHING, NOTHING, ALL, ALL)
    assert found.table["People"].tolist() == [ALSO_HIDDEN, ALSO_HIDDEN, "60", "0"]
    assert found.table["%"].tolist()[:2] == [ALSO_HIDDEN, ALSO_HIDDEN]
    assert found.table["State"].tolist() == ["state a", "state b", "state c", "state d"]


def test_a_share_near_all_is_as_telling_as_a_small_one():
    """97 of 100 says that 3 did not."""
    assert hide(people(97, 50, 30, of=100), TEN).kept[0] == NOTHING


def test_nothing_is_hidden_where_nothing_is_small():
    found = hide(people(20, 40, 60), TEN)
    assert found.whole
    assert found.table["People"].tolist() == ["20", "40", "60"]
    assert found.populations == {120}


@pytest.mark.parametrize("below", [5, 10])
def test_no_hidden_count_can_be_worked_out_from_the_total(below):
    """By trying out everything that a reader must think possible: each hidden small count has two values or more."""
    chance, scheme = random.Random(6), clinic_minimum(below)
    for _ in range(300):
        counts = [chance.choice((0, 1, 2, 4, 7, 9, 11, 14, 23, 40)) for _ in range(chance.randint(2, 5))]
        if not sum(counts):
            continue
        frame = pd.DataFrame({"State": list("abcdef"[: len(counts)]), "People": counts})
        shown = hide(frame, scheme).table["People"].tolist()
        places = [at for at, text in enumerate(shown) if text == ALSO_HIDDEN]
        for text in shown:
            assert text == ALSO_HIDDEN or int(text) == 0 or int(text) >= below
        if len(places) in (0, len(counts)):
            continue  # the total itself stands nowhere
        rest = sum(counts) - sum(int(text) for text in shown if text != ALSO_HIDDEN)
        free = [
            split for split in itertools.product(range(rest + 1), repeat=len(places) - 1) if sum(split) < rest
        ]
        possible = [(*split, rest - sum(split)) for split in free if all(split)]
        for column, at in enumerate(places):
            if 0 < counts[at] < below:
                assert len({split[column] for split in possible}) > 1, (counts, shown)


def rates() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Indication": ["everyone", "depression", "anxiety"],
            "Started": [111, 70, 41],
            "Too early": [7, 5, 2],
            "Of all, 95 % interval": ["43 of 104 · 41 %", "30 of 65 · 46 %", "13 of 39 · 33 %"],
            "Unknown": [14, 12, 2],
        }
    )


def test_a_row_with_a_small_count_keeps_its_leading_rate_alone():
    found = hide(rates(), TEN)
    assert found.kept == (LEAD, LEAD, LEAD)
    assert found.table.loc[0].tolist() == ["everyone", *[ALSO_HIDDEN] * 2, "43 of 104 · 41 %", ALSO_HIDDEN]


def test_but_not_beside_a_denominator_that_gives_the_difference_away():
    """111 started elsewhere in the report: 104 here would say that 7 are too early."""
    found = hide(rates(), TEN, populations={111})
    assert found.kept[0] == NOTHING
    assert "104" not in found.table.to_csv()


def test_rows_that_contain_each_other_are_not_a_small_number_apart():
    steps = pd.DataFrame({"Step": list("abc"), "Came so far": [100, 95, 60]})
    assert hide(steps, TEN).whole
    found = hide(steps, TEN, nested=True)
    assert found.table["Came so far"].tolist().count(ALSO_HIDDEN) >= 1
    assert found.table["Came so far"].tolist()[1] == ALSO_HIDDEN


def test_a_row_in_which_no_count_is_known_is_hidden():
    medians = pd.DataFrame({"Clinician": ["A", "B"], "Median": [14.5, 15.5]})
    assert hide(medians, TEN).kept == (NOTHING, NOTHING)


def test_what_was_typed_goes_with_its_row():
    reasons = pd.DataFrame({"Reason": ["moved to her sister", "cost", "no benefit"], "People": [1, 20, 30]})
    found = hide(reasons, TEN, typed=True)
    assert "sister" not in found.table.to_csv()
    assert found.table["Reason"].tolist()[-1] == "no benefit"


def test_counts_in_a_sentence_stay_or_go_together():
    kept = "111 people, each by their first course, day 28 ± 7 from the first dose; 90 of 111 with a score (81.1 %)"
    assert prose.sentence(kept, TEN) == kept
    said = prose.sentence(f"{kept}; 3 only a score", TEN)
    assert said.startswith("each by their first course, day 28 ± 7 from the first dose; counts are hidden")
    assert not {"111", "90", "3 only"} & set(said.replace(",", "").split())
    assert "104" not in prose.sentence("43 of 104 responded", TEN, known={111})


def test_in_a_figure_only_the_numbers_go():
    assert prose.words("<b>Late</b> <span style='font-size:9px'>4 of 50</span>", TEN) == (
        "<b>Late</b> <span style='font-size:9px'>… of …</span>"
    )


# ---- figures -------------------------------------------------------------------------------------------------------


def states_table() -> pd.DataFrame:
    """Seven states of 111."""
    names = (
        "too early",
        "baseline too mild",
        "no valid baseline",
        "no score in window",
        "worse",
        "responded",
        "not responded",
    )
    counts = (7, 4, 3, 11, 1, 43, 42)
    shares = [n / 111 for n in counts]
    return pd.DataFrame(
        {"state": names, "n": counts, "of": 111, "share": shares, "low": shares, "high": shares}
    )


def test_a_hidden_row_leaves_neither_a_bar_nor_a_word_in_the_figure():
    table = states_table()
    spec = states_figure(table, partly=12, palette=LIGHT)
    shown = hide(table[["state", "n", "of"]], TEN)
    hidden = [how != ALL for how in shown.kept]
    made = masking.masked(spec, table["state"].tolist(), hidden, TEN, {111})
    before, after = drawn(spec, 900), drawn(made, 900)
    assert before.count('class="bar"') == 7
    assert after.count('class="bar"') == 7 - sum(hidden) == 3
    assert "<tspan" in before
    for text in ("7</tspan> of 111", "4</tspan> of 111", "1</tspan> of 111"):
        assert f">{text}" in before
        assert f">{text}" not in after
    assert ">43</tspan> of 111" in after
    assert after.count(">hidden<") == 4
    for each in made["data"]:
        places = [value for value in each["y"] if value is not None]
        assert len(places) == 3 or each["type"] != "bar"


def test_a_figure_in_which_a_row_is_not_found_is_not_printed():
    spec = states_figure(states_table(), partly=12, palette=LIGHT)
    assert masking.masked(spec, ["somebody"], [True], TEN, ()) is None


def test_differences_count_as_small_numbers_too():
    assert hiding.safe([20, 40], TEN)
    assert not hiding.safe([40, 43], TEN)
    assert not hiding.safe([3], TEN)
    assert hiding.safe([0, 20, 20], TEN)
