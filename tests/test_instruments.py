"""The shelf of scales: what is on it, which rules lead, and what each may show."""

from __future__ import annotations

import dataclasses

import pytest

from clinic.instruments import catalogue, instrument
from clinic.refused import NotFound

EVERY = [pytest.param(scale, id=id) for id, scale in catalogue().items()]

# id, items, maximum, recall in days, rater, text
SHELF = """
phq9       9  27 14 self      items
gad7       7  21 14 self      items
phq2       2   6 14 self      items
gad2       2   6 14 self      items
oasis      5  20  7 self      labels
madrs     10  60  7 clinician labels
madrs_24h 10  60  1 clinician labels
hamd17    17  52  7 clinician labels
hama      14  56  7 clinician labels
lsas_sr   48 144  7 self      labels
lsas_ca   48 144  7 clinician labels
"""


def test_the_shelf():
    found = {
        (each.id, len(each.items), each.maximum, each.recall_days, each.rater, each.text)
        for each in catalogue().values()
    }
    wanted = [line.split() for line in SHELF.strip().splitlines()]
    assert found == {(id, *map(int, numbers), rater, text) for id, *numbers, rater, text in wanted}


def test_a_scale_is_read_once():
    assert instrument("phq9") is catalogue()["phq9"]
    assert instrument("phq9", instrument("phq9").version) is instrument("phq9")


def test_the_catalogue_cannot_be_spoilt_by_its_reader():
    catalogue().clear()
    assert "phq9" in catalogue()
    with pytest.raises(dataclasses.FrozenInstanceError):
        instrument("phq9").maximum = 30


def test_an_unknown_scale_or_version_gets_a_sentence():
    with pytest.raises(NotFound, match="no rating scale “phq10”; there are gad2, gad7"):
        instrument("phq10")
    with pytest.raises(NotFound, match=r"no version 9\.9 of PHQ-9"):
        instrument("phq9", "9.9")


def test_the_24_hour_madrs_differs_in_recall_alone():
    """Two series that are never joined, with the same numbers under their own rule ids."""
    week, day = instrument("madrs"), instrument("madrs_24h")
    assert [item.options for item in week.items] == [item.options for item in day.items]
    assert [(rule.id.split(".", 1)[1], rule.conditions, rule.default) for rule in week.rules] == [
        (rule.id.split(".", 1)[1], rule.conditions, rule.default) for rule in day.rules
    ]
    assert (week.recall, day.recall) == ("past week", "past 24 hours")


# What leads, by our clinical review. A screen has no verdicts; OASIS and the screens have no remission rule.
LEADS = """
phq9      phq9.response.fall50             phq9.remission.lt5       phq9.caseness    10
gad7      gad7.response.fall50             gad7.remission.lt5       gad7.screen_10   10
phq2      -                                -                        -                 -
gad2      -                                -                        -                 -
oasis     oasis.response.reliable5         -                        oasis.caseness    8
madrs     madrs.response.fall50            madrs.remission.le10     madrs.caseness   20
madrs_24h madrs_24h.response.fall50        madrs_24h.remission.le10 madrs_24h.caseness 20
hamd17    hamd17.response.fall50           hamd17.remission.le7     hamd17.caseness  17
hama      hama.response.fall50             hama.remission.le7       hama.caseness    15
lsas_sr   lsas_sr.response.glischinski2018 lsas_sr.remission.le35   lsas_sr.ge30     30
lsas_ca   lsas_ca.response.glischinski2018 lsas_ca.remission.le30   lsas_ca.ge30     30
"""


@pytest.mark.parametrize("line", LEADS.strip().splitlines())
def test_the_rules_that_lead(line: str):
    id, *wanted = line.split()
    scale = instrument(id)
    leading = (scale.default_response, scale.default_remission, scale.too_mild_below)
    found = [rule.id if rule else "-" for rule in leading]
    assert [*found, "-" if scale.caseness is None else f"{scale.caseness:g}"] == wanted


