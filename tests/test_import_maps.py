"""The mapping file: what it must say, and that a fault in it is a sentence and never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from clinic.exchange import mapping
from clinic.refused import BadInput
from data_model import Assessment, Episode, Patient, database
from tests.command import DATA, import_scores

GOOD = """
id = "visits"
rater = "who"
[patient]
record_number = "id"
birth_year = "born"
[course]
indication = { column = "for", words = { gad = "generalised anxiety" } }
primary = "gad7"
start = "baseline"
stage = "maintenance"
[when]
anchor = { column = "first", format = "%d/%m/%Y" }
days = "day"
[timing]
baseline = { column = "point", is = ["before"] }
marks = { column = "point", words = { before = "baseline", after = "+24 h" } }
[[score]]
instrument = "gad7"
total = "gad7"
"""
FILE = """id,born,for,first,day,point,gad7,who
1,1980,GAD,31/03/2025,-3,Before,15,Dr Grey
1,1980,GAD,31/03/2025,1,after,9,Dr Grey
"""


def read(tmp_path: Path, old: str = "", new: str = ""):
    assert old in GOOD
    path = tmp_path / "map.toml"
    path.write_text(GOOD.replace(old, new) if old else GOOD)
    return mapping.read(path)


def test_a_map_is_followed_to_the_letter(sqlite_store, operator, tmp_path):
    read(tmp_path)
    (tmp_path / "file.csv").write_text(FILE)
    assert import_scores(tmp_path / "file.csv", tmp_path / "map.toml").exit_code == 0
    with database(operator) as db:
        patient, course = db.exec(select(Patient)).one(), db.exec(select(Episode)).one()
        before, after = db.exec(select(Assessment).order_by(Assessment.taken_at)).all()
    assert (patient.family_name, patient.given_name, patient.sex) == ("Imported", "1", "unknown")
    assert f"{patient.birth_date}" == "1980-01-01"
    assert (course.indication, course.stage) == ("generalised anxiety", "maintenance")
    assert f"{course.imported_start:%Y-%m-%d}" == f"{before.taken_at:%Y-%m-%d}" == "2025-03-28"
    assert (before.timing, after.timing) == ("baseline", "+24 h")
    assert f"{after.taken_at:%Y-%m-%d}" == "2025-04-01"
    assert {before.rater, after.rater} == {"Dr Grey"}


@pytest.mark.parametrize("folder", ["riesby", "rbmi_antidepressant", "clinic_export_shapes"])
def test_the_maps_that_lie_beside_data_are_sound(folder):
    maps = sorted((DATA / folder).glob("*map.toml"))
    assert maps
    for path in maps:
        assert mapping.read(path).columns


FAULTS = [
    ('id = "visits"', "", "map.toml: “id” is missing."),
    ('id = "visits"', 'id = "My Visits"', "map.toml: the id “My Visits” should have small letters, digits"),
    ("[timing]", "[timming]", "map.toml: “timming” means nothing here; did you mean “timing”?"),
    ('days = "day"', 'dayz = "day"', "[when] in map.toml: “dayz” means nothing here; did you mean “days”?"),
    ('days = "day"', "", "[when] in map.toml: wants either days or weeks after the anchor."),
    ('days = "day"', "days = 3", "[when] in map.toml: “days” cannot be 3."),
    (
        'days = "day"',
        'days = "day"\ndate = "d"',
        "[when] in map.toml: wants either a date, or an anchor with",
    ),
    (
        'days = "day"',
        'days = "day"\nzone = "CET+1"',
        "“CET+1” is not a time zone; an example is Europe/London.",
    ),
    (
        'instrument = "gad7"',
        'instrument = "gad8"',
        "[[score]] 1 in map.toml: there is no instrument “gad8”; known",
    ),
    ('primary = "gad7"', 'primary = "gad8"', "[course] in map.toml: there is no instrument “gad8”"),
    ('total = "gad7"', "", "[[score]] 1 in map.toml: wants a total, items, or both."),
    (
        'total = "gad7"',
        'items = ["a", "b"]',
        "items names a column for each of the 7 items of GAD-7, q1 to q7.",
    ),
    (
        'total = "gad7"',
        'total = "gad7"\nanswers = { never = "0" }',
        "answers gives each word a whole number or",
    ),
    (
        'total = "gad7"',
        'total = "gad7"\nbaseline_total = "x"',
        "a baseline_total is dated by the start of the course",
    ),
    ("[[score]]", '[[score]]\ninstrument = "gad7"\ntotal = "x"\n[[score]]', "gad7 has two [[score]] tables"),
    ("[[score]]", "[long]", "[long] in map.toml: “value” is missing."),
    (
        'gad = "generalised anxiety"',
        'gad = "worry"',
        "indication is one of generalised anxiety, social anxiety",
    ),
    (
        'after = "+24 h"',
        'after = "next day"',
        "marks is one of baseline, pre-dose, +4 h, +24 h, +7 d, between",
    ),
    (', is = ["before"]', "", "baseline in [timing] in map.toml: “is” is missing."),
    ('stage = "maintenance"', 'stage = "finished"', "“stage” is one of assessment, induction, optimisation"),
    ('stage = "maintenance"', 'stage = "ended"', "stage = “ended” and end_reason belong together."),
    (
        'start = "baseline"',
        'start = "baseline"\nexisting = "merge"',
        "“existing” is one of refuse, join, separate",
    ),
    (
        'birth_year = "born"',
        'birth_date = { constant = "1980" }',
        "the constant of birth_date is a date without",
    ),
    (
        'birth_year = "born"',
        'birth_date = { column = "b", format = "%d.%m.%y" }',
        "could be a hundred years off.",
    ),
    ('birth_year = "born"', 'birth_year = "born"\nbirth_date = "b"', "give either birth_date or birth_year."),
    ('"%d/%m/%Y"', '"DD/MM/YYYY"', "the format “DD/MM/YYYY” has no day (%d); an example is %d.%m.%Y."),
    ('"id"\nbirth', '{ column = "id", pattern = "[" }\nbirth', "the pattern “[” is no regular expression"),
    ('"id"\nbirth', '{ column = "id", constant = 4 }\nbirth', "wants either a column or a constant."),
    ("[when]", "[file]\ndecimal = ';'\n[when]", "[file] in map.toml: “decimal” is one of ., ,, not “;”."),
    ("[when]", "[file]\nheader_row = 0\n[when]", "[file] in map.toml: header_row counts from 1."),
    (
        "[when]",
        "[file]\ndelimiter = '||'\n[when]",
        "[file] in map.toml: the delimiter is one sign, not “||”.",
    ),
    ("[when]", "when = ", "The map map.toml is not TOML: "),
]


@pytest.mark.parametrize("old, new, sentence", FAULTS, ids=[sentence[:50] for *_, sentence in FAULTS])
def test_a_fault_of_the_map_is_a_sentence(tmp_path, old, new, sentence):
    with pytest.raises(BadInput) as refused:
        read(tmp_path, old, new)
    assert any(sentence in problem for problem in refused.value.problems), refused.value.problems


def test_all_faults_are_told_at_once(tmp_path):
    with pytest.raises(BadInput) as refused:
        read(tmp_path, 'primary = "gad7"\nstart = "baseline"', 'primary = "x"\nstrat = "baseline"')
    assert len(refused.value.problems) == 2


def test_a_made_up_birth_date_beside_a_real_name_is_refused(tmp_path):
    """A name and a date of birth tell people apart; an invented date beside a real name would be believed."""
    with pytest.raises(BadInput, match="needs their own date of birth from a column"):
        read(tmp_path, 'birth_year = "born"', 'family_name = "name"\nbirth_date = { constant = 1950-01-01 }')
    with pytest.raises(BadInput, match="needs their own date of birth from a column"):
        read(tmp_path, 'birth_year = "born"', 'family_name = "name"\nbirth_year = "born"')


def test_a_map_that_is_not_there(sqlite_store, tmp_path):
    result = import_scores(DATA / "riesby" / "riesby_long.csv", tmp_path / "none.toml")
    assert (result.exit_code, result.stderr) == (2, f"There is no map {tmp_path / 'none.toml'}.\n")


def test_excel_day_numbers_are_read_where_the_map_says_so(sqlite_store, operator, tmp_path):
    """45663 is 6 January 2025 (and 45663.5 its noon), by Excel's calendar of 1900."""
    read(tmp_path, 'format = "%d/%m/%Y"', 'format = "excel"')
    (tmp_path / "file.csv").write_text(FILE.replace("31/03/2025", "45663"))
    assert import_scores(tmp_path / "file.csv", tmp_path / "map.toml").exit_code == 0
    with database(operator) as db:
        taken = [
            f"{at:%Y-%m-%d}" for at in db.exec(select(Assessment.taken_at).order_by(Assessment.taken_at))
        ]
    assert taken == ["2025-01-03", "2025-01-07"]
