"""Today's rules over everybody at once: the same verdicts as for one person, and never older than the last write."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic import access, alerts, assessments, background, episodes, instruments, moving, patients, worklist
from clinic import settings as choices
from clinic.outcomes import change, durability, turning
from clinic.outcomes.change import met
from clinic.watching import of_person
from clinic.worklist import judged, remembered
from clinic.worklist.ended import without_ended
from clinic.worklist.rows import rows
from data_model import Account, EventNote, Patient, database
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

PEOPLE = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 27)),
        st.lists(st.tuples(st.integers(7, 60), st.integers(0, 27)), max_size=8),
    ),
    min_size=1,
    max_size=6,
)


def columns(people):
    """(course, day, total) of everybody, by course and day; a day may have two."""
    found = [
        (n, day, total)
        for n, (_, some) in enumerate(people)
        for day, total in sorted(some, key=lambda x: x[0])
    ]
    parts = list(zip(*found, strict=True)) or [(), (), ()]
    return np.array(parts[0], int), np.array(parts[1], float), np.array(parts[2], float)


@settings(max_examples=300, deadline=None)
@given(PEOPLE)
def test_fading_is_what_it_is_for_one_person(people):
    rule = instruments.instrument("phq9").default_response
    course, days, totals = columns(people)
    baseline = np.array([np.nan if base is None else base for base, _ in people], float)
    ours = turning.fading(course, days, met(rule, totals, baseline[course]), len(people))
    for n, (base, _) in enumerate(people):
        mine = course == n
        one = durability.fading(rule, base, days[mine], totals[mine])
        assert bool(ours[n]) == (one is True), (base, days[mine], totals[mine])


@settings(max_examples=200, deadline=None)
@given(PEOPLE, st.sampled_from(["phq9", "madrs"]), st.sampled_from(["worse", "better"]))
def test_a_held_level_and_a_rise_above_it_are_what_they_are_for_one_person(people, name, higher_is):
    scale = replace(instruments.instrument(name), higher_is=higher_is)
    course, _, totals = columns(people)
    held = turning.held_level(course, totals, len(people), higher_is=scale.higher_is)
    last = np.array(
        [
            next((t for c, t in zip(course[::-1], totals[::-1], strict=True) if c == n), np.nan)
            for n in range(len(people))
        ]
    )
    risen = turning.risen(scale, held, last)
    worst, best = (max, min) if scale.higher_is == "worse" else (min, max)
    for n in range(len(people)):
        mine = totals[course == n].tolist()
        pairs = [worst(pair) for pair in pairwise(mine[:-1])] if len(mine) > 2 else []
        level = best(pairs) if pairs else None
        assert (None if np.isnan(held[n]) else held[n]) == level
        verdict = change.reliable_change(scale, level, mine[-1]) if pairs else None
        assert bool(risen[n]) == (verdict == "worse")


# ---- everybody, by the functions for one person ------------------------------------------------------------------


def lived(db, rng, number: int) -> None:
    """Somebody with scores on any days, a few of them prorated, from paper or with a date only, and some doses."""
    one = patient(db, f"R-{number}")
    name, items = (("phq9", 8), ("gad7", 7))[number % 2]
    course(db, one, ("depression", "generalised anxiety")[number % 2])
    start = 60 + float(rng.integers(0, 20))
    for dose in sorted(rng.integers(0, 50, rng.integers(1, 5)), reverse=True):
        treated(db, one, days_ago(start - dose))
    given = sorted({start + 1, *(start - rng.integers(-9, 58, 8) - 0.3)}, reverse=True)
    level = 3
    for n, day in enumerate(given):
        level = int(np.clip(level + rng.integers(-2, 3), 0, 3)) if n else 3
        values = {f"q{item}": level for item in range(1, items + 1)}
        values |= {"q9": 0} if name == "phq9" else {}
        values |= {"q1": None} if rng.random() < 0.2 else {}
        made = scored(db, one, days_ago(float(day)), values, name)
        made.date_only = bool(rng.random() < 0.2)
    db.flush()


def test_everybody_by_the_functions_for_one_person(sqlite_store, operator):
    rng = np.random.default_rng(5)
    told = {"worse": 0, "fading": 0, "baseline": 0}
    with database(operator) as db:
        for number in range(24):
            lived(db, rng, number)
        found = without_ended(db, judged.judged(rows(db), choices.current(db)["time_zone"]))
        assert len(found) == 24
        for one in found.itertuples():
            person = db.get(Patient, one.patient)
            [episode] = episodes.of_patient(db, person)
            scale = instruments.instrument(one.instrument)
            baseline = episodes.baselines(db, episode, assessments.scores(db, person), [scale.id])[scale.id]
            assert (None if np.isnan(one.baseline) else one.baseline) == baseline.total
            [series] = of_person.all_series(db, person, (), only=[scale.id])
            counting = [score for score in series.scores if score.counts]
            days, totals = [score.day for score in counting], [score.total for score in counting]
            rule = scale.default_response
            fades = counting and durability.fading(rule, baseline.total, days, totals)
            assert one.fading == (fades is True and not of_person.too_mild(scale, baseline.total))
            later = [
                score.total
                for score in series.scores
                if score.total is not None and baseline.total is not None and score.at > baseline.taken_at
            ]
            worse = bool(later) and change.reliable_change(scale, baseline.total, later[-1]) == "worse"
            assert one.worse == worse
            told["worse"] += one.worse
            told["fading"] += one.fading
            told["baseline"] += baseline.total is not None
    assert min(told.values()) >= 1, told


# ---- never older than the last write -----------------------------------------------------------------------------


def people_of(actor) -> dict[str, list[str]]:
    """Without the checks, which are due for everybody here."""
    with database(actor) as db:
        found = worklist.people(db)
    said = {
        card.person.record_number: [entry.rule.split()[0] for entry in card.entries if entry.kind != "checks"]
        for card in found.cards
    }
    return {number: rules for number, rules in said.items() if rules}


def made(actor, number: str) -> None:
    with database(actor) as db:
        one = patient(db, number)
        course(db, one)
        scored(db, one, days_ago(41), phq9(2))
        treated(db, one, days_ago(40))
        scored(db, one, days_ago(20), phq9(0))
        scored(db, one, days_ago(10), phq9(*[1] * 8, 0) | {"q1": 2})
        episodes.of_patient(db, one)[-1].stage = "paused"


def test_a_write_about_one_person_renews_that_person_alone(both_stores, operator, monkeypatch):
    made(operator, "SM-1")
    made(operator, "SM-2")
    asked = []
    whole = remembered.rows
    monkeypatch.setattr(remembered, "rows", lambda db, some=None: asked.append(some) or whole(db, some))
    assert people_of(operator) == {"SM-1": ["response.fading"], "SM-2": ["response.fading"]}
    assert people_of(operator) == {"SM-1": ["response.fading"], "SM-2": ["response.fading"]}
    with database(operator) as db:
        [(person, _)], _ = patients.search(db, "sm-2")
        two = db.get(Patient, person.id)
        scored(db, two, days_ago(1), phq9(0))
    assert people_of(operator) == {"SM-1": ["response.fading"]}
    assert asked == [None, [two.id]]


def test_a_score_that_is_moved_away_says_nothing_about_the_wrong_one_any_more(sqlite_store, operator):
    """The rows themselves are audited under the right patient, to whom they belong by then."""
    made(operator, "SM-1")
    with database(operator) as db:
        two = patient(db, "SM-2")
        course(db, two).stage = "paused"
        last = assessments.scores(db, db.get(Patient, 1))["assessment"].iloc[-1]
    assert people_of(operator) == {"SM-1": ["response.fading"]}
    with database(operator) as db:
        moving.move_score(db, last, two.key, reason="Two tablets.", birth_date=two.birth_date)
    assert people_of(operator) == {}


def test_a_weight_taken_on_its_own_is_a_check_that_was_done(sqlite_store, operator):
    with database(operator) as db:
        one = patient(db)
        course(db, one)
        treated(db, one, days_ago(200), weighed_on=days_ago(200).date())
        episodes.of_patient(db, one)[-1].stage = "maintenance"
    with database(operator) as db:
        (card,) = worklist.people(db).cards
        assert any("weight" in entry.saw for entry in card.entries)
        background.weights.record(db, one.key, 71.0, days_ago(1).date())
    with database(operator) as db:
        (card,) = worklist.people(db).cards
        assert not any("weight" in entry.saw for entry in card.entries)


def test_an_event_that_ends_a_response_at_once_takes_it_off_the_list(sqlite_store, operator):
    """docs/clinical.md D.3: it is lost then, and does not fade."""
    made(operator, "SM-1")
    assert people_of(operator) == {"SM-1": ["response.fading"]}
    with database(operator) as db:
        day = days_ago(15).date()
        db.add(EventNote(patient_id=1, kind="clinical event", decides="death", happened_on=day, text="x"))
    assert people_of(operator) == {}


def test_a_write_that_is_taken_back_leaves_nothing(sqlite_store, operator):
    made(operator, "SM-1")
    assert people_of(operator) == {"SM-1": ["response.fading"]}
    with pytest.raises(KeyboardInterrupt), database(operator) as db:
        [(person, _)], _ = patients.search(db, "sm-1")
        scored(db, db.get(Patient, person.id), days_ago(1), phq9(0))
        assert worklist.people(db).counts["fading"] == 0
        raise KeyboardInterrupt
    assert people_of(operator) == {"SM-1": ["response.fading"]}
    with database(operator) as db:
        alerts.raise_alert(db, "entry.unlikely", person.id, "seen")
    assert people_of(operator) == {"SM-1": ["entry.unlikely", "response.fading"]}


def test_a_page_that_was_worked_off_is_the_last_one_there_is(sqlite_store, operator):
    """Else the last page would stand empty after its only line is done, as if nothing were open."""
    with database(operator) as db:
        for number in ("SM-1", "SM-2"):
            one = patient(db, number)
            course(db, one)
            scored(db, one, days_ago(1), phq9(*[1] * 8, 2))
        for page in (1, 2, 5):
            entries, total, _ = worklist.concerns(db, page=page, size=1)
            assert (len(entries), total) == (1, 2)
            alerts.raise_alert(db, "entry.unlikely", one.id, "seen")
            assert len(worklist.people(db, page=page, size=1).cards) == 1
        assert worklist.people(db, kinds=["reviews"], page=3).cards == ()


def test_a_changed_setting_renews_everybody(sqlite_store, operator):
    made(operator, "SM-1")
    with database(operator) as db:
        episodes.of_patient(db, db.get(Patient, 1))[-1].stage = "induction"
    assert people_of(operator) == {"SM-1": ["response.fading"]}
    with database(operator) as db:
        choices.change(db, overdue_days_induction=9)
    assert people_of(operator) == {"SM-1": ["response.fading", "overdue.days_x_severity"]}


def test_much_that_was_written_at_once_has_everybody_looked_at(sqlite_store, operator, monkeypatch):
    made(operator, "SM-1")
    people_of(operator)
    monkeypatch.setattr(remembered, "AT_MOST", 5)
    asked = []
    whole = remembered.rows
    monkeypatch.setattr(remembered, "rows", lambda db, some=None: asked.append(some) or whole(db, some))
    made(operator, "SM-2")
    assert set(people_of(operator)) == {"SM-1", "SM-2"}
    assert asked == [None]


def test_names_are_never_kept_for_somebody_else(sqlite_store, operator):
    """What was made for one person is not shown to another, who may see less."""
    made(operator, "SM-1")
    nora = staff("nurse", "nora")
    with database(nora) as db:
        assert worklist.people(db).cards[0].person.name == "Byron, Ada"
        patients.keep_private(db, True)
    with database(nora) as db:
        private = access.actor(db.get(Account, nora.account_id))
    with database(private) as db:
        assert "Byron" not in worklist.people(db).cards[0].person.name
