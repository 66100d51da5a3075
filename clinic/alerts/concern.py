"""The one concern about suicide that a person has while it is open (docs/clinical.md C.1)."""

from __future__ import annotations

from sqlmodel import select

from clinic import flags, instruments
from clinic.alerts.raising import note, raise_alert, to_the_top
from clinic.alerts.reading import SUICIDE, open_one
from clinic.flags.facts import Facts, SuicideAnswer
from clinic.instruments import Instrument
from data_model import Alert, Assessment, Database
from data_model.alerts import Urgency
from data_model.columns import COUNTED, now

ON = "suicide answer"


def suicide_concern(db: Database, assessment: Assessment, instrument: Instrument) -> Alert:
    """Opens or joins the patient's one concern. The same or a lower answer joins it with count and date; a higher or
    a skipped one brings it back to the top, unacknowledged. It is as urgent as the gravest answer that joined."""
    level = float(assessment.suicide or 0)
    saw = saw_suicide(assessment, instrument)
    concern = open_one(db, assessment.patient_id, SUICIDE)
    if concern is None:
        concern = raise_alert(db, SUICIDE, assessment.patient_id, saw, assessment_id=assessment.id)
        concern.level = level
    else:
        _join(db, concern, assessment, instrument, level, saw)
    _note(db, concern, assessment, instrument)
    return concern


def _join(db, concern: Alert, assessment: Assessment, instrument: Instrument, level: float, saw: str) -> None:
    same_form = concern.assessment_id == assessment.id
    if same_form and concern.saw == saw:
        return
    rising = (
        level > concern.level
        or assessment.suicide_state == "skipped"
        or behaviour_in(instrument, assessment.answers)
    )
    if level > concern.level or not _is_older(db, assessment, concern):
        concern.saw, concern.assessment_id = saw, assessment.id
    concern.times += 0 if same_form else 1
    concern.level = max(concern.level, level)
    if rising:
        to_the_top(concern)
    db.flush()


def _is_older(db: Database, assessment: Assessment, concern: Alert) -> bool:
    """An answer entered late, or moved here from another record, does not stand for a later one."""
    told = db.get(Assessment, concern.assessment_id) if concern.assessment_id else None
    if told is None:
        return False
    this, that = (each.taken_at or each.entered_at for each in (assessment, told))
    return this < that


def _note(db: Database, concern: Alert, assessment: Assessment, instrument: Instrument) -> None:
    """By which of the rules, and how urgent that makes the concern."""
    facts = Facts(None, now(), suicide=(answer_of(db, assessment, instrument),))
    asked = [rule for rule in flags.rules().values() if rule.on == ON]
    found = flags.fired(asked, facts)
    note(db, concern, found)
    urgency = Urgency(flags.most_urgent([concern.urgency, *(each.urgency for each in found)]))
    if urgency != concern.urgency:
        concern.urgency = urgency
        db.flush()


def answer_of(db: Database, assessment: Assessment, instrument: Instrument) -> SuicideAnswer:
    """One answer as the rules look at it, beside the last one before it on the same scale."""
    at = assessment.taken_at or assessment.entered_at
    before = select(Assessment.suicide).where(
        Assessment.patient_id == assessment.patient_id,
        Assessment.instrument == assessment.instrument,
        Assessment.suicide.is_not(None),
        Assessment.status.in_(COUNTED),
        Assessment.taken_at < at,
        Assessment.id != assessment.id,
    )
    previous = db.exec(before.order_by(Assessment.taken_at.desc()).limit(1)).first()
    return answered(assessment, instrument, previous)


def answered(assessment: Assessment, instrument: Instrument, previous: int | None) -> SuicideAnswer:
    level, flag = float(assessment.suicide or 0), instrument.suicide_flag
    return SuicideAnswer(
        subject=f"assessment:{assessment.key}",
        at=assessment.taken_at or assessment.entered_at,
        saw=saw_suicide(assessment, instrument),
        level=level,
        urgent=flag is not None and assessment.suicide is not None and level >= flag.urgent_from,
        by_level=instrument.level is not None,
        previous=previous,
    )


def saw_suicide(assessment: Assessment, instrument: Instrument) -> str:
    if assessment.suicide_state == "skipped":
        return f"{instrument.asks} was skipped. A skipped suicide item is treated as a positive answer: ask."
    if instrument.level:
        return _saw_level(instrument, assessment.answers)
    item = next(item for item in instrument.items if item.id == instrument.suicide_item)
    word = dict(item.options).get(assessment.suicide)
    said = f" ({word.lower()})" if word and word != str(assessment.suicide) else ""
    return f"{instrument.asks} is {assessment.suicide}{said}. A positive item is not a risk assessment."


def _saw_level(instrument: Instrument, answers: dict) -> str:
    """The item endorsed and the behaviour, apart; the triage by its name, which is no prediction."""
    words = instruments.score(instrument, answers).levels
    thoughts = "no thought endorsed"
    if words["level"] not in ("0", "unknown"):
        item = next(
            each for each in instrument.items if each.id == instrument.level.items[int(words["level"]) - 1]
        )
        thoughts = f"item {item.number} endorsed ({item.text.lower()})"
    dated = next((answers[i.id] for i in instrument.items if i.is_date and answers.get(i.id)), None)
    behaviour = f"behaviour: {words['behaviour']}" + (f", dated {dated}" if dated else "")
    triage = "open while questions are" if words["triage"] == "unknown" else words["triage"]
    return f"{instrument.title}: {thoughts}; {behaviour}. Columbia triage {triage}, not a prediction."


def behaviour_in(instrument: Instrument, answers: dict | None) -> bool:
    """Whether a form that asks about suicidal behaviour was answered with a yes to it."""
    return bool(instrument.level and answers and answers.get(instrument.level.behaviour))
