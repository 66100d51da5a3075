"""The core figure: every stored score is on it, once, at its value, and nothing is claimed that was not measured."""

from __future__ import annotations

import itertools
import json
import time

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.charts.doses import nice_top
from clinic.charts.palette import DARK, LIGHT
from clinic.charts.patient import alt, patient_figure
from clinic.charts.sheet import apart
from clinic.instruments import instrument
from clinic.outcomes.baseline import Baseline, choose
from tests.course_frames import DOSE_ONE, ZONE, at, doses, score, scores, treatment, treatments

PHQ9, GAD7, MADRS = instrument("phq9"), instrument("gad7"), instrument("madrs")
LSAS = instrument("lsas_sr"), instrument("lsas_ca")


def figure(rows, given=None, panels=(PHQ9,), baselines=None, **options):
    return patient_figure(
        scores(*rows),
        doses() if given is None else given,
        panels,
        baselines or {},
        zone=ZONE,
        now=at(60),
        **options,
    )


def traces(drawn, name):
    return [trace for trace in drawn.spec["data"] if trace.get("name") == name]


def drawn_points(drawn, panels):
    """Every finite (x, y) of the score traces: what a browser will show."""
    titles = {panel.title for panel in panels}
    found = []
    for trace in drawn.spec["data"]:
        if trace.get("name") in titles and trace["mode"] == "lines+markers":
            found += [(x, y) for x, y in zip(trace["x"], trace["y"], strict=True) if y is not None]
    return sorted(found)


def shown_text(drawn) -> str:
    return " ".join(note["text"] for note in drawn.spec["layout"]["annotations"])


def awkward() -> dict[str, tuple[list, tuple]]:
    """Frames that have broken charts before."""
    return {
        "none": ([], (PHQ9, GAD7)),
        "one": ([score(at(0), 21)], (PHQ9,)),
        "two": ([score(at(0), 21), score(at(7), 12)], (PHQ9,)),
        "same minute, other totals": ([score(at(0), 21), score(at(0), 12)], (PHQ9,)),
        "same minute, same total": ([score(at(0), 21), score(at(0), 21), score(at(0), 21)], (PHQ9,)),
        "two versions": ([score(at(0), 21), score(at(7), 18, version="2.0"), score(at(14), 12)], (PHQ9,)),
        "LSAS by both raters": (
            [score(at(0), 92, instrument="lsas_sr"), score(at(0), 88, instrument="lsas_ca", how="interview")],
            LSAS,
        ),
        "a gap of a year": ([score(at(0), 21), score(at(7), 12), score(at(372), 20)], (PHQ9,)),
        "prorated": ([score(at(0), 21), score(at(7), 11.25, prorated=True, missing=1)], (PHQ9,)),
        "no total": ([score(at(0), 21), score(at(7), missing=4), score(at(14), 9)], (PHQ9,)),
        "only no total": ([score(at(7), missing=9)], (PHQ9,)),
        "range ends": ([score(at(0), 27), score(at(7), 0)], (PHQ9,)),
        "clock change": ([score(at(26.5), 9), score(at(27.5), 8)], (PHQ9,)),
        "500": ([score(at(n * 1.3), n % 28, instrument=("phq9", "gad7")[n % 2 and n % 28 < 22]) for n in range(500)],
                (PHQ9, GAD7)),
    }  # fmt: skip


CASES = pytest.mark.parametrize("case", awkward())


@CASES
@pytest.mark.parametrize("narrow, palette, by", [(False, LIGHT, "date"), (True, DARK, "days")])
def test_points_drawn_are_the_rows_given_in_count_and_value(case, narrow, palette, by):
    rows, panels = awkward()[case]
    frame = scores(*rows)
    drawn = patient_figure(
        frame, doses(0, 3, 7), panels, {}, zone=ZONE, narrow=narrow, palette=palette, by=by, now=at(60)
    )
    with_total = frame[frame["total"].notna()]
    assert sorted((key, y) for key, _, y in drawn.points) == sorted(
        zip(with_total["assessment"], with_total["total"], strict=True)
    )
    assert drawn_points(drawn, panels) == sorted((x, y) for _, x, y in drawn.points)
    assert drawn.untotalled == frame.loc[frame["total"].isna(), "assessment"].tolist()


