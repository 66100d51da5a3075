"""From people to rows: everything is computed by the same functions as in the clinic, at the time it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np

from clinic import instruments, patients, treatments
from clinic.instruments import Instrument
from data_model import (
    Account,
    AdverseEvent,
    Assessment,
    Consent,
    Database,
    Diagnosis,
    Episode,
    EventNote,
    Medication,
    Patient,
    PriorTreatment,
    Treatment,
    VitalSigns,
    Weight,
)
from data_model.assessments import How, Timing
from data_model.columns import Status
from data_model.episodes import Indication, Stage
from data_model.people import Decides, EventKind, Sex
from data_model.treatments import Route, Severity, Substance
from sample_data import answers, background
from sample_data.forms import RATED, SCALES
from sample_data.hours import ZONE_NAME, day_of, in_hours, utc
from sample_data.staff import Duty
from sample_data.story import ESKETAMINE, Course, Dose, Event, Form, Person, Vitals

CONSENT_FORM = "2025-1"
PRODUCTS = {
    "IV": ("Ketamine 10 mg/ml solution for injection", 10.0),
    "IM": ("Ketamine 50 mg/ml solution for injection", 50.0),
    "SC": ("Ketamine 50 mg/ml solution for injection", 50.0),
    "SL": ("Ketamine lozenge, compounded", None),
    "oral": ("Ketamine oral solution, compounded", 50.0),
    "IN": ("Esketamine 28 mg nasal spray", None),
}


@dataclass(slots=True)
class Written:
    """One person's rows, kept together for what follows from them."""

    person: Person
    patient: Patient
    courses: list[tuple[Course, Episode]] = field(default_factory=list)
    scores: list[Assessment] = field(default_factory=list)
    treatments: list[tuple[Dose, Treatment]] = field(default_factory=list)


