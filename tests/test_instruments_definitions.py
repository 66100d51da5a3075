"""A definition that contradicts itself is refused with file and key; a published one never changes."""

from __future__ import annotations

import copy
import json
import tomllib
from datetime import date
from textwrap import dedent

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clinic.instruments import BadDefinition, catalogue, instrument, score, score_frame
from clinic.instruments.library import DEFINITIONS, PUBLISHED, current, keep_own, own_scales, shelf
from clinic.instruments.reading import fingerprint, read_definition, read_text
from clinic.refused import NotFound


def text_of(id: str) -> str:
    return (DEFINITIONS / f"{id}.toml").read_text(encoding="utf-8")


PHQ9 = text_of("phq9")


def read(folder, text: str, id: str = "phq9"):
    path = folder / f"{id}.toml"
    path.write_text(text, encoding="utf-8")
    return read_definition(path)


def test_the_shipped_file_is_read_as_it_is(tmp_path):
    assert read(tmp_path, PHQ9).id == "phq9"


# fmt: off
SLIPS = [
    ('from = 5, to = 9 }', 'from = 4, to = 9 }', "“minimal” and “mild” overlap at 4"),
    ('from = 5, to = 9 }', 'from = 6, to = 9 }', "no band for 5, between “minimal” and “mild”"),
    ('from = 20, to = 27 }', 'from = 20, to = 26 }', "should end at 27, not 26"),
    ('from = 0, to = 4 }', 'from = 1, to = 4 }', "should begin at 0, not 1"),
    ('from = 0, to = 4 }', 'from = 0, too = 4 }', "bands 1, range 1, key “too” is unknown"),
    ('{ name = "mild",', '{ name = "minimal",', "bands phq9.bands.kroenke2001: “minimal” stands there twice"),
    ('item = "q9"', 'item = "q10"', "flag suicide is on item “q10”, which does not exist"),
    ("urgent_from = 2", "urgent_from = 4", "flag suicide: 1 and 4 should rise within 1 to 3 of item q9"),
    ("review_from = 1", "review_from = 0", "flag suicide: 0 and 2 should rise within 1 to 3 of item q9"),
    ("review_from = 1", "review_from = true", "key “review_from” should be a whole number, not True"),
    ("total_below = 5", "total_below = 50", "rule phq9.remission.lt5: 50 is outside (0, 27)"),
    ("fall_percent_at_least = 50\nsource", "fall_percent_at_least = 150\nsource", "150 is outside (1, 100)"),
    ("total_below = 5\n", "", "rule phq9.remission.lt5 has no condition"),
    ("total_below = 5", "total_bellow = 5", "remission 1, key “total_bellow” is unknown"),
    ("points = 6\nsource = \"NHS", "points = 28\nsource = \"NHS", "28 points are outside 0 to 27"),
    ("percent = 21", "percent = 21\npoints = 3", "phq9.meaningful.kounali2022 should have either points or"),
    ("except_from = { q9 = 1 }", "except_from = { q12 = 1 }", "symptom_count: item “q12” does not exist"),
    ("except_from = { q9 = 1 }", "except_from = { q9 = 7 }", "symptom_count: item q9 cannot reach 7"),
    ("at_least = 2\nexcept", "at_least = 5\nexcept", "subscale symptom_count: item q1 cannot reach 5"),
    ('method = "count"', 'method = "product"', "method should be sum or count, not “product”"),
    ('method = "count"', 'method = "sum"', "at_least belongs to the method count"),
    ('method = "depressive_syndrome"', 'method = "guess"', "there is no method “guess”"),
    ("major_from = 5", "major_from = 10", "other_from and major_from should rise within 1 to 9"),
    ('core = ["q1", "q2"]', 'core = ["q11"]', "core item “q11” is not counted"),
    ("maximum = 27", "maximum = 36", "maximum is 36, but the items add up to 27"),
    ("allow_missing = 2", "allow_missing = 9", "allow_missing should lie between 0 and 8"),
    ("recall_days = 14", 'recall_days = "14"', "key “recall_days” should be a whole number, not '14'"),
    ('rater = "self"', 'rater = "patient"', "key “rater” should be one of self, clinician, not “patient”"),
    ('version = "1.0"', 'version = "one"', "version “one” should be numbers with dots"),
    ('{ id = "q2",', '{ id = "q1",', "items: “q1” stands there twice"),
    ('{ id = "q2",', '{ id = "second",', "items 2: id “second” should be letters and the number"),
    ('2 = "More than half the days"\n', "", "answers of item q1 skip a number"),
    ('2 = "More than half', 'two = "More than half', "answers: each key should be the number"),
    ('[answers]', 'range = [0, 3]\n[answers]', "give “answers” (with labels) or “range” (bare numbers)"),
    ('id = "phq9.caseness"', 'id = "gad7.caseness"', "id “gad7.caseness” should begin with “phq9.”"),
    ('too_mild_below = "phq9.caseness"', 'too_mild_below = "phq9.mild"', "“phq9.mild” is none of the checks"),
    ('too_mild_below = "phq9.caseness"\n', "", "too_mild_below is missing"),
    ("total_at_least = 10", "total_at_most = 10", "phq9.caseness should be a check with total_at_least"),
    ('id = "phq9.response.mcmillan2010"', 'id = "phq9.response.fall50"', "stands there twice"),
    ("default = true\nsays = \"below 5\"", 'says = "below 5"', "remission: exactly one should"),
    ('evidence = "ours"', 'evidence = "sure"', "suicide: evidence should be one of published, open code,"),
    ('holder = "Pfizer Inc."\n', "", "key “holder” is missing"),
    ('holder = "Pfizer Inc."', 'holder = "Pfizer Inc."\nholder = "me"', "phq9.toml is not well-formed TOML"),
    ('holder = "Pfizer Inc."', "holder = Pfizer", "phq9.toml is not well-formed TOML"),
    ('family = "depression"', 'family = "sadness"', "key “family” should be one of depression, anxiety,"),
    ('family = "depression"\n', "", "key “family” is missing"),
    ('higher_is = "worse"', 'higher_is = "bad"', "key “higher_is” should be one of worse, better, neither"),
    ('text = "items"\n', 'text = "total"\n', "text “total” goes with an empty list of items, and only with"),
    ('text = "items"\n', 'text = "items"\nscoring = "mean"\n', "key “scoring” should be one of sum, domains"),
    ("recall_days = 14", "recall_days = -1", "recall_days should be at least 0"),
    ("traps = [", "traps = [\n  5,", "traps should be a list of text"),
    ('method = "count"', 'method = ["count"]', "subscales 1, key “method” should be text"),
    ('method = "depressive_syndrome"', "method = []", "algorithms 1, key “method” should be text"),
    ('counts = "symptom_count"', 'counts = ""', "algorithm algorithm: “” is no counting subscale"),
    ('counts = "symptom_count"\n', "", "algorithms 1, key “counts” is missing"),
    ('{ id = "q2",', '{ id = "q2", kind = "maybe",', "items 2: kind should be one of rating, yes_no, analogue"),
    ('{ id = "q2",', '{ id = "q2", range = [3, 0],', "items 2: range should be two whole numbers, lowest first"),
    ('{ id = "q2",', '{ id = "q2", range = [0, 3], answers = { 0 = "no", 1 = "yes" },', "items 2: give “answers”"),
    ('{ id = "q2",', '{ id = "q2", answers = { 0 = "no" },', "items 2, answers should have at least two lines"),
    ('{ id = "q2",', '{ id = "q2", anchors = ["none", "worst"],', "an analogue item, and only that, has two anchors"),
    ('{ id = "q2",', '{ id = "q2", kind = "analogue", range = [0, 3],', "an analogue item, and only that, has two"),
    ('{ id = "q2",', '{ id = "q2", range = [0, 4],', "maximum is 27, but the items add up to 28"),
    ('{ id = "q2",', '{ id = "q2", range = [0, 4],', "allow_missing: items of different size cannot be prorated"),
    ('{ id = "q2",', '{ id = "q2", ask_if = "q1",', "what is not always asked cannot be prorated"),
    ('{ id = "q9",', '{ id = "q9", not_assessed = 4,', "flag suicide: item q9 should count as it is answered"),
    ('{ id = "q9",', '{ id = "q9", range = [-1, 3],', "flag suicide: item q9 should begin at 0, because any"),
    ('item = "q9"', 'item = "level"', "flag suicide is on the level, which this scale does not have"),
    ('panel = "44249-1"', 'panel = "44249-2"', "loinc: “44249-2” is no LOINC number, its check digit is wrong"),
    ('panel = "44249-1"', 'panel = "442491"', "loinc: “442491” is no LOINC number"),
    ('"44250-9", ', "", "loinc has 8 codes for 9 items"),
    ('"44250-9"', "0", "loinc: “0” is no LOINC number"),
    ('panel = "44249-1"', 'form = "44249-1"', "loinc, key “form” is unknown"),
    ('kind = "alpha"', 'kind = "hearsay"', "reliability 1: kind should be one of alpha, test-retest, inter-rater"),
    ("value = 0.89\nsd", "value = 1.89\nsd", "reliability 1: value should lie between 0 and 1, and sd above 0"),
    ("sd = 5.66", "sd = 0", "reliability 1: value should lie between 0 and 1, and sd above 0"),
    ("sd = 5.66", "sd = 7.66", "reliability 1: its RC95 is 7.04, more than the 6 of phq9.change.nhs6"),
    ('supports = "phq9.change.nhs6"', 'supports = "phq9.change.nhs7"', "which is no change of this scale"),
]
# The same for what PHQ-9 does not have: id of the scale, right, wrong, sentence.
SLIPS_ELSEWHERE = [
    # domains and pairs
    ("qids_sr16", "maximum = 27", "maximum = 48", "maximum is 48, but the items add up to 27"),
    ("qids_sr16", 'scoring = "domains"\n', "", "domains go with scoring “domains”, and only with that"),
    ("qids_sr16", 'items = ["q5"]', 'items = ["q5", "q1"]', "domains: item “q1” stands there twice"),
    ("qids_sr16", 'items = ["q5"]', 'items = ["q50"]', "domains: item “q50” does not exist"),
    ("qids_sr16", 'items = ["q5"]', "items = []", "domains 2, items should be a list of item ids"),
    ("qids_sr16", '["q15", "q16"]', '["q15"]', "domains: item “q16” is in none"),
    ("qids_sr16", 'name = "thoughts_of_death"', 'name = "suicide"', "name “suicide” stands there twice"),
    ("qids_sr16", '[["q6", "q7"]', '[["q6"]', "one_of 1 should be two item ids"),
    ("qids_sr16", '[["q6", "q7"]', '[["q6", "q70"]', "one_of: item “q70” does not exist"),
    ("qids_sr16", '[["q6", "q7"]', '[["q6", "q8"]', "one_of: item “q8” stands there twice"),
    ("qids_sr16", '[["q6", "q7"]', '[["q6", "q5"]', "one_of: q6 and q5 should be in one domain"),
    ("qids_sr16", "allow_missing = 0", "allow_missing = 1", "a scale of scoring “domains” is never prorated"),
    ("qids_sr16", "range = [0, 3]", "range = [3, 0]", "range should be two whole numbers, lowest first"),
    ("qids_sr16", "range = [0, 3]\n", "", "items 1: give “answers” (with labels) or “range”"),
    ("qids_sr16", '{ id = "q2",', '{ id = "q2", ask_if = "q1",', "what is not always asked can be in a sum only"),
    ("oasis", "allow_missing = 0", 'allow_missing = 0\none_of = [["q1", "q2"]]', "q1 and q2 should be in one domain"),
    # levels
    ("cssrs", 'scoring = "level"', 'scoring = "events"', "the table “level” goes with scoring “level”, and only"),
    ("cssrs", 'scoring = "level"', 'scoring = "level"\nmaximum = 5', "has no total; leave minimum and maximum out"),
    ("cssrs", "low_from = 1", "low_form = 1", "level, key “low_form” is unknown"),
    ("cssrs", "low_from = 1\n", "", "level, key “low_from” is missing"),
    ("cssrs", "low_from = 1", "low_from = 3", "level: low, moderate and high should rise within 1 to 5"),
    ("cssrs", "high_from = 4", "high_from = 6", "level: low, moderate and high should rise within 1 to 5"),
    ("cssrs", 'past_behaviour = "moderate"', 'past_behaviour = "none"', "past_behaviour should be one of low, mod"),
    ("cssrs", 'recent_behaviour = "high"', 'recent_behaviour = "red"', "recent_behaviour should be one of low, mod"),
    ("cssrs", 'behaviour = "q6"', 'behaviour = "q7"', "level: item “q7” does not exist"),
    ("cssrs", 'recent = "r6"', 'recent = ""', "level: item “” does not exist"),
    ("cssrs", 'recent = "r6"', 'recent = "q5"', "level: q5 should be asked only if q6 is answered yes"),
    ("cssrs", 'items = ["q1", "q2", "q3", "q4", "q5"]', 'items = [["q1"]]', "level, items should be a list of item"),
    ("cssrs", 'kind = "yes_no" },', "range = [0, 4] },", "level: item “q1” is not yes_no"),
    ("cssrs", "review_from = 1", "review_from = 2", "flag suicide: 2 and 4 should be 1, because any item counts"),
    ("cssrs", "urgent_from = 4", "urgent_from = 7", "flag suicide: 1 and 7 should be 1, because any item counts"),
    ("cssrs", 'ask_if = "q2"', 'ask_if = "q4"', "items, q3: ask_if “q4” is no item before it"),
    ("cssrs", 'ask_if = "q2"', 'ask_if = "q3"', "items, q3: ask_if “q3” is no item before it"),
    ("cssrs", ", scored = false }", " }", "items, d6: a date cannot be scored; say scored = false"),
    # codes, points and answers of an item's own
    ("wsas", "as_blank = 9", "as_blank = 8", "items, q1: as_blank 8 is also an answer"),
    ("hamd17", "not_assessed = 3", "not_assessed = 2", "items, q16: not_assessed 2 is also an answer"),
    ("hamd17", "allow_missing = 0", "allow_missing = 1", "items of different size cannot be prorated"),
    ("wsas", "applicable = 1", "applicable = 5", "allow_not_applicable should lie between 0 and 4"),
    ("wsas", ", as_blank = 9, as_blank_label = \"not applicable\"", "", "no item has an as_blank answer"),
    ("shaps", "[points]\n0 = 1", "[points]\n0 = 1.5", "points should give a whole number of points for each answer"),
    ("shaps", "[points]\n0 = 1\n", "[points]\n", "points should give the points of each answer of item q1"),
    ("shaps", "{ 0 = 4, ", "{ ", "subscale total_14_56: points should give the points of each answer"),
    ("vas_pain", "allow_missing = 0", "allow_missing = 0\npoints = { 0 = 1 }", "points of each answer of item q1"),
    ("vas_pain", "range = [0, 100], ", "", "items 1: give “answers” (with labels) or “range”"),
    ("rass", '"-5" =', '"-05" =', "answers: each key should be the number that the answer scores"),
    ("rass", '"-4" = "deeply sedated"\n', "", "answers of item q1 skip a number"),
    ("rass", '"-5" =', '"-6" =', "answers of item q1 skip a number"),
    ("lsas_sr", 'f = "Fear"', 'x = "Fear"', "columns should name a, f, the letters of the items"),
    ("lsas_sr", 'f = "Fear"', "f = 1", "columns should be a list of text"),
    ("promis_anxiety_4a", '{ id = "q2",', '{ id = "q2", ask_if = "q1",', "counts 0 then, so its points should begin"),
    # a total on another metric
    ("promis_depression_8a", '"T-score"\nfrom = 8', '"T-score"\nfrom = 9', "33 values from 9 do not fit the totals"),
    ("promis_depression_8a", "38.2, ", "", "conversion: 32 values from 8 do not fit the totals 8 to 40"),
    ("promis_depression_8a", "44.7", "34.7", "conversion: its values should rise"),
    ("promis_depression_8a", "44.7", '"44.7"', "conversion, values should be numbers"),
    ("promis_depression_8a", "minimum = 8", "minimum = 0", "minimum is 0, but the items add up to 8"),
    # totals alone
    ("bdi2", 'text = "total"', 'text = "labels"', "text “total” goes with an empty list of items, and only with that"),
    ("bdi2", "maximum = 63", "maximum = 0", "minimum should be below maximum"),
    ("bdi2", "minimum = 0\nmaximum = 63\n", 'scoring = "events"\n', "has no total, and there are no items either"),
    ("bdi2", "allow_missing = 0", "allow_missing = 1", "allow_missing should lie between 0 and 0"),
    ("bdi2", "percent = 17.5", "percent = 175", "175 % is outside 0 to 100"),
    ("bdi2", "hides_suicide_item = true", 'hides_suicide_item = "yes"', "should be true or false, not 'yes'"),
    # rules
    ("auditc", 'sex = "female"', 'sex = "women"', "auditc.women_ge3: sex should be female or male, not “women”"),
    ("ymrs", "rise_at_least = 8", "rise_at_least = 80", "80 is outside (1, 60)"),
    ("cadss", "total_above = 4", "total_above = 400", "400 is outside (0, 92)"),
    # verdicts
    ("auditc", 'only = ["q1"]', 'only = ["q9"]', "algorithm q1_only: item “q9” is not in the total"),
    ("auditc", 'only = ["q1"]', "only = [1]", "algorithms 1, only should be a list of item ids"),
    ("eq5d5l", '"d5"]\nvalue', '"d9"]\nvalue', "algorithm full_health: item “d9” does not exist"),
    ("pcl5", "count_b = 1,", "cluster_b = 1,", "“cluster_b” is no counting subscale"),
    ("pcl5", "count_c = 1,", "count_c = 3,", "“count_c” cannot reach 3"),
    ("pcl5", "{ count_b = 1, count_c = 1, count_d = 2, count_e = 2 }", "{}", "needs is empty, so it would always"),
]
# Whole tables that a scale of another shape cannot have: id of the scale, what is added, sentence.
ADDED = [
    ("eq5d5l", """
        [conversion]
        name = "index"
        title = "Index"
        from = 0
        values = [0.0]
        source = "nobody"
        evidence = "ours"
     """, "conversion: there is no total to convert"),
    ("cssrs", """
        [[checks]]
        id = "cssrs.high"
        says = "4 or more"
        total_at_least = 4
        source = "nobody"
        evidence = "ours"
     """, "rule cssrs.high: the scale has no total to judge"),
    ("cssrs", """
        [[algorithms]]
        name = "dated"
        method = "all_equal"
        items = ["d6"]
        value = 1
        source = "nobody"
        evidence = "ours"
     """, "algorithm dated: item “d6” does not exist"),
    ("moaas", """
        [[remission]]
        id = "moaas.remission.fall2"
        default = true
        says = "2 points below baseline"
        fall_at_least = 2
        source = "nobody"
        evidence = "ours"
     """, "rule moaas.remission.fall2: a fall is no improvement where higher is better"),
    ("oasis", """
        [level]
        items = ["q1"]
        behaviour = "q2"
        low_from = 1
        moderate_from = 2
        high_from = 3
        past_behaviour = "low"
        recent_behaviour = "high"
        source = "nobody"
        evidence = "ours"
     """, "the table “level” goes with scoring “level”, and only with that"),
]
# fmt: on


