"""Courses of care: stages with dates, chosen baselines, gaps, and the facts under a person's name."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlmodel import select

from clinic import access, alerts, assessments, episodes, instruments, settings
from clinic.chair import planning
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.functioning import functioning
from clinic.refused import BadInput, NotAllowed, NotFound
from data_model import AuditRow, Consent, Patient, StageChange, Treatment, database
from data_model.columns import Status, now
from data_model.episodes import Stage
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

TODAY = now().date()


def opened_on(db, episode, days: float) -> None:
    """As if the course had been opened so many days ago."""
    episode.opened_at = episode.stage_since = days_ago(days)
    for change in db.exec(select(StageChange).where(StageChange.episode_id == episode.id)):
        change.since = days_ago(days)
    db.flush()


def the_course(db):
    who = db.exec(select(Patient)).one()
    return episodes.of_patient(db, who)[-1]


@pytest.fixture
def bea(sqlite_store, operator) -> Patient:
    """A patient with a course opened 300 days ago, on SQLite alone: for what both databases answer alike."""
    with database(operator) as db:
        made = patient(db)
        opened_on(db, course(db, made), 300)
    return made


# ---- stages ----------------------------------------------------------------------------------------------------


def test_a_course_remembers_every_stage_with_its_date_and_who_said_so(ada, operator):
    caspar = staff("clinician")
    with database(operator) as db:
        opened_on(db, the_course(db), 60)
        treated(db, ada, days_ago(40))
    with database(caspar) as db:
        episode = the_course(db)
        episodes.move_to(db, episode.key, "maintenance", "holding", since=days_ago(10).date())
        episodes.move_to(db, episode.key, Stage.ENDED, "well; discharged to the GP")
    with database(operator) as db:
        episode = the_course(db)
        stood = episodes.stages(db, episode)
        assert [one.stage for one in stood] == ["assessment", "induction", "maintenance", "ended"]
        assert stood[0].since == days_ago(60)
        assert stood[1].since == days_ago(40)
        assert stood[2].since.date() == days_ago(10).date()
        assert (stood[2].author, stood[2].reason) == (caspar.name, "holding")
        assert (episode.stage, episode.stage_since) == (stood[-1].stage, stood[-1].since)
        assert (episode.ended_at, episode.end_reason) == (stood[-1].since, "well; discharged to the GP")
        assert not any(one.goes_on for one in stood)
        row = db.exec(
            select(AuditRow).where(AuditRow.record_table == "stage_change").order_by(AuditRow.id.desc())
        )
        assert row.first().reason == "well; discharged to the GP"


def test_a_course_that_is_opened_again_has_not_ended(bea, operator):
    with database(operator) as db:
        key = the_course(db).key
        episodes.move_to(db, key, "ended", "moved away")
        episodes.move_to(db, key, "maintenance", "came back")
        assert the_course(db).ended_at is None
        assert the_course(db).end_reason is None


@pytest.mark.parametrize(
    ("stage", "reason", "days", "says"),
    [
        ("assessment", "", None, "already"),
        ("ended", "  ", None, "Say why the course ended"),
        ("induction", "", -1, "in the future"),
        ("induction", "", 301, "cannot be earlier"),
    ],
)
def test_a_change_of_stage_that_cannot_be_true_is_refused(bea, operator, stage, reason, days, says):
    since = None if days is None else days_ago(days).date()
    with pytest.raises(BadInput, match=says), database(operator) as db:
        episodes.move_to(db, the_course(db).key, stage, reason, since)
    with database(operator) as db:
        assert len(episodes.stages(db, the_course(db))) == 1


def test_a_stage_may_begin_on_the_day_of_the_one_before_but_not_before_it(bea, operator):
    with database(operator) as db:
        episode = the_course(db)
        episodes.move_to(db, episode.key, "induction", since=days_ago(300).date())
        assert episode.stage_since == days_ago(300)


def test_a_course_that_came_without_history_keeps_where_it_stood_when_it_moves_on(bea, operator):
    with database(operator) as db:
        episode = the_course(db)
        for change in db.exec(select(StageChange)):
            change.status, change.void_reason = Status.VOID, "as if it had been imported"
        episode.stage, episode.author = Stage.MAINTENANCE, "an import"
        db.flush()
        assert [one.stage for one in episodes.stages(db, episode)] == ["maintenance"]
        episodes.move_to(db, episode.key, "paused")
        stood = episodes.stages(db, episode)
        assert [(one.stage, one.author) for one in stood] == [
            ("maintenance", "an import"),
            ("paused", operator.name),
        ]


# ---- several courses -------------------------------------------------------------------------------------------


def test_another_course_starts_only_when_the_one_before_has_ended_and_then_that_stays_so(bea, operator):
    with pytest.raises(BadInput, match="still open"), database(operator) as db:
        course(db, bea, "panic")
    with database(operator) as db:
        first = the_course(db).key
        episodes.move_to(db, first, "ended", "response lost")
        second = course(db, bea, "panic")
        assert [one.indication for one in episodes.of_patient(db, bea)] == ["depression", "panic"]
        assert second.primary_instrument == "pdss_sr"
    with pytest.raises(BadInput, match="later course"), database(operator) as db:
        episodes.move_to(db, first, "maintenance", "mistake")


# ---- the gap ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "expected"),
    [(date(2026, 1, 1), 121), (date(2026, 1, 2), None), (date(2026, 5, 3), None), (None, None)],
)
def test_a_gap_is_more_days_than_the_setting(last, expected):
    assert (
        episodes.gap(last, date(2026, 5, 2), 120) == expected
    )  # 1 Jan to 2 May 2026: 30 + 28 + 31 + 30 + 2 days


def test_after_a_gap_a_new_course_is_proposed_until_somebody_decides(bea, operator):
    with database(operator) as db:
        treated(db, bea, days_ago(200))
        settings.change(db, course_gap_days=199)
        assert episodes.proposal(db, the_course(db), days_ago(200)).days == 200
        settings.change(db, course_gap_days=200)
        assert episodes.proposal(db, the_course(db), days_ago(200)) is None
        settings.change(db, course_gap_days=120)
        before = the_course(db).stage_since
        episodes.go_on(db, the_course(db).key, "was abroad")
        assert episodes.proposal(db, the_course(db), days_ago(200)) is None
        last = episodes.stages(db, the_course(db))[-1]
        assert (last.goes_on, last.stage, last.author) == (True, "induction", operator.name)
        assert last.reason == "gone on with after a gap; was abroad"
        assert the_course(db).stage_since == before, "going on is no new stage"


def test_a_decision_to_go_on_holds_for_one_gap_and_no_longer(bea, operator):
    with database(operator) as db:
        treated(db, bea, days_ago(280))
        episodes.go_on(db, the_course(db).key)
        decided = db.exec(select(StageChange).order_by(StageChange.id.desc())).first()
        decided.since = days_ago(121)
        db.flush()
        assert episodes.proposal(db, the_course(db), days_ago(280)).days == 280
        decided.since = days_ago(120)
        db.flush()
        assert episodes.proposal(db, the_course(db), days_ago(280)) is None


def test_a_plan_that_lies_too_far_from_the_last_dose_proposes_too(bea, operator):
    with database(operator) as db:
        last, plan = days_ago(100), now() + timedelta(days=40)
        assert episodes.proposal(db, the_course(db), last) is None
        found = episodes.proposal(db, the_course(db), last, plan)
        assert (found.days, found.planned) == (140, True)
        episodes.go_on(db, the_course(db).key)
        assert episodes.proposal(db, the_course(db), last, plan) is None


def test_a_new_course_after_a_gap_takes_what_is_not_given_yet_along(bea, operator):
    with database(operator) as db:
        old = the_course(db)
        given = treated(db, bea, days_ago(200))
        draft = planning.plan(db, bea.key, now() + timedelta(days=2))
        made = episodes.start_anew(db, old.key)
        assert (old.stage, old.end_reason) == (
            "ended",
            "200 days without a treatment; another course was started",
        )
        assert (made.indication, made.primary_instrument) == (old.indication, old.primary_instrument)
        assert made.stage == "assessment"
        assert db.get(Treatment, draft.id).episode_id == made.id
        assert db.get(Treatment, given.id).episode_id == old.id
    with pytest.raises(BadInput, match="no gap"), database(operator) as db:
        episodes.start_anew(db, the_course(db).key)


# ---- baselines -------------------------------------------------------------------------------------------------


@pytest.fixture
def measured(bea, operator) -> dict[str, str]:
    """Keys of two PHQ-9 and one GAD-7 before the first dose, one PHQ-9 after it, and one that is prorated."""
    with database(operator) as db:
        seven = {f"q{n}": 1 for n in range(1, 8)}
        made = {
            "early": scored(db, bea, days_ago(40), phq9(2)),
            "gad7": scored(db, bea, days_ago(39), seven, "gad7"),
            "partial": scored(db, bea, days_ago(33), phq9(2, 2, 2, 2, 2, 2, 2, None, 0)),
            "late": scored(db, bea, days_ago(32), phq9(1)),
            "after": scored(db, bea, days_ago(20), phq9(1)),
        }
        treated(db, bea, days_ago(30))
        return {name: row.key for name, row in made.items()}


def now_chosen(db) -> dict[str, Baseline]:
    return episodes.chosen_baselines(db, the_course(db))


def test_the_candidates_are_complete_scores_of_this_course_before_the_first_dose(bea, measured, operator):
    with database(operator) as db:
        found = [row.key for row in episodes.candidates(db, the_course(db), "phq9")]
        assert found == [measured["late"], measured["early"]]


def test_of_a_score_without_an_hour_only_a_later_day_is_after_the_first_dose(bea, measured, operator):
    with database(operator) as db:
        same = scored(db, bea, days_ago(30) + timedelta(minutes=5), phq9(3))
        same.date_only = True
        db.flush()
        assert same.key in [row.key for row in episodes.candidates(db, the_course(db), "phq9")]
        same.timing = "+4 h"
        db.flush()
        assert same.key not in [row.key for row in episodes.candidates(db, the_course(db), "phq9")]
        same.timing = "between"
        db.flush()
        episodes.choose_baseline(db, same.key, "filled in at the desk, before the dose")
        same.date_only = False
        db.flush()
        assert same.key not in [row.key for row in episodes.candidates(db, the_course(db), "phq9")]


def test_a_choice_says_who_and_why_and_leaves_the_other_scales_alone(bea, measured):
    petra = staff("clinician", "petra")
    with database(petra) as db:
        episodes.choose_baseline(db, measured["gad7"], "the only one")
        episodes.choose_baseline(db, measured["early"], "the later one was taken in a good week")
        assert {name: one.assessment for name, one in now_chosen(db).items()} == {
            "phq9": measured["early"],
            "gad7": measured["gad7"],
        }
        who, when = episodes.chosen_by(db, the_course(db))["phq9"]
        assert who == petra.name
        assert now() - when < timedelta(minutes=5)
        episodes.choose_baseline(db, measured["late"], "after all")
        assert now_chosen(db)["phq9"].assessment == measured["late"]


def test_a_choice_is_taken_back_with_a_reason_and_the_rule_holds_again(bea, measured, operator):
    with database(operator) as db:
        episodes.choose_baseline(db, measured["early"], "the referrer's")
        with pytest.raises(BadInput, match="taken back"):
            episodes.take_back_baseline(db, the_course(db), "phq9", " ")
        episodes.take_back_baseline(db, the_course(db), "phq9", "misread")
        frame = assessments.scores(db, bea)
        assert episodes.baseline(db, the_course(db), frame, "phq9").assessment == measured["late"]
        with pytest.raises(NotFound):
            episodes.take_back_baseline(db, the_course(db), "phq9", "twice")
        row = db.exec(select(AuditRow).where(AuditRow.reason == "misread")).one()
        assert row.after == {"baseline_reason": None}


def test_the_baseline_of_the_rule_may_make_the_last_score_worse_than_it(bea, measured, operator):
    """docs/clinical.md D.1: 15 is below the chosen 16 and seven above the 8 of the rule."""
    with database(operator) as db:
        episodes.choose_baseline(db, measured["early"], "the referrer's")
        scored(db, bea, days_ago(1), phq9(*[2] * 7, 1, 0))
        assert not [each for each, _ in alerts.open_ones(db, bea) if each.rule.startswith("worse.phq9")]
        episodes.take_back_baseline(db, the_course(db), "phq9", "misread")
        (worse,) = [each for each, _ in alerts.open_ones(db, bea) if each.rule.startswith("worse.phq9")]
        assert "8 → 15" in worse.saw


def test_a_chosen_score_that_is_taken_out_is_no_baseline_any_more(bea, measured, operator):
    with database(operator) as db:
        episodes.choose_baseline(db, measured["early"], "the referrer's")
        assessments.void(db, measured["early"], "another person's form")
        assert now_chosen(db) == {}


def test_a_nurse_reads_baselines_and_does_not_choose_them(bea, measured):
    nurse = staff("nurse")
    with database(nurse) as db:
        assert episodes.candidates(db, the_course(db), "phq9")
    for work in (
        lambda db: episodes.choose_baseline(db, measured["early"], "because"),
        lambda db: episodes.take_back_baseline(db, the_course(db), "phq9", "because"),
    ):
        with pytest.raises(NotAllowed), database(nurse) as db:
            work(db)


# ---- the header ------------------------------------------------------------------------------------------------


def the_header(db) -> episodes.Header:
    return episodes.header(db, db.exec(select(Patient)).one(), the_course(db))


def test_the_header_says_what_is_missing_and_then_what_is_known(ada, operator):
    caspar, today = staff("clinician"), TODAY
    with database(operator) as db:
        assert the_header(db) == episodes.Header(None, False, None, None, None, None, ())
    with database(caspar) as db:
        key = the_course(db).key
        episodes.assign_clinician(db, ada.key, caspar.account_id)
        episodes.record_safety_plan(db, ada.key, today - timedelta(days=37))
        episodes.set_next_review(db, key, today + timedelta(days=3))
        episodes.set_goal(db, key, "  Sing in the choir again. ")
        episodes.add_consent(db, key, "treatment", today - timedelta(days=40), "2025-1")
        research = episodes.add_consent(db, key, "research", today - timedelta(days=39))
        episodes.withdraw_consent(db, research.key, today - timedelta(days=1))
        mistake = episodes.add_consent(db, key, "photographs", today)
        episodes.void_consent(db, mistake.key, "meant for somebody else")
    with database(operator) as db:
        assert the_header(db) == episodes.Header(
            caspar.name,
            True,
            today - timedelta(days=37),
            today + timedelta(days=3),
            "Sing in the choir again.",
            None,
            (
                ("treatment", today - timedelta(days=40), None),
                ("research", today - timedelta(days=39), today - timedelta(days=1)),
            ),
        )
        assert [one.to_what for one in episodes.consents(db, the_course(db))] == ["treatment", "research"]
        assert len(db.exec(select(Consent)).all()) == 3, "what was taken out stays in the store"


def test_the_consent_of_another_course_is_not_this_ones(bea, operator):
    with database(operator) as db:
        key = the_course(db).key
        episodes.add_consent(db, key, "treatment", days_ago(30).date())
        episodes.move_to(db, key, "ended", "response lost")
        course(db, bea)
        assert the_header(db).consents == ()


def test_only_a_clinician_who_works_here_becomes_responsible(bea, operator):
    nurse = staff("nurse")
    with pytest.raises(BadInput), database(operator) as db:
        episodes.assign_clinician(db, bea.key, nurse.account_id)
    with database(operator) as db:
        assert episodes.clinicians(db) == []


@pytest.mark.parametrize(
    "work",
    [
        lambda db, key: episodes.record_safety_plan(db, key[0], TODAY + timedelta(days=2)),
        lambda db, key: episodes.record_safety_plan(db, key[0], date(1985, 1, 1)),
        lambda db, key: episodes.set_next_review(db, key[1], days_ago(310).date()),
        lambda db, key: episodes.add_consent(db, key[1], " ", TODAY),
        lambda db, key: episodes.add_consent(db, key[1], "treatment", None),
        lambda db, key: episodes.add_consent(db, key[1], "treatment", TODAY + timedelta(days=2)),
    ],
)
def test_what_cannot_be_true_is_refused(bea, operator, work):
    with database(operator) as db:
        key = (bea.key, the_course(db).key)
    with pytest.raises(BadInput), database(operator) as db:
        work(db, key)


def test_a_consent_is_withdrawn_once_and_not_before_it_was_given(bea, operator):
    with database(operator) as db:
        given = episodes.add_consent(db, the_course(db).key, "treatment", days_ago(5).date()).key
    for on in (days_ago(6).date(), TODAY + timedelta(days=2), None):
        with pytest.raises(BadInput), database(operator) as db:
            episodes.withdraw_consent(db, given, on)
    with database(operator) as db:
        episodes.withdraw_consent(db, given, days_ago(5).date())
    with pytest.raises(BadInput, match="was withdrawn"), database(operator) as db:
        episodes.withdraw_consent(db, given, TODAY)


WRITES = (
    lambda db, who, key: episodes.move_to(db, key, "paused"),
    lambda db, who, key: episodes.go_on(db, key),
    lambda db, who, key: episodes.start_anew(db, key),
    lambda db, who, key: episodes.set_goal(db, key, "x"),
    lambda db, who, key: episodes.set_next_review(db, key, None),
    lambda db, who, key: episodes.record_safety_plan(db, who, None),
    lambda db, who, key: episodes.assign_clinician(db, who, None),
    lambda db, who, key: episodes.add_consent(db, key, "treatment", TODAY),
    lambda db, who, key: episodes.withdraw_consent(db, key, TODAY),
    lambda db, who, key: episodes.void_consent(db, key, "x"),
)


def test_who_may_not_edit_patients_writes_nothing_here(bea, operator):
    auditor = staff("auditor")
    with database(operator) as db:
        key = the_course(db).key
    for work in WRITES:
        with pytest.raises(NotAllowed), database(auditor) as db:
            work(db, bea.key, key)
    with database(access.FRONT_DOOR) as db:
        for read in (lambda: episodes.by_key(db, key), lambda: episodes.consents(db, the_course(db))):
            with pytest.raises(NotAllowed):
                read()


# ---- functioning -----------------------------------------------------------------------------------------------

AS_OF = pd.Timestamp("2026-06-20 10:00", tz="UTC")


def forms(*rows: tuple) -> pd.DataFrame:
    """(key, instrument, day, total, prorated)"""
    frame = pd.DataFrame(rows, columns=["assessment", "instrument", "taken_at", "total", "prorated"])
    return frame.assign(
        taken_at=pd.to_datetime(frame["taken_at"], utc=True), total=frame["total"].astype(float)
    )


def lines(rows: pd.DataFrame, baseline: float | None = 28.0, **more) -> list[str]:
    taken = pd.Timestamp("2026-04-01 09:00", tz="UTC")
    known = {"wsas": Baseline("b", baseline, taken, "rule", "")} if baseline is not None else {}
    found = functioning(rows, known, instruments.catalogue(), AS_OF, "Europe/London", **more)
    return [f"{line.what}: {line.says}" for line in found]


BEFORE = ("b", "wsas", "2026-04-01 09:00", 28, False)


@pytest.mark.parametrize(
    ("total", "says"),
    [
        (17, "WSAS: 28 to 17 (−11, a fall of 8 or more, now significant), 12 days old"),
        (20, "WSAS: 28 to 20 (−8, a fall of 8 or more, now significant), 12 days old"),
        (21, "WSAS: 28 to 21 (−7, not a fall of 8, now moderately severe), 12 days old"),
        (9, "WSAS: 28 to 9 (−19, a fall of 8 or more, now subclinical), 12 days old"),
        (33, "WSAS: 28 to 33 (+5, not a fall of 8, now moderately severe), 12 days old"),
    ],
)
def test_wsas_is_compared_with_the_courses_baseline(total, says):
    assert lines(forms(BEFORE, ("1", "wsas", "2026-06-08 09:00", total, False)))[0] == says


def test_what_was_not_asked_is_said_and_what_cannot_be_compared_is_not_compared():
    assert lines(forms(), None) == [
        "WSAS: not asked in this course",
        "PGI-C: not asked in this course",
        "Goal, in their own words: none written down",
    ]
    assert lines(forms(BEFORE))[0] == "WSAS: 28 at baseline, 2 months old, due again; not asked since"
    assert lines(forms(BEFORE), asking=False)[0] == "WSAS: 28 at baseline, 2 months old; not asked since"
    alone = forms(("1", "wsas", "2026-06-20 09:00", 17, False))
    assert lines(alone, None)[0] == "WSAS: 17 (significant), no valid baseline, today"
    prorated = forms(BEFORE, ("1", "wsas", "2026-06-20 09:00", 12.5, True))
    assert lines(prorated)[0] == "WSAS: 12.5 (prorated: compared with nothing), today"
    mild = lines(
        forms(("b", "wsas", "2026-04-01 09:00", 9, False), ("1", "wsas", "2026-06-20 09:00", 1, False)), 9.0
    )
    assert mild[0] == "WSAS: 9 to 1 (−8, too mild at baseline for a verdict, now subclinical), today"


def test_their_own_word_and_their_goal_stand_as_they_said_them():
    said = lines(
        forms(("1", "pgi_c", "2026-05-01 09:00", 5, False), ("2", "pgi_c", "2026-06-18 09:00", 2, False)),
        goal="Eat lunch with colleagues.",
        goal_since=date(2026, 3, 30),
    )
    assert said[1:] == [
        "PGI-C: 2, “much better”, 2 days old",
        "Goal, in their own words: “Eat lunch with colleagues.” (course of 30 Mar 2026)",
    ]


def test_the_rules_behind_a_line_are_named_with_their_version():
    rows = forms(BEFORE, ("1", "wsas", "2026-06-08 09:00", 17, False))
    known = {"wsas": Baseline("b", 28.0, pd.Timestamp("2026-04-01", tz="UTC"), "rule", "")}
    (wsas, *_) = functioning(rows, known, instruments.catalogue(), AS_OF)
    assert wsas.rules == ("wsas.response.fall8 1.0", "wsas.bands.mundt2002 1.0")


def test_a_score_that_is_entered_late_belongs_to_the_course_that_was_open_then(bea, operator):
    with database(operator) as db:
        (old,) = episodes.of_patient(db, bea)
        old.opened_at, old.ended_at = days_ago(200), days_ago(100)
        old.stage, old.end_reason = Stage.ENDED, "course completed"
        db.flush()
        opened_on(db, course(db, bea), 40)
    with database(operator) as db:
        courses = episodes.of_patient(db, bea)
        found = {days: episodes.open_at(courses, days_ago(days)).id for days in (300, 150, 70, 40, 3)}
        draft = assessments.open_draft(db, bea.key, "phq9")
        assessments.answer(db, draft.key, phq9(1))
        late = assessments.finish(db, draft.key, taken_at=days_ago(150))
        first, second = (each.id for each in courses)
    assert found == {300: first, 150: first, 70: first, 40: second, 3: second}
    assert late.episode_id == first
    assert episodes.open_at([], days_ago(1)) is None


def test_two_open_courses_of_a_merged_record_can_each_be_ended(bea, operator):
    with database(operator) as db:
        (older,) = episodes.of_patient(db, bea)
        older.stage, older.ended_at, older.end_reason = Stage.ENDED, days_ago(90), "thought to be over"
        db.flush()
        newer = course(db, bea)
        older.stage, older.ended_at, older.end_reason = Stage.MAINTENANCE, None, None
        db.flush()
        episodes.move_to(db, older.key, Stage.ENDED, "goes on in the other course")
        assert episodes.of_patient(db, bea)[-1].key == newer.key
        assert episodes.by_key(db, older.key).stage is Stage.ENDED
