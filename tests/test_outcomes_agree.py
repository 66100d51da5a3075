"""All figures of Outcomes are about the same people: in the sample clinic, started is the sum of its parts."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from clinic import access, cohorts, harm, instruments, settings, standing
from clinic.outcomes import (
    by_month,
    by_treatment,
    completeness,
    doses,
    flow,
    harms,
    shift,
    states,
    suicide_change,
    time_to,
    units,
    waterfall,
    weekly,
)
from clinic.outcomes.states import Window
from data_model import connection, database
from data_model.columns import now
from sample_data.generate import build, configured


def literal(file: Path, name: str):
    """A constant of a page, which cannot be imported without being run."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assigned = (it for it in tree.body if isinstance(it, ast.Assign))
    return next(ast.literal_eval(it.value) for it in assigned if ast.unparse(it.targets[0]) == name)


PARTS = literal(Path(__file__).parents[1] / "pages" / "service" / "outcomes.py", "PARTS")
OPERATOR = access.command_line("test run")
WINDOW = Window()


@dataclass(frozen=True)
class Looked:
    cohort: cohorts.Cohort
    people: pd.DataFrame
    standing: pd.DataFrame
    given: pd.DataFrame
    events: pd.DataFrame
    harmed: harm.Counts
    stretches: pd.DataFrame
    as_of: datetime
    zone: str
    gap_days: int

    @property
    def started(self) -> int:
        return len(self.cohort.first)

    def by_scale(self) -> dict[str, pd.DataFrame]:
        return dict(list(self.people.groupby("instrument")))


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    made = f"sqlite:///{tmp_path_factory.mktemp('agree') / 'sample.sqlite'}"
    build(made, people=60)
    return made


@pytest.fixture(scope="module")
def looked(url) -> Looked:
    as_of = now()
    with configured(url):
        connection.forget_engines()
        with database(OPERATOR) as db:
            cohort = cohorts.cohort(db, cohorts.Choice())
            read = cohort.scores, cohort.own, cohort.treatments
            assert all(map(len, read))
            found = Looked(
                cohort,
                cohort.people(instruments.catalogue(), as_of, WINDOW),
                standing.of(db, cohort.first["episode"]),
                harm.treatments(db, cohort),
                harm.adverse_events(db, cohort),
                harm.counts(db, cohort),
                harm.stretches(db, cohort, as_of)[0],
                as_of,
                settings.zone(db).key,
                settings.current(db)["course_gap_days"],
            )
            assert cohorts.counts(db, cohorts.Choice())["chosen"] == len(cohort.first)
        connection.forget_engines()
    return found


def test_the_cohort_is_each_person_once(looked):
    assert looked.started == looked.cohort.courses["patient"].nunique() > 40
    assert looked.harmed.people == looked.started
    assert harms.sizes(looked.started, looked.given, looked.events).started == looked.started


def test_the_states_and_the_headline_are_everyone(looked):
    summary = states.summary(looked.people)
    assert summary["n"].sum() == looked.started
    assert set(summary["of"]) == {looked.started}
    head = states.headline(looked.people)
    assert head.of + head.too_early == head.started == looked.started
    assert summary.set_index("state")["n"][states.RESPONDED] == head.responded
    by_indication = looked.people.groupby("indication").size()
    assert by_indication.sum() == looked.started


def test_each_step_of_the_flow_is_everyone_with_a_treatment(looked):
    found = flow.flow(
        looked.cohort.first,
        looked.cohort.treatments,
        looked.standing,
        looked.as_of,
        gap_days=looked.gap_days,
        zone=looked.zone,
    )
    assert found.started == looked.started
    assert set(found.steps[list(flow.PARTS)].sum(axis=1)) == {looked.started - found.unknown}
    assert flow.reasons(found)["people"].sum() == found.steps[flow.LEFT].iloc[-1]


def test_the_waterfalls_of_all_scales_are_everyone_and_say_the_headlines_number(looked):
    catalogue, drawn, without, responded = instruments.catalogue(), 0, 0, 0
    for name in looked.by_scale():
        found = waterfall.changes(looked.people, catalogue[name])
        drawn, without = drawn + len(found.people), without + sum(found.without.values())
        responded += int((found.people["state"] == states.RESPONDED).sum())
    assert drawn + without == looked.started
    assert responded == states.headline(looked.people).responded


