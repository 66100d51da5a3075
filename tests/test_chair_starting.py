"""The start of a dose: by whom, on which order and verdict, exactly once; and the truth that is always recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from clinic.chair import answers, before, ordering, planning, predose, starting
from clinic.chair.stage import Step, step
from clinic.chair.starting import AgainstTheGate
from clinic.refused import BadInput, NotAllowed, Refused
from data_model import Alert, ChangedMeanwhile, GateVerdict, Treatment, VitalSigns, database
from data_model.columns import Status, now
from tests.at_the_chair import BORN, again, answered, iv, observed, ordered, planned, ready, started
from tests.people import PASSWORD, staff

KEPT = "the gate was shut"


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def pia(both_stores):
    return staff("clinician", "pia", may_prescribe=True)


def start(actor, treatment, **how):
    with database(actor) as db:
        return starting.start(db, treatment.key, **({"birth_date": BORN} | how))


def verdicts(actor) -> list[tuple[str, bool, str | None]]:
    with database(actor) as db:
        rows = db.exec(select(GateVerdict).order_by(GateVerdict.id))
        return [(row.verdict, row.started, row.overridden_by) for row in rows]


def alerts(actor) -> set[str]:
    with database(actor) as db:
        return set(db.exec(select(Alert.rule)))


def test_a_start_writes_who_when_and_by_which_protocol_and_what_was_ordered(ada, nora, pia):
    made, at = ready(nora, pia, ada, iv(mg=36.0, weight=72.0, concentration_mg_per_ml=10.0)), now()
    start(nora, made)
    row = again(nora, made)
    assert step(row) is Step.RUNNING
    assert timedelta(0) <= row.started_at - at < timedelta(minutes=1)
    assert (row.started_by, row.identity_at_start) == ("Nora Test", "Byron, Ada · born 10 Dec 1985")
    assert (row.protocol, row.protocol_version) == ("adult", "1.0")
    assert (row.ordered_mg, row.weight_kg, row.dosing_kg, row.planned_minutes) == (36.0, 72.0, 72.0, 40.0)
    assert (row.weight_basis, row.concentration_mg_per_ml) == ("actual", 10.0)
    assert (row.given_mg, row.lot) == (None, None)
    assert verdicts(nora) == [("go", True, None)]


def test_the_birth_date_is_asked_and_kept_as_an_answer(ada, nora, pia):
    made = ready(nora, pia, ada)
    for said in (None, date(1985, 10, 12)):
        with pytest.raises(BadInput, match="date of birth"):
            start(nora, made, birth_date=said)
    assert step(again(nora, made)) is Step.PLANNED
    start(nora, made)
    with database(nora) as db:
        kept = answers.answers(db, made)[answers.IDENTITY]
    assert (kept.value, kept.note) == ("yes", "Byron, Ada · born 10 Dec 1985")


def test_observations_before_the_start_get_their_minute_from_it(ada, nora, pia):
    made = planned(nora, ada)
    ordered(pia, made)
    answered(nora, made)
    for minutes in (12, 0.5):
        observed(nora, made, now() - timedelta(minutes=minutes))
    start(nora, made)
    with database(nora) as db:
        assert db.exec(select(VitalSigns.minute).order_by(VitalSigns.id)).all() == [-13, -1]


def test_pressed_twice_it_starts_once(ada, nora, pia):
    made = ready(nora, pia, ada)
    first = start(nora, made).started_at
    assert start(pia, made).started_at == first
    assert verdicts(nora) == [("go", True, None)]


def test_two_tablets_at_the_same_moment_start_once(ada, nora, pia):
    """Both have read the plan; the second to write is told."""
    made = ready(nora, pia, ada)
    with pytest.raises(ChangedMeanwhile), database(nora) as slow:
        read = slow.get(Treatment, made.id)
        start(pia, made)
        starting.start(slow, read.key, birth_date=BORN)
    assert again(nora, made).started_by == "Pia Test"
    assert verdicts(nora) == [("go", True, None)]


def test_nobody_is_given_two_at_once(ada, nora, pia):
    started(nora, pia, ada)
    second = planned(nora, ada, now() + timedelta(seconds=20))
    with pytest.raises(BadInput, match="another treatment running"):
        start(nora, second)
    with pytest.raises(BadInput, match="another treatment running"):
        start(nora, second, started_anyway=True, override_reason="it runs")
    assert step(again(nora, second)) is Step.PLANNED


def test_the_store_itself_refuses_a_second_running_one(ada, nora, pia, monkeypatch):
    """As when two tablets start two plans of one person in the same moment."""
    started(nora, pia, ada)
    second = planned(nora, ada, now() + timedelta(seconds=20))
    monkeypatch.setattr(starting, "other_running", lambda db, treatment: None)
    with pytest.raises(BadInput, match="another treatment running"):
        start(nora, second, started_anyway=True, override_reason="it runs")


@pytest.mark.parametrize(("minutes", "says"), [(5, "future"), (-60 * 24 * 2, "planned for")])
def test_a_start_lies_neither_in_the_future_nor_before_the_day_of_the_plan(ada, nora, pia, minutes, says):
    with pytest.raises(BadInput, match=says):
        start(nora, ready(nora, pia, ada), at=now() + timedelta(minutes=minutes))


def test_a_plan_of_another_day_is_moved_first(ada, nora, pia):
    made = ready(nora, pia, ada, at=now() + timedelta(days=2))
    with pytest.raises(BadInput, match="Move the plan first"):
        start(nora, made)
    with database(nora) as db:
        planning.reschedule(db, made.key, now())
    assert step(start(nora, made)) is Step.RUNNING


def test_who_may_not_record_starts_nothing(ada, nora, pia):
    with pytest.raises(NotAllowed):
        start(staff("auditor"), ready(nora, pia, ada))


def test_what_was_called_off_does_not_start(ada, nora, pia):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        planning.cancel(db, made.key, "did not come")
    with pytest.raises(BadInput, match="called off"):
        start(nora, made)


# ---- against the gate ------------------------------------------------------------------------------------------


@pytest.fixture
def shut(ada, nora, pia):
    """Everything is ready but the escort."""
    made = ready(nora, pia, ada)
    with database(nora) as db:
        answers.answer(db, made.key, "gate.escort", "no")
    return made


def test_a_shut_gate_starts_nothing_and_its_verdict_is_kept(shut, nora):
    with pytest.raises(AgainstTheGate, match="Escort: answered no") as refusal:
        start(nora, shut)
    assert refusal.value.verdict.verdict == "do not start"
    assert step(again(nora, shut)) is Step.PLANNED
    assert verdicts(nora) == [("do not start", False, None)]
    with database(nora) as db:
        assert answers.IDENTITY not in answers.answers(db, shut)


def test_a_prescriber_starts_against_it_with_a_reason_and_the_incident_is_raised(shut, nora, pia):
    with pytest.raises(BadInput, match="needs a reason"):
        start(pia, shut, override_reason="  ")
    start(pia, shut, override_reason="brother comes at five")
    assert verdicts(nora) == [("do not start", True, "Pia Test")]
    assert "gate.overridden" in alerts(nora)


def test_a_nurse_needs_the_prescriber_beside_the_tablet(shut, nora, pia):
    with pytest.raises(NotAllowed):
        start(nora, shut, override_reason=KEPT)
    with pytest.raises(Refused, match="Wrong"):
        start(nora, shut, override_reason=KEPT, prescriber=("pia", "wrong"))
    staff("clinician", "mina")
    with pytest.raises(NotAllowed, match="may not prescribe"):
        start(nora, shut, override_reason=KEPT, prescriber=("mina", PASSWORD))
    with pytest.raises(BadInput, match="needs a reason"):
        start(nora, shut, prescriber=("pia", PASSWORD))
    assert step(again(nora, shut)) is Step.PLANNED
    start(nora, shut, override_reason=KEPT, prescriber=("pia", PASSWORD))
    row = again(nora, shut)
    assert (step(row), row.started_by) == (Step.RUNNING, "Nora Test")
    assert verdicts(nora)[-1] == ("do not start", True, "Pia Test")


def test_a_decision_taken_before_lets_a_nurse_start(shut, nora, pia):
    with database(nora) as db:
        row = before.decide(db, shut.key, identified=True)
    with database(pia) as db:
        before.override(db, row, "brother comes at five")
    start(nora, shut)
    assert verdicts(nora)[-1] == ("do not start", True, "Pia Test")


def test_without_an_order_no_prescriber_starts_by_a_reason(ada, nora, pia):
    made = planned(nora, ada)
    answered(nora, made)
    observed(nora, made)
    with pytest.raises(AgainstTheGate, match="No order yet"):
        start(pia, made, override_reason=KEPT)


# ---- the truth is never blocked --------------------------------------------------------------------------------


def test_what_was_given_already_is_recorded_and_raised(ada, nora, pia):
    made = planned(nora, ada)
    with pytest.raises(BadInput, match="Say why"):
        start(nora, made, started_anyway=True)
    at = now() - timedelta(seconds=90)
    start(nora, made, started_anyway=True, override_reason="given in the corridor", at=at)
    row = again(nora, made)
    assert (step(row), row.started_at, row.ordered_mg) == (Step.RUNNING, at, None)
    with database(nora) as db:
        kept = db.exec(select(GateVerdict)).one()
    assert (kept.verdict, kept.started, kept.override_reason, kept.overridden_by) == (
        "not complete",
        True,
        "given in the corridor",
        None,
    )
    assert {"order.missing", "gate.escort"} <= {each["id"] for each in kept.reasons}
    assert "gate.overridden" in alerts(nora)


def test_an_order_that_still_waited_is_void_with_the_start(ada, nora, pia):
    made = planned(nora, ada)
    waits = ordered(pia, made, iv(mg=63.0, minutes=60.0), reason="0.5 mg/kg was not enough elsewhere")
    start(nora, made, started_anyway=True, override_reason="given before the second clinician came")
    with database(nora) as db:
        row = ordering.by_key(db, waits.key)
    assert row.status == Status.VOID
    assert "before a second clinician" in row.void_reason


def test_the_wrong_person_is_not_recorded_even_so(ada, nora):
    with pytest.raises(BadInput, match="date of birth"):
        start(
            nora,
            planned(nora, ada),
            started_anyway=True,
            override_reason="given",
            birth_date=date(1990, 1, 1),
        )


def test_what_is_measured_before_stays_before(ada, nora, pia):
    made = started(nora, pia, ada)
    with database(nora) as db, pytest.raises(BadInput, match="started already"):
        predose.observe(db, made.key, {"heart_rate_bpm": 70})