@pytest.mark.parametrize("right, wrong, sentence", SLIPS)
def test_a_slip_in_a_definition_is_refused(tmp_path, right: str, wrong: str, sentence: str):
    assert right in PHQ9
    with pytest.raises(BadDefinition) as refused:
        read(tmp_path, PHQ9.replace(right, wrong, 1))
    assert sentence in str(refused.value)
    assert all(problem.startswith("phq9.toml") for problem in refused.value.problems)


@pytest.mark.parametrize("id, right, wrong, sentence", SLIPS_ELSEWHERE)
def test_a_slip_in_a_scale_of_another_shape_is_refused(
    tmp_path, id: str, right: str, wrong: str, sentence: str
):
    assert right in text_of(id)
    with pytest.raises(BadDefinition) as refused:
        read(tmp_path, text_of(id).replace(right, wrong, 1), id)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("id, added, sentence", ADDED)
def test_what_a_shape_cannot_have_is_refused(tmp_path, id: str, added: str, sentence: str):
    with pytest.raises(BadDefinition) as refused:
        read(tmp_path, text_of(id) + dedent(added), id)
    assert sentence in str(refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "phq9.toml").write_bytes(b"\xff\xfe\x00id")
    with pytest.raises(BadDefinition, match=r"phq9\.toml is not well-formed TOML"):
        read_definition(tmp_path / "phq9.toml")


