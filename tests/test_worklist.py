"""Today: who is on it, in which order, and by which rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic import access, alerts, cohorts, editions, episodes, flags, settings, watching, worklist
from clinic.chair import answers, planning
from clinic.checks import record as check
from clinic.flags.facts import Facts
from clinic.refused import BadInput, NotAllowed
from clinic.waiting import waiting
from clinic.watching import of_time
from clinic.worklist.remembered import known
from clinic.worklist.signs import older_checks
from data_model import Account, database
from data_model.columns import now
from data_model.episodes import Stage
from tests.at_the_chair import planned, started
from tests.people import NOW, course, days_ago, patient, phq9, scored, staff, treated

GAD7 = {f"q{n}": 1 for n in range(1, 8)}


def listed(db, *kinds: str, **more) -> list[tuple[str, str]]:
    """(record number, rule) of every line of these kinds, in the order of the list."""
    found = worklist.people(db, kinds=kinds or worklist.KINDS, **more)
    return [
        (card.person.record_number, entry.rule)
        for card in found.cards
        for entry in card.entries
        if not kinds or entry.kind in kinds
    ]


def somebody(db, number: str, stage: str | None = None, **fields):
    made = patient(db, number, **fields)
    course(db, made)
    if stage:
        staged(db, made, stage)
    return made


def staged(db, one, stage: str) -> None:
    """Put there as it would come from elsewhere: no dose or visit leads to it."""
    [episode] = episodes.of_patient(db, one)
    episode.stage, episode.ended_at = Stage(stage), now() if stage == "ended" else None
    db.flush()


def test_dev_is_first_on_the_worklist(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(12), phq9(1))
        treated(db, ada, days_ago(11))
        scored(db, ada, days_ago(1), phq9(3))
        dev = somebody(db, "SM-2", given_name="Dev")
        scored(db, dev, days_ago(2), phq9(*[0] * 8, 1))
        concerns, total, outside = worklist.concerns(db)
        assert listed(db, "alerts") == [("SM-1", "worse.phq9.baseline6 v1")]
    assert [entry.person.record_number for entry in concerns] == ["SM-2"]
    assert (total, outside) == (1, 0)


# ---- scores overdue -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stage, days, due",
    [
        ("induction", 13, False),
        ("induction", 15, True),
        ("maintenance", 34, False),
        ("maintenance", 36, True),
        ("paused", 90, False),
    ],
)
def test_a_score_is_overdue_by_the_limit_of_its_stage(sqlite_store, operator, stage, days, due):
    with database(operator) as db:
        one = somebody(db, "SM-1")
        scored(db, one, days_ago(days), phq9(1))
        treated(db, one, days_ago(days))
        staged(db, one, stage)
        found = worklist.people(db, kinds=("overdue",))
        assert len(waiting(db)) == found.total == int(due)
    if due:
        [entry] = [entry for entry in found.cards[0].entries if entry.kind == "overdue"]
        assert f"No PHQ-9 for {days} days" in entry.saw
        assert "Last total 8 of 27" in entry.saw
        assert (entry.rule, entry.instrument) == ("overdue.days_x_severity v1", "phq9")


def test_only_the_primary_scale_of_the_course_makes_it_current(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(20))
        staged(db, ada, "induction")
        scored(db, ada, days_ago(20), phq9(1))
        scored(db, ada, days_ago(1), GAD7, "gad7")
        assert listed(db, "overdue") == [("SM-1", "overdue.days_x_severity v1")]


def test_overdue_scores_come_by_days_times_severity(sqlite_store, operator):
    """20 days over at 8 of 27 is 5.9; 8 at 24 of 27 is 7.1; 6 without any total is 6.0: unknown is not mild."""
    with database(operator) as db:
        mild, grave, unknown = (somebody(db, number, "induction") for number in ("mild", "grave", "unknown"))
        scored(db, mild, days_ago(34), phq9(1))
        scored(db, grave, days_ago(22), phq9(3))
        [episode] = episodes.of_patient(db, unknown)
        episode.opened_at = days_ago(20)
        db.flush()
        assert [number for number, _ in listed(db, "overdue")] == ["grave", "unknown", "mild"]


def test_an_overdue_score_that_became_an_alert_stands_on_today_once(sqlite_store, operator):
    with database(operator) as db:
        one = somebody(db, "SM-1")
        scored(db, one, days_ago(20), phq9(1))
        treated(db, one, days_ago(20))
        staged(db, one, "induction")
        assert [alert.rule for alert in watching.sweep(db)] == ["measure.overdue"]
        assert listed(db) == [("SM-1", "overdue.days_x_severity v1")]


# ---- not asked ------------------------------------------------------------------------------------------------


def test_a_treatment_without_the_suicide_question_is_on_today(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(2))
        scored(db, ada, days_ago(2), GAD7, "gad7")  # does not ask
        assert listed(db, "not asked") == [("SM-1", "suicide.not_asked v1")]
        scored(db, ada, days_ago(2), phq9(0))
        assert listed(db, "not asked") == []


def test_a_treatment_of_more_than_a_week_ago_is_asked_about_no_more(sqlite_store, operator):
    with database(operator) as db:
        one = somebody(db, "SM-1")
        treated(db, one, days_ago(7.1))
        assert listed(db, "not asked") == []
        treated(db, one, days_ago(6.9))
        assert len(listed(db, "not asked")) == 1


# ---- turning --------------------------------------------------------------------------------------------------


def test_a_response_that_one_score_does_not_meet_any_more_is_fading_until_it_is_lost(ada, operator):
    """docs/clinical.md D.4: PHQ-9 16, then 0, then 9 of 16 is above half; a second such score loses the response."""
    with database(operator) as db:
        scored(db, ada, days_ago(41), phq9(2))
        treated(db, ada, days_ago(40))
        scored(db, ada, days_ago(20), phq9(0))
        assert listed(db, "fading") == []
        scored(db, ada, days_ago(10), phq9(*[1] * 8, 0) | {"q1": 2})
        found = worklist.people(db, kinds=("fading",))
        [entry] = [entry for entry in found.cards[0].entries if entry.kind == "fading"]
        assert entry.rule == "response.fading v1 · phq9.response.fall50"
        assert "best 0, line at 8" in entry.saw
        assert "9 on" in entry.saw
        scored(db, ada, days_ago(3), phq9(*[1] * 8, 0) | {"q1": 2})
        assert listed(db, "fading") == []
        assert ("SM-1", "response.lost v2") in listed(db, "alerts")


def test_a_score_soon_after_a_dose_fades_nothing(sqlite_store, operator):
    with database(operator) as db:
        one = somebody(db, "SM-1")
        scored(db, one, days_ago(41), phq9(2))
        treated(db, one, days_ago(40))
        scored(db, one, days_ago(20), phq9(0))
        treated(db, one, days_ago(10))
        scored(db, one, days_ago(8), phq9(2))
        assert listed(db, "fading") == []


def test_too_mild_a_baseline_has_no_response_to_fade(sqlite_store, operator):
    """docs/clinical.md B.5: 8 lies below the PHQ-9's cut of 10 for being a case."""
    with database(operator) as db:
        one = somebody(db, "SM-1")
        scored(db, one, days_ago(41), phq9(1))
        treated(db, one, days_ago(40))
        scored(db, one, days_ago(20), phq9(0))
        scored(db, one, days_ago(10), phq9(1))
        assert [rule for _, rule in listed(db, "fading") if rule.startswith("response.fading")] == []