class Writer:
    """Writes table by table, so that a thousand rows of one kind are one statement."""

    def __init__(
        self, db: Database, rng: np.random.Generator, duty: Duty, end: datetime, key: Callable[..., str]
    ):
        self.db, self.rng, self.duty, self.end, self.key = db, rng, duty, end, key

    def write(self, people: list[Person]) -> list[Written]:
        written = [Written(person, self._patient(person)) for person in people]
        self._add(one.patient for one in written)
        for one in written:
            one.courses = [(course, self._episode(one, course)) for course in one.person.courses]
        self._add(episode for one in written for _, episode in one.courses)
        self._add(row for one in written for row in self._background(one))
        for one in written:
            one.treatments = [
                self._treatment(one, *course, dose) for course in one.courses for dose in course[0].doses
            ]
        self._add(row for one in written for _, row in one.treatments)
        for one in written:
            self._scores(one)
        self._add(row for one in written for row in one.scores)
        return written

    def _add(self, rows) -> None:
        self.db.add_all(list(rows))
        self.db.flush()

    # ---- people and courses ----

    def _patient(self, person: Person) -> Patient:
        nurse = self.duty.nurse(self.rng, person.site, person.registered)
        patient = Patient(
            key=self.key("patient", person.number),
            record_number=person.record_number,
            family_name=person.family,
            given_name=person.given,
            birth_date=person.born,
            sex=Sex(person.sex),
            # Numbers and addresses that are kept free for fiction.
            phone=f"07700 900{person.number:03d}",
            email=f"patient{person.number}@example.org",
            clinician_id=self.duty.clinician(person.clinician).id,
            site=person.site,
            **_by(nurse, person.registered + timedelta(minutes=6)),
        )
        patients.index_for_search(patient)
        return patient

    def _episode(self, one: Written, course: Course) -> Episode:
        doctor = self.duty.clinician(one.person.clinician)
        return Episode(
            key=self.key("episode", one.person.number, one.person.courses.index(course)),
            patient_id=one.patient.id,
            indication=Indication(course.indication),
            primary_instrument=course.leads,
            stage=Stage(course.stage),
            stage_since=course.stage_since or course.opened,
            opened_at=course.opened,
            ended_at=course.ended_at,
            end_reason=course.end_reason,
            goal=course.goal,
            **_by(doctor, course.opened + timedelta(minutes=12)),
        )

    def _background(self, one: Written) -> list:
        person, doctor = one.person, self.duty.clinician(one.person.clinician)
        known = background.drawn(self.rng, person, day_of(self.end))
        mine = {"patient_id": one.patient.id, **_by(doctor, person.registered + timedelta(minutes=25))}
        found = [
            Diagnosis(icd10=code, text=text, since=since, **mine) for code, text, since in known.diagnoses
        ]
        found += [
            PriorTreatment(what=what, outcome=how, ended=ended, **mine) for what, how, ended in known.tried
        ]
        found += [
            Medication(
                drug=it.drug,
                dose=it.dose,
                mg_per_day=it.mg,
                started=it.started,
                stopped=it.stopped,
                **self._heard(mine, it.started),
            )
            for it in known.drugs
        ]
        found += [self._note(mine, note) for note in known.notes]
        found += [Weight(measured_on=day, kg=kg, **self._heard(mine, day)) for day, kg in known.weights]
        found += [self._consent(one, episode) for _, episode in one.courses]
        for n, row in enumerate(found):
            row.key = self.key(row.__tablename__, person.number, n)
        return found

    def _note(self, mine: dict, note: background.Noted) -> EventNote:
        return EventNote(
            kind=EventKind(note.kind),
            happened_on=note.day,
            ended_on=note.until,
            decides=Decides(note.decides) if note.decides else None,
            text=note.text,
            **self._heard(mine, note.day),
        )

    def _heard(self, mine: dict, day: date) -> dict:
        """Whose row it is, entered when the clinic heard of it: never before the person came, nor after the last
        evening."""
        heard = max(mine["entered_at"], in_hours(_noon(day), 60))
        return mine | {"entered_at": min(heard, self.end - timedelta(hours=6))}

    def _consent(self, one: Written, episode: Episode) -> Consent:
        return Consent(
            patient_id=one.patient.id,
            episode_id=episode.id,
            to_what="treatment",
            form_version=CONSENT_FORM,
            given_on=day_of(episode.opened_at),
            author=episode.author,
            author_id=episode.author_id,
            entered_at=episode.entered_at,
        )

    # ---- treatments ----

    def _treatment(
        self, one: Written, course: Course, episode: Episode, dose: Dose
    ) -> tuple[Dose, Treatment]:
        nurse = self.duty.nurse(self.rng, one.person.site, dose.at)
        number = (one.person.number, one.person.courses.index(course), course.doses.index(dose))
        product, concentration = PRODUCTS[course.route]
        substance, route = Substance(course.substance), Route(course.route)
        stopped = dose.at + timedelta(minutes=dose.minutes)
        left = dose.at + timedelta(minutes=dose.left_after)
        row = Treatment(
            key=self.key("treatment", *number),
            patient_id=one.patient.id,
            episode_id=episode.id,
            planned_for=dose.at.replace(minute=dose.at.minute // 15 * 15),
            substance=substance,
            route=route,
            product=product,
            lot=_lot(course, dose.at),
            expiry=date(dose.at.year + 2, dose.at.month, 1),
            concentration_mg_per_ml=concentration,
            ordered_mg=dose.ordered_mg,
            given_mg=dose.given_mg,
            weight_kg=dose.weight_kg,
            weighed_on=day_of(dose.at) if dose.weight_kg else None,
            mg_per_kg=treatments.mg_per_kg(dose.given_mg, dose.weight_kg, substance, route),
            started_at=dose.at,
            stopped_at=stopped,
            zone=ZONE_NAME,
            stopped_early=dose.stopped_early,
            ready_at=dose.at + timedelta(minutes=dose.ready_after) if dose.ready_after else None,
            left_at=left,
            escort=dose.escort,
            note=dose.note,
            **_by(
                nurse,
                self._entered(left + timedelta(minutes=int(self.rng.integers(3, 20))), dose.entered_late),
            ),
        )
        row.vital_signs = [self._vitals(nurse, dose, n, v, number) for n, v in enumerate(dose.vitals)]
        row.adverse_events = [self._event(nurse, row, n, e, number) for n, e in enumerate(dose.events)]
        return dose, row

    def _vitals(self, nurse: Account, dose: Dose, n: int, seen: Vitals, number: tuple) -> VitalSigns:
        return VitalSigns(
            key=self.key("vitals", *number, n),
            position=n,
            minute=seen.minute,
            systolic_mmhg=seen.systolic,
            diastolic_mmhg=seen.diastolic,
            heart_rate_bpm=seen.heart_rate,
            spo2_percent=seen.spo2,
            respiratory_rate=seen.breaths,
            moaas=seen.moaas,
            note=seen.note,
            **_by(nurse, self._entered(dose.at + timedelta(minutes=seen.minute + 1), dose.entered_late)),
        )

    def _event(self, nurse: Account, row: Treatment, n: int, event: Event, number: tuple) -> AdverseEvent:
        return AdverseEvent(
            key=self.key("event", *number, n),
            term=event.term,
            severity=Severity(event.severity),
            serious=event.serious,
            onset_minute=event.onset,
            resolved_minute=event.resolved,
            action=event.action,
            **_by(nurse, row.entered_at),
        )

    # ---- scores ----

    def _scores(self, one: Written) -> None:
        known = {name: instruments.instrument(name) for name in SCALES}
        leaning = {name: answers.leanings(self.rng, known[name]) for name in known}
        forms = [(form, None, 0) for form in one.person.forms]
        forms += [
            (form, episode, n) for n, (course, episode) in enumerate(one.courses, 1) for form in course.forms
        ]
        for number, (form, episode, _) in enumerate(forms):
            instrument = known[form.instrument]
            one.scores.append(self._score(one, form, episode, instrument, leaning[instrument.id], number))

    def _score(
        self, one: Written, form: Form, episode, instrument: Instrument, leaning, number: int
    ) -> Assessment:
        given = None if form.only_total else self._answers(form, instrument, leaning)
        who = self._who(one, form)
        row = Assessment(
            key=self.key("score", one.person.number, number),
            patient_id=one.patient.id,
            episode_id=episode.id if episode else None,
            instrument=instrument.id,
            version=instrument.version,
            taken_at=_noon(day_of(form.at) - timedelta(days=2)) if form.only_total else form.at,
            date_only=form.only_total,
            zone=ZONE_NAME,
            how=How.PAPER if form.only_total else How(form.how),
            rater=who.name if form.instrument in RATED else None,
            timing=Timing(form.timing),
            answers=given,
            status=Status.VOID if form.void_reason else Status.ACTIVE,
            void_reason=form.void_reason,
            baseline_reason=form.baseline_reason,
            note="Total from the referral letter." if form.only_total else None,
            **_by(
                who,
                self._entered(form.at + timedelta(minutes=int(self.rng.integers(1, 9))), form.entered_late),
            ),
        )
        self._keep(row, instrument, form)
        return row

    def _keep(self, row: Assessment, instrument: Instrument, form: Form) -> None:
        if row.answers is None:
            score = instruments.score_total(instrument, form.total)
        else:
            score = instruments.score(instrument, row.answers)
        row.total, row.prorated, row.missing = score.total, score.prorated, len(score.missing)
        row.suicide, row.suicide_state = score.suicide, score.suicide_state

    def _answers(self, form: Form, instrument: Instrument, leaning: np.ndarray) -> dict[str, int]:
        fixed = {}
        if instrument.suicide_item and form.suicide is not None:
            item = instrument.suicide_item
            fixed[item] = answers.room_for(instrument, item, form.suicide, form.total)
        given = answers.spread(self.rng, instrument, form.total, leaning, fixed)
        return {item: value for item, value in given.items() if item not in form.blank}

    def _who(self, one: Written, form: Form) -> Account:
        if form.instrument in RATED:
            return self.duty.clinician(one.person.clinician)
        return self.duty.nurse(self.rng, one.person.site, form.at)

    def _entered(self, at: datetime, late: timedelta) -> datetime:
        """What comes in late comes in during opening hours; nothing is entered after the end of the year."""
        return min(in_hours(at + late, 20) if late else at, self.end - timedelta(minutes=1))


def _by(account: Account, at: datetime) -> dict:
    return {"author": account.name, "author_id": account.id, "entered_at": at}


def _noon(day: date) -> datetime:
    return utc(day, 12)


def _lot(course: Course, at: datetime) -> str:
    """One lot a month for each kind of vial."""
    kind = "E" if course.substance == ESKETAMINE else "K"
    return f"{kind}{course.route[:1]}{at:%y%m}"