def test_several_slips_are_told_at_once(tmp_path):
    spoilt = PHQ9.replace("to = 27 }", "to = 26 }").replace('item = "q9"', 'item = "q0"')
    with pytest.raises(BadDefinition) as refused:
        read(tmp_path, spoilt)
    assert len(refused.value.problems) == 2


def paths(value: object, at: tuple = ()):
    """Every place in a parsed file, as the keys that lead to it."""
    yield at
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        yield from paths(inner, (*at, key))


PLACES = {
    path.stem: [at for at in paths(tomllib.loads(path.read_text(encoding="utf-8"))) if at]
    for path in DEFINITIONS.glob("*.toml")
    if path.name != PUBLISHED
}
JUNK = some.sampled_from(
    [
        *("", "q1", "level", "date", "analogue", "sum", "events", -1, 0, 1, 3, 999, 1.5, True),
        *([], ["q1"], [0, 1], [3, 1], [[]], {}, {"0": "no"}, {"0": 1, "1": 0}, date(2026, 1, 1)),
    ]
)


@settings(max_examples=800, deadline=None)
@given(data=some.data())
def test_no_spoilt_definition_crashes_the_reader(data, tmp_path_factory):
    """Any key replaced by anything gives a definition or a sentence, never another exception; and what the reader
    takes in can be scored, as forms and as a table."""
    stem = data.draw(some.sampled_from(sorted(PLACES)))
    table = tomllib.loads((DEFINITIONS / f"{stem}.toml").read_text(encoding="utf-8"))
    *way, last = data.draw(some.sampled_from(PLACES[stem]))
    inner = table
    for key in way:
        inner = inner[key]
    if data.draw(some.booleans()):
        del inner[last]
    else:
        inner[last] = data.draw(JUNK)
    path = tmp_path_factory.mktemp("spoilt") / f"{stem}.toml"
    path.write_text(toml(table), encoding="utf-8")
    try:
        scale = read_definition(path)
    except BadDefinition:
        return
    rated = [item for item in scale.items if not item.is_date]
    always = {item.id: item.maximum for item in rated}
    forms = [dict.fromkeys(always), always, {item.id: item.minimum for item in rated if not item.ask_if}]
    totals = score_frame(scale, pd.DataFrame(forms, columns=list(always), dtype=float))["total"]
    assert [None if pd.isna(total) else total for total in totals] == [
        score(scale, form).total for form in forms
    ]


