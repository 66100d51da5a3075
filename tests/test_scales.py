"""A clinic's own rating scale: one TOML and one CSV make it a scale like any other, in this store and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import func, select
from streamlit.testing.v1 import AppTest

from clinic import alerts, assessments, instruments, patients, scales, settings
from clinic.instruments import library
from clinic.refused import BadInput, NotAllowed, NotFound
from data_model import Setting, connection, database
from tests.command import clinic
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated
from tests.test_pages import opened, words

ROOT = Path(__file__).parents[1]

# The example of docs/own_scales.md.
TOML = """\
id = "test_distress"
version = "1.0"
title = "TDS-3"
name = "Test distress scale"
construct = "distress"
rater = "self"
recall = "past week"
recall_days = 7
higher_is = "worse"
minimum = 0
maximum = 12

text = "labels"
licence = "Invented for this example; anybody may use it."
holder = "Nobody."
notice = "Invented: it measures nothing."
source = "Invented"
unverified = ["All of this scale is invented."]
measures = "How distressed somebody felt over a week."
family = "anxiety"
timing = "Weekly."
checked_by = ""
next_review = 2026-01-31

stem = "Past week"
range = [0, 4]
items = [
  { id = "q1", text = "Tense" },
  { id = "q2", text = "Worn out" },
  { id = "q3", text = "Thoughts of suicide" },
]
allow_missing = 0

too_mild_below = "test_distress.caseness"

[[bands]]
id = "test_distress.bands.invented"
default = true
ranges = [
  { name = "little", from = 0, to = 4 },
  { name = "some", from = 5, to = 8 },
  { name = "much", from = 9, to = 12 },
]
source = "Invented"
evidence = "ours"

[[response]]
id = "test_distress.response.fall50"
default = true
says = "at least 50 % below baseline"
fall_percent_at_least = 50
source = "Invented"
evidence = "ours"

[[checks]]
id = "test_distress.caseness"
says = "5 or more: somebody should talk about it"
total_at_least = 5
source = "Invented"
evidence = "ours"

