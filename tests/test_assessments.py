"""From an answer to a score that counts: stored at once, saved once, and never a silent change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from clinic import alerts, assessments, episodes, instruments, integrity, settings
from clinic.assessments.recording import DECLINED
from clinic.refused import BadAnswers, BadInput
from data_model import Assessment, AuditRow, database
from data_model.assessments import How, Timing
from tests.people import NOW, days_ago, phq9, scored, staff, treated


@pytest.fixture
def mina(ada):
    return staff("clinician", "mina")


def draft_of(actor, ada, answers) -> str:
    with database(actor) as db:
        key = assessments.open_draft(db, ada.key, "phq9").key
        assessments.answer(db, key, answers)
    return key


def test_each_answer_is_a_row_before_the_form_is_finished(ada, mina):
    key = draft_of(mina, ada, {"q1": 2, "q2": None})
    with database(mina) as db:
        stored = assessments.by_key(db, key)
        assert (stored.answers, stored.status, stored.total) == ({"q1": 2}, "draft", None)


def test_two_clicks_on_record_share_one_draft(ada, mina):
    with database(mina) as first, database(mina) as second:
        assert assessments.open_draft(first, ada.key, "phq9").key
        first.commit()
        assert assessments.open_draft(second, ada.key, "phq9").answers == {}
    with database(mina) as db:
        assert len(db.exec(select(Assessment)).all()) == 1


def test_saved_once_however_often_it_is_clicked(ada, mina):
    key = draft_of(mina, ada, phq9(2))
    for _ in range(3):
        with database(mina) as db:
            assert assessments.finish(db, key).total == 16
    with database(mina) as db:
        assert len(assessments.scores(db, ada)) == 1
        assessments.answer(db, key, phq9(0))
        assert assessments.scores(db, ada)["total"].tolist() == [16], "a finished form does not change"


def test_drafts_are_in_no_count(ada, mina):
    draft_of(mina, ada, phq9(2))
    with database(mina) as db:
        assert assessments.scores(db, ada).empty
        assert [row[0].instrument for row in assessments.drafts(db)] == ["phq9"]


def test_a_form_that_was_only_opened_is_no_work_left_undone(ada, mina):
    with database(mina) as db:
        opened = assessments.open_draft(db, ada.key, "phq9")
        assert assessments.drafts(db) == assessments.drafts(db, ada) == []
        assessments.answer(db, opened.key, {"q1": 0})
        assert [row[0].key for row in assessments.drafts(db, ada)] == [opened.key], "a zero is an answer"
        assessments.answer(db, opened.key, {"q1": None})
        assert assessments.drafts(db) == [], "and one taken back is none"


def test_the_stored_total_is_what_the_definition_makes_of_the_answers(ada, mina):
    answers = phq9(3, 2, 1, 0, 3, 2, 1, 0, 0)
    key = draft_of(mina, ada, answers)
    with database(mina) as db:
        row = assessments.finish(db, key)
        again = instruments.score(instruments.instrument(row.instrument, row.version), row.answers | {})
    assert row.total == again.total == 12
    assert (row.suicide, row.suicide_state) == (0, "no")


@pytest.mark.parametrize(
    "answers, total, prorated, state",
    [
        ({f"q{n}": 1 for n in range(1, 10)}, 9, False, "yes"),
        ({f"q{n}": 1 for n in range(1, 9)}, 9, True, "skipped"),  # 8 answers of 1, prorated to 9
        ({f"q{n}": 1 for n in range(3, 10)}, 9, True, "yes"),
        ({f"q{n}": 1 for n in range(4, 10)}, None, False, "yes"),
    ],
)
def test_missing_answers_are_never_zero(ada, mina, answers, total, prorated, state):
    key = draft_of(mina, ada, answers)
    with database(mina) as db:
        row = assessments.finish(db, key)
        assert (row.total, row.prorated, row.suicide_state) == (total, prorated, state)
        assert len(assessments.scores(db, ada)) == 1, "a form without a total is a row too"


@pytest.mark.parametrize("answers", [{"q1": 4}, {"q1": -1}, {"q1": 1.5}, {"q99": 1}])
def test_an_answer_the_scale_does_not_have_is_refused_and_the_draft_stays(ada, mina, answers):
    key = draft_of(mina, ada, {"q1": 2})
    with pytest.raises(BadAnswers), database(mina) as db:
        assessments.answer(db, key, answers)
    with database(mina) as db:
        assert assessments.by_key(db, key).answers == {"q1": 2}


def test_a_date_in_the_future_gets_a_sentence_and_nothing_is_lost(ada, mina):
    key = draft_of(mina, ada, phq9(1))
    for future in (NOW + timedelta(hours=2), (NOW + timedelta(days=2)).date()):
        with pytest.raises(BadInput, match="lies in the future"), database(mina) as db:
            assessments.finish(db, key, taken_at=future)
    with database(mina) as db:
        assert assessments.by_key(db, key).answers == phq9(1)


def test_an_empty_form_is_not_a_score(ada, mina):
    with database(mina) as db:
        key = assessments.open_draft(db, ada.key, "phq9").key
    with pytest.raises(BadInput, match="No item"), database(mina) as db:
        assessments.finish(db, key)


def test_a_date_alone_says_so(ada, mina):
    key = draft_of(mina, ada, phq9(1))
    with database(mina) as db:
        row = assessments.finish(db, key, taken_at=date(2026, 3, 1))
        assert row.date_only
        assert assessments.scores(db, ada).iloc[0].date_only


def test_a_paper_total_holds_no_suicide_answer(ada, mina):
    with database(mina) as db:
        key = assessments.open_draft(db, ada.key, "phq9").key
        row = assessments.finish(db, key, total=14)
        assert (row.total, row.how, row.answers) == (14, How.PAPER, None)
        assert row.suicide_state == "not asked"
    for wrong in (28, -1, float("nan")):
        with database(mina) as db:
            key = assessments.open_draft(db, ada.key, "phq9").key
        with pytest.raises(BadInput), database(mina) as db:
            assessments.finish(db, key, total=wrong)


def test_a_score_before_any_dose_is_marked_so(ada, operator):
    with database(operator) as db:
        key = assessments.open_draft(db, ada.key, "phq9").key
        assessments.answer(db, key, phq9(2))
        assert assessments.finish(db, key).timing == Timing.BASELINE
        treated(db, ada, days_ago(1))
        key = assessments.open_draft(db, ada.key, "phq9").key
        assessments.answer(db, key, phq9(2))
        assert assessments.finish(db, key).timing == Timing.BETWEEN


def test_two_scores_in_the_same_minute_are_both_kept_in_order(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(1), phq9(1))
        scored(db, ada, days_ago(1), phq9(2))
        assert assessments.scores(db, ada)["total"].tolist() == [8, 16]


def test_a_void_score_leaves_figures_and_stays_readable_with_its_reason(ada, operator):
    with database(operator) as db:
        row = scored(db, ada, days_ago(1), phq9(1))
        with pytest.raises(BadInput, match="Say why"):
            assessments.void(db, row.key, " ")
        assessments.void(db, row.key, "entered for the wrong day")
        assert assessments.scores(db, ada).empty
        assert [v.void_reason for v in assessments.voided(db, ada)] == ["entered for the wrong day"]
    with database(operator) as db:
        trail = db.exec(select(AuditRow).where(AuditRow.reason == "entered for the wrong day")).one()
        assert trail.after["status"] == "void"


# ---- suicidality (docs/clinical.md C.1) --------------------------------------------------------------------


def concerns(db, ada):
    return [row[0] for row in alerts.open_ones(db, ada) if row[0].rule == alerts.SUICIDE]


def test_a_positive_answer_opens_a_concern_on_a_partial_form(ada, mina):
    draft_of(mina, ada, {"q9": 1})
    with database(mina) as db:
        [concern] = concerns(db, ada)
    assert "item 9 is 1 (several days)" in concern.saw
    assert concern.urgency == "U1"


def test_one_concern_per_patient_joins_later_answers(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(9), phq9(*[0] * 8, 2))
        [concern] = concerns(db, ada)
        alerts.acknowledge(db, concern.key)
        raised = concern.raised_at
        scored(db, ada, days_ago(5), phq9(*[0] * 8, 1))
        [concern] = concerns(db, ada)
        assert (concern.times, concern.level) == (2, 2)
        assert concern.acknowledged_at is not None, "a lower answer joins in its place"
        assert concern.raised_at == raised
        scored(db, ada, days_ago(1), phq9(*[0] * 8, 3))
        [concern] = concerns(db, ada)
        assert (concern.times, concern.level) == (3, 3)
        assert concern.acknowledged_at is None, "a rising answer brings it back to the top"
        assert concern.raised_at > raised


def test_a_skipped_suicide_item_is_treated_as_positive(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(1), phq9(1, 1, 1, 1, 1, 1, 1, 1, None))
        [concern] = concerns(db, ada)
    assert "skipped" in concern.saw


def test_a_zero_never_closes_a_concern(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(2), phq9(*[0] * 8, 2))
        scored(db, ada, days_ago(1), phq9(0))
        assert len(concerns(db, ada)) == 1


def test_a_concern_closes_with_a_name_and_an_action_only(ada, mina):
    draft_of(mina, ada, {"q9": 2})
    with database(mina) as db:
        [concern] = concerns(db, ada)
    with pytest.raises(BadInput, match="what was done"), database(mina) as db:
        alerts.close(db, concern.key, "  ")
    with database(mina) as db:
        closed = alerts.close(db, concern.key, "C-SSRS done, safety plan renewed")
        assert closed.closed_by == "Mina Test"
        assert concerns(db, ada) == []
    with database(mina) as db:
        draft = assessments.drafts(db, ada)[0][0]
        assessments.answer(db, draft.key, {"q9": 3})
        assert len(concerns(db, ada)) == 1, "a new answer after closing opens a new concern"


def test_typing_the_rest_of_the_form_does_not_count_the_answer_again(ada, mina):
    key = draft_of(mina, ada, {"q9": 1})
    with database(mina) as db:
        for number in range(1, 9):
            assessments.answer(db, key, {**{f"q{n}": 1 for n in range(1, number + 1)}, "q9": 1})
        assessments.finish(db, key)
        [concern] = concerns(db, ada)
    assert concern.times == 1


# ---- the C-SSRS screener (docs/clinical.md C.3) --------------------------------------------------------------

NOTHING = {"q1": 0, "q2": 0, "q6": 0}
LONG_AGO = {"q6": 1, "r6": 0}
RECENT = {"q6": 1, "r6": 1}


def columbia(actor, ada, answers, name="cssrs", **more) -> Assessment:
    with database(actor) as db:
        key = assessments.open_draft(db, ada.key, name).key
        assessments.answer(db, key, answers)
    with database(actor) as db:
        return assessments.finish(db, key, **more)


@pytest.mark.parametrize(
    "answers, stored",
    [
        (NOTHING, (0, "no")),
        (NOTHING | {"q1": 1}, (1, "yes")),
        (NOTHING | {"q2": 1, "q3": 0, "q4": 0, "q5": 0}, (2, "yes")),
        (NOTHING | {"q2": 1, "q3": 1, "q4": 0, "q5": 0}, (3, "yes")),
        (NOTHING | {"q2": 1, "q3": 0, "q4": 1, "q5": 0}, (4, "yes")),
        (NOTHING | {"q2": 1, "q3": 1, "q4": 1, "q5": 1}, (5, "yes")),
        (NOTHING | LONG_AGO, (0, "yes")),
        (NOTHING | RECENT, (6, "yes")),
    ],
)
def test_the_columbia_form_is_stored_as_the_highest_item_and_never_as_a_sum(ada, mina, answers, stored):
    """Columbia form "Screen with Triage Points": the highest yes of questions 1 to 5, behaviour beside it."""
    row = columbia(mina, ada, answers)
    assert (row.suicide, row.suicide_state) == stored
    assert (row.total, row.missing) == (None, 0)
    with database(mina) as db:
        assert bool(concerns(db, ada)) is (stored[1] == "yes")


@pytest.mark.parametrize(
    "answers, open_",
    [
        ({"q1": 0, "q2": 0}, "6. Suicidal behaviour"),
        ({"q1": 0, "q2": 1, "q6": 0}, "3. Thoughts include a way"),
        ({"q1": 0, "q2": 0, "q6": 1}, "6. Such behaviour within"),
        ({"q2": 0, "q6": 0}, "1. Wishing"),
    ],
)
def test_the_columbia_form_is_refused_while_a_question_is_open(ada, mina, answers, open_):
    with pytest.raises(BadAnswers, match=f"Open: {open_}") as refused:
        columbia(mina, ada, answers)
    assert refused.value.code == "required"
    with database(mina) as db:
        [(draft, _)] = assessments.drafts(db, ada)
        assert (draft.answers, draft.status) == (answers, "draft")


@pytest.mark.parametrize(
    "answers, stored",
    [
        ({"q1": 0, "q2": 0}, (None, "skipped")),
        ({"q1": 1}, (1, "yes")),
        ({"q1": 0, "q2": 0, "q6": 1}, (6, "yes")),  # behaviour of which nobody has said when: the graver
    ],
)
def test_what_they_declined_is_noted_and_stays_a_concern(ada, mina, answers, stored):
    row = columbia(mina, ada, answers, declined=True, note="tired")
    assert row.note == f"tired; {DECLINED}"
    assert (row.suicide, row.suicide_state) == stored
    assert row.missing > 0
    with database(mina) as db:
        [concern] = concerns(db, ada)
    assert ("skipped" in concern.saw) is (stored[1] == "skipped")


def test_nothing_is_noted_when_nothing_was_declined(ada, mina):
    assert columbia(mina, ada, NOTHING, declined=True).note is None


def test_an_answer_to_a_question_that_was_not_put_is_refused(ada, mina):
    with pytest.raises(BadAnswers, match="asked only after a yes to item 2") as refused:
        columbia(mina, ada, NOTHING | {"q4": 1})
    assert refused.value.code == "not_asked"


def day(days: float) -> str:
    return f"{days_ago(days):%Y-%m-%d}"


@pytest.mark.parametrize(
    "recent, written, kept",
    [
        (0, day(93), True),
        (0, day(92), False),  # three months are 92 days
        (0, day(0), False),
        (1, day(92), True),
        (0, day(400)[:7], True),
        (0, day(0)[:7], False),  # a month is as recent as its first day
        (1, day(0)[:4], True),
    ],
)
def test_date_and_recency_of_behaviour_must_tell_the_same_story(ada, mina, recent, written, kept):
    answers = NOTHING | {"q6": 1, "r6": recent, "d6": written}
    if kept:
        assert columbia(mina, ada, answers).answers["d6"] == written
    else:
        with pytest.raises(BadInput, match=f"the behaviour is dated {written}, within the last three months"):
            columbia(mina, ada, answers)
        with database(mina) as db:
            assert assessments.drafts(db, ada)[0][0].answers == answers


@pytest.mark.parametrize(
    "month_and_day, written, kept",
    [((5, 20), "05", False), ((5, 20), "02", True), ((3, 15), "", False), ((5, 20), "", True)],
    ids=["this month", "a month whose first day is long ago", "this year in March", "this year in May"],
)
def test_a_month_or_a_year_is_recent_when_its_first_day_is(ada, mina, month_and_day, written, kept):
    taken_at = date(NOW.year, *month_and_day)
    answers = NOTHING | LONG_AGO | {"d6": f"{NOW.year}-{written}".rstrip("-")}
    if kept:
        assert columbia(mina, ada, answers, taken_at=taken_at).status == "active"
    else:
        with pytest.raises(BadInput, match="within the last three months"):
            columbia(mina, ada, answers, taken_at=taken_at)


def test_the_three_months_count_from_the_day_of_the_form(ada, mina):
    written = day(100)
    with pytest.raises(BadInput, match="within the last three months"):
        columbia(mina, ada, NOTHING | LONG_AGO | {"d6": written}, taken_at=days_ago(20).date())
    assert columbia(mina, ada, NOTHING | LONG_AGO | {"d6": written}).status == "active"


@pytest.mark.parametrize("written", [day(-2), day(-40)[:7], str(NOW.year + 1)])
def test_behaviour_in_the_future_is_refused(ada, mina, written):
    with pytest.raises(BadInput, match=f"{written}, the date of the behaviour, lies in the future"):
        columbia(mina, ada, NOTHING | RECENT | {"d6": written})


def test_today_is_the_clinics_today(ada, mina, operator):
    """At noon UTC it is tomorrow already on Kiritimati (UTC+14), and behaviour of that day is not the future's."""
    noon = days_ago(3).replace(hour=12, minute=0)
    there = f"{noon + timedelta(hours=14):%Y-%m-%d}"
    with pytest.raises(BadInput, match="lies in the future"):
        columbia(mina, ada, NOTHING | RECENT | {"d6": there}, taken_at=noon)
    with database(operator) as db:
        settings.change(db, time_zone="Pacific/Kiritimati")
    assert columbia(mina, ada, NOTHING | RECENT | {"d6": there}, taken_at=noon).answers["d6"] == there


