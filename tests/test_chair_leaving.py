"""Whether somebody may leave, from what was entered; when they were ready, when they left, and on whose word."""

from __future__ import annotations

import pytest

from clinic import alerts, settings, treatments
from clinic.chair import entries_leaving, leaving
from clinic.chair.entry import read
from clinic.refused import Refused
from data_model import database
from data_model.columns import now
from data_model.treatments import Route, Substance
from tests.chair_room import MINUTE, QUIET, entry, refused, running, saved, stored, vitals
from tests.people import PASSWORD, staff

RULE = "left.early"
WELL = QUIET | {"aldrete": 10, "symptoms": [], "on_oxygen": False}


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def mina(nora):
    return staff("clinician", "mina", may_prescribe=True)


@pytest.fixture
def chair(nora):
    """An infusion of 40 minutes that ended 61 minutes ago, quiet before and after."""
    made = running(nora, minutes=101)
    saved(nora, made, entry("vitals", made.started_at - 5 * MINUTE, values=QUIET))
    saved(nora, made, entry("stop", made.started_at + 40 * MINUTE), entry("given", mg=35))
    saved(nora, made, entry("vitals", now() - 20 * MINUTE, values=WELL))
    return made


def judged(actor, treatment, at=None) -> dict[str, tuple[str, str]]:
    with database(actor) as db:
        found = leaving.readiness(db, treatments.by_key(db, treatment.key), at)
    return {each.id: (each.state, each.says) for each in found.criteria}


def tick_all(actor, treatment, **but) -> None:
    ticked = [
        id
        for id in judged(actor, treatment)
        if id
        in (
            "leaving.walks",
            "leaving.nausea",
            "leaving.orientated",
            "leaving.mental_state",
            "leaving.suicide",
            "leaving.escort",
            "leaving.advice",
            "leaving.driving",
        )
    ]
    saved(
        actor,
        treatment,
        *(entry("tick", criterion=id, met=but.get(id.partition(".")[2], True)) for id in ticked),
    )


def is_ready(actor, treatment, at=None) -> bool:
    return all(state == "met" for state, _ in judged(actor, treatment, at).values())


def test_ready_once_everything_is_met_and_not_before(chair, nora):
    saved(nora, chair, entry("vitals", values=WELL), entry("escort", name="Annabella Byron"))
    assert not is_ready(nora, chair), "nobody has ticked anything"
    tick_all(nora, chair)
    assert is_ready(nora, chair), judged(nora, chair)
    assert not is_ready(nora, chair, chair.started_at + 99 * MINUTE), "one minute short of 60 after the end"
    assert judged(nora, chair, chair.started_at + 100 * MINUTE)["leaving.observed"][0] == "met"


def test_the_last_answer_counts_and_nothing_takes_it_back_to_unknown(chair, nora):
    saved(nora, chair, entry("tick", now() - 9 * MINUTE, criterion="leaving.walks", met=True))
    assert judged(nora, chair)["leaving.walks"][0] == "met"
    saved(nora, chair, entry("tick", now() - 2 * MINUTE, criterion="leaving.walks", met=False))
    saved(nora, chair, entry("tick", now() - 5 * MINUTE, criterion="leaving.walks", met=True))
    assert judged(nora, chair)["leaving.walks"][0] == "not met", (
        "an older answer that comes late is older still"
    )
    saved(nora, chair, entry("tick", criterion="leaving.walks", met=None))
    assert judged(nora, chair)["leaving.walks"][0] == "not assessed"


def test_an_escort_without_a_name_is_none(chair, nora):
    saved(nora, chair, entry("tick", criterion="leaving.escort", met=True))
    assert judged(nora, chair)["leaving.escort"][0] == "not assessed"
    saved(nora, chair, entry("escort", name="Annabella Byron"))
    assert judged(nora, chair)["leaving.escort"][0] == "met"


@pytest.mark.parametrize(
    "before, after, state", [(1, 1, "met"), (1, 2, "not met"), (0, 1, "not met"), (None, 1, "not assessed")]
)
def test_dissociation_goes_back_to_the_person_s_own_value(nora, before, after, state):
    """docs/clinical.md E.3."""
    made = running(nora, minutes=101)
    if before is not None:
        saved(nora, made, vitals(made.started_at - 5 * MINUTE, dissociation=before))
    saved(nora, made, vitals(now(), dissociation=after))
    assert judged(nora, made)["leaving.dissociation"][0] == state


def test_two_scales_are_not_compared(nora, operator):
    made = running(nora, minutes=101)
    saved(nora, made, vitals(made.started_at - 5 * MINUTE, dissociation=3))
    with database(operator) as db:
        settings.change(db, dissociation_scale="cadss6")
    saved(nora, made, vitals(now(), dissociation=2))
    assert judged(nora, made)["leaving.dissociation"][0] == "not assessed"