[[flags]]
name = "suicide"
item = "q3"
says = "thoughts of suicide"
review_from = 1
urgent_from = 3
source = "any answer above 0 is looked at; 3 and 4 are urgent"
evidence = "ours"
"""
CSV = """\
case,answers,baseline,total,prorated,missing,band,suicide,checks,source
all lowest,0 0 0,,0,no,0,little,no none,caseness=no,invented
below the cut,2 2 0,,4,no,0,little,no none,caseness=no,invented
at the cut,2 2 1,,5,no,0,some,yes review,caseness=yes,invented
suicide item below urgent,4 2 2,,8,no,0,some,yes review,caseness=yes,invented
suicide item urgent,3 3 3,,9,no,0,much,yes urgent,caseness=yes,invented
all highest,4 4 4,,12,no,0,much,yes urgent,caseness=yes,invented
one blank,4 4 -,,,no,1,,unknown unknown,caseness=?,invented
fell by half,3 1 0,8,4,no,0,little,no none,response_fall50=yes,invented
fell by less,4 1 0,8,5,no,0,some,no none,response_fall50=no,invented
"""
NAME = "test_distress@1.0"


@pytest.fixture(autouse=True)
def shelf_of_the_process() -> Iterator[None]:
    """Whatever a test put on the shelf of this process is taken away again."""
    yield
    empty_the_shelf()


def empty_the_shelf() -> None:
    """As in a process that has just begun."""
    library.keep_own({})
    scales._on_the_shelf = {}


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "our scales"
    made.mkdir()
    lay(made)
    return made


def lay(folder: Path, name: str = "distress", definition: str = TOML, rows: str | None = CSV) -> None:
    (folder / f"{name}.toml").write_text(definition, encoding="utf-8")
    if rows is not None:
        (folder / f"{name}.csv").write_text(rows, encoding="utf-8")


def look(operator, folder: Path) -> scales.Found:
    with database(operator) as db:
        return scales.look(db, folder)


def stored(operator) -> dict[str, dict[str, str]]:
    with database(operator) as db:
        return settings.current(db)[scales.SETTING]


def filled_in(actor, person, *answers: int, name: str = "test_distress"):
    with database(actor) as db:
        key = assessments.open_draft(db, person.key, name).key
        assessments.answer(db, key, {f"q{n}": value for n, value in enumerate(answers, 1)})
        return assessments.finish(db, key)


# ---- taken in ------------------------------------------------------------------------------------------------


def test_one_toml_and_one_csv_are_all_it_takes(ada, operator, folder):
    assert sorted(file.suffix for file in folder.iterdir()) == [".csv", ".toml"]
    found = look(operator, folder)
    assert (found.taken, found.known, found.problems) == ([NAME], [], [])
    assert stored(operator) == {NAME: {"definition": TOML, "rows": CSV}}
    with database(operator) as db:
        [scale] = scales.taken_in(db)
        assert len(scales.validation_rows(db, scale)) == CSV.count("\n") - 1
        assert len(scales.validation_rows(db, instruments.instrument("phq9"))) > 20
    assert instruments.catalogue()["test_distress"] is scale
    row = filled_in(operator, ada, 3, 3, 3)
    assert (row.total, row.version, row.suicide_state) == (9, "1.0", "yes")


def test_a_second_look_finds_nothing_new_and_changes_nothing(sqlite_store, operator, folder):
    look(operator, folder)
    found = look(operator, folder)
    assert (found.taken, found.known, found.problems) == ([], [NAME], [])
    with database(operator) as db:
        kept = select(func.count(Setting.id)).where(Setting.name == scales.SETTING)
        assert db.exec(kept).one() == 1


def test_the_folder_of_the_settings_is_looked_into_when_none_is_named(sqlite_store, operator, folder):
    with database(operator) as db, pytest.raises(BadInput, match="No folder for your own scales"):
        scales.look(db)
    with database(operator) as db:
        settings.change(db, scales_folder=str(folder))
        assert scales.look(db).taken == [NAME]


def test_the_command_line_takes_it_in_and_lists_it(both_stores, folder):
    result = clinic("scales", "take-in", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"Taken in: {NAME}. Known already: 0.\n"
    empty_the_shelf()
    assert "test_distress" not in clinic("scales", "list").stdout
    (line,) = [
        line
        for line in clinic("scales", "list", "--store").stdout.splitlines()
        if line.startswith("test_distress\t")
    ]
    assert line.split("\t")[:4] == ["test_distress", "TDS-3", "3", "0 to 12"]
    assert line.split("\t")[5] == "9"
    again = clinic("scales", "take-in", folder)
    assert (again.exit_code, again.stdout) == (0, "Taken in: nothing. Known already: 1.\n")


def test_the_command_line_says_what_it_left_and_takes_the_rest(both_stores, folder):
    lay(folder, "bad", "id = ")
    result = clinic("scales", "take-in", folder)
    assert result.exit_code == 1
    assert result.stderr.startswith("bad.toml is not well-formed TOML: ")
    assert result.stdout == f"Taken in: {NAME}. Known already: 0.\n"


def test_its_review_is_a_reminder_of_check_and_no_problem(both_stores, folder):
    """The example's review was due on 31 January 2026."""
    clinic("scales", "take-in", folder)
    empty_the_shelf()
    result = clinic("check")
    assert result.exit_code == 0
    assert "To do: TDS-3 1.0: its review was due on 31 Jan 2026; it was never checked" in result.stdout
    assert result.stdout.endswith("The store is in order.\n")


def test_a_scale_that_a_release_ships_itself_locks_nobody_out(both_stores, operator, folder):
    """A later release may ship the id that a clinic chose: the shipped one serves, and `check` says so."""
    lay(folder)
    look(operator, folder)
    with database(operator) as db:
        kept = settings.current(db)[scales.SETTING]
        taken = {
            "phq9@9.0": kept["test_distress@1.0"] | {"definition": TOML.replace('"test_distress"', '"phq9"')}
        }
        taken["phq9@9.0"]["definition"] = taken["phq9@9.0"]["definition"].replace("test_distress.", "phq9.")
        settings.change(
            db, **{scales.SETTING: kept | taken | {"x@1.0": {"definition": "id = 3", "rows": ""}}}
        )
    with database(operator) as db:
        scales.put_on_the_shelf(db)
        said = scales.left_out(db)
    assert instruments.instrument("phq9").maximum == 27
    assert instruments.instrument("test_distress").version == "1.0"
    assert (
        len([sentence for sentence in said if "phq9@9.0: this release ships a scale of that id" in sentence])
        == 1
    )
    assert any(sentence.startswith("Your own scale x@1.0: key") for sentence in said)