def toml(value: object, top: bool = True) -> str:
    """Enough of a TOML writer for definitions: everything inline."""
    if top:
        return "\n".join(f"{json.dumps(key)} = {toml(inner, False)}" for key, inner in value.items())
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v, False)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(inner, False) for inner in value) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


@pytest.fixture
def folder(tmp_path):
    """A shelf with the PHQ-9 alone, published."""
    (tmp_path / "phq9.toml").write_text(PHQ9, encoding="utf-8")
    publish(tmp_path, "phq9@1.0", PHQ9)
    return tmp_path


def publish(folder, name: str, text: str) -> None:
    with (folder / PUBLISHED).open("a", encoding="utf-8") as file:
        file.write(f'"{name}" = "{fingerprint(tomllib.loads(text))}"\n')


def test_a_published_definition_does_not_change_in_silence(folder):
    assert shelf(folder)
    shelf.cache_clear()
    (folder / "phq9.toml").write_text(
        PHQ9.replace("total_at_least = 10", "total_at_least = 11"), encoding="utf-8"
    )
    with pytest.raises(
        BadDefinition, match=r"differs from what was published as phq9@1\.0: keep the old text"
    ):
        shelf(folder)


def test_the_refusal_of_a_change_does_not_hand_out_the_new_fingerprint(folder):
    """Only a version that was never published may be added to the list."""
    (folder / "phq9.toml").write_text(PHQ9.replace("to = 27 }", "to = 27 } "), encoding="utf-8")
    shelf(folder)
    shelf.cache_clear()
    (folder / "phq9.toml").write_text(changed := PHQ9.replace("recall_days = 14", "recall_days = 7"), "utf-8")
    with pytest.raises(BadDefinition) as refused:
        shelf(folder)
    assert fingerprint(tomllib.loads(changed)) not in str(refused.value)


