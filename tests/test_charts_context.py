"""The context lane: what lasted, daily doses, events, on the time axis of the scores and never in their way."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.charts.axis import time_axis, wall_seconds
from clinic.charts.context import Bar, Context, Happened, Step
from clinic.charts.context_bars import MOST_ROWS, pack
from clinic.charts.context_places import cut, midnight_of
from clinic.charts.palette import DARK, LIGHT
from clinic.charts.patient import alt, patient_figure
from clinic.charts.sheet import Sheet
from clinic.instruments import instrument
from clinic.outcomes.clock import DAY
from tests.course_frames import ZONE, at, doses, score, scores, treatments

PHQ9 = instrument("phq9")
FIRST = date(2026, 3, 2)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


SERTRALINE = Bar("sertraline 100 mg", "medication", day(-400))
QUETIAPINE = Bar("quetiapine 50 mg", "medication", day(-30), day(20), "at night")
CBT = Bar("CBT", "therapy", day(10), day(40))
STEPS = (
    Step("lorazepam", day(-60), day(9), 2.0),
    Step("lorazepam", day(10), day(30), 1.0),
    Step("lorazepam", day(35), day(50), None),
    Step("pregabalin", day(5), None, 150.0),
)
EVENTS = (
    Happened(day(-100), "life event", "lost her job"),
    Happened(day(12), "life event", "mother fell ill"),
    Happened(day(13), "medication change", "quetiapine lowered"),
    Happened(day(30), "therapy", "first session"),
    Happened(day(50), "clinical event", "brought in <b>by ambulance</b>", "suicide attempt"),
)
WHOLE = Context((SERTRALINE, QUETIAPINE, CBT), STEPS, EVENTS)
ROWS = [score(at(-1), 21), score(at(14), 12), score(at(60), 9)]


def figure(context, rows=ROWS, given_=None, **options):
    given_ = doses(0, 7) if given_ is None else given_
    return patient_figure(
        scores(*rows), given_, [PHQ9], {}, zone=ZONE, now=at(60), context=context, **options
    )


def trace(drawn, name):
    return next(each for each in drawn.spec["data"] if each["name"] == name)


def texts(drawn) -> list[str]:
    return [note["text"] for note in drawn.spec["layout"]["annotations"]]


@pytest.mark.parametrize("palette, narrow", [(LIGHT, False), (DARK, True)])
@pytest.mark.parametrize("by", ["date", "days", "number"])
@pytest.mark.parametrize("rows", [ROWS, []], ids=["scores", "no scores"])
def test_plotly_accepts_it(palette, narrow, by, rows):
    drawn = figure(WHOLE, rows, palette=palette, narrow=narrow, by=by)
    go.Figure(drawn.spec)
    json.dumps(drawn.spec, allow_nan=False)
    assert drawn.spec["layout"]["height"] == drawn.height


@pytest.mark.parametrize(
    "nothing", [None, Context(), Context(bars=(Bar("old", "medication", day(-90), day(-60)),))]
)
def test_without_context_nothing_is_drawn_and_no_room_taken(nothing):
    assert json.dumps(figure(nothing).spec) == json.dumps(figure(None).spec)


def test_context_alone_is_still_a_figure():
    drawn = figure(WHOLE, [], treatments())
    assert len(trace(drawn, "events")["x"]) == len(EVENTS)


def test_strips_of_context_lie_under_the_treatments_and_overlap_nothing():
    layout = figure(WHOLE).spec["layout"]
    domains = [axis["domain"] for name, axis in layout.items() if name.startswith("yaxis")]
    assert len(domains) == 3 + 1 + 2 + 1  # panel, suicide strip, IV lane; bars; two drugs; events
    assert all(upper[0] >= lower[1] > lower[0] for upper, lower in itertools.pairwise(domains))


def test_what_began_earlier_or_goes_on_is_open_at_that_end():
    ends = trace(figure(WHOLE), "medication and therapy")
    by_bar = {
        words.split("</b>")[0][3:]: ends["marker"]["symbol"][2 * n : 2 * n + 2]
        for n, words in enumerate(ends["hovertext"][::2])
    }
    assert by_bar == {
        "sertraline 100 mg": ["triangle-left", "triangle-right"],
        "quetiapine 50 mg": ["triangle-left", "line-ns"],
        "CBT": ["line-ns", "line-ns"],
    }
    left, right = figure(WHOLE).spec["layout"]["xaxis"]["range"]
    assert all(left <= x <= right for x in ends["x"])


def test_a_bar_lasts_to_the_end_of_its_last_day():
    ends = trace(figure(Context(bars=(CBT,))), "medication and therapy")
    assert ends["x"] == [f"{day(10)}T00:00:00", f"{day(41)}T00:00:00"]


def test_medicine_is_filled_and_therapy_hollow():
    drawn = figure(Context(bars=(SERTRALINE, CBT)))
    bodies = [s for s in drawn.spec["layout"]["shapes"] if s["type"] == "rect" and s.get("xref") == "x"]
    assert [body["line"]["width"] for body in bodies] == [1, 0]
    assert bodies[0]["fillcolor"].endswith(",0)")
    assert not bodies[1]["fillcolor"].endswith(",0)")
    assert any("hollow: therapy" in text for text in texts(drawn))


BARS = st.lists(
    st.builds(
        lambda start, days, words, kind: Bar(words, kind, day(start), None if days is None else day(start + days)),
        st.integers(-50, 58), st.one_of(st.none(), st.integers(0, 90)), st.text("abc ", min_size=1, max_size=40),
        st.sampled_from(["medication", "therapy"]),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(BARS, st.booleans())
def test_bars_never_overlap_and_none_goes_missing_in_silence(bars, narrow):
    sheet = Sheet(LIGHT, narrow, 34, 150, 40, 358 if narrow else 880)
    axis = time_axis(wall_seconds([at(-1), at(60)], ZONE), "date", None)
    placed, rows, hidden = pack(sheet, axis, bars)
    seen = [b for b in bars if b.end is None or midnight_of(b.end) + DAY > axis.first]
    assert len(placed) + hidden == len(seen)
    assert rows <= MOST_ROWS
    for row in range(rows):
        mine = sorted((p.place.left, p.place.right) for p in placed if p.row == row)
        assert all(one[1] < other[0] for one, other in itertools.pairwise(mine))


def test_too_many_bars_are_counted_and_those_that_changed_are_kept():
    always = tuple(Bar(f"always {n}", "medication", day(-300)) for n in range(9))
    new = Bar("new", "medication", day(30))
    drawn = figure(Context(bars=(*always, new)))
    said = " ".join(texts(drawn))
    assert "and 4 more in the table" in said
    assert "new" in texts(drawn)


def test_daily_doses_are_steps_on_their_own_scale_and_break_where_there_was_none():
    drawn = figure(Context(steps=STEPS))
    lorazepam, pregabalin = (each for each in drawn.spec["data"] if each["name"] == "daily dose")
    assert lorazepam["y"] == [2, 2, 1, 1]
    assert lorazepam["x"][1] == lorazepam["x"][2] == f"{day(10)}T00:00:00"
    assert pregabalin["y"] == [150, 150]
    layout = drawn.spec["layout"]
    tops = [layout["yaxis" + each["yaxis"][1:]]["range"][1] for each in (lorazepam, pregabalin)]
    assert tops[0] < 5 < 150 < tops[1]
    apart = Context(steps=(STEPS[1], Step("lorazepam", day(40), day(50), 1.0)))
    runs = [each["y"] for each in figure(apart).spec["data"] if each["name"] == "daily dose"]
    assert runs == [[1, 1], [1, 1]]  # one line with a break would be filled across it


def test_on_the_day_of_a_change_the_new_dose_counts():
    steps = (Step("lorazepam", day(0), day(10), 2.0), Step("lorazepam", day(10), day(20), 1.0))
    x = trace(figure(Context(steps=steps)), "daily dose")["x"]
    assert x == sorted(x)
    assert x[1] == x[2] == f"{day(10)}T00:00:00"


def test_a_drug_with_a_track_is_no_bar_as_well():
    bars = (Bar("Lorazepam", "medication", day(-60), day(9)), Bar("Lorazepam", "therapy", day(1), None))
    drawn = figure(Context(bars=bars, steps=STEPS))
    assert trace(drawn, "medication and therapy")["y"] == [0, 0]
    said = alt(scores(), doses(), (PHQ9,), context=Context(bars=bars[:1], steps=STEPS[:1]))
    assert said.casefold().count("lorazepam") == 1


def test_an_unknown_amount_is_hatched_with_a_question_mark():
    drawn = figure(Context(steps=STEPS[2:3]))
    hatched = trace(drawn, "daily dose unknown")
    assert hatched["marker"]["pattern"]["shape"] == "/"
    assert "?" in texts(drawn)
    assert "daily dose" not in [each["name"] for each in drawn.spec["data"]]


@pytest.mark.parametrize("by", ["date", "days", "number"])
def test_an_unknown_amount_lasts_as_long_as_it_did(by):
    drawn = figure(Context(steps=STEPS[2:3]), by=by)
    hatched = trace(drawn, "daily dose unknown")
    known = trace(figure(Context(steps=(Step("x", day(35), day(50), 5.0),)), by=by), "daily dose")
    assert hatched["x"][0] == known["x"][0]
    if by == "date":
        assert hatched["width"] == [pytest.approx(16 * 86_400_000)]
    else:
        assert hatched["width"] == [pytest.approx(known["x"][1] - known["x"][0], abs=1e-3)]


def test_events_have_a_letter_and_a_shape_and_what_decides_is_filled_and_named():
    drawn = figure(Context(events=EVENTS))
    marks = trace(drawn, "events")
    assert marks["text"] == ["L", "M", "T", "C"]
    assert len(set(marks["marker"]["symbol"])) == 4
    assert marks["marker"]["color"] == [LIGHT.surface] * 3 + [LIGHT.event]
    shown = " ".join(texts(drawn))
    assert "<b>suicide attempt</b>" in shown
    assert "◂ 1 earlier" in shown
    assert "mother fell ill" in shown


def test_what_decides_is_drawn_however_crowded_the_day():
    crowd = [Happened(day(20), "life event", f"something {n}") for n in range(30)]
    last = Happened(day(20), "clinical event", "ward 3", "admission for the condition")
    drawn = figure(Context(events=(*crowd, *[last] * 6)))
    marks = trace(drawn, "events")
    assert marks["marker"]["color"].count(LIGHT.event) == 6
    assert f"and {36 - len(marks['x'])} more in the table" in " ".join(texts(drawn))
    assert "<b>admission</b>" in texts(drawn)


def test_nothing_lies_upon_what_decides():
    crowd = [Happened(day(20), "life event", f"something {n}") for n in range(9)]
    death = Happened(day(20), "clinical event", "", "death")
    marks = trace(figure(Context(events=(*crowd, death))), "events")
    row = marks["y"][marks["text"].index("C")]
    assert marks["y"].count(row) == 1
    assert len(marks["y"]) == len(set(marks["y"])) == 4


def test_an_event_after_the_last_score_is_on_the_axis():
    late = Happened(day(150), "clinical event", "", "death")
    drawn = figure(Context(events=(late,)))
    (x,) = trace(drawn, "events")["x"]
    assert x == f"{day(150)}T12:00:00" < drawn.spec["layout"]["xaxis"]["range"][1]


def test_typed_words_are_never_markup():
    nasty = "<a href='x'>click</a> & <b>bold</b>"
    context = Context(
        (Bar(nasty, "medication", day(1), None, nasty),),
        (Step(nasty, day(1), None, 5.0),),
        (Happened(day(3), "life event", nasty), Happened(day(30), "life event", "", nasty)),
    )
    drawn = figure(context)
    assert "<a" not in json.dumps(drawn.spec)
    assert "&lt;a" in json.dumps(drawn.spec)


@pytest.mark.parametrize("pixels, words", [(500, "first session"), (36, "first…"), (10, "")])
def test_labels_are_cut_to_their_room(pixels, words):
    assert cut("first   session", pixels, 11) == words


def test_by_number_context_lies_between_the_same_treatments():
    drawn = figure(Context((Bar("x", "medication", day(0), day(6)),), (), EVENTS[1:3]), by="number")
    start, end = trace(drawn, "medication and therapy")["x"]
    assert 0.9 < start < 1 < end < 2.1
    assert all(2 < x < 3 for x in trace(drawn, "events")["x"])
    assert drawn.points[0][1] < 1


def test_the_text_twin_tells_of_the_context():
    said = alt(scores(*ROWS), doses(0), (PHQ9,), zone=ZONE, context=WHOLE)
    for words in (
        "medication: sertraline 100 mg since 26 Jan 2025, quetiapine 50 mg 31 Jan 2026 – 22 Mar 2026",
        "lorazepam 2 mg/day 1 Jan 2026 – 11 Mar 2026, 1 mg/day 12 Mar 2026 – 1 Apr 2026, amount unknown",
        "therapy: CBT 12 Mar 2026 – 11 Apr 2026",
        "events: lost her job on 22 Nov 2025",
        "suicide attempt, brought in",
    ):
        assert words in said
    many = Context(events=tuple(Happened(day(n), "life event", f"no {n}") for n in range(12)))
    assert said.endswith(".")
    assert "and 4 more in the table" in alt(scores(), doses(), (PHQ9,), context=many)
