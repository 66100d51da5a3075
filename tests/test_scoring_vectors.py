"""Every reference vector of a scale, and totals against band tables; those of outcomes are in their own file."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest

from clinic.instruments import (
    Score,
    in_order,
    instrument,
    percent_improvement,
    refuse_incomplete,
    score,
    score_total,
)
from clinic.instruments.definition import Instrument
from clinic.refused import BadAnswers
from tests import test_outcomes_vectors
from tests.shared_data import shared

# Kind of vector: the scales that it is about.
SCALES = {
    "phq9": ["phq9"],
    "gad7": ["gad7"],
    "phq2": ["phq2"],
    "gad2": ["gad2"],
    "qids": ["qids_sr16"],
    "madrs": ["madrs", "madrs_24h"],
    "hama": ["hama"],
    "hamd17": ["hamd17"],
    "pcl5": ["pcl5", "pcl5_week"],
    "wsas": ["wsas"],
    "auditc": ["auditc"],
    "isi": ["isi"],
    "ymrs": ["ymrs"],
    "shaps": ["shaps"],
    "ybocs": ["ybocs"],
    "bprs4": ["bprs4"],
    "cadss23": ["cadss"],
    "aldrete": ["aldrete"],
    "moaas": ["moaas"],
    "rass": ["rass"],
    "lsas": ["lsas_sr", "lsas_ca"],
    "fq": ["fq"],
    "cgi_i": ["cgi_i"],
    "kss": ["kss"],
    "eq5d": ["eq5d5l"],
}
# Prefix of the ids: their numbers. Those of the C-SSRS, PROMIS, O'Leary–Sant and the band tables follow below.
VECTORS = {
    "phq9": "06 08 09 10 14 15 16 19 20 22 24 25 26 27",
    "gad7": "03 04 06 09",
    "phq2": "02 03",
    "gad2": "01",
    "qids": "01 02 04 06",
    "madrs": "03 04 07 08",
    "hama": "01 03",
    "hamd": "01 04",
    "pcl5": "01 03",
    "wsas": "01 02",
    "auditc": "02 04",
    "isi": "02",
    "ymrs": "01",
    "shaps": "01",
    "ybocs": "01",
    "bprs4": "02",
    "cadss": "01",
    "aldrete": "01",
    "moaas": "02",
    "rass": "01",
    "lsas": "01",
    "fq": "02",
    "cgii": "02 03",
    "kss": "01",
    "eq5d": "01",
}
NAMES = [f"{scale}-{number}" for scale, numbers in VECTORS.items() for number in numbers.split()]
PROMIS = {"promis-04": "promis_depression_8a", "promis-05": "promis_anxiety_4a"}
OLEARY_SANT = ["icsi-01"]
COLUMBIA = {
    "cssrs-01": ["cssrs", "cssrs_since"],
    "cssrs-03": ["cssrs", "cssrs_since"],
    "cssrs-08": ["cssrs", "cssrs_since"],
    "cssrs-09": ["cssrs"],  # since the last contact there is no recency to ask
    "cssrs-10": ["cssrs", "cssrs_since"],
}
BANDS = {
    "band-qids": "qids_sr16.bands.rush2003",
    "band-hamd17": "hamd17.bands.zimmerman2013",
    "band-hamd17_apa2000": "hamd17.bands.apa2000",
    "band-ybocs": "ybocs.bands.goodman",
    "band-bai": "bai.bands.manual",
}
TOO_HIGH = {"band-err1": "bdi2"}

# Our name where a vector has another.
OURS = {
    "raw": "total",
    "total_phobia": "total",
    "total_0_14": "total",
    "item9_flag": "suicide",
    "item12_flag": "suicide",
    "T": "t_score",
    "B": "cluster_b",
    "C": "cluster_c",
    "D": "cluster_d",
    "E": "cluster_e",
    "responder": "response_le2",
    "loss_of_consciousness": "eq0",
}
VERDICT = {"yes": True, "no": False, "unknown": "unknown"}


def vectors() -> dict[str, dict]:
    return {row["id"]: row for row in json.loads(shared("reference/scoring_vectors.json").read_text())}


def flat(name: str | None) -> str | None:
    """Band names as the vectors spell them: `none/minimal` is `none_minimal`."""
    return name and re.sub(r"\W", "_", name)


def answers_of(given: dict) -> list:
    """The answers of a vector in the order of our form."""
    if "profile" in given:
        return [*map(int, given["profile"]), None]  # the slider is not part of the vector
    if "value" in given:
        return [given["value"]]
    if "fear" in given:
        return given["fear"] + given["avoid"]
    return [given["main"], *given["items"]] if "main" in given else given["items"]


def found(key: str, scale: Instrument, scored: Score, sex: str | None) -> object:
    """What we answer to one expected field of a vector."""
    name = OURS.get(key, key)
    if name in ("total", "prorated"):
        return getattr(scored, name)
    if name in scored.flags:
        return VERDICT[scored.flags[name]]
    if name in scored.checks:
        return scored.checks[name]
    if name in scored.subscales:
        return scored.subscales[name]
    if name in scored.levels:
        return VERDICT.get(scored.levels[name], scored.levels[name])
    return OTHERS[key](scale, scored, sex)


def domains(scale: Instrument, scored: Score, sex: str | None) -> dict:
    """The ninth domain is called `suicide` in the vectors; that is the name of our flag."""
    values = {domain.name: scored.subscales[domain.name] for domain in scale.domains}
    return {name.replace("thoughts_of_death", "suicide"): value for name, value in values.items()}


def positive(scale: Instrument, scored: Score, sex: str | None) -> bool | None:
    """AUDIT-C: the verdict for the sex that is recorded; of the other one, and without any, there is none."""
    by_sex = {"female": scored.checks["women_ge3"], "male": scored.checks["men_ge4"]}
    assert all(verdict is None for other, verdict in by_sex.items() if other != sex)
    return by_sex.get(sex)


OTHERS = {
    "missing": lambda scale, scored, sex: len(scored.missing),
    "band": lambda scale, scored, sex: flat(scored.band),
    "item10": lambda scale, scored, sex: scored.levels["suicide"],
    "max": lambda scale, scored, sex: scale.maximum,
    "domains": domains,
    "positive": positive,
    "assessed": lambda scale, scored, sex: scored.total is not None,
    "level": lambda scale, scored, sex: "moderate_or_greater" if scored.checks["le3"] else "less",
}


def test_without_the_shared_folder_a_test_fails_and_is_not_skipped(monkeypatch, tmp_path):
    monkeypatch.setenv("CLINIC_SHARED", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="set CLINIC_SHARED to the folder that holds it"):
        shared("reference/not_there.json")


def test_every_vector_is_used_here_or_among_the_outcomes():
    """All 90, each in one place; and none of those listed has vanished, which would leave a test without a number."""
    outcomes = [name for names in test_outcomes_vectors.KINDS.values() for name in names]
    here = [*NAMES, *PROMIS, *OLEARY_SANT, *COLUMBIA, *BANDS, *TOO_HIGH]
    assert sorted(here + outcomes) == sorted(vectors())
    assert len(vectors()) == 90


def compare(scale: Instrument, given: dict, expected: dict) -> None:
    sex = given.get("sex")
    if "error" in expected:
        with pytest.raises(BadAnswers) as refused:
            score(scale, in_order(scale, answers_of(given)), sex=sex)
        assert refused.value.code == expected["error"]
        return
    scored = score(scale, in_order(scale, answers_of(given)), sex=sex)
    assert {key: found(key, scale, scored, sex) for key in expected} == expected, scale.id


@pytest.mark.parametrize("name", NAMES)
def test_reference_vector(name: str):
    row = vectors()[name]
    for scale in map(instrument, SCALES[row["instrument"]]):
        compare(scale, row["in"], row["out"])


@pytest.mark.parametrize("name", PROMIS)
def test_promis(name: str):
    """Each short form has a table of its own."""
    row = vectors()[name]
    compare(instrument(PROMIS[name]), row["in"], row["out"])


@pytest.mark.parametrize("name", OLEARY_SANT)
def test_symptoms_and_problems_of_the_bladder_are_two_scales(name: str):
    row = vectors()[name]
    for part, id in (("symptom", "icsi"), ("problem", "icpi")):
        compare(instrument(id), {"items": row["in"][part]}, {"total": row["out"][id]})


def columbia(name: str) -> tuple[dict[str, int], dict]:
    """The answers of a C-SSRS vector as we hold them, and what is expected."""
    row = vectors()[name]
    return {item: int(answer) for item, answer in row["in"]["answers"].items()}, row["out"]


@pytest.mark.parametrize(
    "name, id", [(name, id) for name in ("cssrs-01", "cssrs-03") for id in COLUMBIA[name]]
)
def test_columbia_level_and_triage(name: str, id: str):
    answers, expected = columbia(name)
    refuse_incomplete(instrument(id), answers)
    levels = score(instrument(id), answers).levels
    assert (levels["level"], levels["triage"]) == (str(expected["ideation_level"]), expected["risk"])


# Which questions a refusal names.
OPEN = {"q3_q5_required_when_q2_yes": [3, 4, 5], "q6_recency_required": [6]}


@pytest.mark.parametrize(
    "name, id", [(name, id) for name in ("cssrs-08", "cssrs-09") for id in COLUMBIA[name]]
)
def test_columbia_fails_closed_and_names_the_open_questions(name: str, id: str):
    answers, expected = columbia(name)
    scale = instrument(id)
    with pytest.raises(BadAnswers) as refused:
        refuse_incomplete(scale, answers)
    assert refused.value.code == "required"
    blank = [item for item in scale.items if item.scored and item.id not in answers]
    named = [item for item in blank if item.number in OPEN[expected["error"]]]
    questions = "; ".join(f"{item.number}. {item.text}" for item in named)
    assert str(refused.value).endswith(f" Open: {questions}.")
    assert score(scale, answers).levels["triage"] == "unknown"


def test_the_open_question_about_behaviour_is_when_it_was():
    answers, _ = columbia("cssrs-09")
    with pytest.raises(BadAnswers, match=r"Open: 6\. Such behaviour within the past 3 months\.$"):
        refuse_incomplete(instrument("cssrs"), answers)


@pytest.mark.parametrize("id", COLUMBIA["cssrs-10"])
def test_columbia_refuses_an_answer_that_was_not_asked_for(id: str):
    answers, expected = columbia("cssrs-10")
    assert expected == {"error": "inconsistent_skip"}
    with pytest.raises(BadAnswers, match=r"item q4 .* is asked only after a yes to item 2") as refused:
        score(instrument(id), answers)
    assert refused.value.code == "not_asked"


@pytest.mark.parametrize("name", sorted(set(COLUMBIA) - {"cssrs-10"}))
def test_columbia_has_no_colour(name: str):
    """The vectors name one and we do not: a negative answer never clears anybody, so nothing is green."""
    answers, _ = columbia(name)
    said = json.dumps(asdict(score(instrument("cssrs"), answers))).lower()
    assert re.findall(r"\b(green|yellow|orange|amber|red|colou?r)\b", said) == []


@pytest.mark.parametrize("name", BANDS)
def test_band_table(name: str):
    row = vectors()[name]
    scale = instrument(BANDS[name].split(".")[0])
    (chosen,) = [each for each in scale.band_sets if each.id == BANDS[name]]
    assert [flat(chosen.band(total)) for total in row["in"]["totals"]] == row["out"]["bands"]


@pytest.mark.parametrize("name", TOO_HIGH)
def test_a_total_beyond_the_scale_is_refused(name: str):
    row = vectors()[name]
    for total in row["in"]["totals"]:
        with pytest.raises(BadAnswers) as refused:
            score_total(instrument(TOO_HIGH[name]), total)
        assert refused.value.code == row["out"]["error"]


def test_half_means_at_least_half():
    """On the claus_2020 Hamilton scores ≥ 50 % gives 16 responders; > 50 % would give 15 (cs-02)."""
    row = vectors()["cs-02"]
    response = instrument("hamd17").default_response
    assert sum(response.met(end, start) for start, end in row["in"]["pairs"]) == row["out"]["improved"] == 16


def test_remission_without_response():
    """Baseline 22 and end 12: remission in the esketamine trials, 45 % fall, no response (madst-01)."""
    row, madrs = vectors()["madst-01"], instrument("madrs")
    baseline, end = row["in"]["baseline"], row["in"]["value"]
    assert percent_improvement(baseline, end) == pytest.approx(row["out"]["pct"], abs=0.005)
    assert madrs.default_response.met(end, baseline) is row["out"]["response"]
    assert madrs.rule("madrs.remission.le12").met(end) is row["out"]["remission_le12"]
    assert madrs.rule("madrs.remission.le10").met(end) is row["out"]["remission_le10"]


@pytest.mark.parametrize("name", ["resp-02", "resp-04"])
def test_percent_improvement_knows_the_floor(name: str):
    """A four-item scale coded 1–7 starts at 4; without that the percentages are wrong."""
    row = vectors()[name]
    found = percent_improvement(row["in"]["baseline"], row["in"]["value"], row["in"]["floor"])
    assert found == pytest.approx(row["out"]["pct"], abs=0.005)