@CASES
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_every_figure(case, narrow):
    rows, panels = awkward()[case]
    drawn = figure(rows, doses(0, 3, 7), panels, narrow=narrow)
    go.Figure(drawn.spec)
    json.dumps(drawn.spec, allow_nan=False)
    assert drawn.spec["layout"]["height"] == drawn.height


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-20, 400), st.one_of(st.none(), st.integers(0, 21)), st.sampled_from(["phq9", "gad7"]),
            st.booleans(), st.sampled_from(["1.0", "2.0"]),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_whatever_was_stored_is_drawn_once(rows):
    table = [
        score(
            at(day),
            float("nan") if total is None else total,
            instrument=name,
            prorated=prorated,
            version=version,
        )
        for day, total, name, prorated, version in rows
    ]
    drawn = figure(table, doses(0, 7), (PHQ9, GAD7))
    assert len(drawn.points) + len(drawn.untotalled) == len(rows)
    assert drawn_points(drawn, (PHQ9, GAD7)) == sorted((x, y) for _, x, y in drawn.points)


def test_x_is_the_clinics_wall_clock():
    summer = pd.Timestamp("2026-07-01 23:30", tz="UTC")
    assert figure([score(summer, 9)]).points == [("a0", "2026-07-02T00:30:00", 9.0)]


def test_x_by_days_counts_from_the_first_dose():
    drawn = figure([score(at(-3), 21), score(at(14), 9)], doses(0, 7), by="days")
    assert [x for _, x, _ in drawn.points] == [-3, 14]


def test_lines_break_at_gaps_and_not_before():
    """35 days over the change to summer time are still 35 days."""
    rows = [score(at(0), 21), score(at(35), 15), score(at(71), 9)]
    (trace,) = traces(figure(rows), "PHQ-9")
    assert trace["y"] == [21, 15, None, 9]
    assert trace["connectgaps"] is False
    (unbroken,) = traces(figure(rows, gap_days=60), "PHQ-9")
    assert unbroken["y"] == [21, 15, 9]


def test_two_versions_and_two_raters_are_never_one_line():
    versions = traces(figure([score(at(0), 21), score(at(7), 18, version="2.0"), score(at(14), 12)]), "PHQ-9")
    assert [trace["y"] for trace in versions] == [[21, 12], [18]]
    rows = [score(at(0), 92, instrument="lsas_sr"), score(at(7), 88, instrument="lsas_ca")]
    drawn = figure(rows, panels=LSAS)
    axes = {name: traces(drawn, name)[0]["yaxis"] for name in ("LSAS-SR", "LSAS-CA")}
    assert len(set(axes.values())) == 2


def test_every_panel_has_its_whole_native_range_and_an_axis_of_its_own():
    drawn = figure([score(at(0), 10), score(at(0), 9, instrument="gad7")], panels=(PHQ9, GAD7, MADRS))
    for place, scale in enumerate((PHQ9, GAD7, MADRS), start=1):
        axis = drawn.spec["layout"]["yaxis" if place == 1 else f"yaxis{place}"]
        low, high = axis["range"]
        assert low <= scale.minimum < scale.maximum <= high
        assert "overlaying" not in axis
        assert {scale.minimum, scale.maximum} <= set(axis["tickvals"])


