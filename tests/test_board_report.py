"""The report of chosen figures: every figure of every part can be drawn as a vector, or says why it is not printed."""

from __future__ import annotations

import csv
import html
import io
import json
import logging
import pickle
import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from clinic import access, board_report, cohorts, instruments, settings
from clinic.board_report import Figure, contents, definitions, figures, making
from clinic.charts.palette import DARK, LIGHT
from clinic.outcomes.states import Window
from clinic.outcomes.suppression import ALSO_HIDDEN, clinic_minimum
from clinic.refused import BadInput, NotAllowed
from clinic.report import typesetting
from clinic.report.svg import drawn
from data_model import AuditRow, connection, database
from data_model.columns import now
from pages.outcomes import board as boards
from pages.outcomes import small
from pages.shared import figure as shown
from sample_data.generate import build, configured
from tests.people import staff

OPERATOR = access.command_line("test run")
PARTS = [
    each.stem
    for each in sorted((Path(__file__).parent.parent / "pages" / "outcomes").glob("*.py"))
    if "def show(board: Board)" in each.read_text(encoding="utf-8") and each.stem != "printing"
]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict[str, Figure]:
    """Every figure that the parts draw for a small sample clinic, in the dark theme."""
    url = f"sqlite:///{tmp_path_factory.mktemp('printed') / 'sample.sqlite'}"
    build(url, people=40)
    found: dict[str, Figure] = {}

    def kept(self, key, spec, *, alt, n, rules=(), unverified=(), times=None, table=None, title=""):
        found[key] = Figure(
            key, spec, n, tuple(rules), tuple(unverified), table, self.filters, self.as_of, "UTC"
        )

    logging.disable(logging.WARNING)
    with pytest.MonkeyPatch.context() as patch, configured(url):
        connection.forget_engines()
        patch.setattr(boards.Board, "figure", kept)
        patch.setattr(shown, "palette", lambda: DARK)
        patch.setattr(shown, "narrow", lambda: False)
        board = whole_board()
        for part in PARTS:
            import_module(f"pages.outcomes.{part}").show(board)
        connection.forget_engines()
    logging.disable(logging.NOTSET)
    return found


def whole_board() -> boards.Board:
    catalogue, as_of, window = instruments.catalogue(), now(), Window()
    with database(OPERATOR) as db:
        cohort = cohorts.cohort(db)
        people = cohort.people(catalogue, as_of, window)
        zone = settings.zone(db)
    return boards.Board(
        actor=OPERATOR,
        cohort=cohort,
        first=cohort.first,
        people=people,
        catalogue=catalogue,
        window=window,
        zone=zone,
        as_of=as_of,
        filters=("all routes",),
        names=True,
    )


def test_every_figure_of_every_part_can_be_drawn(seen):
    """In vectors, with nothing left out: what the writer does not know it refuses, and this test with it."""
    assert len(seen) > 18
    for each in seen.values():
        drawing = drawn(contents.on_paper(each.spec), contents.WIDTH, "alt")
        marks = drawing.count('class="mark"') + drawing.count('class="bar"') + drawing.count('class="line"')
        assert marks >= min(len(each.spec["data"]), 1), each.key


def test_every_figure_has_a_place_in_the_list(seen):
    """One that has none does not leave at all."""
    assert [key for key in seen if board_report.kind(key) is figures.UNKNOWN] == []
    assert board_report.kind("something new") is figures.UNKNOWN
    assert board_report.kind("variation by clinician").title != board_report.kind("variation responded").title


def test_every_rule_has_a_definition(seen):
    rules = [rule for each in seen.values() for rule in each.rules]
    found = definitions.definitions(rules)
    assert [each.rule for each in found if each.says == definitions.UNDEFINED] == []
    assert len({each.rule.split()[0] for each in found}) == len(found)


def test_every_letter_of_a_figure_is_in_our_fonts(seen):
    """A key whose mark no font has would be set in another font, or with nothing in its place."""
    for each in seen.values():
        said = re.findall(r">([^<]+)<", drawn(each.spec, contents.WIDTH))
        lacked = {
            mark
            for text in said
            for mark in html.unescape(text)
            if not typesetting.settled(mark) and mark != " "
        }
        assert lacked == set(), each.key


def test_paper_is_light_whichever_theme_it_came_from(seen):
    made = json.dumps([contents.on_paper(each.spec) for each in seen.values()], default=str)
    assert LIGHT.score in made
    for name in ("score", "surface", "text", "worse"):
        assert getattr(DARK, name) not in made
        assert contents._triple(getattr(DARK, name)) not in made


