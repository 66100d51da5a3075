"""A protocol that contradicts itself is refused with file, key and sentence; a published one never changes."""

from __future__ import annotations

import copy
import shutil
import tomllib
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clinic.protocols import BadDefinition, catalogue, protocol, versions
from clinic.protocols.keys import SECTIONS
from clinic.protocols.library import DEFINITIONS, shelf
from clinic.protocols.limit import When
from clinic.protocols.measures import DOSE_TIERS, MEASURES, worse
from clinic.protocols.reading import fingerprint, protocol_of, read_definition
from clinic.protocols.sense import rows_of
from clinic.refused import NotFound

TEXT = (DEFINITIONS / "adult.toml").read_text(encoding="utf-8")
TABLE = tomllib.loads(TEXT)
ADULT = protocol("adult")


@pytest.fixture
def folder(tmp_path):
    for path in DEFINITIONS.glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def refusal(table: dict) -> str:
    with pytest.raises(BadDefinition) as refused:
        protocol_of("adult.toml", table)
    return str(refused.value)


def altered(section: str, id: str, **changes) -> dict:
    """The shipped table with one row changed; a change to None takes the key away."""
    table = copy.deepcopy(TABLE)
    row = next(row for row in table[section] if row["id"] == id)
    for key, value in changes.items():
        if value is None:
            del row[key]
        else:
            row[key] = value
    return table