@pytest.mark.parametrize("narrow", [False, True])
def test_strips_never_overlap_and_fill_the_figure_from_top_to_axis(narrow):
    rows = [score(at(0), 21, suicide=1), score(at(0), 30, instrument="madrs", suicide=2)]
    drawn = figure(rows, doses(0), (PHQ9, GAD7, MADRS), narrow=narrow)
    domains = [axis["domain"] for name, axis in drawn.spec["layout"].items() if name.startswith("yaxis")]
    for upper, lower in itertools.pairwise(domains):
        assert upper[1] > upper[0] >= lower[1] > lower[0]
    assert domains[-1][0] == pytest.approx(0)
    assert domains[0][1] <= 1


def test_marks_say_who_rated_and_how_soon_after_a_dose():
    rows = [
        score(at(-2), 21),
        score(at(1), 12),
        score(at(10), 11.25, prorated=True, missing=1),
        score(at(30), 30, instrument="madrs", how="interview"),
    ]
    drawn = figure(rows, doses(0), (PHQ9, MADRS))
    (phq,), (madrs,) = traces(drawn, "PHQ-9"), traces(drawn, "MADRS")
    assert phq["marker"]["symbol"] == ["circle", "diamond", "square-x"]
    assert set(phq["marker"]["color"]) == {LIGHT.surface}
    assert madrs["marker"]["color"] == [LIGHT.score]
    text = shown_text(drawn)
    assert "◇ within 72 h of a dose" in text
    assert "⊠ prorated" in text
    assert "× no total" not in text


def test_equal_scores_of_one_day_are_rings_around_each_other():
    (trace,) = traces(figure([score(at(7), 14), score(at(7, 2), 14), score(at(7, 3), 13)]), "PHQ-9")
    first, second, other = trace["marker"]["size"]
    assert first > second == other


def test_scores_of_one_day_that_would_pass_for_one_are_rings_too():
    """A point of the LSAS is less than two pixels high, a point of the PHQ-9 seven."""
    rows = [score(at(7), 92, instrument="lsas_sr"), score(at(7, 2), 91, instrument="lsas_sr")]
    (trace,) = traces(figure(rows, panels=LSAS[:1]), "LSAS-SR")
    assert trace["marker"]["size"][0] > trace["marker"]["size"][1]
    (apart,) = traces(figure([score(at(7), 14), score(at(7, 2), 13)]), "PHQ-9")
    assert len(set(apart["marker"]["size"])) == 1


def test_only_first_best_and_last_carry_a_number():
    rows = [score(at(day), total) for day, total in ((0, 21), (7, 15), (14, 4), (21, 8), (28, 9))]
    texts = [n["text"] for n in figure(rows).spec["layout"]["annotations"] if n.get("xref") == "x"]
    assert sorted(texts) == ["21", "<b>9</b>", "best 4"]


def test_reference_lines_follow_the_scales_rules():
    baseline = Baseline("a0", 21.0, at(0), "rule", "")
    rows = [score(at(0), 21), score(at(14), 12)]
    text = shown_text(figure(rows, baselines={"phq9": baseline}))
    for words in ("baseline 21 ±6", "response ≤ 10", "remission < 5"):
        assert words in text
    social = {"lsas_sr": Baseline("a0", 92.0, at(0), "rule", "")}
    lsas = figure([score(at(0), 92, instrument="lsas_sr")], panels=LSAS, baselines=social)
    assert "response ≤ 66" in shown_text(lsas)  # 28 %, not half
    assert "±" not in shown_text(lsas)  # no threshold for measurement error is agreed


def test_without_a_baseline_there_are_no_lines_that_need_one():
    baseline = choose(scores(score(at(3), 21)), DOSE_ONE)
    text = shown_text(figure([score(at(3), 21)], doses(0), baselines={"phq9": baseline}))
    assert "baseline" not in text
    assert "response" not in text
    assert "remission" in text


def test_a_mild_baseline_gets_no_response_line():
    baseline = Baseline("a0", 8.0, at(0), "rule", "")
    assert "response" not in shown_text(figure([score(at(0), 8)], baselines={"phq9": baseline}))