@pytest.mark.parametrize("written", ["2026-02-31", "2026-13", "May 2026", 2026])
def test_a_date_that_is_none_is_refused(ada, mina, written):
    with pytest.raises(BadAnswers, match="takes a date as 2026-05-03"):
        columbia(mina, ada, NOTHING | RECENT | {"d6": written})


def test_the_concern_says_item_and_behaviour_apart(ada, mina):
    columbia(mina, ada, {"q1": 1, "q2": 1, "q3": 1, "q4": 0, "q5": 0, **LONG_AGO, "d6": "2019-05"})
    with database(mina) as db:
        [concern] = concerns(db, ada)
    assert concern.saw == (
        "C-SSRS screener: item 3 endorsed (thoughts include a way of doing it (past month)); "
        "behaviour: past, dated 2019-05. Columbia triage moderate, not a prediction."
    )
    columbia(mina, ada, NOTHING | RECENT)
    with database(mina) as db:
        [concern] = concerns(db, ada)
    assert concern.saw == (
        "C-SSRS screener: no thought endorsed; behaviour: recent. Columbia triage high, not a prediction."
    )


def test_the_concern_is_open_from_the_first_yes_on(ada, mina):
    with database(mina) as db:
        key = assessments.open_draft(db, ada.key, "cssrs").key
        assessments.answer(db, key, {"q1": 0})
        assert concerns(db, ada) == []
        assessments.answer(db, key, {"q1": 1})
        [concern] = concerns(db, ada)
    assert concern.saw.endswith(
        "behaviour: unknown. Columbia triage open while questions are, not a prediction."
    )


