"""The item heatmap: each cell is an answer of the store, and nothing left out looks like a nought."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from clinic.charts.items import Form, alt, item_figure, rows_of
from clinic.charts.palette import DARK, LIGHT
from clinic.instruments import catalogue, instrument
from tests.course_frames import ZONE, at

PHQ9 = instrument("phq9")


def form(day: float, *answers, key: str | None = None) -> Form:
    return Form(key or f"f{day}", at(day), {f"q{n}": value for n, value in enumerate(answers, 1)})


FORMS = [
    form(14, 1, 1, 0, 1, 0, 0, 1, 0, 1),
    form(0, 3, 3, 2, 3, 2, 2, 1, 0, 2),
    form(7, 2, 2, None, 2, 1, 1, 1, 0, 0),
]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_every_cell_is_the_answer_value_for_value(palette, narrow):
    drawn = item_figure(PHQ9, FORMS, [at(1)], palette=palette, zone=ZONE, narrow=narrow)
    go.Figure(drawn.spec)
    trace = drawn.spec["data"][0]
    items = rows_of(PHQ9)
    oldest_first = sorted(FORMS, key=lambda each: each.taken_at)
    for row, item in enumerate(items):
        for column, each in enumerate(oldest_first):
            answer = each.answers[item.id]
            assert trace["text"][row][column] == ("?" if answer is None else str(answer))
            assert trace["z"][row][column] == (None if answer is None else pytest.approx(answer / 3))
    assert len(drawn.cells) == 27
    assert ("f7", "q3", "?") in drawn.cells


def test_the_suicide_item_stands_first():
    assert [item.id for item in rows_of(PHQ9)][:2] == ["q9", "q1"]
    drawn = item_figure(PHQ9, FORMS, [])
    assert drawn.spec["layout"]["yaxis"]["ticktext"][0].startswith("9 ")
    assert drawn.spec["layout"]["yaxis"]["range"][0] > drawn.spec["layout"]["yaxis"]["range"][1], "top down"


def test_doses_are_marked_between_the_forms_with_their_number():
    marks = item_figure(PHQ9, FORMS, [at(1), at(4), at(20)]).spec["data"][1]
    assert marks["x"] == [0.5, 2.5]
    assert marks["hovertext"] == ["2 doses", "1 dose"]


def test_two_forms_of_one_minute_are_two_columns():
    twice = [form(0, *[1] * 9, key="one"), form(0, *[2] * 9, key="other")]
    drawn = item_figure(PHQ9, twice, [])
    assert [row[:2] for row in drawn.spec["data"][0]["text"]] == [["1", "2"]] * 9


def test_higher_is_deeper_only_where_higher_is_worse():
    for scale in catalogue().values():
        items = [item for item in rows_of(scale) if not item.is_date]
        if not items or scale.higher_is not in ("worse", "better"):
            continue
        worst = {}
        for item in items:
            values = [value for value, _ in item.options] or [item.minimum, item.maximum]
            usable = [v for v in values if item.points(v) is not None and v != item.not_assessed]
            pick = max if scale.higher_is == "worse" else min
            worst[item.id] = pick(usable, key=item.points)
        drawn = item_figure(scale, [Form("f", at(0), worst)], [])
        shades = [
            row[0]
            for row, item in zip(drawn.spec["data"][0]["z"], rows_of(scale), strict=True)
            if item in items
        ]
        assert all(shade is None or shade == 1 for shade in shades), scale.id


def test_in_words_what_moved_most():
    assert alt(PHQ9, FORMS, ZONE) == (
        "PHQ-9, 3 forms from 2 Mar 2026 to 16 Mar 2026: item 1 from 3 to 1; item 2 from 3 to 1; item 3 from 2 to 0."
    )
    assert alt(PHQ9, []) == "PHQ-9: no answers."


def test_a_form_without_answers_is_all_question_marks():
    drawn = item_figure(PHQ9, [Form("f", at(0), {})], [])
    assert {row[0] for row in drawn.spec["data"][0]["text"]} == {"?"}


def test_a_total_without_answers_is_an_empty_column_that_says_so():
    forms = [form(0, *[2] * 9), Form("paper", at(7), {}, only_total=14)]
    drawn = item_figure(PHQ9, forms, [])
    go.Figure(drawn.spec)
    assert {row[1] for row in drawn.spec["data"][0]["text"]} == {""}
    assert {row[1] for row in drawn.spec["data"][0]["z"]} == {None}
    assert [(note["x"], note["text"]) for note in drawn.spec["layout"]["annotations"]] == [
        (1, "total only: 14")
    ]
    assert alt(PHQ9, forms).startswith("PHQ-9, 1 form from")


@pytest.mark.parametrize("narrow", [False, True])
def test_more_forms_than_fit_are_all_there_with_the_newest_in_view(narrow):
    forms = [form(7 * n, *[n % 4] * 9) for n in range(60)]
    drawn = item_figure(PHQ9, forms, [], narrow=narrow)
    axis = drawn.spec["layout"]["xaxis"]
    assert len(drawn.spec["data"][0]["x"]) == 60
    assert axis["range"][0] < 60 - drawn.in_view < axis["range"][1]
    assert axis["range"][1] >= 59.5
    assert (axis["fixedrange"], drawn.spec["layout"]["dragmode"]) == (False, "pan")
    assert (axis["minallowed"], axis["maxallowed"]) == (-0.75, axis["range"][1])
    few = item_figure(PHQ9, forms[:3], [], narrow=narrow)
    assert (few.in_view, few.spec["layout"]["xaxis"]["fixedrange"]) == (3, True)