@pytest.mark.parametrize("narrow", [False, True])
def test_bands_are_named_in_words(narrow):
    text = shown_text(figure([score(at(0), 21)], narrow=narrow)).replace("<br>", " ")
    for band in PHQ9.bands:
        assert band.name in text


def test_the_suicide_strip_prints_the_answer_and_never_a_clean_silence():
    rows = [
        score(at(0), 21, suicide=2),
        score(at(7), 15, suicide=0),
        score(at(14), 12, suicide_state="skipped"),
        score(at(21), 6, instrument="gad7"),
    ]
    drawn = figure(rows, panels=(PHQ9, GAD7))
    (strip,) = [trace for trace in traces(drawn, "PHQ-9") if trace["mode"] == "markers+text"]
    assert strip["text"] == ["2", "0", "?"]
    assert strip["marker"]["symbol"] == ["circle", "circle", "square"]
    assert strip["marker"]["color"] == [LIGHT.worse, LIGHT.surface, LIGHT.surface]
    (silent,) = traces(drawn, "not asked")
    assert len(silent["x"]) == 1
    assert "never asked" in shown_text(figure([score(at(0), 6, instrument="gad7")], panels=(GAD7,)))


def test_suicide_answers_of_a_scale_without_a_panel_are_still_there():
    rows = [score(at(0), 6, instrument="gad7"), score(at(0), 30, instrument="madrs", suicide=4)]
    drawn = figure(rows, panels=(GAD7,), others=(MADRS,))
    assert [trace["text"] for trace in traces(drawn, "MADRS")] == [["4"]]
    assert [key for key, *_ in drawn.points] == ["a0"]


def test_answers_close_in_time_do_not_cover_each_other():
    rows = [score(at(day), 15, suicide=1) for day in (0, 1, 2, 90)]
    (strip,) = [trace for trace in traces(figure(rows), "PHQ-9") if trace["mode"] == "markers+text"]
    assert len(set(strip["y"][:3])) == 3
    assert strip["y"][3] == strip["y"][0]


def test_one_lane_per_substance_and_route_each_on_its_own_scale():
    given_ = treatments(
        treatment(at(0), mg_per_kg=0.5),
        treatment(at(7), route="SL", mg_per_kg=5.0),
        treatment(at(14), substance="esketamine", route="IN", given_mg=84.0, mg_per_kg=float("nan")),
    )
    drawn = figure([], given_)
    lanes = [trace for trace in drawn.spec["data"] if trace["type"] == "bar"]
    assert [lane["y"] for lane in lanes] == [[0.5], [5.0], [84.0]]
    assert len({lane["yaxis"] for lane in lanes}) == 3
    text = shown_text(drawn)
    for words in ("Racemic ketamine IV", "Racemic ketamine SL", "Esketamine IN"):
        assert words in text
    heads = [traces(drawn, f"{route} route")[0] for route in ("IV", "SL", "IN")]
    assert [head["text"] for head in heads] == [["IV"], ["SL"], ["IN"]]
    assert [head["y"] for head in heads] == [lane["y"] for lane in lanes]
    assert len({head["marker"]["symbol"] for head in heads}) == 3


def test_routes_are_named_in_the_key_only_where_their_letters_have_no_room():
    rows = [treatment(at(day), route="IM") for day in range(100)] + [treatment(at(120), route="SL")]
    drawn = figure([], treatments(*rows))
    assert "■ given IM" in shown_text(drawn)
    assert "given SL" not in shown_text(drawn)
    assert set(traces(drawn, "IM route")[0]["text"]) == {""}
    assert traces(drawn, "SL route")[0]["text"] == ["SL"]


def test_with_many_panels_all_but_the_first_are_lower():
    def heights(count):
        panels = [instrument(name) for name in ("phq9", "gad7", "madrs", "lsas_sr", "oasis", "isi")][:count]
        return figure([], panels=panels).height

    each_of_six = (heights(6) - heights(5)) - (heights(4) - heights(3))
    assert each_of_six < 0
    assert heights(6) > heights(5) > heights(4)