@pytest.mark.parametrize("role", ["nurse", "clinician", "lead", "auditor"])
def test_only_who_changes_settings_takes_scales_in(sqlite_store, operator, folder, role):
    with pytest.raises(NotAllowed), database(staff(role)) as db:
        scales.look(db, folder)
    assert stored(operator) == {}


# ---- used ----------------------------------------------------------------------------------------------------


@pytest.fixture
def person(sqlite_store, operator, folder):
    """Somebody with a course and two treatments, at a clinic with a scale of its own."""
    look(operator, folder)
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(50), phq9(2))
        treated(db, made, days_ago(49))
    return made


def as_html(test: AppTest) -> str:
    """What stands in the page's own tables, with words whole."""
    return " ".join(each.proto.body for each in test.get("html")).replace("<wbr>", "")


def figure(test: AppTest) -> list[dict]:
    [chart] = test.get("plotly_chart")
    return json.loads(chart.proto.spec)["data"]


def test_the_catalogue_shows_it_like_a_shipped_one(person):
    key = access_key(staff("nurse"))
    empty_the_shelf()
    shelf = opened(key, "clinical/scales.py")
    assert f"{len(instruments.catalogue())} scales" in words(shelf)
    page = opened(key, "clinical/scales.py", scale="test_distress")
    assert not page.exception
    assert "TDS-3" in words(page)
    assert "How distressed somebody felt over a week." in words(page)
    html = as_html(page)
    assert "test_distress.response.fall50" in html
    assert "Proved on 9 validation rows." in html
    assert "Thoughts of suicide" in html


def test_a_score_of_it_stands_on_the_patients_figure_and_raises_the_concern(person, operator):
    nora = staff("nurse", "nora")
    empty_the_shelf()
    form = opened(access_key(nora), "clinical/assessment.py", patient=person.key, instrument="test_distress")
    assert not form.exception
    assert "TDS-3: Byron, Ada" in words(form)
    assert filled_in(nora, person, 4, 1, 2).total == 7
    with database(operator) as db:
        [concern] = [alert for alert, _ in alerts.open_ones(db, person) if alert.rule == alerts.SUICIDE]
    assert concern.saw.startswith("TDS-3 item 3 is 2.")
    test = opened(access_key(nora), "clinical/patient.py", patient=person.key)
    assert not test.exception
    rows = test.dataframe[0].value
    assert rows[["Scale", "Score", "Band"]].to_numpy().tolist()[0] == ["TDS-3", "7", "some"]
    assert [7.0] in [[y for y in trace.get("y", []) if y is not None] for trace in figure(test)]
    assert "TDS-3 item 3" in words(test)


def test_another_store_does_not_see_it(person, migrated_sqlite, tmp_path, monkeypatch, operator):
    assert "test_distress" in instruments.catalogue()
    there = tmp_path / "other.sqlite"
    there.write_bytes(migrated_sqlite.read_bytes())
    connection.forget_engines()
    monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{there}")
    test = opened(access_key(staff("nurse")), "clinical/scales.py", scale="test_distress")
    assert "There is no such rating scale." in words(test)
    assert "test_distress" not in clinic("scales", "list", "--store").stdout
    with database(operator) as db:
        ben = patient(db)
        course(db, ben)
        with pytest.raises(NotFound):
            assessments.open_draft(db, ben.key, "test_distress")


def test_it_comes_back_with_a_backup_and_without_its_folder(person, folder, tmp_path, monkeypatch, operator):
    filled_in(operator, person, 4, 4, 1)
    assert clinic("backup", tmp_path / "copies").exit_code == 0
    (copy,) = (tmp_path / "copies").glob("*.sqlite")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    connection.forget_engines()
    monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{tmp_path}/elsewhere/clinic.sqlite")
    empty_the_shelf()
    restored = clinic("restore", copy)
    assert restored.exit_code == 0, restored.stderr
    empty_the_shelf()
    assert clinic("check").stdout.endswith("The store is in order.\n")
    with database(operator) as db:
        frame = assessments.scores(db, patients.get(db, person.key))
    assert frame[["instrument", "total", "band"]].iloc[-1].tolist() == ["test_distress", 9, "much"]


# ---- versions ------------------------------------------------------------------------------------------------