# Reliable change that leads, then its named alternatives. For the other scales none is agreed, none invented.
CHANGE = {
    "phq9": {"phq9.change.nhs6": 6},
    "gad7": {"gad7.change.bischoff6": 6, "gad7.change.nhs4": 4},
    "oasis": {"oasis.change.oasis_d5": 5, "oasis.change.moore2015": 4, "oasis.change.czech5_32": 5.32},
    **{id: {} for id in ("phq2", "gad2", "madrs", "madrs_24h", "hamd17", "hama", "lsas_sr", "lsas_ca")},
}


@pytest.mark.parametrize("id", CHANGE)
def test_reliable_change(id: str):
    scale, expected = instrument(id), CHANGE[id]
    assert {change.id: change.points for change in scale.change} == expected
    assert (scale.default_change.id if scale.change else None) == next(iter(expected), None)


def test_a_rule_without_its_numbers_is_unknown():
    response, remission = instrument("phq9").default_response, instrument("phq9").default_remission
    nan = float("nan")
    assert [response.met(10, None), response.met(None, 20), response.met(nan, 20), response.met(10, nan)] == [
        None
    ] * 4
    assert remission.met(None) is None
    assert response.met(0, 0) is None, "a percentage of nothing"
    assert response.met(12, 10) is False, "worse is no response"


def test_the_line_of_a_rule_is_where_it_begins_to_hold():
    phq9, lsas = instrument("phq9"), instrument("lsas_sr")
    assert phq9.default_response.line(21) == 10.5
    assert phq9.default_remission.line() == 5
    assert phq9.default_response.line() is None
    assert phq9.rule("phq9.response.mcmillan2010").line(24) == 9
    assert lsas.default_response.line(100) == 72
    assert instrument("oasis").default_response.line(14) == 9


@pytest.mark.parametrize("scale", EVERY)
def test_no_total_has_no_band(scale):
    """A column of totals holds NaN where a form has None."""
    assert scale.band(None) is None
    assert scale.band(float("nan")) is None


@pytest.mark.parametrize("scale", EVERY)
def test_options_draw_a_row_for_every_item(scale):
    """Every option is an answer that is accepted, lowest first."""
    for item in scale.items:
        values = [value for value, _ in item.options]
        assert all(item.accepts(value) for value in values)
        assert values == sorted(set(values))
        assert (values[0], item.minimum) == (0, 0)


def test_answers_of_the_phq_family():
    words = ["Not at all", "Several days", "More than half the days", "Nearly every day"]
    for scale in map(instrument, ("phq9", "gad7", "phq2", "gad2")):
        assert all([label for _, label in item.options] == words for item in scale.items)
        assert "No permission required" in scale.notice


def test_the_two_screens_are_the_first_items_of_the_whole():
    for short, whole in (("phq2", "phq9"), ("gad2", "gad7")):
        texts = [item.text for item in instrument(short).items]
        assert texts == [item.text for item in instrument(whole).items[:2]]
        assert instrument(short).stem == instrument(whole).stem


def test_scales_of_unclear_or_refused_licence_show_numbers_only():
    """OASIS, MADRS and LSAS: no wording of an answer, and of the LSAS no situation."""
    for scale in map(instrument, ("oasis", "madrs", "madrs_24h", "lsas_sr", "lsas_ca")):
        assert scale.text == "labels"
        assert all(label == str(value) for item in scale.items for value, label in item.options)
    for item in instrument("lsas_sr").items:
        kind = {"f": "fear", "a": "avoidance"}[item.id[0]]
        assert item.text.startswith(f"Situation {item.number} (")
        assert item.text.endswith(f"), {kind}")


def test_what_is_unverified_says_so():
    assert any("rights holder" in sentence for sentence in instrument("oasis").unverified)
    assert instrument("gad7").default_remission.evidence == "unverified"
    for id in ("madrs", "hamd17", "hama"):
        assert instrument(id).too_mild_below.evidence == "ours"


@pytest.mark.parametrize("scale", EVERY)
def test_nothing_stands_without_a_source(scale):
    cited = (*scale.rules, *scale.band_sets, *scale.change, *scale.meaningful, *scale.flags, *scale.subscales)
    assert scale.source
    assert scale.licence
    assert all(each.source for each in cited)