def test_rising_wants_a_held_level_and_no_dose_since(sqlite_store, operator):
    """PHQ-9 2 once is no level; 2 and 3 are, and 10 lies 6 or more above 3. A dose after it makes it old."""
    with database(operator) as db:
        one = somebody(db, "SM-1")
        scored(db, one, days_ago(61), phq9(3))
        treated(db, one, days_ago(60))
        scored(db, one, days_ago(40), phq9(0) | {"q1": 2})
        scored(db, one, days_ago(30), phq9(0) | {"q1": 3})
        scored(db, one, days_ago(20), phq9(1) | {"q1": 3})
        assert listed(db, "fading") == [("SM-1", "rising.since_held v1 · phq9.change.nhs6")]
        treated(db, one, days_ago(10))
        assert listed(db, "fading") == []


def test_one_best_score_is_no_level(sqlite_store, operator):
    with database(operator) as db:
        one = somebody(db, "SM-1")
        scored(db, one, days_ago(61), phq9(3))
        treated(db, one, days_ago(60))
        scored(db, one, days_ago(40), phq9(0))
        scored(db, one, days_ago(30), phq9(1))
        assert listed(db, "fading") == []


def test_reliably_worse_is_a_line_where_no_alert_says_so(ada, operator):
    """While the alert about the same scale is open it says so; once closed, the line stays as long as it is true."""
    with database(operator) as db:
        scored(db, ada, days_ago(31), phq9(1))
        treated(db, ada, days_ago(30))
        scored(db, ada, days_ago(5), phq9(2))
        assert listed(db, "worse") == []
        assert listed(db, "alerts") == [("SM-1", "worse.phq9.baseline6 v1")]
        [(alert, _)] = alerts.open_ones(db)
        alerts.acknowledge(db, alert.key)
        alerts.close(db, alert.key, "seen together")
        assert listed(db, "worse") == [("SM-1", "worse.reliable v1 · phq9.change.nhs6")]


