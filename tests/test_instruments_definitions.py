"""A definition that contradicts itself is refused with file and key; a published one never changes."""

from __future__ import annotations

import copy
import json
import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clinic.instruments import BadDefinition
from clinic.instruments.library import DEFINITIONS, PUBLISHED, current, shelf
from clinic.instruments.reading import fingerprint, read_definition

PHQ9 = (DEFINITIONS / "phq9.toml").read_text(encoding="utf-8")


def read(folder, text: str):
    path = folder / "phq9.toml"
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
]
# fmt: on


@pytest.mark.parametrize("right, wrong, sentence", SLIPS)
def test_a_slip_in_a_definition_is_refused(tmp_path, right: str, wrong: str, sentence: str):
    assert right in PHQ9
    with pytest.raises(BadDefinition) as refused:
        read(tmp_path, PHQ9.replace(right, wrong, 1))
    assert sentence in str(refused.value)
    assert all(problem.startswith("phq9.toml") for problem in refused.value.problems)


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
    ["", "q1", -1, 0, 3, 999, 1.5, True, [], ["q1"], [3, 1], [[]], {}, {"0": "no"}, date(2026, 1, 1)]
)


@settings(max_examples=400, deadline=None)
@given(data=some.data())
def test_no_spoilt_definition_crashes_the_reader(data, tmp_path_factory):
    """Any key replaced by anything gives a definition or a sentence, never another exception."""
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
        read_definition(path)
    except BadDefinition:
        return


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