def test_an_unknown_dose_is_a_question_mark_and_not_a_bar_of_nought():
    drawn = figure(
        [], treatments(treatment(at(0)), treatment(at(7), weight_kg=float("nan"), mg_per_kg=float("nan")))
    )
    (lane,) = [trace for trace in drawn.spec["data"] if trace["type"] == "bar"]
    assert lane["y"] == [0.5, None]
    assert traces(drawn, "dose per kg unknown")[0]["text"] == ["?"]


def test_stopped_early_is_hatched_and_bad_events_are_triangles():
    given_ = treatments(
        treatment(at(0), worst_event="mild"),
        treatment(at(7), stopped_early=True, worst_event="severe"),
        treatment(at(14), worst_event="moderate"),
    )
    drawn = figure([], given_)
    (lane,) = [trace for trace in drawn.spec["data"] if trace["type"] == "bar"]
    assert lane["marker"]["pattern"]["shape"] == ["", "/", ""]
    (events,) = traces(drawn, "adverse event")
    assert events["marker"]["color"] == [LIGHT.event, LIGHT.surface]
    for words in ("▨ stopped early", "△ moderate adverse event", "▲ severe adverse event"):
        assert words in shown_text(drawn)


def test_many_treatments_do_not_draw_lines_through_the_scores():
    few, many = (figure([score(at(0), 21)], doses(*range(0, 7 * n, 7))) for n in (8, 9))

    def through(drawn):
        return [
            s for s in drawn.spec["layout"]["shapes"] if s.get("yref") == "y domain" and s["type"] == "line"
        ]

    assert len(through(few)) == 8
    assert through(many) == []
    assert len(traces(many, "treatments")[0]["x"]) == 9


def test_an_imported_course_without_treatments_says_so():
    text = shown_text(figure([score(at(0), 21)]))
    assert "no treatment yet" in text


@pytest.mark.parametrize(
    "doses_, top",
    [([0.5, 0.5], 0.5), ([0.52], 0.6), ([56, 84], 100), ([float("nan")], 1), ([1.05], 1.5), ([0.0], 1)],
)
def test_lane_scales_end_on_round_numbers(doses_, top):
    assert nice_top(np.array(doses_, float)) == top


@given(st.lists(st.floats(0, 300), max_size=6))
def test_labels_are_pushed_apart(places):
    moved = sorted(apart(places, 14))
    assert all(b - a >= 13.9 for a, b in itertools.pairwise(moved))


def test_the_text_twin_says_what_the_figure_labels():
    rows = [
        score(at(-1), 21, suicide=2),
        score(at(14), 4, suicide=0),
        score(at(28), 9, suicide_state="skipped"),
        score(at(28), 11, instrument="gad7"),
    ]
    given_ = treatments(treatment(at(0)), treatment(at(7), stopped_early=True, worst_event="severe"))
    assert alt(scores(*rows), given_, (PHQ9, GAD7, MADRS), zone=ZONE) == (
        "PHQ-9: 3 scores, from 21 on 1 Mar 2026 to 9 on 30 Mar 2026 (mild), best 4; "
        "GAD-7: one score, 11 on 30 Mar 2026 (moderate); MADRS: no score; "
        "suicide item answered 2 times, endorsed 1 time, skipped 1 time; "
        "2 treatments of racemic ketamine IV; 1 treatment with a moderate or severe adverse event; 1 stopped early."
    )
    assert alt(scores(), doses(), (PHQ9,)) == "PHQ-9: no score; suicide item never asked; no treatments."


def test_the_figure_is_cheap():
    """About 2 ms for 500 scores and 100 treatments; the bound is loose because test machines are shared."""
    rows, panels = awkward()["500"]
    frame, given_ = scores(*rows), doses(*range(0, 700, 7))
    spent = []
    for _ in range(7):
        start = time.perf_counter()
        patient_figure(frame, given_, panels, {}, zone=ZONE, now=at(60))
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.03
