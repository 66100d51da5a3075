"""Every reference vector of an outcome, by the tolerances of the reference (Part 3)."""

from __future__ import annotations

import json

import pytest

from clinic.instruments import Condition, Rule, instrument, percent_improvement
from clinic.outcomes import change, durability, effect, funnel, significance, suppression, survival
from clinic.outcomes import talking_therapies as nhs
from clinic.outcomes.proportion import wilson
from tests.shared_data import shared

VECTORS = {
    row["id"]: row for row in json.loads(shared("reference/scoring_vectors.json").read_text(encoding="utf-8"))
}
KINDS = {
    "effect_size": ["es-01"],
    "funnel": ["fun-01"],
    "jt": ["jt-01"],
    "jt_group": ["cs-01"],
    "km": ["km-01"],
    "madrs_state": ["madst-01"],
    "nhs": ["nhs-02", "nhs-03", "nhs-06", "nhs-07"],
    "pct_group": ["cs-02"],
    "percent_change": ["resp-02", "resp-04"],
    "rci": ["jt-02"],
    "relapse": ["rel-01", "rel-03"],
    "stable_remission": ["srem-01"],
    "suppress": ["sup-02"],
    "time_to_response": ["ttr-02", "ttr-03"],
    "wilson": ["wil-02", "wil-04"],
}
FALL50 = (Condition("fall_percent", ">=", 50),)
FALL25 = (Condition("fall_percent", ">=", 25),)


def rule(conditions: tuple[Condition, ...], floor: float = 0.0) -> Rule:
    return Rule("test.response.rule", "of this test", conditions, "the vectors", "ours", floor=floor)


def case(name: str) -> tuple[dict, dict]:
    return VECTORS[name]["in"], VECTORS[name]["out"]


def columns(pairs: list[list[float]]) -> list[list[float]]:
    return [list(side) for side in zip(*pairs, strict=True)]


def test_no_vector_of_an_outcome_is_left_out():
    in_file = {kind: [] for kind in KINDS}
    for name, row in VECTORS.items():
        in_file.get(row["instrument"], []).append(name)
    assert {kind: sorted(names) for kind, names in in_file.items()} == KINDS


def test_jt_01_the_worked_example_of_jacobson_and_truax():
    given, expected = case("jt-01")
    clinical, functional = (given["m_clin"], given["sd_clin"]), (given["m_func"], given["sd_func"])
    for name in significance.CUTOFFS:
        by = significance.yardstick(
            clinical, given["r"], functional, cutoff=name, higher_is_better=given["higher_is_better"]
        )
        assert by.cutoff == pytest.approx(expected[name], abs=0.005)
    assert by.difference_deviation == pytest.approx(expected["sdiff"], abs=0.005)
    assert by.reliable_points == pytest.approx(expected["crit"], abs=0.005)


def test_jt_02_the_index_of_their_patient():
    given, expected = case("jt-02")
    index = change.reliable_change_index(given["x1"], given["x2"], given["sdiff"])
    assert index == pytest.approx(expected["rci"], abs=0.005)
    by = significance.Yardstick("c", 50, 7.5, 0.8, given["sdiff"], higher_is_better=True)
    assert significance.category(given["x1"], given["x2"], by) == "improved"  # 47.5 is short of c = 50


def test_cs_01_the_categories_of_the_r_package():
    given, expected = case("cs-01")
    found = significance.judge(
        *columns(given["pairs"]),
        reliability=given["r"],
        functional=(given["m_func"], given["sd_func"]),
        cutoff=given["cutoff"],
        higher_is_better=given["higher_is_better"],
    )
    by = found.yardstick
    assert by.deviation == pytest.approx(expected["sd_pre"], abs=0.005)
    assert by.difference_deviation == pytest.approx(expected["sdiff"], abs=0.005)
    assert by.cutoff == pytest.approx(expected["c"], abs=0.005)
    assert (found.n, found.missing) == (expected["n"], 0)
    assert found.counts == {name: expected[name] for name in significance.CATEGORIES}


