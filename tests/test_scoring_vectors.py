"""The reference vectors of the scales that are shipped, and totals against band tables."""

from __future__ import annotations

import json
import re

import pytest

from clinic.instruments import Score, in_order, instrument, percent_improvement, score
from clinic.instruments.definition import Instrument
from clinic.refused import BadAnswers
from tests.shared_data import shared

SCALES = {
    "phq9": ["phq9"],
    "gad7": ["gad7"],
    "phq2": ["phq2"],
    "gad2": ["gad2"],
    "madrs": ["madrs", "madrs_24h"],
    "hamd17": ["hamd17"],
    "hama": ["hama"],
    "lsas": ["lsas_sr", "lsas_ca"],
}
VECTORS = {
    "phq9": "06 08 09 10 14 15 16 19 20 22 24 25 26 27",
    "gad7": "03 04 06 09",
    "phq2": "02 03",
    "gad2": "01",
    "madrs": "03 04 07 08",
    "hamd": "01 04",
    "hama": "01 03",
    "lsas": "01",
}
NAMES = [f"{scale}-{number}" for scale, numbers in VECTORS.items() for number in numbers.split()]
TRISTATE = {True: "yes", False: "no", "unknown": "unknown"}


def vectors() -> dict[str, dict]:
    return {row["id"]: row for row in json.loads(shared("reference/scoring_vectors.json").read_text())}


def flat(name: str | None) -> str | None:
    """Band names as the vectors spell them: `none/minimal` is `none_minimal`."""
    return name and re.sub(r"\W", "_", name)


def found(key: str, scale: Instrument, scored: Score) -> object:
    """What we answer to one expected field of a vector."""
    if key in ("total", "prorated"):
        return getattr(scored, key)
    if key == "missing":
        return len(scored.missing)
    if key == "band":
        return flat(scored.band)
    if key == "item9_flag":
        return scored.flags["suicide"]
    if key == "item10":
        return scored.levels["suicide"]
    if key == "algorithm":
        return scored.levels["algorithm"]
    return scored.checks[key] if key in scored.checks else scored.subscales[key]


def test_without_the_shared_folder_a_test_fails_and_is_not_skipped(monkeypatch, tmp_path):
    monkeypatch.setenv("CLINIC_SHARED", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="set CLINIC_SHARED to the folder that holds it"):
        shared("reference/not_there.json")


def test_no_vector_of_a_shipped_scale_is_left_out():
    """And none of those listed here has vanished, which would leave its test without a number."""
    in_file = {name for name, row in vectors().items() if row["instrument"] in SCALES}
    assert in_file == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_reference_vector(name: str):
    row = vectors()[name]
    for scale in map(instrument, SCALES[row["instrument"]]):
        given = row["in"].get("items") or row["in"]["fear"] + row["in"]["avoid"]
        expected = dict(row["out"])
        if "error" in expected:
            with pytest.raises(BadAnswers) as refused:
                score(scale, in_order(scale, given))
            assert refused.value.code == expected["error"]
            continue
        if "item9_flag" in expected:
            expected["item9_flag"] = TRISTATE[expected["item9_flag"]]
        scored = score(scale, in_order(scale, given))
        assert {key: found(key, scale, scored) for key in expected} == expected, scale.id


@pytest.mark.parametrize(
    "name, bands", [("band-hamd17", "zimmerman2013"), ("band-hamd17_apa2000", "apa2000")]
)
def test_band_table(name: str, bands: str):
    row = vectors()[name]
    chosen = next(each for each in instrument("hamd17").band_sets if each.id == f"hamd17.bands.{bands}")
    assert [flat(chosen.band(total)) for total in row["in"]["totals"]] == row["out"]["bands"]


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