RED, IV, GLUE = "bp.during.systolic.red", "schedule.iv", "ladder.glue_sc"
SLIPS = [
    ("limits", RED, {"value": "180"}, f"limits {RED}, key “value” should be a number, not '180'"),
    ("limits", RED, {"value": None}, f"limits {RED}, key “value” is missing"),
    ("limits", RED, {"valu": 180}, f"limits {RED}, key “valu” is unknown"),
    ("limits", RED, {"locked": 1}, f"limits {RED}, key “locked” should be true or false, not 1"),
    ("limits", RED, {"source": None}, f"limits {RED}, key “source” is missing"),
    (
        "limits",
        RED,
        {"evidence": "certain"},
        f"{RED}: evidence should be one of published, unverified, ours, not “certain”",
    ),
    ("limits", RED, {"measure": "systolic"}, f"{RED}: measure “systolic” is unknown"),
    (
        "limits",
        RED,
        {"phase": "after"},
        f"{RED}: phase should be one of pre, during, leaving, order, not “after”",
    ),
    ("limits", RED, {"comparison": "=>"}, f"{RED}: comparison should be one of >=, >, <=, <, not “=>”"),
    (
        "limits",
        RED,
        {"tier": "block"},
        f"{RED}: tier should be one of info, amber, hold, no_start, red, critical, not “block”",
    ),
    ("limits", RED, {"route": "iv"}, f"{RED}: route should be one of IV, IM, SC, IN, SL, oral, not “iv”"),
    (
        "limits",
        RED,
        {"substance": "ketamine"},
        f"{RED}: substance should be one of racemic ketamine, esketamine",
    ),
    ("limits", RED, {"value": 191}, f"{RED}: 191 lies outside 160 to 190, the outer bounds"),
    ("limits", RED, {"outer": [190, 160]}, f"limits {RED}, outer should be two numbers, lowest first"),
    ("limits", RED, {"outer": [160]}, f"limits {RED}, outer should be two numbers, lowest first"),
    ("limits", RED, {"outer": [160, True]}, f"limits {RED}, outer should be two numbers, lowest first"),
    (
        "limits",
        RED,
        {"value": 160},
        f"bp.during.systolic.amber at 160 and {RED} at 160 are the wrong way round",
    ),
    ("limits", RED, {"says": "systolic 180 or more"}, f"{RED}: says should name the number as {{value}}"),
    ("limits", RED, {"when": {"symptom": True}}, f"limits {RED}, when, key “symptom” is unknown"),
    (
        "limits",
        RED,
        {"when": {"stage": "later"}},
        f"{RED}: when, stage should be one of induction, optimisation, maintenance",
    ),
    (
        "limits",
        "spo2.during.red",
        {"value": 94},
        "spo2.during.amber at 94 and spo2.during.red at 94 are the wrong way round",
    ),
    (
        "limits",
        "dose.iv.mg.strong",
        {"tier": "red"},
        "dose.iv.mg.strong: tier should be one of info, warn, strong, block",
    ),
    (
        "limits",
        "dose.iv.mg.strong",
        {"value": 80},
        "dose.iv.mg.warn at 80 and dose.iv.mg.strong at 80 are the wrong way",
    ),
    (
        "rules",
        "product.unknown",
        {"tier": "stop"},
        "rules product.unknown: tier should be one of info, warn, strong, block",
    ),
    ("slips", "slip.weight.pounds", {"low": 3}, "slip.weight.pounds: low should be below high"),
    ("slips", "slip.weight.pounds", {"of": "height"}, "slip.weight.pounds: of should be one of weight, dose"),
    ("schedules", IV, {"minimum": "observation.none"}, f"{IV}: there is no limit “observation.none”"),
    (
        "schedules",
        IV,
        {"stretches": [{"window": "during"}]},
        f"schedules {IV}, stretch 1 should have either at or every",
    ),
    (
        "schedules",
        IV,
        {"stretches": [{"window": "during", "every": 0, "until": "stop"}]},
        "every should be at least a minute",
    ),
    (
        "schedules",
        IV,
        {"stretches": [{"window": "during", "every": 10, "until": "end"}]},
        "until should be “stop”, “leaving” or a minute",
    ),
    (
        "schedules",
        IV,
        {"stretches": [{"window": "during", "every": 10}]},
        "until should be “stop”, “leaving” or a minute, not None",
    ),
    (
        "schedules",
        IV,
        {"stretches": [{"window": "before", "at": [5]}]},
        f"{IV}: window “before” should be one of during, after",
    ),
    (
        "schedules",
        IV,
        {"stretches": [{"window": "after", "at": [5], "after": "dose"}]},
        f"{IV}: after “dose” should be one of start, stop",
    ),
    ("schedules", IV, {"stretches": [{"window": "after", "at": [20, 10]}]}, "at should be minutes that rise"),
    ("schedules", IV, {"stretches": ["every ten"]}, f"schedules {IV}, stretch 1 should be a table"),
    ("schedules", IV, {"route": "IM"}, "schedules: there is none for racemic ketamine IV"),
    ("ladders", GLUE, {"steps": [0.5, 0.25]}, f"ladders {GLUE}, steps should be numbers that rise"),
    ("ladders", GLUE, {"steps": []}, f"ladders {GLUE}, steps should be numbers that rise"),
    (
        "products",
        "product.ketamine_100",
        {"dilute_for": [4]},
        "products product.ketamine_100, dilute_for should be a list of text",
    ),
    (
        "concomitant",
        "drug.gabapentinoid",
        {"with_same_day": ["drug.gin"]},
        "drug.gabapentinoid: there is no class of drugs “drug.gin”",
    ),
    (
        "concomitant",
        "drug.opioid",
        {"same_day": "crimson"},
        "concomitant drug.opioid: tier should be one of none, note, amber, red",
    ),
    (
        "concomitant",
        "drug.inducer",
        {"by_route": {"oral": "high"}},
        "concomitant drug.inducer: tier should be one of none, note",
    ),
    (
        "gate",
        "gate.escort",
        {"else_": "wait"},
        "gate.escort: else_ should be one of prescriber decides, do not start, not “wait”",
    ),
    ("gate", "gate.escort", {"go_if": "maybe"}, "gate.escort: go_if should be one of yes, no, not “maybe”"),
    ("gate", "gate.escort", {"lasts": "week"}, "gate.escort: there is no limit “week”"),
    (
        "leaving",
        "leaving.walks",
        {"method": "looks"},
        "leaving.walks: method should be one of minutes, ticked",
    ),
    (
        "leaving",
        "leaving.aldrete",
        {"limits": ["leaving.none"]},
        "leaving.aldrete: there is no limit “leaving.none”",
    ),
    (
        "leaving",
        "leaving.aldrete",
        {"limits": [9]},
        "leaving leaving.aldrete, limits should be a list of text",
    ),
    (
        "symptoms",
        "symptom.seizure",
        {"tier": "warn"},
        "symptoms symptom.seizure: tier should be one of info, amber",
    ),
]