def test_comments_layout_and_review_dates_may_change(folder):
    reviewed = PHQ9.replace('checked_by = ""', 'checked_by = "Dr A. Example"').replace(
        "2027-11-01", "2028-11-01"
    )
    (folder / "phq9.toml").write_text("# read again\n\n" + reviewed, encoding="utf-8")
    assert shelf(folder)["phq9", "1.0"].checked_by == "Dr A. Example"


def test_a_new_version_is_told_which_line_to_add(folder):
    (folder / "phq9.toml").rename(folder / "phq9@1.0.toml")
    newer = PHQ9.replace('version = "1.0"', 'version = "1.10"').replace(
        "allow_missing = 2", "allow_missing = 1"
    )
    (folder / "phq9.toml").write_text(newer, encoding="utf-8")
    with pytest.raises(
        BadDefinition, match=r"phq9@1\.10 is new: add the line .* to published\.toml"
    ) as refused:
        shelf(folder)
    line = str(refused.value).split("add the line ")[1].split(" to published")[0]
    with (folder / PUBLISHED).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    assert {key: each.allow_missing for key, each in shelf(folder).items()} == {
        ("phq9", "1.0"): 2,
        ("phq9", "1.10"): 1,
    }
    assert current(folder)["phq9"].version == "1.10"