def test_cs_02_half_means_at_least_half():
    given, expected = case("cs-02")
    before, after = columns(given["pairs"])
    at_least = rule((Condition("fall_percent", ">=", given["threshold"]),))
    assert change.met(at_least, after, before).sum() == expected["improved"]


def test_es_01_the_effect_sizes_by_name():
    given, expected = case("es-01")
    found = effect.effect_sizes(*columns(given["pairs"]))
    named = {
        "mean_change": found.mean_change,
        "d_pre_sd": found.d_pre,
        "g_pre_sd": found.g_pre,
        "d_z": found.d_z,
        "d_av": found.d_av,
    }
    assert named == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize("name", KINDS["nhs"])
def test_nhs(name: str):
    given, expected = case(name)
    found = nhs.judge(given["phq"], given["gad"])
    assert {field: getattr(found, field) for field in expected} == expected


@pytest.mark.parametrize("name", KINDS["percent_change"])
def test_percent_change_from_the_floor(name: str):
    given, expected = case(name)
    baseline, value, floor = given["baseline"], given["value"], given["floor"]
    assert percent_improvement(baseline, value, floor) == pytest.approx(expected["pct"], abs=0.005)
    response = rule(FALL50, floor).met(value, baseline)
    assert response is expected["response"]
    assert (rule(FALL25, floor).met(value, baseline) and not response) is expected["partial"]


def test_madst_01_remission_without_response():
    given, expected = case("madst-01")
    baseline, value, madrs = given["baseline"], given["value"], instrument("madrs")
    assert percent_improvement(baseline, value) == pytest.approx(expected["pct"], abs=0.005)
    assert change.responded(madrs.default_response, baseline, value) is expected["response"]
    for name in ("le12", "le10"):
        remission = madrs.rule(f"madrs.remission.{name}")
        assert change.in_remission(remission, value) is expected[f"remission_{name}"]


@pytest.mark.parametrize("name", KINDS["relapse"])
def test_relapse_by_sustain_1(name: str):
    given, expected = case(name)
    found = durability.relapse(*columns(given["series"]))
    assert found.event is expected["relapse"]
    if found.event:
        assert (found.day, found.confirmed_day) == (expected["onset_day"], expected["confirmed_day"])


@pytest.mark.parametrize("name", KINDS["time_to_response"])
def test_time_to_response(name: str):
    given, expected = case(name)
    found = durability.time_to_response(
        rule(FALL50), given["baseline"], *columns(given["series"]), sustained=given["sustained"]
    )
    assert found.event is expected["event"]
    assert found.day == expected.get("day", expected.get("censor_day"))


def test_srem_01_three_of_the_last_four_weeks():
    given, expected = case("srem-01")
    remission = instrument("madrs").rule("madrs.remission.le12")
    assert durability.stable_remission(remission, given["weeks"]) is expected["stable_remission"]


@pytest.mark.parametrize("name", KINDS["wilson"])
def test_wilson(name: str):
    given, expected = case(name)
    assert wilson(given["x"], given["n"]) == pytest.approx((expected["lo"], expected["hi"]), abs=0.00005)


def test_km_01_the_maintained_arm_of_the_aml_trial():
    given, expected = case("km-01")
    curve = survival.kaplan_meier(given["t"], given["event"])
    assert curve.time.tolist() == [time for time, _ in expected["steps"]]
    assert curve.survival == pytest.approx([share for _, share in expected["steps"]], abs=0.0005)
    assert curve.median == expected["median"]


def test_fun_01_three_quarters_against_a_half():
    given, expected = case("fun-01")
    row = funnel.judge([given["x"]], [given["n"]], given["p0"]).rows.iloc[0]
    for ours, theirs in {
        "z": "z",
        "low95": "lo95",
        "high95": "hi95",
        "low998": "lo998",
        "high998": "hi998",
    }.items():
        assert row[ours] == pytest.approx(expected[theirs], abs=0.005)
    assert row["signal"] == expected["signal"]


def test_sup_02_one_to_ten_are_hidden_and_nought_is_not():
    given, expected = case("sup-02")
    assert given["scheme"] == suppression.CMS.id
    assert suppression.cells(given["counts"], suppression.CMS) == expected["out"]