@pytest.mark.parametrize("section, id, changes, sentence", SLIPS, ids=lambda it: str(it)[:60])
def test_a_slip_is_refused_with_file_key_and_sentence(section, id, changes, sentence):
    said = refusal(altered(section, id, **changes))
    assert sentence in said
    assert said.startswith("adult.toml: ")


def test_the_shipped_table_is_read_as_it_is():
    assert protocol_of("adult.toml", copy.deepcopy(TABLE)).fingerprint == ADULT.fingerprint


@pytest.mark.parametrize("section", ["limits", "schedules", "gate", "leaving", "symptoms"])
def test_a_protocol_with_nothing_to_judge_by_is_refused(section):
    assert f"{section}: there is none." in refusal(copy.deepcopy(TABLE) | {section: []})


def test_a_protocol_that_asks_for_no_vital_sign_is_refused():
    assert "pre_dose: there is none." in refusal(copy.deepcopy(TABLE) | {"pre_dose": []})
    assert "pre_dose: “pulse” is no measure." in refusal(copy.deepcopy(TABLE) | {"pre_dose": ["pulse"]})


def test_a_window_names_a_limit_that_exists():
    windows = TABLE["windows"] | {"during": "window.none"}
    assert "windows during: there is no limit “window.none”." in refusal(
        copy.deepcopy(TABLE) | {"windows": windows}
    )


def read(folder, text: str):
    (folder / "adult.toml").write_text(text, encoding="utf-8")
    return read_definition(folder / "adult.toml")


def test_every_problem_of_a_file_is_said_at_once(folder):
    text = TEXT.replace('tier = "critical"', 'teir = "critical"')
    with pytest.raises(BadDefinition) as refused:
        read(folder, text)
    assert len(refused.value.problems) == TEXT.count('tier = "critical"')


@pytest.mark.parametrize(
    "text, sentence",
    [
        (TEXT.replace('id = "adult"', "id = 'adult"), "adult.toml is not well-formed TOML"),
        (
            TEXT.replace("next_review = 2027-05-01", 'next_review = "May"'),
            "key “next_review” should be a date",
        ),
        (TEXT + '\n[[limit]]\nid = "x"\n', "adult.toml: key “limit” is unknown."),
        (
            TEXT + '\n[[symptoms]]\nid = "symptom.seizure"\n',
            "symptoms: “symptom.seizure” stands there twice.",
        ),
        (TEXT + '\n[[symptoms]]\ntitle = "x"\n', "key “id” is missing."),
        (TEXT.replace('version = "1.0"', "version = 1.0"), "key “version” should be text, not 1.0"),
    ],
)
def test_what_is_wrong_with_a_file_as_a_whole(folder, text, sentence):
    with pytest.raises(BadDefinition, match=r"adult\.toml") as refused:
        read(folder, text)
    assert sentence in str(refused.value)