# ---- checks, reviews ------------------------------------------------------------------------------------------


def test_a_due_check_stands_on_the_list_once(sqlite_store, operator):
    with database(operator) as db:
        one = somebody(db, "SM-1")
        treated(db, one, days_ago(400))
        staged(db, one, "maintenance")
        scored(db, one, days_ago(1), phq9(0))
        before = worklist.people(db, kinds=("checks",))
        [entry] = before.cards[0].entries
        assert entry.rule.startswith("check.due v1 · ")
        assert "never recorded, 400 days since the first dose" in entry.saw
        assert entry.alert is None
        watching.sweep(db)
        [entry] = worklist.people(db, kinds=("checks",)).cards[0].entries
        assert entry.rule == "check.overdue v1"
        assert worklist.people(db).counts["alerts"] == 0


def test_due_checks_are_those_of_the_sweep(sqlite_store, operator):
    """Vectors on one side, one question to the store for each limit on the other."""
    with database(operator) as db:
        for n, (stage, first, seen) in enumerate(
            [
                ("induction", 10, None),
                ("induction", 40, None),
                ("maintenance", 400, 29),
                ("maintenance", 400, 28),
                ("optimisation", 200, 100),
                ("paused", 400, None),
                ("ended", 400, None),
            ]
        ):
            one = somebody(db, f"SM-{n}")
            treated(db, one, days_ago(first), weighed_on=days_ago(first).date())
            if seen is not None:
                check(db, one.key, "urinary symptoms", days_ago(seen).date(), finding="nothing found")
            staged(db, one, stage)
        protocol, today = editions.in_force(db), now().astimezone(settings.zone(db)).date()
        ages = dict.fromkeys(
            (patient, fact.limit.id, fact.days, fact.ever)
            for patient, fact in of_time.check_ages(db, protocol)
        )
        facts = Facts(protocol, now(), check_ages=tuple(f for _, f in of_time.check_ages(db, protocol)))
        fired = list(flags.fired([flags.rules()["check.overdue"]], facts))
        seen = known(db)
        owner = seen.courses["patient"]
        ours = {
            (int(owner[course]), limit.id, int(days), not never)
            for limit, which, age, nevers in older_checks(db, seen.courses, seen.checks, today)
            for course, days, never in zip(which, age, nevers, strict=True)
        }
    assert ours == set(ages)
    assert len(fired) == len(ours) > 5


def test_a_review_is_due_on_its_day(ada, operator):
    with database(operator) as db:
        today = now().astimezone(settings.zone(db)).date()
        [episode] = episodes.of_patient(db, ada)
        episode.next_review_on = today + timedelta(days=1)
        db.flush()
        assert listed(db, "reviews") == []
        episode.next_review_on = today - timedelta(days=2)
        db.flush()
        found = worklist.people(db, kinds=("reviews",))
    [entry] = found.cards[0].entries
    assert "2 days ago" in entry.saw
    assert entry.rule == "review.due v1"


# ---- whose patients -------------------------------------------------------------------------------------------