def test_a_changed_file_of_the_same_version_is_refused_and_the_stored_one_stays(
    sqlite_store, operator, folder
):
    look(operator, folder)
    lay(folder, definition=TOML.replace("from = 5", "from = 6").replace("to = 4", "to = 5"))
    found = look(operator, folder)
    assert found.taken == found.known == []
    assert found.problems == [
        f"distress.toml differs from what was taken in as {NAME}, under which answers may have been given: "
        "give it a higher version."
    ]
    assert stored(operator)[NAME]["definition"] == TOML
    assert instruments.instrument("test_distress").band(5) == "some"


def test_a_higher_version_stands_beside_the_old_one_and_old_answers_keep_theirs(person, operator, folder):
    filled_in(operator, person, 4, 1, 0)
    lay(
        folder,
        definition=TOML.replace('"1.0"', '"1.1"').replace("from = 5", "from = 6").replace("to = 4", "to = 5"),
        rows=CSV.replace("5,no,0,some", "5,no,0,little"),
    )
    assert look(operator, folder).taken == ["test_distress@1.1"]
    assert set(stored(operator)) == {NAME, "test_distress@1.1"}
    filled_in(operator, person, 4, 1, 0)
    with database(operator) as db:
        frame = assessments.scores(db, person)
        assert [each.version for each in scales.taken_in(db)] == ["1.0", "1.1"]
    assert frame[["version", "total", "band"]].iloc[-2:].to_numpy().tolist() == [
        ["1.0", 5, "some"],
        ["1.1", 5, "little"],
    ]
    assert instruments.catalogue()["test_distress"].version == "1.1"


def test_a_form_begun_under_the_old_version_is_finished_under_it(person, operator, folder):
    with database(operator) as db:
        key = assessments.open_draft(db, person.key, "test_distress").key
        assessments.answer(db, key, {"q1": 1})
    lay(folder, definition=TOML.replace('"1.0"', '"1.1"'))
    look(operator, folder)
    row = filled_in(operator, person, 1, 0, 0)
    assert (row.key, row.version) == (key, "1.0")


def test_a_version_older_than_the_stored_one_is_refused(sqlite_store, operator, folder):
    lay(folder, definition=TOML.replace('"1.0"', '"1.10"'))
    assert look(operator, folder).taken == ["test_distress@1.10"]
    lay(folder, definition=TOML.replace('"1.0"', '"1.9"'))
    found = look(operator, folder)
    assert found.problems == ["distress.toml: version 1.9 is older than what was taken in already."]


# ---- refused -------------------------------------------------------------------------------------------------

REFUSED = {
    "no rows": (
        TOML,
        None,
        "a.toml: beside it should lie a.csv with validation rows, worked out by hand.",
    ),
    "only a header": (TOML, CSV.splitlines()[0], "a.toml: beside it should lie a.csv with validation rows"),
    "a row that does not hold": (
        TOML,
        CSV.replace("8,no,0,some", "8,no,0,much"),
        "a.csv: Row 5 (suicide item below urgent): band is some, not much.",
    ),
    "a row without its source": (
        TOML,
        CSV.replace("caseness=?,invented", "caseness=?,"),
        "a.csv: Row 8 (one blank): source is empty.",
    ),
    "a column that nobody knows": (TOML, "case,reply,source\n", "a.csv: Validation rows have the columns"),
    "a number that is none": (TOML, CSV.replace(",,0,no", ",,zero,no"), "a.csv: Row 2 (all lowest): "),
    "a number of blanks that is none": (TOML, CSV.replace("no,1,,", "no,one,,"), "a.csv: Row 8 (one blank)"),
    "the id of a shipped scale": (
        TOML.replace("test_distress", "phq9"),
        CSV,
        "a.toml: id “phq9” is that of a shipped scale; give yours another.",
    ),
    "ill-formed TOML": (
        TOML.replace("range = [0, 4]", "range = [0, 4"),
        CSV,
        "a.toml is not well-formed TOML",
    ),
    "a key that nobody knows": (
        TOML.replace("higher_is", "highest_is"),
        CSV,
        "a.toml: key “higher_is” is missing.",
    ),
    "bands with a hole": (TOML.replace("from = 5", "from = 6"), CSV, "a.toml: "),
    "a link": (
        TOML.replace('"TDS-3"', '"[TDS-3](http://127.0.0.1:9)"'),
        CSV,
        "a.toml: title “[TDS-3](http://127.0.0.1:9)” would be drawn as a link, a colour or a tag; write plain words.",
    ),
    "a colour": (TOML.replace('"some"', '":red[some]"'), CSV, "a.toml: name “:red[some]” would be drawn"),
    "a tag": (
        TOML.replace('"Tense"', '"<a href=x>Tense</a>"'),
        CSV,
        "a.toml: text “<a href=x>Tense</a>” would",
    ),
    "a flag on an item that is not there": (TOML.replace('item = "q3"', 'item = "q4"'), CSV, "a.toml: "),
}