@pytest.mark.parametrize("minutes, state", [(29, "met"), (31, "not assessed")])
def test_an_old_score_speaks_of_then_and_not_of_now(chair, nora, minutes, state):
    """As a measurement, docs/clinical.md E.4."""
    at = now() + (minutes - 20) * MINUTE
    assert judged(nora, chair, at)["leaving.aldrete"][0] == state


@pytest.mark.parametrize("score, state", [(8, "not met"), (9, "met")])
def test_the_aldrete_score_at_both_sides(chair, nora, score, state):
    saved(nora, chair, vitals(aldrete=score))
    assert judged(nora, chair)["leaving.aldrete"][0] == state


def test_ready_and_left_are_two_times(chair, nora):
    refusal = refused(nora, chair, entry("ready"))
    assert refusal["ask"] == "decision"
    assert any("Walks steadily" in sentence for sentence in refusal["problems"])
    saved(nora, chair, entry("vitals", now() - MINUTE, values=WELL), entry("escort", name="Annabella"))
    tick_all(nora, chair)
    saved(nora, chair, entry("ready", now()))
    ready_at = stored(nora, chair).ready_at
    saved(nora, chair, entry("ready", now() + MINUTE), entry("left", now() + MINUTE))
    found = stored(nora, chair)
    assert found.ready_at == ready_at, "the first time stands"
    assert found.left_at > ready_at
    assert found.left_early_reason is None
    assert "recorded already" in refused(nora, chair, entry("left"))["problems"][0]


def test_leaving_with_something_open_wants_a_reason_and_raises_an_alert(nora):
    early = running(nora, minutes=50)
    saved(nora, early, entry("stop", now() - 10 * MINUTE))
    said = entry("left")
    refusal = refused(nora, early, said)
    assert refusal["ask"] == "reason"
    assert stored(nora, early).left_at is None
    saved(nora, early, said | {"reason": "child minder"})
    assert stored(nora, early).left_early_reason == "child minder"
    with database(nora) as db:
        rules = {alert.rule for alert, _ in alerts.open_ones(db)}
    assert RULE in rules


def test_a_leaving_that_was_tapped_by_mistake_is_taken_back(chair, nora):
    saved(nora, chair, entry("left", reason="x"), entry("undo", target="left"))
    found = stored(nora, chair)
    assert (found.left_at, found.left_early_reason) == (None, None)


def test_a_prescriber_decides_by_name_and_then_they_may_go(chair, nora, mina):
    said = entry("decide", username="mina", secret=PASSWORD, reason="walks well")
    saved(nora, chair, said, entry("ready"), entry("left"))
    found = stored(nora, chair)
    assert (found.leaving_decided_by, found.leaving_decision) == (mina.name, "walks well")
    assert found.left_at is not None
    assert found.left_early_reason is None
    assert judged(nora, chair)["leaving.walks"][0] == "not assessed", "a decision makes nothing met"


def test_the_prescriber_s_own_tablet_wants_their_secret_too(chair, mina, nora):
    wrong = entry("decide", username="Mina", secret="not mine", reason="x")
    assert "Wrong" in refused(mina, chair, wrong)["problems"][0]
    saved(mina, chair, entry("decide", username="Mina", secret=PASSWORD, reason="x"))
    assert stored(mina, chair).leaving_decided_by == mina.name


def test_a_nurse_cannot_decide_by_herself(chair, nora):
    refusal = refused(nora, chair, entry("decide", username="nora", secret=PASSWORD, reason="x"))
    assert "may not prescribe" in refusal["problems"][0]
    assert stored(nora, chair).leaving_decided_by is None


@pytest.mark.parametrize("gap", ["username", "secret", "reason"])
def test_a_decision_is_whole(chair, nora, mina, gap):
    said = entry("decide", username="mina", secret=PASSWORD, reason="walks well")
    assert refused(nora, chair, {k: v for k, v in said.items() if k != gap})["problems"]


def test_a_copy_of_a_decision_is_known_without_the_secret(chair, nora, mina):
    said = entry("decide", username="mina", secret=PASSWORD, reason="walks well")
    saved(nora, chair, said, said | {"secret": "not the password"})


def test_where_the_minimum_is_locked_a_decision_does_not_do_without_the_reason(nora, mina, operator):
    """docs/clinical.md G: locked in the US profile."""
    with database(operator) as db:
        settings.change(db, protocol="us")
    spray = running(nora, minutes=119, substance=Substance.ESKETAMINE, route=Route.IN)
    saved(nora, spray, entry("decide", username="mina", secret=PASSWORD, reason="walks well"))
    assert refused(nora, spray, entry("left"))["ask"] == "reason"
    saved(nora, spray, entry("left", spray.started_at + 120 * MINUTE))


def test_a_secret_is_gone_before_anything_is_written(chair, nora, mina):
    with database(nora) as db:
        said = entry("decide", username="mina", secret=PASSWORD, reason="walks well")
        found = entries_leaving.confirmed(db, read(db, chair, said))
    assert PASSWORD not in str(found)
    with database(nora) as db, pytest.raises(Refused):
        entries_leaving.confirmed(db, read(db, chair, said | {"secret": "wrong", "by": "Mina Test"}))
