"""The swimmer plot: every treatment a tick, every response a bar, every loss a cross, every end a cap."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from clinic.charts.palette import DARK, LIGHT
from clinic.charts.swim import swim_figure
from clinic.outcomes.swim import Lane, Response
from tests.course_frames import DOSE_ONE

NAMES = {"e1": "Byron, Ada", "e2": "<b>Nasty</b>", "e3": "P-ABCDE"}


def lane(episode: str, **other) -> Lane:
    usual = {
        "patient": episode,
        "instrument": "phq9",
        "start": DOSE_ONE,
        "doses": (0, 7, 14),
        "scored": (10, 20),
        "responses": (),
        "seen": 21,
        "until": 70,
        "how": "goes on",
        "end_reason": "",
    }
    return Lane(episode=episode, **usual | other)


LANES = [
    lane("e1", responses=(Response(7, 21, 28, "scores"), Response(35, 49))),
    lane("e2", how="ended", until=35, end_reason="<i>cost</i>", unjudged="no valid baseline"),
    lane("e3", how="silent"),
]


def traces(spec: dict) -> dict[str, dict]:
    return {each["name"]: each for each in spec["data"]}


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_it_also_without_courses(palette, narrow):
    for lanes in (LANES, []):
        spec = swim_figure(lanes, NAMES, "courses 1–3 of 3", gap_days=60, palette=palette, narrow=narrow)
        go.Figure(spec)
        json.dumps(spec, allow_nan=False)


def test_every_treatment_response_loss_and_end_is_drawn_in_weeks():
    drawn = traces(swim_figure(LANES, NAMES, "", gap_days=60))
    assert list(drawn["treatment"]["x"][::3]) == [0, 1, 2] * 3
    assert drawn["responded"]["base"] == [1, 5]
    assert drawn["responded"]["x"] == [2, 2]
    assert (drawn["response lost"]["x"], drawn["response lost"]["y"]) == ([4], [0])
    assert drawn["lost in between"]["x"] == [3, 4, None]
    assert drawn["ended"]["x"] == [5, 5, None]
    assert (drawn["goes on"]["y"], drawn["silent"]["y"]) == ([0], [2])


def test_silence_is_hollow_and_what_nobody_saw_is_dotted():
    drawn = traces(swim_figure(LANES, NAMES, "", gap_days=60))
    assert drawn["silent"]["marker"]["color"] == LIGHT.surface
    assert drawn["not seen since"]["line"]["dash"] == "dot"
    assert drawn["not seen since"]["x"][:3] == [3, 10, None]


def test_names_and_reasons_are_text_and_the_key_counts_every_course():
    spec = swim_figure(LANES, NAMES, "courses 1–3 of 3", gap_days=60)
    assert spec["layout"]["yaxis"]["ticktext"] == ["Byron, Ada", "&lt;b&gt;Nasty&lt;/b&gt;", "P-ABCDE"]
    key, *reasons = [note["text"] for note in spec["layout"]["annotations"]]
    assert reasons == ["&lt;i&gt;cost&lt;/i&gt;; no valid baseline"]
    for words in (
        "3 courses:",
        "ended 1",
        "goes on 1",
        "silent for more than 60 days 1",
        "two scores 1",
        "lost 1",
    ):
        assert words in key
    assert "response cannot be judged 1" in key