def test_own_team_clinic_and_what_is_outside_is_said(sqlite_store, operator):
    mina = staff("clinician", "mina", site="North")
    with database(operator) as db:
        for number, site, mine in (("own", "South", True), ("near", "North", False), ("far", "South", False)):
            one = somebody(db, number, site=site, clinician_id=mina.account_id if mine else None)
            scored(db, one, days_ago(2), phq9(*[0] * 8, 1))
            treated(db, one, days_ago(3))
            alerts.raise_alert(db, "entry.unlikely", one.id, "seen")
    with database(mina) as db:
        found = {}
        for name in worklist.SCOPES:
            within = worklist.scope(db, name)
            entries, total, outside = worklist.concerns(db, within)
            people = worklist.people(db, within)
            assert {entry.person.record_number for entry in entries} == {
                card.person.record_number for card in people.cards
            }
            found[name] = ({entry.person.record_number for entry in entries}, total, outside, people.outside)
    assert found == {
        "own": ({"own"}, 1, 2, 2),
        "team": ({"near"}, 1, 2, 2),
        "clinic": ({"own", "near", "far"}, 3, 0, 0),
    }


def test_the_choice_is_remembered_by_person(sqlite_store):
    mina, nora = staff("clinician", "mina"), staff("nurse", "nora")
    assert worklist.preferred(mina) == "clinic"
    with database(mina) as db:
        worklist.choose(db, "own")
        with pytest.raises(BadInput, match="no choice"):
            worklist.choose(db, "nobody")
    with database(mina) as db:
        assert worklist.preferred(access.actor(db.get(Account, mina.account_id))) == "own"
        assert worklist.preferred(access.actor(db.get(Account, nora.account_id))) == "clinic"


def test_without_a_site_the_team_is_the_clinic(sqlite_store):
    with database(staff("nurse")) as db:
        assert worklist.scope(db, "team") == worklist.EVERYBODY


# ---- grouping, paging -----------------------------------------------------------------------------------------


def test_each_person_once_at_the_place_of_their_gravest_line(sqlite_store, operator):
    with database(operator) as db:
        late = somebody(db, "late", "induction")
        scored(db, late, days_ago(30), phq9(3))
        both = somebody(db, "both", "induction")
        scored(db, both, days_ago(16), phq9(0))
        alerts.raise_alert(db, "entry.unlikely", both.id, "Given (mg) 930.")
        found = worklist.people(db)
        assert [(c.person.record_number, [e.kind for e in c.entries]) for c in found.cards] == [
            ("both", ["alerts", "overdue"]),
            ("late", ["overdue"]),
        ]
        assert (found.total, found.everybody, found.counts["overdue"]) == (2, 2, 2)
        pages = [worklist.people(db, page=n, size=1).cards[0].person.record_number for n in (0, 1)]
        assert pages == ["both", "late"]
        only = worklist.people(db, kinds=("overdue",))
        assert [card.person.record_number for card in only.cards] == ["late", "both"]


def test_who_may_not_see_today_sees_nothing_of_it(sqlite_store):
    with database(staff("lead")) as db:
        for ask in (
            worklist.people,
            worklist.concerns,
            worklist.arrivals,
            worklist.in_chair,
            worklist.coming,
        ):
            with pytest.raises(NotAllowed, match="see today"):
                ask(db)


# ---- arrivals -------------------------------------------------------------------------------------------------


def test_arrivals_say_what_their_gate_wants_and_who_is_late(sqlite_store):
    nora, pia = staff("nurse", "nora"), staff("clinician", "pia", may_prescribe=True)
    with database(nora) as db:
        settings_zone = settings.zone(db)
        one, two = somebody(db, "SM-1"), somebody(db, "SM-2")
        three = somebody(db, "SM-3")
    at = now().astimezone(settings_zone).replace(hour=12, minute=0, second=0, microsecond=0)
    planned(nora, one, at, room="Room 2")
    planned(nora, two, at + timedelta(days=2))
    started(nora, pia, three)
    with database(nora) as db:
        [soon] = worklist.arrivals(db, at=at + timedelta(minutes=15))
        [late] = worklist.arrivals(db, at=at + timedelta(minutes=16))
        [unjudged] = worklist.arrivals(db, judged=0)
        [chair] = worklist.in_chair(db)
        [coming] = worklist.coming(db)
    assert (soon.person.record_number, soon.room, soon.late, late.late) == ("SM-1", "Room 2", None, 16)
    assert soon.verdict == "not complete"
    assert "No order yet." in soon.missing
    assert (unjudged.verdict, unjudged.missing) == (None, ())
    assert (chair.person.record_number, chair.alerts) == ("SM-3", 0)
    assert coming.person.record_number == "SM-2"