def test_a_file_that_is_not_text_is_refused(folder):
    (folder / "adult.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadDefinition, match="not well-formed TOML"):
        read_definition(folder / "adult.toml")


# ---- extending -------------------------------------------------------------------------------------------------


def test_a_place_says_only_what_differs():
    us = tomllib.loads((DEFINITIONS / "us.toml").read_text(encoding="utf-8"))
    assert len(us["limits"]) < 10
    assert protocol("us").extends == "adult@1.0"
    assert protocol("us").weighing == ADULT.weighing
    assert protocol("us").limit("observation.esketamine").says == ADULT.limit("observation.esketamine").says


def test_a_row_that_is_new_must_be_whole(folder):
    path = folder / "uk.toml"
    path.write_text(
        path.read_text(encoding="utf-8") + '\n[[limits]]\nid = "bp.uk"\nvalue = 3\n', encoding="utf-8"
    )
    with pytest.raises(BadDefinition, match=r"uk\.toml: limits bp\.uk, key “says” is missing"):
        read_definition(path)


def test_a_base_that_is_not_there_is_refused(folder):
    path = folder / "uk.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("adult@1.0", "adult@0.9"), encoding="utf-8")
    with pytest.raises(BadDefinition, match=r"uk\.toml: key “extends” names adult@0\.9, which is not"):
        read_definition(path)


def test_a_later_base_changes_nothing_in_what_extends_the_old_one(folder):
    before = protocol("uk").fingerprint
    (folder / "adult@1.0.toml").write_text(TEXT, encoding="utf-8")
    later = TEXT.replace('version = "1.0"', 'version = "1.1"').replace("value = 84", "value = 83")
    (folder / "adult.toml").write_text(later, encoding="utf-8")
    assert read_definition(folder / "uk.toml").fingerprint == before
    assert read_definition(folder / "uk.toml").limit("dose.esketamine.mg.block").value == 84


# ---- the shelf -------------------------------------------------------------------------------------------------


def test_the_shelf_has_the_starting_profiles():
    """docs/clinical.md G: US and UK ship as starting profiles."""
    assert set(catalogue()) == {"adult", "uk", "us"}
    assert versions("adult") == ["1.0"]
    assert protocol("adult", "1.0") is protocol("adult")


def test_what_is_not_on_the_shelf_is_not_found():
    with pytest.raises(NotFound, match="no protocol “children”; there are adult, uk, us"):
        protocol("children")
    with pytest.raises(NotFound, match="no version 9 of Adults, in the clinic"):
        protocol("adult", "9")


def test_a_published_protocol_never_changes(folder):
    text = TEXT.replace("value = 84", "value = 83")
    (folder / "adult.toml").write_text(text, encoding="utf-8")
    with pytest.raises(
        BadDefinition, match=r"adult\.toml differs from what was published as adult@1\.0"
    ) as said:
        shelf(folder)
    assert len(said.value.problems) == 3  # the two that extend it too


def test_a_new_version_is_published_beside_the_old(folder):
    (folder / "adult@1.0.toml").write_text(TEXT, encoding="utf-8")
    (folder / "adult.toml").write_text(TEXT.replace('version = "1.0"', 'version = "1.1"'), encoding="utf-8")
    with pytest.raises(BadDefinition, match=r'adult@1\.1 is new: add the line "adult@1\.1" = '):
        shelf(folder)
    line = f'"adult@1.1" = "{read_definition(folder / "adult.toml").fingerprint}"\n'
    with (folder / "published.toml").open("a", encoding="utf-8") as published:
        published.write(line)
    assert {name for name, _ in shelf(folder)} == {"adult", "uk", "us"}


def test_a_published_file_must_not_go(folder):
    (folder / "us.toml").unlink()
    with pytest.raises(BadDefinition, match=r"us@1\.0 was published, but its file is gone"):
        shelf(folder)


def test_who_checked_it_and_the_layout_are_not_content():
    checked = copy.deepcopy(TABLE) | {"checked_by": "Dr X", "next_review": date(2030, 1, 1)}
    assert fingerprint(checked) == ADULT.fingerprint
    assert fingerprint(tomllib.loads("# a remark\n" + TEXT)) == ADULT.fingerprint


# ---- what a definition says ------------------------------------------------------------------------------------


def test_nobody_is_said_to_have_checked_what_nobody_checked():
    assert {each.checked_by for each in catalogue().values()} == {""}


def test_every_statement_has_a_source_and_a_mark():
    for each in catalogue().values():
        assert all(row.source and row.evidence for row in rows_of(each))


def test_ids_are_unique_across_the_sections_and_measures_are_used():
    for each in catalogue().values():
        ids = [row.id for row in rows_of(each)]
        assert len(set(ids)) == len(ids)
    used = {limit.measure for each in catalogue().values() for limit in each.limits}
    assert used == set(MEASURES)


def test_what_is_unknown_does_not_switch_a_limit_off():
    limit = ADULT.limit("dose.esketamine.mg.first")
    assert limit.when.applies()
    assert limit.when.applies(first_on_route=None, indication=None)
    assert limit.when.applies(first_on_route=True, indication="treatment-resistant depression")
    assert not limit.when.applies(first_on_route=False)
    assert not limit.when.applies(first_on_route=True, indication="psychiatric emergency")
    assert [When(week_from=5).applies(week=week) for week in (4, 5, None)] == [False, True, True]
    assert [When(week_to=4).applies(week=week) for week in (4, 5, None)] == [True, False, True]


def test_a_tier_worse_ends_at_the_worst():
    assert [worse(DOSE_TIERS, tier, 1) for tier in DOSE_TIERS] == ["warn", "strong", "block", "block"]
    assert worse(DOSE_TIERS, "warn", 0) == "warn"


def test_limits_for_a_route_leave_out_those_of_other_routes_and_keep_those_of_all():
    found = {limit.id for limit in ADULT.limits_for("order", "SC", "racemic ketamine")}
    assert {"dose.sc.mg.block", "weight.low.warn", "escalation.sc.step.warn"} <= found
    assert not any(id.startswith(("dose.iv", "dose.im", "dose.esketamine")) for id in found)
    everything = {limit.id for limit in ADULT.limits if limit.phase == "order"}
    assert {limit.id for limit in ADULT.limits_for("order")} == everything


def test_the_schedule_that_fits_most_closely_is_chosen():
    chosen = {
        (substance, route): (found := ADULT.schedule(route, substance)) and found.id
        for substance in ("racemic ketamine", "esketamine")
        for route in ("IV", "IM", "SC", "IN", "SL", "oral", None)
    }
    racemic = {
        route: chosen["racemic ketamine", route] for route in ("IV", "IM", "SC", "IN", "SL", "oral", None)
    }
    assert racemic == {route: f"schedule.{route.lower()}" for route in racemic if route} | {None: None}
    esketamine = {route: id for (substance, route), id in chosen.items() if substance == "esketamine"}
    assert esketamine.pop("IV") == "schedule.esketamine_iv"
    assert esketamine.pop("oral") == "schedule.esketamine_oral"
    assert set(esketamine.values()) == {"schedule.esketamine"}
    assert ADULT.minimum_minutes(None, None) is None


def test_what_is_meant_for_the_substance_goes_before_what_is_meant_for_the_route():
    """The two hours after esketamine hold by whatever route it was given."""
    by_route = replace(ADULT.schedule("IM", "racemic ketamine"), substance=None)
    by_substance = ADULT.schedule("IN", "esketamine")
    for order in ((by_route, by_substance), (by_substance, by_route)):
        own = replace(ADULT, schedules=order)
        assert own.schedule("IM", "esketamine") is by_substance
        assert own.schedule("IM", "racemic ketamine") is by_route


PATHS = [
    (section, at, key) for section in SECTIONS for at, row in enumerate(TABLE.get(section, [])) for key in row
]
JUNK = (
    some.none()
    | some.booleans()
    | some.integers(-9, 9)
    | some.text(max_size=3)
    | some.just([])
    | some.just({})
)


@settings(max_examples=200, deadline=None)
@given(path=some.sampled_from(PATHS), junk=JUNK)
def test_junk_anywhere_is_read_or_refused_and_never_crashes(path, junk):
    table = copy.deepcopy(TABLE)
    section, at, key = path
    table[section][at][key] = junk
    with suppress(BadDefinition):
        protocol_of("adult.toml", table)