def test_versions_are_ordered_as_numbers(folder):
    """1.10 is newer than 1.9."""
    (folder / "phq9.toml").rename(folder / "phq9@1.0.toml")
    for version, name in (("1.9", "phq9@1.9.toml"), ("1.10", "phq9.toml")):
        text = PHQ9.replace('version = "1.0"', f'version = "{version}"')
        (folder / name).write_text(text, encoding="utf-8")
        publish(folder, f"phq9@{version}", text)
    assert current(folder)["phq9"].version == "1.10"


def test_an_old_version_does_not_pose_as_the_current_one(folder):
    newer = PHQ9.replace('version = "1.0"', 'version = "2.0"')
    (folder / "phq9@2.0.toml").write_text(newer, encoding="utf-8")
    publish(folder, "phq9@2.0", newer)
    with pytest.raises(BadDefinition, match=r"version 1\.0 is older than phq9@2\.0\.toml"):
        shelf(folder)


def test_a_published_version_does_not_disappear(folder):
    """Stored answers name the version that they were given under."""
    publish(folder, "phq9@0.9", PHQ9)
    with pytest.raises(BadDefinition, match=r"phq9@0\.9 was published, but its file is gone"):
        shelf(folder)


def test_a_file_is_called_after_its_scale(folder):
    (folder / "phq9.toml").rename(folder / "phq.toml")
    with pytest.raises(BadDefinition, match=r"phq\.toml: the file should be called phq9\.toml"):
        shelf(folder)