def test_the_gate_of_an_arrival_is_judged_again_once_something_was_written(sqlite_store):
    nora = staff("nurse", "nora")
    with database(nora) as db:
        one = somebody(db, "SM-1")
    treatment = planned(nora, one)
    at = now()
    with database(nora) as db:
        [before] = worklist.arrivals(db, at=at)
    with database(nora) as db:
        answers.answer(db, treatment.key, "gate.escort", "yes")
    with database(nora) as db:
        [after] = worklist.arrivals(db, at=at)
        planning.cancel(db, treatment.key, "called in ill")
    assert set(before.missing) - set(after.missing) == {"Escort: not assessed."}
    with database(nora) as db:
        assert worklist.arrivals(db, at=at) == []


# ---- who closed what ------------------------------------------------------------------------------------------


def test_who_closed_what_and_when_stays(ada, operator):
    nora = staff("nurse", "nora")
    with database(operator) as db:
        scored(db, ada, days_ago(1), phq9(*[0] * 8, 1))
    with database(nora) as db:
        [(alert, _)] = alerts.open_ones(db)
        alerts.close(db, alert.key, "talked, plan renewed")
    with database(nora) as db:
        closed = alerts.by_key(db, alert.key)
        assert (closed.closed_by, closed.action) == ("Nora Test", "talked, plan renewed")
        assert alerts.open_ones(db) == []
        assert worklist.concerns(db) == ([], 0, 0)


# ---- everyone who started ------------------------------------------------------------------------------------


def test_the_cohort_counts_courses_that_started_and_no_draft(ada, operator):
    with database(operator) as db:
        waiting = patient(db, "SM-2")
        course(db, waiting)
        scored(db, ada, days_ago(61), phq9(2))
        treated(db, ada, days_ago(60))
        cohort = cohorts.cohort(db)
    assert cohort.courses["patient"].tolist() == [ada.key]
    row = cohort.courses.iloc[0]
    assert (row.baseline, row.baseline_why, row.route, row.instrument) == (16, "rule", "IV", "phq9")
    assert (cohort.scores["patient"] == ada.key).all()


def test_an_imported_course_starts_at_its_imported_start(ada, operator):
    with database(operator) as db:
        [episode] = episodes.of_patient(db, ada)
        episode.imported_start = days_ago(50)
        scored(db, ada, days_ago(51), phq9(2))
        cohort = cohorts.cohort(db)
    assert cohort.courses.iloc[0]["start"] == days_ago(50)
    assert cohort.courses.iloc[0]["baseline"] == 16


@pytest.mark.parametrize(
    "choice, people",
    [
        (cohorts.Choice(), 2),
        (cohorts.Choice(since=days_ago(30)), 1),
        (cohorts.Choice(until=days_ago(30)), 1),
        (cohorts.Choice(route="IM"), 1),
        (cohorts.Choice(indication="generalised anxiety"), 1),
        (cohorts.Choice(route="SL"), 0),
        (cohorts.Choice(since=NOW), 0),
    ],
)
def test_filters_of_the_cohort(both_stores, operator, choice, people):
    with database(operator) as db:
        ada, gus = patient(db), patient(db, "SM-2")
        course(db, ada)
        course(db, gus, "generalised anxiety")
        treated(db, ada, days_ago(60))
        treated(db, gus, days_ago(10), route="IM")
        assert len(cohorts.cohort(db, choice).courses) == people


def test_who_sees_no_names_gets_pseudonyms_in_every_frame(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(60))
        scored(db, ada, days_ago(61), phq9(2))
    with database(staff("lead")) as db:
        cohort = cohorts.cohort(db)
    for frame in (cohort.courses, cohort.scores, cohort.treatments):
        assert frame["patient"].str.startswith("P-").all()