def test_no_small_count_leaves_in_any_table(seen):
    scheme = clinic_minimum()
    tables = [(key, contents.outgoing(each, scheme)) for key, each in seen.items()]
    assert sum(found is not None and not found.whole for _, found in tables) > 8
    for key, found in tables:
        for name in () if found is None else found.table:
            if not pd.api.types.is_integer_dtype(seen[key].table[name]) or name == found.table.columns[0]:
                continue
            for text in found.table[name]:
                label = name in ("Week", "By treatment", "Treatment")
                assert label or text == ALSO_HIDDEN or int(text) == 0 or int(text) >= 10, (key, name)


def test_single_people_are_never_printed(seen, sqlite_store):
    for key in ("swim", "waterfall", "weeks"):
        made = contents.section(
            seen[key], contents.outgoing(seen[key], clinic_minimum()), clinic_minimum(), set()
        )
        assert [each["kind"] for each in made["blocks"]].count("figure") == 0
    with pytest.raises(BadInput, match="one person"), configured_store() as db:
        making.table_csv(db, seen["swim"])


def test_no_small_count_stands_anywhere_in_a_report_of_everything(seen):
    """Read off the whole of it, words of figures and sentences included: each "n of m" has neither a small n nor a
    small rest, in whichever table, figure or footer it stands."""
    scheme = clinic_minimum()
    made = json.dumps(contents.sections(list(seen.values()), scheme), ensure_ascii=False)
    plain = html.unescape(re.sub(r"<[^>]*>", "", made))
    found = re.findall(r"(?<![\d.…])(\d+) of (\d+)\b", plain)
    assert len(found) > 5
    for n, of in found:
        rest = abs(int(of) - int(n))  # "224 treatments of 31 people" says nothing about a rest
        assert all(each == 0 or each >= 10 for each in (int(n), int(of), rest)), f"{n} of {of}"
    whole = "".join(str(each.table) + each.n for each in seen.values())
    assert re.search(r"\b[1-9] of \d+", whole)  # there was something to hide


# ---- the files -----------------------------------------------------------------------------------------------------


class configured_store:
    """A transaction of the operator in the store that the test configured."""

    def __enter__(self):
        self.door = database(OPERATOR)
        return self.door.__enter__()

    def __exit__(self, *error):
        return self.door.__exit__(*error)


def one(counts: tuple[int, ...] = (3, 40, 60), **changes) -> Figure:
    spec = {"data": [], "layout": {}}
    table = pd.DataFrame({"State": ["=danger", "b", "c"], "People": counts})
    made = Figure(
        "states",
        spec,
        f"{sum(counts)} people; {counts[0]} of them late",
        ("states.day28",),
        (),
        table,
        ("all routes",),
        datetime(2026, 11, 25, tzinfo=UTC),
        "UTC",
    )
    return replace(made, **changes)


