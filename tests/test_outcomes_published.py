"""Published rates: the file is whole, and nothing is drawn that is not alike in all four ways and read by somebody."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from statsmodels.stats.proportion import proportion_confint

from clinic.charts.palette import DARK, LIGHT
from clinic.charts.published import published_figure
from clinic.instruments import catalogue, instrument
from clinic.outcomes import bands_published as published
from clinic.outcomes import rates, states
from tests.course_frames import ZONE, at, courses, doses, score, scores

PHQ9 = instrument("phq9")
WINDOW = states.Window()


def clinic(n: int = 40, with_score: int = 30, **other) -> published.Own:
    first = courses(*({"patient": f"p{k}", "baseline": 20} | other for k in range(n)))
    given = scores(*(score(at(28), 4 + k % 20, patient=f"p{k}") for k in range(with_score)))
    people = states.people(first, given, doses()[:0], catalogue(), at(60), zone=ZONE)
    return published.own(people, PHQ9, rates.RESPONSE, WINDOW)


def named(id: str) -> tuple[published.Source, published.Figure]:
    source = next(each for each in published.sources() if each.id == id)
    return source, source.figures[0]


def drawn(own: published.Own) -> list[str]:
    return [source.id for source, _ in published.drawn(own)]


def test_the_file_is_whole():
    found = published.sources()
    assert len({source.id for source in found}) == len(found)
    known = catalogue()
    for source in found:
        assert source.kind in published.KINDS
        assert source.denominator in published.DENOMINATORS
        assert source.citation
        assert len(source.days) in (0, 2)
        for figure in source.figures:
            assert figure.outcome in rates.OUTCOMES
            assert figure.evidence in (published.READ, published.FROM_MEMORY)
            assert 0 <= figure.percent <= 100
            if figure.rule:
                assert figure.rule in {rule.id for rule in known[figure.instrument].rules}


def test_an_infusion_clinic_on_phq9_is_beside_mcinnes_alone():
    own = clinic()
    assert drawn(own) == ["mcinnes2022"]
    source, figure = named("mcinnes2022")
    assert source.tags == "clinics, completers"
    assert source.bounds(figure) == pytest.approx(proportion_confint(288, 537, method="wilson"))


@pytest.mark.parametrize(
    "other, why",
    [
        ({"route": "IM"}, "another route: IV"),
        ({"substance": "esketamine"}, "another drug: racemic ketamine"),
        ({"route": None}, "another route: IV"),
    ],
)
def test_other_treatment_is_not_beside_it(other, why):
    own = clinic(**other)
    assert drawn(own) == []
    assert why in published.why_not(*named("mcinnes2022"), own)


def test_two_routes_together_are_beside_neither():
    own = replace(clinic(), routes=("IM", "IV"))
    assert drawn(own) == []


@pytest.mark.parametrize("day, ids", [(14, []), (28, ["mcinnes2022"]), (56, ["mcinnes2022"]), (84, [])])
def test_the_time_must_be_theirs(day, ids):
    assert drawn(replace(clinic(), window=states.Window(day=day))) == ids


def test_another_definition_or_scale_is_not_beside_it():
    assert drawn(replace(clinic(), rule="phq9.response.other")) == []
    assert drawn(replace(clinic(), instrument="gad7", rule="gad7.response.fall50")) == []


def test_few_people_and_few_pairs_are_beside_nothing():
    assert "fewer than 20 people here" in published.why_not(*named("mcinnes2022"), clinic(24, 19))
    own = clinic(40, 27)  # 67.5 % of pairs
    assert published.why_not(*named("mcinnes2022"), own) == ["fewer than 70 % of pairs here"]


def test_what_nobody_has_read_is_never_drawn():
    source, figure = named("mcinnes2022")
    for changed in ((source, replace(figure, evidence="unverified")), (replace(source, read=""), figure)):
        assert published.why_not(*changed, clinic()) == ["from memory: nobody has checked it"]
    for source in published.sources():
        for figure in source.figures:
            if not figure.read:
                own = replace(
                    clinic(), instrument=figure.instrument, rule=figure.rule, outcome=figure.outcome
                )
                assert published.why_not(source, figure, own)


def test_a_denominator_that_is_not_stated_has_no_interval_and_no_band():
    source, figure = named("oliver2022")
    assert source.bounds(figure) is None
    own = replace(clinic(), window=states.Window(day=42))
    assert published.why_not(source, figure, own) == ["its denominator is not stated"]


def test_all_are_listed_each_with_its_reason():
    own = clinic()
    table = published.listed(own, catalogue())
    assert len(table) == sum(len(source.figures) for source in published.sources())
    assert table.iloc[0]["Not drawn because"] == "drawn"
    assert (table["Not drawn because"] == "drawn").sum() == 1
    assert (
        table.set_index("Study").loc["Loo 2023 KADS, flexible dose", "Checked"] == "unverified, from memory"
    )
    assert len(published.negatives()) == 3


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_figure_says_that_it_is_no_target_and_who_was_measured(palette, narrow):
    own = clinic()
    spec = published_figure(own, published.drawn(own), palette=palette, narrow=narrow)
    go.Figure(spec)
    json.dumps(spec, allow_nan=False)
    text = " ".join(note["text"] for note in spec["layout"]["annotations"]).replace("<br>", " ")
    assert "not a standard or target; different patients" in text
    assert "completers" in text
    assert "6 % of 9,016 treated" in text
    assert "10 of 40 here have no score or no baseline" in text
    points, bands = spec["data"]
    assert points["x"] == [pytest.approx(own.row["observed"])]
    assert np.add(bands["base"], bands["x"]) == pytest.approx([0.5782], abs=0.001)


def test_each_is_held_against_our_rate_of_the_same_people():
    source, figure = named("mcinnes2022")
    of_all = replace(source, denominator=published.ALL_STARTED)
    spec = published_figure(clinic(), [(of_all, figure)])
    assert spec["data"][0]["x"] == [pytest.approx(clinic().row["share"])]
