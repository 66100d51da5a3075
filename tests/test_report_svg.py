"""The figure on paper is the figure of the page: every point of the plotly dict is drawn once, where it belongs."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from clinic.charts.vitals import PRINT, Pin, pre_dose, vitals_figure
from clinic.report.svg import NotDrawn, drawn, spread
from clinic.report.svg_axes import ticks
from clinic.report.svg_text import Runs, block

SVG = "{http://www.w3.org/2000/svg}"
WIDTH = 700
NAN = float("nan")
LIMITS = [("systolic", "red", 180, ">="), ("systolic", "critical", 200, ">="), ("spo2", "red", 92, "<")]


def vitals(rows: int = 8) -> pd.DataFrame:
    """With a gap in each measure, one half of a pressure, and values that reach every tier."""
    minute = np.arange(rows) * 10.0 - 10
    frame = pd.DataFrame(
        {
            "minute": minute,
            "systolic": 120.0 + 12 * np.arange(rows),
            "diastolic": 70.0 + 3 * np.arange(rows),
            "heart_rate": 66.0 + np.arange(rows),
            "spo2": 98.0 - np.arange(rows),
            "respiratory_rate": 14.0,
            "moaas": 5.0,
        }
    )
    frame.loc[2, ["systolic", "diastolic", "spo2"]] = NAN
    frame.loc[3, "diastolic"] = NAN
    frame.loc[4, "heart_rate"] = NAN
    return frame


def figure(rows: int = 8) -> dict:
    signs = vitals(rows)
    return vitals_figure(
        signs,
        given_minutes=40,
        limits=LIMITS,
        baseline=pre_dose(signs),
        events=[
            Pin(22, "Nausea <b>&", severity="severe"),
            Pin(30, "paused", "intervention"),
            Pin(33, "x", "rescue"),
        ],
        minimum_minute=100,
        ready_minute=90,
        left_minute=110,
        palette=PRINT,
        width=WIDTH,
    )


class Back:
    """From a place on the drawing to the value, computed anew from the layout."""

    def __init__(self, layout: dict):
        self.layout, self.margin = layout, layout["margin"]

    def x(self, px: float) -> float:
        low, high = self.layout["xaxis"]["range"]
        share = (px - self.margin["l"]) / (WIDTH - self.margin["l"] - self.margin["r"])
        return low + share * (high - low)

    def y(self, px: float, ref: str) -> float:
        axis = self.layout["yaxis" + ref[1:]]
        height = self.layout["height"] - self.margin["t"] - self.margin["b"]
        share = 1 - (px - self.margin["t"]) / height
        (bottom, top), (low, high) = axis["domain"], axis["range"]
        return low + (share - bottom) / (top - bottom) * (high - low)


def parsed(spec: dict) -> ElementTree.Element:
    return ElementTree.fromstring(drawn(spec, WIDTH, "alt"))


def groups(root) -> list:
    return [each for each in root.iter(f"{SVG}g") if each.get("class") == "trace"]


def of_class(root, name: str) -> list:
    return [each for each in root.iter() if each.get("class") == name]


def place(mark) -> tuple[float, float]:
    x, y = mark.get("transform")[len("translate(") : -1].split()
    return float(x), float(y)


def known(trace: dict) -> list[tuple[float, float]]:
    pairs = zip(trace["x"], trace["y"], strict=True)
    return [(x, y) for x, y in pairs if y is not None and x == x and y == y]


@pytest.mark.parametrize("rows", [1, 8, 60])
def test_every_mark_stands_for_one_point_value_for_value(rows):
    spec = figure(max(rows, 5)) if rows > 1 else vitals_figure(vitals(8)[:1], palette=PRINT, width=WIDTH)
    back, root = Back(spec["layout"]), parsed(spec)
    for trace, group in zip(spec["data"], groups(root), strict=True):
        marks = of_class(group, "mark")
        wanted = known(trace) if "markers" in trace.get("mode", "") else []
        got = [place(mark) for mark in marks]
        assert len(got) == len(wanted)
        for (px, py), (x, y) in zip(got, wanted, strict=True):
            assert back.x(px) == pytest.approx(x, abs=1e-2)
            assert back.y(py, trace["yaxis"]) == pytest.approx(y, abs=1e-2)


def test_every_bar_reaches_from_diastolic_to_systolic():
    spec = figure()
    back, root = Back(spec["layout"]), parsed(spec)
    whole = vitals().dropna(subset=["systolic", "diastolic"])
    bars = of_class(root, "bar")
    assert len(bars) == len(whole)
    for bar, row in zip(bars, whole.itertuples(), strict=True):
        top, height = float(bar.get("y")), float(bar.get("height"))
        middle = float(bar.get("x")) + float(bar.get("width")) / 2
        assert back.y(top, "y2") == pytest.approx(row.systolic, abs=1e-2)
        assert back.y(top + height, "y2") == pytest.approx(row.diastolic, abs=1e-2)
        assert back.x(middle) == pytest.approx(row.minute, abs=1e-2)


def test_every_number_of_the_figure_is_written():
    spec = figure()
    for trace, group in zip(spec["data"], groups(parsed(spec)), strict=True):
        said = [text for text in spread(trace.get("text", []), len(trace["x"])) if text]
        written = ["".join(each.itertext()) for each in of_class(group, "value")]
        assert written == [text.replace("<b>", "").replace("</b>", "") for text in said]


def test_a_line_breaks_where_a_value_is_missing():
    lines = {group.get("data-name"): len(of_class(group, "line")) for group in groups(parsed(figure()))}
    assert lines["Heart rate"] == 2
    assert lines["Oxygen saturation"] == 2


def test_every_shape_and_every_word_is_drawn():
    spec = figure()
    root = parsed(spec)
    assert len(of_class(root, "shape")) == len(spec["layout"]["shapes"])
    written = "\n".join("".join(each.itertext()) for each in of_class(root, "note"))
    assert len(of_class(root, "note")) == sum(
        len(Runs(each["text"]).lines) for each in spec["layout"]["annotations"]
    )
    assert "Nausea <b>&, severe" in written
    assert "ready 90" in written


def test_it_is_black_and_white():
    text = drawn(figure(), WIDTH)
    colours = {part[:6] for part in text.split("#")[1:]}
    assert all(colour[:2] == colour[2:4] == colour[4:6] for colour in colours)


def test_it_says_in_words_what_it_shows():
    root = parsed(figure())
    assert root.get("role") == "img"
    assert root.get("aria-label") == "alt"


# ---- what it does not know, it refuses -----------------------------------------------------------------------------


def changed(**trace) -> dict:
    spec = figure()
    spec["data"][-1] = spec["data"][-1] | trace
    return spec


@pytest.mark.parametrize(
    "trace",
    [
        {"type": "heatmap"},
        {"mode": "gauges"},
        {
            "mode": "markers",
            "marker": {
                "size": 7,
                "symbol": "star",
                "color": "#000000",
                "line": {"color": "#000000", "width": 1},
            },
        },
        {"x": [0.0]},
        {"textposition": "top left"},
    ],
    ids=["type", "mode", "symbol", "length", "place"],
)
def test_a_trace_that_it_does_not_know_is_refused(trace):
    with pytest.raises(NotDrawn):
        drawn(changed(**trace), WIDTH)


def test_a_shape_or_an_axis_that_it_does_not_know_is_refused():
    circle = figure()
    circle["layout"]["shapes"][0] = circle["layout"]["shapes"][0] | {"type": "circle"}
    with pytest.raises(NotDrawn):
        drawn(circle, WIDTH)
    dated = figure()
    dated["layout"]["xaxis"] = dated["layout"]["xaxis"] | {"type": "date"}
    with pytest.raises(ValueError, match="linear"):
        drawn(dated, WIDTH)
    elsewhere = figure()
    elsewhere["layout"]["shapes"][0] = elsewhere["layout"]["shapes"][0] | {"xref": "x7"}
    with pytest.raises(KeyError):
        drawn(elsewhere, WIDTH)


def test_a_tag_that_it_does_not_know_is_refused():
    with pytest.raises(ValueError, match="script"):
        Runs("<script>x</script>")


def test_words_keep_their_look_and_are_escaped():
    made = block(
        "<b>Pulse</b> <span style='font-size:9px;color:#546770'>a &lt; b</span><br>below",
        1,
        2,
        size=12,
        colour="#000000",
        anchor="start",
        kind="note",
    )
    assert made.count("<text") == 2
    assert '<tspan font-weight="600">Pulse</tspan>' in made
    assert '<tspan font-size="9" fill="#546770">a &lt; b</tspan>' in made


@pytest.mark.parametrize(
    "axis,wanted",
    [
        ({"range": [0, 100], "nticks": 6}, [0, 20, 40, 60, 80, 100]),
        ({"range": [-12, 33], "nticks": 5}, [-10, 0, 10, 20, 30]),
        ({"range": [65, 145], "dtick": 20}, [80, 100, 120, 140]),
    ],
)
def test_ticks_stand_at_round_values(axis, wanted):
    assert ticks(axis) == wanted