def drawn_one(counts: tuple[int, ...] = (3, 40, 60)) -> Figure:
    """With bars, whose names are ticks."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": list(counts),
        "y": [0, 1, 2],
        "width": 0.6,
        "marker": {"color": "#0F6E84"},
    }
    layout = {
        "height": 200,
        "margin": {"l": 80, "r": 20, "t": 10, "b": 30},
        "xaxis": {"range": [0, 100], "tickvals": []},
        "yaxis": {"range": [2.5, -0.5], "tickvals": [0, 1, 2], "ticktext": ["=danger", "b", "c"]},
    }
    return one(counts, spec={"data": [bars], "layout": layout})


def test_the_table_as_a_file(sqlite_store):
    with configured_store() as db:
        rows = list(csv.reader(io.StringIO(making.table_csv(db, one()))))
    assert rows[:4] == [["State", "People"], ["'=danger", ALSO_HIDDEN], ["b", ALSO_HIDDEN], ["c", "60"]]
    assert "103" not in str(rows)
    with configured_store() as db:
        row = db.exec(select(AuditRow).where(AuditRow.verb == "exported")).one()
    assert row.after["as"] == "CSV"
    assert row.after["figures"] == ["states"]
    assert row.after["smallest_count"] == 10


def test_the_clinic_chooses_how_small_is_small(sqlite_store):
    with configured_store() as db:
        settings.change(db, smallest_count=5)
        assert "40" in making.table_csv(db, one((7, 40, 60)))
        with pytest.raises(BadInput, match="5 to 100"):
            settings.change(db, smallest_count=4)


def test_the_report_says_all_that_defines_it(sqlite_store):
    with configured_store() as db:
        settings.change(db, clinic_name="Clinic by the Sea")
        made = board_report.html(db, [drawn_one()])
    for said in (
        "Clinic by the Sea",
        "test run",
        "data as of 25 Nov 2026 00:00",
        "all routes",
        "states.day28",
    ):
        assert said in made
    assert "seven states" in made
    assert made.count('class="bar"') == 1  # of three, two are hidden
    assert "103" not in re.sub(r"<style>.*?</style>|data:[^\"']+", "", made, flags=re.S)
    with configured_store() as db:
        row = db.exec(select(AuditRow).where(AuditRow.verb == "exported")).one()
    assert (row.actor, row.after["as"], row.after["filters"]) == (
        "command line (test run)",
        "HTML",
        ["all routes"],
    )


def test_it_is_a_tagged_pdf(sqlite_store):
    with configured_store() as db:
        made = board_report.pdf(db, [drawn_one((20, 40, 60))])
        typesetting.accessible(making.FILE, making.report(db, [drawn_one()]))
    assert made.startswith(b"%PDF")


def test_a_report_has_one_choice_of_people_and_something_in_it(sqlite_store):
    with configured_store() as db:
        with pytest.raises(BadInput, match="at least one"):
            board_report.pdf(db, [])
        with pytest.raises(BadInput, match="different choices"):
            board_report.pdf(db, [one(), one(filters=("route IV",))])


def test_only_who_may_see_outcomes_takes_them_out(sqlite_store):
    nurse = staff("nurse")
    for make in (lambda db: board_report.pdf(db, [one()]), lambda db: board_report.table_csv(db, one())):
        with pytest.raises(NotAllowed), database(nurse) as db:
            make(db)


def test_what_a_visit_has_seen_can_be_kept_with_it():
    assert pickle.loads(pickle.dumps(one())).key == "states"


# ---- the page ------------------------------------------------------------------------------------------------------


def page():
    """Two parts of a board of a few people, and what can be printed of them."""
    import importlib
    from zoneinfo import ZoneInfo

    from clinic import access
    from clinic.cohorts import Frames
    from clinic.instruments import catalogue
    from clinic.outcomes import states
    from pages.outcomes import printing
    from pages.outcomes.board import Board
    from tests.course_frames import ZONE, at, courses, score, scores, treatment, treatments

    table = courses(*({"patient": f"p{n}", "baseline": 20} for n in range(40)))
    given = [score(at(28), 6 if n < 4 else 18, patient=f"p{n}") for n in range(25)]
    doses = [treatment(at(day), patient=f"p{n}", episode=f"e{n + 1}") for n in range(40) for day in (0, 4)]
    cohort = Frames(table, scores(*given), treatments(*doses))
    first = states.first_courses(table)
    board = Board(
        actor=access.command_line("tests"),
        cohort=cohort,
        first=first,
        people=states.people(first, cohort.scores, cohort.treatments, catalogue(), at(60), zone=ZONE),
        catalogue=catalogue(),
        window=states.Window(),
        zone=ZoneInfo(ZONE),
        as_of=at(60),
        filters=("all routes",),
        names=True,
    )
    printing.show(board)
    importlib.import_module("pages.outcomes.everyone").show(board)


def test_what_was_looked_at_can_be_ticked_and_taken_out():
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert "Open the parts above" in app.info[0].value
    app.run()
    ticks = [each.label for each in app.checkbox]
    assert ticks[:2] == ["Of everyone who started", "Response, by indication"]
    labels = [each.proto.label for each in app.get("download_button")]
    assert labels[:2] == ["PDF", "HTML"]
    assert labels.count("Take out as CSV") == len(app.dataframe) == 4
    for each in app.checkbox:
        each.set_value(False)
    app.run()
    assert "Tick at least one figure." in [each.value for each in app.info]


def test_small_counts_are_grey_on_the_screen():
    table = pd.DataFrame(
        {"State": ["a", "b"], "People": [3, 40], "With": ["3 of 40", "40 of 43"], "%": [7.0, 93.0]}
    )
    styled = small.greyed(table, 10)._compute()
    grey = {at for at, look in styled.ctx.items() if look}
    assert grey == {(0, 1), (0, 2)}


def test_no_part_offers_a_raw_table():
    """A table of the parts is shown by the board, whose tools are hidden, or as plain HTML; but for what others
    published, which is no secret."""
    parts = Path(boards.__file__).parent
    offering = {
        each.stem for each in parts.glob("*.py") if "st.dataframe(" in each.read_text(encoding="utf-8")
    }
    assert offering == {"board", "published"}
    look = (parts.parent / "shared" / "look.css").read_text(encoding="utf-8")
    assert '[class*="st-key-looked-at-"] [data-testid="stElementToolbar"] { display: none; }' in look