def test_the_fingerprint_sees_every_cut_off():
    table = tomllib.loads(PHQ9)
    other = copy.deepcopy(table)
    other["bands"][0]["ranges"][0]["to"] = 3
    assert fingerprint(other) != fingerprint(table)


# What is said about a scale may be added to a published file; it changes no score.
SAID_ABOUT = {
    "checked_by": "Dr A. Example",
    "next_review": date(2031, 1, 1),
    "checked_on": date(2026, 5, 3),
    "measures": "Another sentence.",
    "family": "sleep",
    "timing": "Whenever.",
    "loinc": {"panel": "69737-5"},
    "reliability": [],
    "traps": ["Another trap."],
    "columns": {"q": "Another heading"},
    "hides_suicide_item": True,
}


@pytest.mark.parametrize("key", SAID_ABOUT)
def test_what_is_said_about_a_scale_is_no_part_of_its_fingerprint(key: str):
    table = tomllib.loads(PHQ9)
    without = {name: value for name, value in table.items() if name != key}
    assert fingerprint(without) == fingerprint(table) == fingerprint(table | {key: SAID_ABOUT[key]})


@pytest.mark.parametrize("key", sorted(set(tomllib.loads(PHQ9)) - set(SAID_ABOUT)))
def test_everything_else_is(key: str):
    table = tomllib.loads(PHQ9)
    without = {name: value for name, value in table.items() if name != key}
    assert fingerprint(without) != fingerprint(table)