@pytest.mark.parametrize("definition, rows, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_trusted_is_left_and_the_good_one_beside_it_taken(
    sqlite_store, operator, folder, definition, rows, sentence
):
    lay(folder, "a", definition.replace("test_distress", "test_other"), rows)  # read before the good one
    found = look(operator, folder)
    assert found.taken == [NAME]
    assert sentence in found.problems[0]
    assert all(problem.startswith(("a.toml", "a.csv")) for problem in found.problems)
    assert list(stored(operator)) == [NAME]
    assert set(library.own_scales()) == {("test_distress", "1.0")}


def test_a_file_that_is_no_text_is_refused_by_its_name(sqlite_store, operator, folder):
    (folder / "a.toml").write_bytes(b"\xff\xfe\x00")
    found = look(operator, folder)
    assert found.taken == [NAME]
    assert found.problems[0].startswith("a.toml cannot be read: ")


@pytest.mark.parametrize("where", ["nowhere", "a file"])
def test_a_folder_that_is_none_is_a_sentence(sqlite_store, operator, tmp_path, where):
    (tmp_path / "a file").write_text("no folder")
    with pytest.raises(BadInput, match="is not a folder on the computer that runs the dashboard"):
        look(operator, tmp_path / where)
    result = clinic("scales", "take-in", tmp_path / where)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


# ---- the settings page ---------------------------------------------------------------------------------------


@pytest.fixture
def page(sqlite_store) -> AppTest:
    return opened(access_key(staff("administrator")), "admin/settings.py")


def test_an_administrator_takes_scales_in_from_the_settings(page, operator, folder):
    lay(folder, "bad", "id = ")
    assert "None taken in so far." in words(page)
    page.text_input(key="scales folder").set_value(f" {folder} ")
    page.button(key="look").click().run()
    assert [said.value.replace("\\", "") for said in page.success] == [f"{NAME} was taken in."]
    assert [said.value.startswith("bad\\.toml is not well\\-formed TOML") for said in page.error] == [True]
    assert "<td data-heading='title'>TDS-3</td>" in as_html(page)
    with database(operator) as db:
        assert settings.current(db)["scales_folder"] == str(folder)
    page.button(key="look").click().run()
    assert len(page.error) == 1
    assert not page.success


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("", "No folder for your own scales is named"),
        ("scales", "should be the whole path of a folder"),
        ("/nowhere/at/all", "is not a folder on the computer"),
    ],
)
def test_a_folder_that_cannot_be_looked_into_is_a_sentence_and_nothing_is_kept(
    page, operator, typed, sentence
):
    page.text_input(key="scales folder").set_value(typed)
    page.button(key="look").click().run()
    assert sentence in page.error[0].value.replace("\\", "")
    assert page.button(key="look"), "the rest of the page is still there"
    with database(operator) as db:
        assert settings.current(db)["scales_folder"] is None


def test_the_folder_is_kept_and_forgotten_with_the_other_settings(page, operator, folder):
    for typed, kept in ((str(folder), str(folder)), ("", None)):
        page.text_input(key="scales folder").set_value(typed)
        [save] = [button for button in page.button if button.label == "Save"]
        save.click().run()
        assert not page.error
        with database(operator) as db:
            assert settings.current(db)["scales_folder"] == kept
    assert stored(operator) == {}, "a folder alone takes nothing in"


# ---- the documentation ---------------------------------------------------------------------------------------


def test_the_example_of_the_documentation_is_the_one_tested_here():
    written = (ROOT / "docs" / "own_scales.md").read_text(encoding="utf-8")
    assert f"```toml\n{TOML}```" in written
    assert f"```csv\n{CSV}```" in written
