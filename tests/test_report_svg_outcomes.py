"""What the figures of Outcomes add to the drawing: lying and stacked bars, hatching, whiskers, steps, areas, panels."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from clinic.report.svg import NotDrawn, drawn

SVG = "{http://www.w3.org/2000/svg}"
INK = {"color": "#000000", "line": {"color": "#000000", "width": 1}}
FONT = {"size": 11, "color": "#000000"}


def spec(*traces: dict, **layout) -> dict:
    """200 × 100 pixels of plot, from (50, 10) to (250, 110); x from 0 to 10, y from 0 to 5."""
    plain = {
        "height": 140,
        "margin": {"l": 50, "r": 50, "t": 10, "b": 30},
        "xaxis": {"range": [0, 10], "tickvals": [0, 5, 10], "tickfont": FONT},
        "yaxis": {"range": [0, 5], "tickvals": [0, 5], "tickfont": FONT},
    }
    return {"data": list(traces), "layout": plain | layout}


def root(figure: dict):
    return ElementTree.fromstring(drawn(figure, 300))


def of_class(figure: dict, name: str) -> list:
    return [each for each in root(figure).iter() if each.get("class") == name]


def box(bar) -> tuple[float, ...]:
    return tuple(float(bar.get(name)) for name in ("x", "y", "width", "height"))


def lying(values: list, **more) -> dict:
    places = list(range(1, len(values) + 1))
    return {"type": "bar", "orientation": "h", "x": values, "y": places, "width": 0.5, "marker": INK} | more


def test_a_lying_bar_reaches_from_zero_to_its_value():
    first, second = of_class(spec(lying([5, 10])), "bar")
    assert box(first) == pytest.approx((50, 85, 100, 10))
    assert box(second) == pytest.approx((50, 65, 200, 10))


def test_stacked_bars_stand_on_each_other_and_missing_ones_are_none():
    figure = spec(lying([2, None]), lying([3, 4]), barmode="stack")
    sides = [side for each in of_class(figure, "bar") for side in box(each)]
    assert sides == pytest.approx([*(50, 85, 40, 10), *(90, 85, 60, 10), *(50, 65, 80, 10)])


def test_bars_beside_each_other_are_refused_not_laid_over_each_other():
    with pytest.raises(NotDrawn, match="beside"):
        drawn(spec(lying([2]), lying([3])), 300)


def test_an_axis_may_run_downwards():
    figure = spec(lying([5]), yaxis={"range": [5, 0], "tickvals": [], "tickfont": FONT})
    assert box(of_class(figure, "bar")[0]) == pytest.approx((50, 25, 100, 10))


def test_hatching_is_drawn_in_lines():
    pattern = {"shape": ["/", ""], "fgcolor": "#7A8990", "bgcolor": "#FFFFFF", "size": 6, "solidity": 0.2}
    figure = spec(lying([5, 5], marker=INK | {"pattern": pattern}))
    hatched, plain = of_class(figure, "bar")
    name = re.fullmatch(r"url\(#(hatch-\w+)\)", hatched.get("fill"))[1]
    assert plain.get("fill") == "#000000"
    assert [each.get("id") for each in root(figure).iter(f"{SVG}pattern")] == [name]
    with pytest.raises(NotDrawn, match="hatch"):
        drawn(spec(lying([5], marker=INK | {"pattern": pattern | {"shape": "."}})), 300)


def test_whiskers_end_at_both_bounds():
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": [5, None],
        "y": [2, 1],
        "marker": INK | {"size": 8},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [2, 1],
            "arrayminus": [1, 1],
            "color": "#000000",
            "width": 4,
        },
        "error_y": {"array": [1, 1], "color": "#000000", "width": 0},
    }
    across, along = (each.get("d") for each in of_class(spec(points), "interval"))
    assert across == "M130.000 70.000H190.000M130.000 66.000V74.000M190.000 66.000V74.000"
    assert along == "M150.000 90.000V50.000"


def line(shape: str, **more) -> dict:
    look = {"color": "#000000", "width": 2, "shape": shape}
    return {"type": "scatter", "mode": "lines", "x": [0, 5, 10], "y": [0, 5, 0], "line": look} | more


def test_steps_go_along_and_then_up():
    path = of_class(spec(line("hv")), "line")[0].get("points")
    assert path == ("50.000,110.000 150.000,110.000 150.000,10.000 250.000,10.000 250.000,110.000")
    with pytest.raises(NotDrawn, match="spline"):
        drawn(spec(line("spline")), 300)


def test_an_area_is_filled_and_its_line_of_no_width_is_not_drawn():
    filled = line("linear", fill="toself", fillcolor="rgba(0,0,0,0.1)", line={"width": 0})
    assert of_class(spec(filled), "area")[0].get("fill") == "rgba(0,0,0,0.1)"
    assert of_class(spec(filled), "line") == []
    with pytest.raises(NotDrawn, match="tozeroy"):
        drawn(spec(filled | {"fill": "tozeroy"}), 300)


def test_hollow_marks_have_no_filling():
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": [1, 2],
        "y": [1, 2],
        "marker": INK | {"size": 8, "symbol": ["diamond-open", "diamond"]},
    }
    hollow, full = of_class(spec(marks), "mark")
    assert (hollow.get("fill"), hollow.get("stroke")) == ("none", "#000000")
    assert full.get("fill") == "#000000"


def test_each_panel_has_its_own_axes():
    right = {"range": [0, 1], "domain": [0.5, 1], "tickvals": [0, 1], "tickformat": ".0%", "anchor": "y2"}
    figure = spec(
        lying([5]),
        lying([0.5], xaxis="x2", yaxis="y2"),
        xaxis={"range": [0, 10], "domain": [0, 0.4], "tickvals": [10], "anchor": "y"},
        xaxis2=right,
        yaxis2={"range": [0, 5], "tickvals": [], "tickfont": FONT, "anchor": "x2"},
    )
    first, second = (box(each) for each in of_class(figure, "bar"))
    assert first[:3:2] == pytest.approx((50, 40))
    assert second[:3:2] == pytest.approx((150, 50))
    said = ["".join(each.itertext()) for each in of_class(figure, "tick")]
    assert [text for text in said if "%" in text] == ["0%", "100%"]


@pytest.mark.parametrize(
    "figure",
    [
        spec(lying([5], insidetextfont=FONT)),
        spec(line("linear", stackgroup="one")),
        spec(line("linear", connectgaps=True)),
        spec(xaxis={"range": [0, 1], "rangebreaks": []}),
        spec(yaxis={"range": [0, 1], "tickformat": ".3e"}),
        spec(shapes=[{"type": "path", "path": "M0,0C1,1 2,2 3,3Z"}]),
        spec(shapes=[{"type": "line", "x0": 0, "x1": 1, "y0": 0, "y1": 1, "legend": "a"}]),
        spec(annotations=[{"text": "a", "x": 0, "y": 0, "font": FONT, "showarrow": True}]),
        spec(annotations=[{"text": "a", "x": 0, "y": 0, "font": FONT, "textangle": 90}]),
    ],
    ids=["bar", "line", "gap", "axis", "format", "curve", "shape", "arrow", "angle"],
)
def test_a_property_that_nobody_draws_is_refused(figure):
    with pytest.raises(NotDrawn):
        drawn(figure, 300)