def test_a_published_scale_may_gain_a_code(folder):
    """No new version is asked for."""
    (folder / "phq9.toml").write_text(PHQ9.replace('total = "44261-6"\n', ""), encoding="utf-8")
    assert shelf(folder)["phq9", "1.0"].loinc.total is None


@pytest.mark.parametrize("id", sorted(catalogue()))
def test_every_shipped_file_is_published_as_it_stands(id: str):
    listed = tomllib.loads((DEFINITIONS / PUBLISHED).read_text(encoding="utf-8"))
    scale = instrument(id)
    assert listed[f"{id}@{scale.version}"] == fingerprint(tomllib.loads(text_of(id)))


# ---- a clinic's own scales ---------------------------------------------------------------------------------------


@pytest.fixture
def own_shelf():
    """Nothing of the clinic's own stands there before and after."""
    kept = own_scales()
    keep_own({})
    yield
    keep_own(kept)


def own(version: str = "1.0", id: str = "own9"):
    """A PHQ-9 under an id of one's own."""
    text = PHQ9.replace('id = "phq9', f'id = "{id}').replace("phq9.", f"{id}.")
    return read_text(f"{id}.toml", text.replace('version = "1.0"', f'version = "{version}"'))


def kept(*scales) -> dict:
    return {(scale.id, scale.version): scale for scale in scales}


def test_an_own_scale_stands_among_the_shipped_ones(own_shelf):
    scale = own()
    keep_own(kept(scale))
    assert instrument("own9") is catalogue()["own9"] is scale
    assert list(catalogue()) == sorted(catalogue())
    assert instrument("phq9").title == "PHQ-9"
    assert own_scales() == kept(scale)


def test_the_newest_version_of_an_own_scale_is_current_and_the_old_ones_are_found(own_shelf):
    """1.10 is newer than 1.9, whatever the order in which they were taken in."""
    newest, older = own("1.10"), own("1.9")
    keep_own(kept(newest, older))
    assert instrument("own9") is catalogue()["own9"] is newest
    assert instrument("own9", "1.9") is older
    with pytest.raises(NotFound, match=r"no version 2\.0 of PHQ-9"):
        instrument("own9", "2.0")


@pytest.mark.parametrize("version", ["1.0", "9.0"])
def test_an_own_scale_does_not_replace_a_shipped_one(own_shelf, version: str):
    """In no version; and none of the others that came with it is taken in."""
    posing = read_text("phq9.toml", PHQ9.replace('version = "1.0"', f'version = "{version}"'))
    with pytest.raises(BadDefinition, match="phq9 is the id of a shipped scale; give yours another"):
        keep_own(kept(own(), posing))
    assert own_scales() == {}
    assert "own9" not in catalogue()


def test_own_scales_take_the_place_of_those_before(own_shelf):
    keep_own(kept(own()))
    keep_own(kept(own(id="other9")))
    assert instrument("other9").id == "other9"
    with pytest.raises(NotFound, match="no rating scale “own9”"):
        instrument("own9")


def test_the_shelf_of_own_scales_cannot_be_spoilt_by_its_reader(own_shelf):
    keep_own(kept(own()))
    own_scales().clear()
    assert "own9" in catalogue()