def test_each_column_of_the_shift_is_the_same_people(looked):
    catalogue = instruments.catalogue()
    for name, mine in looked.by_scale().items():
        if not catalogue[name].bands:
            continue
        found = shift.shift(
            looked.people,
            looked.cohort.own,
            looked.cohort.treatments,
            looked.cohort.courses,
            catalogue[name],
            WINDOW,
            zone=looked.zone,
        )
        assert found.n + found.too_early == found.started == len(mine)
        assert [int(found.counts(look).sum()) for look in shift.LOOKS] == [found.n] * 3


def test_how_soon_has_everyone_in_the_denominator(looked):
    first, own, given = looked.cohort.first, looked.cohort.own, looked.cohort.treatments
    seen = time_to.looks(first, own, given, zone=looked.zone)
    found = time_to.time_to_response(first, seen, instruments.catalogue())
    assert len(found) == looked.started
    by = by_treatment.by_treatment(first, given, seen, found, looked.as_of, zone=looked.zone)
    assert by.of + by.too_early == by.started == looked.started


def test_suicidality_is_everyone(looked):
    people = suicide_change.people(
        looked.cohort.first, looked.cohort.scores, looked.as_of, window=WINDOW, zone=looked.zone
    )
    assert len(people) == suicide_change.summary(people)["n"].sum() == looked.started


def test_months_and_units_are_everyone(looked):
    head = states.headline(looked.people)
    months = by_month.responded(looked.people, WINDOW, looked.zone, looked.as_of)
    assert months["of"].sum() + months["too_early"].sum() == looked.started
    assert months["count"].sum() == head.responded
    for thing in ("clinician", "site"):
        found = units.units(looked.people, thing, lettered=False)
        assert (found.count, found.of, found.too_early) == (head.responded, head.of, head.too_early)
        assert found.drawn["of"].sum() + found.in_small + found.without == head.of


def test_treatments_are_the_same_in_every_part(looked):
    everyone = looked.cohort.treatments
    assert len(looked.given) == len(everyone)
    assert harms.sizes(looked.started, looked.given, looked.events).treatments == len(everyone)
    months = by_month.events(looked.given, looked.events, looked.zone, looked.as_of)
    assert months["of"].sum() == len(everyone)


def test_the_first_week_could_be_reached_by_everyone_who_started(looked):
    for mine in looked.by_scale().values():
        could = weekly.could_have(mine, 8, looked.as_of, zone=looked.zone)
        assert could["n"].iloc[0] == len(mine)


def test_doses_are_of_the_same_treatments(looked):
    found = doses.doses(looked.cohort.courses, looked.cohort.treatments, zone=looked.zone)
    assert sum(len(doses.of_way(found, *way)) for way in doses.ways(found)) == len(looked.cohort.treatments)


def test_completeness_counts_the_same_courses_and_treatments(looked):
    due = completeness.scores_due(looked.stretches, looked.cohort.scores, looked.as_of)
    found = completeness.facts(looked.cohort.courses, looked.given, due, looked.zone)
    of = completeness.table(found).set_index("measure")["of"]
    assert of["baseline"] == len(looked.cohort.courses)
    assert of["before"] == of["left"] == of["criteria"] == len(looked.cohort.treatments)
    assert of["scores"] == len(due) > 0


def page(part: str) -> None:
    """One part of the page over the store that the environment names."""
    import importlib

    from clinic import access, cohorts, instruments, settings
    from clinic.outcomes.states import Window
    from data_model import database
    from data_model.columns import now
    from pages.outcomes.board import Board
    from pages.shared import who

    actor, window, as_of = access.command_line("test run"), Window(), now()
    with who.looking(actor):
        with database(actor) as db:
            zone, cohort = settings.zone(db), cohorts.cohort(db, cohorts.Choice())
            people = cohort.people(instruments.catalogue(), as_of, window)
        board = Board(
            actor=actor,
            cohort=cohort,
            first=cohort.first,
            people=people,
            catalogue=instruments.catalogue(),
            window=window,
            zone=zone,
            as_of=as_of,
            filters=("all routes",),
            names=True,
        )
        importlib.import_module(f"pages.outcomes.{part}").show(board)


@pytest.mark.parametrize("part", [part for parts in PARTS.values() for part in parts if part != "printing"])
def test_every_part_draws_the_sample_clinic(url, part):
    with configured(url):
        connection.forget_engines()
        test = AppTest.from_function(page, kwargs={"part": part}, default_timeout=60).run()
        connection.forget_engines()
    assert not test.exception, test.exception
    # Nothing published matches all routes together, and the part says so.
    assert test.get("plotly_chart") or (part == "published" and test.info)