def test_behaviour_brings_the_concern_back_to_the_top_and_a_lower_item_does_not(ada, mina):
    columbia(mina, ada, {"q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 1, "q6": 0})
    with database(mina) as db:
        [concern] = concerns(db, ada)
        alerts.acknowledge(db, concern.key)
        raised = concern.raised_at
    columbia(mina, ada, NOTHING | {"q1": 1})
    with database(mina) as db:
        [concern] = concerns(db, ada)
        assert concern.acknowledged_at is not None, "item 1 after item 5"
        assert (concern.raised_at, concern.level, concern.times) == (raised, 5, 2)
    columbia(mina, ada, NOTHING | LONG_AGO)
    with database(mina) as db:
        [concern] = concerns(db, ada)
        assert concern.acknowledged_at is None, "behaviour, however long ago"
        assert concern.raised_at > raised
        assert (concern.level, concern.times) == (5, 3)


def test_since_the_last_contact_all_behaviour_is_recent(ada, mina):
    row = columbia(mina, ada, NOTHING | {"q6": 1, "d6": day(3)}, "cssrs_since")
    assert (row.suicide, row.suicide_state, row.answers["d6"]) == (6, "yes", day(3))
    with database(mina) as db:
        [concern] = concerns(db, ada)
    assert concern.saw == (
        f"C-SSRS screener since last contact: no thought endorsed; behaviour: recent, dated {day(3)}. "
        "Columbia triage high, not a prediction."
    )
    with pytest.raises(BadAnswers, match="no item “r6”"):
        columbia(mina, ada, NOTHING | RECENT, "cssrs_since")


def test_the_columbia_forms_take_no_total(ada, mina):
    with database(mina) as db:
        key = assessments.open_draft(db, ada.key, "cssrs").key
    with pytest.raises(BadAnswers, match="has no total"), database(mina) as db:
        assessments.finish(db, key, total=3)


def test_no_item_endorsed_closes_no_concern(ada, mina):
    columbia(mina, ada, NOTHING | {"q1": 1})
    columbia(mina, ada, NOTHING, "cssrs_since")
    with database(mina) as db:
        assert len(concerns(db, ada)) == 1


# ---- worse than baseline (docs/clinical.md D.1) and baselines (B.1) ------------------------------------------


@pytest.mark.parametrize("after, raised", [((2, 2, 2, 2, 2, 2, 2, 1, 0), False), (phq9(2), True)])
def test_six_points_above_baseline_raise_an_alert_and_five_do_not(ada, operator, after, raised):
    with database(operator) as db:
        scored(db, ada, days_ago(10), phq9(2, 2, 2, 2, 2, 0, 0, 0, 0))  # 10
        treated(db, ada, days_ago(9))
        scored(db, ada, days_ago(1), phq9(*after) if isinstance(after, tuple) else after)  # 15 or 16
        found = [row[0].saw for row in alerts.open_ones(db, ada)]
    assert found == (["PHQ-9 10 → 16, +6 from baseline (limit +6)."] if raised else [])


def test_the_baseline_is_the_last_complete_score_before_the_first_dose(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(20), phq9(3))
        scored(db, ada, days_ago(11), phq9(2))
        scored(db, ada, days_ago(10.5), phq9(1, 1, 1, 1, 1, 1, 1, None, 0))  # prorated: never a baseline
        treated(db, ada, days_ago(10))
        scored(db, ada, days_ago(9), phq9(0))
        [episode] = episodes.of_patient(db, ada)
        found = episodes.baseline(db, episode, assessments.scores(db, ada), "phq9")
    assert (found.total, found.source) == (16, "rule")


def test_a_chosen_baseline_wins_and_wants_a_reason(ada, operator):
    with database(operator) as db:
        early = scored(db, ada, days_ago(40), phq9(3))
        scored(db, ada, days_ago(11), phq9(2))
        treated(db, ada, days_ago(10))
        late = scored(db, ada, days_ago(1), phq9(1))
    for key, reason, sentence in ((early.key, " ", "Say why"), (late.key, "better", "after the first dose")):
        with pytest.raises(BadInput, match=sentence), database(operator) as db:
            episodes.choose_baseline(db, key, reason)
    with database(operator) as db:
        episodes.choose_baseline(db, early.key, "transferred in; score of the referrer")
        [episode] = episodes.of_patient(db, ada)
        found = episodes.baseline(db, episode, assessments.scores(db, ada), "phq9")
    assert (found.total, found.source) == (24, "chosen")
    assert "referrer" in found.why


@pytest.mark.parametrize("how", ["entered late", "chosen", "the other one taken out"])
def test_a_baseline_that_comes_late_raises_what_it_makes_worse(ada, operator, how):
    """And `check` then finds the store in order, because nothing is owed any more."""
    with database(operator) as db:
        if how != "entered late":
            early = scored(db, ada, days_ago(12), phq9(0, 0, 0, 0, 0, 1, 1, 0, 0))
            high = scored(db, ada, days_ago(11), phq9(2))
        treated(db, ada, days_ago(10))
        scored(db, ada, days_ago(1), phq9(1))
        before = [row[0].saw for row in alerts.open_ones(db, ada)]
    with database(operator) as db:
        if how == "entered late":
            scored(db, ada, days_ago(11), phq9(0, 0, 0, 0, 0, 1, 1, 0, 0))
        elif how == "chosen":
            episodes.choose_baseline(db, early.key, "the later one was taken during a row at home")
        else:
            assessments.void(db, high.key, "somebody else's form")
    with database(operator) as db:
        after = [row[0].saw for row in alerts.open_ones(db, ada)]
        assert list(integrity.problems(db)) == []
    assert (before, after) == ([], ["PHQ-9 2 → 8, +6 from baseline (limit +6)."])


def test_a_closed_alert_stays_closed_when_the_same_score_is_looked_at_again(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(11), phq9(0))
        treated(db, ada, days_ago(10))
        scored(db, ada, days_ago(1), phq9(1))
        [(alert, _)] = alerts.open_ones(db, ada)
        alerts.close(db, alert.key, "seen: a cold, and her mother's death")
    with database(operator) as db:
        scored(db, ada, days_ago(5), phq9(0, 0, 0, 0, 0, 0, 0, 1, 0))
        assert alerts.open_ones(db, ada) == []


def test_times_are_utc_in_the_store(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(1), phq9(1))
        row = db.exec(select(Assessment)).one()
    assert row.taken_at == days_ago(1)
    assert row.entered_at - datetime.now(UTC) < timedelta(minutes=1)
