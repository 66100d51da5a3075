"""Bad files: each gets a sentence with its row and column, and nothing is written."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from clinic import instruments
from clinic.exchange import forms, mapping, sheets
from clinic.refused import BadInput
from data_model import Assessment, Patient, database
from tests.command import DATA, import_scores

MAP = """
id = "table"
[patient]
record_number = "id"
birth_date = "born"
sex = { column = "sex", words = { F = "female", M = "male" } }
[course]
indication = { constant = "depression" }
primary = "phq9"
start = "first"
[when]
date = { column = "day", format = "%d.%m.%Y" }
[[score]]
instrument = "phq9"
total = "sum"
items = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9"]
[[score]]
instrument = "madrs"
total = "madrs"
"""
HEADER = "id,born,sex,first,day,q1,q2,q3,q4,q5,q6,q7,q8,q9,sum,madrs"
GOOD = "A1,1980-05-01,F,2025-01-06,03.01.2025,1,1,1,1,1,1,1,1,0,8,20"


def row(**changes: str) -> str:
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    assert changes.keys() <= cells.keys()
    return ",".join((cells | changes).values())


def table(*rows: str) -> str:
    return "\n".join((HEADER, *rows))


@pytest.fixture
def bring(sqlite_store, tmp_path):
    """Imports a file of this content under `MAP` (with `old` replaced by `new`)."""

    def run(content: str | bytes, *options: str, old: str = "", new: str = "", name: str = "scores.csv"):
        assert old in MAP
        map_file, file = tmp_path / "map.toml", tmp_path / name
        map_file.write_text(MAP.replace(old, new) if old else MAP)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_scores(file, map_file, *options)

    return run


def stored(operator) -> tuple[int, int]:
    with database(operator) as db:
        return db.exec(select(func.count(Patient.id))).one(), db.exec(select(func.count(Assessment.id))).one()


def test_the_table_itself_is_good(bring, operator):
    """Without this every test below could pass for the wrong reason."""
    assert bring(table(GOOD)).exit_code == 0
    assert stored(operator) == (1, 2)


TOMORROW = datetime.now(UTC) + timedelta(days=2)
BAD_CELLS = [
    (
        {"q3": "4", "sum": ""},
        "Row 3, column “q3”: 4 is no answer of PHQ-9 item 3, which runs from 0 to 3.",
    ),
    ({"q3": "-1"}, "Row 3, column “q3”: -1 is no answer of PHQ-9 item 3, which runs from 0 to 3."),
    ({"q3": "1.5"}, "Row 3, column “q3”: “1.5” is not a whole number."),
    ({"q3": "often"}, "Row 3, column “q3”: “often” is not a number."),
    ({"q3": "١"}, "Row 3, column “q3”: “١” is not a number."),
    (
        {"sum": "9"},
        "Row 3, column “sum”: 9 stands here, but the 9 answered items of PHQ-9 add up to 8.",
    ),
    ({"madrs": "61"}, "Row 3, column “madrs”: MADRS runs from 0 to 60; 61 is outside."),
    ({"madrs": "nan"}, "Row 3, column “madrs”: “nan” is not a number."),
    ({"madrs": "1e1"}, "Row 3, column “madrs”: “1e1” is not a number."),
    (
        {"madrs": '"21,5"'},
        "Row 3, column “madrs”: “21,5” has a decimal comma, but the map says decimal point "
        '(decimal = "." under [file]).',
    ),
    ({"day": "31.02.2025"}, "Row 3, column “day”: “31.02.2025” is not a day of the calendar."),
    ({"day": "2025-01-03"}, "Row 3, column “day”: “2025-01-03” is not written as DD.MM.YYYY."),
    ({"day": "03.01.25"}, "Row 3, column “day”: “03.01.25” is not written as DD.MM.YYYY."),
    ({"day": "03.01.0202"}, "Row 3, column “day”: “03.01.0202” lies before 1900."),
    ({"day": "03.01.1979"}, "Row 3, column “day”: 3 Jan 1979 lies before the birth on 1 May 1980."),
    ({"day": ""}, "Row 3, column “day”: the cell is empty."),
    (
        {"day": f"{TOMORROW:%d.%m.%Y}"},
        f"Row 3, column “day”: {TOMORROW:%-d %b %Y} lies in the future.",
    ),
    (
        {"first": f"{TOMORROW:%Y-%m-%d}"},
        f"Row 3, column “first”: {TOMORROW:%-d %b %Y} lies in the future.",
    ),
    (
        {"first": "06/01/2025"},
        "Row 3, column “first”: “06/01/2025” can be read with the day or the month first; say which in the map: "
        'format = "%d/%m/%Y" or format = "%m/%d/%Y".',
    ),
    (
        {"first": "13/01/2025"},
        "Row 3, column “first”: “13/01/2025” is not written as YYYY-MM-DD; give its form in the map: "
        'format = "%d/%m/%Y".',
    ),
    (
        {"first": "45663"},
        "Row 3, column “first”: “45663” looks like Excel's number of a day (6 Jan 2025); if it is one, write "
        'format = "excel" in the map.',
    ),
    ({"id": ""}, "Row 3, column “id”: the cell is empty."),
    ({"sex": "W"}, "Row 3, column “sex”: “W” is not among the words of the map (f, m)."),
    (
        {"born": f"{TOMORROW:%Y-%m-%d}"},
        f"Row 3, column “born”: a birth on {TOMORROW:%-d %b %Y} lies in the future.",
    ),
    ({"born": ""}, "Row 3, column “born”: no row of patient B2 has a date of birth."),
]
BAD_CELL_NAMES = [f"{next(iter(cells))}-{n}" for n, (cells, _) in enumerate(BAD_CELLS)]


@pytest.mark.parametrize("cells, sentence", BAD_CELLS, ids=BAD_CELL_NAMES)
def test_a_bad_cell_is_named_and_nothing_is_written(bring, operator, cells, sentence):
    result = bring(table(GOOD, row(**{"id": "B2"} | cells)))
    assert result.stderr.splitlines() == [sentence]
    assert "Nothing was written: 1 problem." in result.stdout
    assert result.exit_code == 2
    assert stored(operator) == (0, 0)


@pytest.mark.parametrize("cells, sentence", BAD_CELLS, ids=BAD_CELL_NAMES)
def test_the_good_rows_go_in_on_request_and_the_bad_one_stays_out_whole(bring, operator, cells, sentence):
    """Of the bad row not even its good MADRS is taken."""
    result = bring(table(GOOD, row(**{"id": "B2"} | cells)), "--accept-good-rows")
    assert result.stderr.splitlines() == [sentence]
    assert "1 row left out." in result.stdout
    assert result.exit_code == 1
    assert stored(operator) == (1, 2)


BAD_ROWS = [
    (
        row(id="B2").replace("B2,", "B2,x,"),
        "Row 3: the row has 17 cells, the header 16: a cell is missing or one too many.",
    ),
    (
        row(id="B2").removesuffix(",20"),
        "Row 3: the row has 15 cells, the header 16: a cell is missing or one too many.",
    ),
    (
        row(madrs="21"),
        "Row 3, column “madrs”: MADRS has total 21 (3 Jan 2025) here, but row 2 has total 20 (3 Jan 2025) for "
        "patient A1 on the same occasion, 2025-01-03.",
    ),
    (
        row(day="10.01.2025", sex="M"),
        "Row 3, column “sex”: “male” for patient A1, but row 2 says “female”.",
    ),
    (
        row(day="10.01.2025", born="1981-05-01"),
        "Row 3, column “born”: “1981-05-01” for patient A1, but row 2 says “1980-05-01”.",
    ),
    (
        row(day="10.01.2025", first="2025-01-07"),
        "Row 3, column “first”: “2025-01-07” for patient A1, but row 2 says “2025-01-06”.",
    ),
]


@pytest.mark.parametrize("second, sentence", BAD_ROWS, ids=[sentence[7:45] for _, sentence in BAD_ROWS])
def test_a_row_that_contradicts_header_or_another_row(bring, operator, second, sentence):
    result = bring(table(GOOD, second))
    assert (result.exit_code, result.stderr.splitlines()) == (2, [sentence])
    assert stored(operator) == (0, 0)


def test_a_shifted_row_names_every_cell_that_no_longer_fits(bring, operator):
    """One cell lost at the start and one empty at the end: as many cells as the header, all one to the left."""
    shifted = row(id="B2", madrs="").removeprefix("B2,") + ","
    result = bring(table(GOOD, ",".join(shifted.split(",")[:16])))
    assert result.exit_code == 2
    said = result.stderr
    for column in ("“born”", "“sex”", "“day”"):
        assert f"Row 3, column {column}: " in said
    assert stored(operator) == (0, 0)


def test_a_header_shifted_against_all_rows(bring, operator):
    result = bring(table(GOOD + ",x", row(id="B2") + ",x"), "--accept-good-rows")
    assert result.exit_code == 2
    assert result.stderr == (
        "The header of scores.csv has 16 columns, but no row has as many (row 2: the row has 17 cells, the header "
        "16: a cell is missing or one too many.)\n"
    )


def workbook() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    return made.getvalue()


NO_CSV = [
    (b"", "scores.csv is empty."),
    (b"\xef\xbb\xbf\r\n  \r\n", "scores.csv is empty."),
    (b"%PDF-1.7\n%\xe2\xe3", "scores.csv is no CSV file: it is a PDF document."),
    (
        workbook(),
        "scores.csv is no CSV file: it is a workbook or another zipped file; in the spreadsheet choose “Save as "
        "CSV”.",
    ),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        "scores.csv is no CSV file: it is an old Excel workbook; in the spreadsheet choose “Save as CSV”.",
    ),
    (b"<html><table></table></html>", "scores.csv is no CSV file: it is a web page or XML."),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "scores.csv is no CSV file: it is not text."),
    (
        table(GOOD, row(id='"B2')).encode(),
        "scores.csv, row 3: the row cannot be cut into cells (unexpected end of data); most often a quotation mark "
        "is not closed.",
    ),
    (b"\x81\x8d;\x8f", "scores.csv is no text in cp1252: line 1 has other signs."),
]


@pytest.mark.parametrize("content, sentence", NO_CSV, ids=[sentence[11:40] for _, sentence in NO_CSV])
def test_a_file_that_is_no_csv_is_refused_in_a_sentence(bring, operator, content, sentence):
    result = bring(content, "--accept-good-rows")
    assert (result.exit_code, result.stderr, result.stdout) == (2, f"{sentence}\n", "")
    assert stored(operator) == (0, 0)


def test_a_missing_file_and_a_folder_are_refused(sqlite_store, tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        result = import_scores(path, DATA / "riesby" / "map.toml")
        assert (result.exit_code, result.stderr) == (2, f"There is no file {path}.\n")


@pytest.mark.parametrize(
    "content, sentence",
    [
        (table(GOOD).replace("madrs", "MADRS"), "scores.csv has no column “madrs”; did you mean “MADRS”?"),
        (
            table(GOOD).replace("madrs", "q9", 1).replace("q9,sum", "q0,sum"),
            "scores.csv has no column “madrs”. Its header row holds: “id”, “born”, “sex”, “first”, “day”, “q1”, "
            "“q2”, “q3”, “q4”, “q5”, “q6”, “q7”, “q8”, “q0”, “sum”, “q9”.",
        ),
        (table(GOOD).replace("sex", "id", 1).replace("sum", "sex", 1), "has no column “sum”"),
        (table(GOOD).replace("sum,madrs", "sum,sum,madrs"), "has the column “sum” twice."),
        (f"Report of March\n\n{table(GOOD)}", "Row 3 has all columns of the map: write header_row = 3"),
    ],
)
def test_missing_and_doubled_columns_are_named(bring, operator, content, sentence):
    result = bring(content)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert stored(operator) == (0, 0)


def test_numbers_with_a_decimal_comma_are_read_only_where_the_map_says_so(bring, operator):
    semicolons = table(row(madrs="21,5").replace(",", ";")).replace(",", ";").replace("21;5", "21,5")
    assert "“21,5” has a decimal comma" in bring(semicolons).stderr
    comma = "[file]\ndecimal = ','\n[patient]"
    assert bring(semicolons, old="[patient]", new=comma).exit_code == 0
    with database(operator) as db:
        assert db.exec(select(Assessment.total).where(Assessment.instrument == "madrs")).one() == 21.5


def test_a_point_where_the_map_says_comma_is_refused_too(bring):
    """1.234 could be a thousand."""
    result = bring(table(row(madrs="1.234")), old="[patient]", new="[file]\ndecimal = ','\n[patient]")
    assert "“1.234” has a decimal point, but the map says decimal comma" in result.stderr


def test_words_are_answers_only_where_the_map_codes_them(bring, operator):
    answers = 'total = "sum"\nanswers = { never = 0, "some days" = 1, refused = "missing" }'
    words = row(**{f"q{n}": "Some days " for n in range(1, 9)}, q9="NEVER", sum="")
    assert "“Some days” is not a number." in bring(table(words)).stderr
    result = bring(table(words.replace("NEVER", "often")), old='total = "sum"', new=answers)
    assert result.stderr == (
        "Row 2, column “q9”: “often” is not among the words of the map (never, some days, refused).\n"
    )
    assert bring(table(words.replace("NEVER", "refused")), old='total = "sum"', new=answers).exit_code == 0
    with database(operator) as db:
        score = db.exec(select(Assessment).where(Assessment.instrument == "phq9")).one()
    assert (score.missing, score.suicide_state, score.answers["q1"]) == (1, "skipped", 1)


def test_a_time_that_the_clocks_skipped_is_refused(bring):
    old, new = 'format = "%d.%m.%Y" }', 'format = "%d.%m.%Y %H:%M" }\nzone = "Europe/Berlin"'
    result = bring(table(row(day="30.03.2025 02:30")), old=old, new=new)
    assert result.stderr == (
        "Row 2, column “day”: “30.03.2025 02:30” does not exist in Europe/Berlin: the clocks were put forward.\n"
    )


def test_every_problem_is_reported_at_once_in_the_order_of_the_rows(bring):
    result = bring(table(row(id="B2", q1="9"), GOOD + ",", row(id="C3", day="x", madrs="99", sum="")))
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "Row 2, column “q1”",
        "Row 3",
        "Row 4, column “madrs”",
        "Row 4, column “day”",
    ]


def test_a_thousand_problems_are_not_a_thousand_lines(bring):
    result = bring(table(*(row(id=f"P{n}", q1="9") for n in range(1000))))
    assert len(result.stderr.splitlines()) == 51
    assert result.stderr.splitlines()[-1] == "… and 950 more."
    assert "Nothing was written: 1000 problems." in result.stdout


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> mapping.Map:
    path = tmp_path_factory.mktemp("map") / "map.toml"
    path.write_text(MAP)
    return mapping.read(path)


def read_only(plan: mapping.Map, content: bytes) -> forms.Reading | None:
    """The file as far as it can be read without a store; None where it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        path.write_bytes(content)
        try:
            sheet = sheets.read(path, plan.shape, plan.columns)
        except BadInput:
            return None
    return forms.read(sheet, plan, ZoneInfo("Europe/Berlin"), datetime.now(UTC))


@given(
    content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_no_file_whatsoever_makes_it_crash(plan, content):
    read_only(plan, content)
    read_only(plan, HEADER.encode() + b"\n" + content)


@given(
    column=st.sampled_from(HEADER.split(",")),
    text=st.text(st.characters(exclude_categories=("Cs",), exclude_characters='"\0\r\n'), max_size=20)
    | st.integers().map(str)
    | st.dates().map(str)
    | st.floats().map(str),
)
def test_no_cell_makes_it_crash_and_what_is_taken_is_possible(plan, column, text):
    content = table(row(**{column: f'"{text}"'})).encode()
    reading = read_only(plan, content)
    assert reading is not None
    assert reading.problems or reading.forms
    for form in reading.forms.values():
        instruments.score(form.instrument, form.answers) if form.answers else None
        assert form.total is None or form.instrument.minimum <= form.total <= form.instrument.maximum
        day = form.taken_at
        assert date(1980, 5, 1) <= day <= datetime.now(UTC).date() + timedelta(days=1) or column == "born"
