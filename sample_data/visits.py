"""What was written down around a dose since the clinic records it live: order, gate, parts, and leaving.

Everything is judged by the protocol's own functions at the time of the story, so that a verdict is what the rules
said. Treatments before that are bare, as they would be in a clinic that took the program up in the middle of a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from sqlmodel import select

from clinic import editions
from clinic.chair import identity
from clinic.checks import AGES
from clinic.protocols import Answer, Reading, Visit, decide, due
from clinic.protocols.dose import check_dose, worst
from clinic.protocols.gate import asked
from clinic.protocols.weight import per_kg
from clinic.treatments.by_protocol import order
from data_model import (
    Account,
    Database,
    DoseOrder,
    DosePart,
    DrugIntake,
    GateAnswer,
    GateVerdict,
    Interruption,
    LeavingCheck,
    Medication,
    RescueDrug,
    SafetyCheck,
    Treatment,
    VitalSigns,
)
from data_model.columns import COUNTED
from data_model.treatments import Route, Substance
from sample_data.hours import ZONE, day_of, utc
from sample_data.staff import Duty
from sample_data.story import Course, Dose
from sample_data.writing import Written

MISSED = 0.02  # of what is due
TINT = (140, 90)  # mmHg: from here on the protocol asks for a second reading
LIVE_SINCE = timedelta(days=60)
ROOMS = ("Room 1", "Room 2", "Room 3")
DEVICE_MG, BETWEEN_DEVICES = 28, timedelta(minutes=5)
HOME = ("car", "car", "taxi", "bus with escort")
SELDOM = {
    "gate.fasting": "no",
    "gate.change": "yes",
    "gate.sedatives": "yes",
}  # answers that a prescriber looks at
HOW_SELDOM = 0.02
RESCUED = {"ondansetron 4 mg IV": ("ondansetron", "4 mg", "IV")}
TICKED = "ticked"
DRIVING = "leaving.driving"


class Visits:
    """Adds the rows of every live treatment, table by table."""

    def __init__(
        self, db: Database, rng: np.random.Generator, duty: Duty, end: datetime, key: Callable[..., str]
    ):
        self.db, self.rng, self.duty, self.end, self.key = db, rng, duty, end, key
        self.prescriber = duty.accounts["petra"]
        self.protocol = editions.in_force(db)
        self.rooms: dict[tuple, int] = {}
        self.screened: set[int] = set()  # courses whose lasting answers stand already
        self.drugs: dict[int, list[Medication]] = {}
        for drug in db.exec(select(Medication)):
            self.drugs.setdefault(drug.patient_id, []).append(drug)
        self.checks: dict[int, list[SafetyCheck]] = {}
        for check in db.exec(select(SafetyCheck).order_by(SafetyCheck.checked_on)):
            self.checks.setdefault(check.patient_id, []).append(check)

    def add(self, written: list[Written]) -> None:
        live = [
            (one, course, dose, row)
            for one in written
            for (dose, row), course in zip(one.treatments, _courses(one), strict=True)
            if row.status in COUNTED and row.started_at >= self.end - LIVE_SINCE
        ]
        for one, course, dose, row in sorted(live, key=lambda each: (each[3].started_at, each[3].key)):
            nurse = next(a for a in self.duty.accounts.values() if a.id == row.author_id)
            with self.db.no_autoflush:  # nothing asked here depends on what was added a moment ago
                self._dress(one, row, dose, nurse)
                self.db.add_all(list(self._rows(one, course, dose, row, nurse)))
        self.db.flush()

    def _dress(self, one: Written, row: Treatment, dose: Dose, nurse: Account) -> None:
        """The columns of the treatment and its observations that only live recording fills."""
        day = (row.started_at.date(), one.person.site)
        self.rooms[day] = self.rooms.get(day, -1) + 1
        row.room = ROOMS[self.rooms[day] % len(ROOMS)]
        row.protocol, row.protocol_version = self.protocol.id, self.protocol.version
        row.planned_minutes = 40.0 if row.route == Route.IV else None
        row.dosing_kg = row.weight_kg
        row.identity_at_start, row.started_by = identity.shown(one.patient), nurse.name
        row.transport = str(self.rng.choice(HOME))
        if row.ready_at is None:
            row.left_early_reason = dose.note or "Wished to leave."
        felt = {e.term: e for e in dose.events}.get("Dissociation")
        self._repeat(row, nurse)
        self._keep_to_schedule(row, nurse)
        for seen in row.vital_signs:
            seen.observed_at = row.started_at + timedelta(minutes=seen.minute)
            seen.symptoms, seen.on_oxygen = [], False
            if seen.minute <= 0 or seen.minute >= 38:
                during = felt is not None and felt.onset <= seen.minute <= felt.resolved
                seen.dissociation = (
                    float({"mild": 1, "moderate": 2, "severe": 4}[felt.severity]) if during else 0.0
                )
                seen.dissociation_scale = "global"
        if row.ready_at is not None:
            max(row.vital_signs, key=lambda seen: seen.minute).aldrete = 10

    def _repeat(self, row: Treatment, nurse: Account) -> None:
        """A raised pressure before the dose is measured again after a rest; both are kept."""
        before = [seen for seen in row.vital_signs if seen.minute <= 0 and seen.systolic_mmhg]
        if not before or (before[-1].systolic_mmhg < TINT[0] and before[-1].diastolic_mmhg < TINT[1]):
            return
        first = before[-1]
        first.minute -= 8
        row.vital_signs.append(
            VitalSigns(
                key=self.key("repeat", row.key),
                position=len(row.vital_signs),
                minute=-1,
                systolic_mmhg=first.systolic_mmhg - int(self.rng.integers(2, 9)),
                diastolic_mmhg=first.diastolic_mmhg - int(self.rng.integers(1, 5)),
                heart_rate_bpm=first.heart_rate_bpm,
                spo2_percent=first.spo2_percent,
                note="after a rest",
                **_by(nurse, row.started_at - timedelta(minutes=1)),
            )
        )

    def _keep_to_schedule(self, row: Treatment, nurse: Account) -> None:
        """Since it is recorded live a nurse is told what is due; now and then one is still missed."""
        times = [row.started_at + timedelta(minutes=seen.minute) for seen in row.vital_signs]
        asked = due(
            self.protocol,
            row.route.value,
            row.substance.value,
            row.started_at,
            row.stopped_at,
            times,
            row.left_at,
            left=row.left_at,
        )
        late = [each for each in asked if each.state == "missed" and each.minute > 0]
        for n, each in enumerate(late):
            if self.rng.random() < MISSED or each.at > row.left_at:
                continue
            row.vital_signs.append(self._between(row, nurse, n, round(each.minute)))

    def _between(self, row: Treatment, nurse: Account, n: int, minute: int) -> VitalSigns:
        """What lies between the observations before and after it."""
        seen = sorted((each for each in row.vital_signs if each.systolic_mmhg), key=lambda each: each.minute)
        minutes = [each.minute for each in seen]
        value = {
            name: round(float(np.interp(minute, minutes, [getattr(each, name) for each in seen])))
            for name in ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent")
        }
        return VitalSigns(
            key=self.key("due", row.key, n),
            position=len(row.vital_signs),
            minute=minute,
            moaas=5,
            **value,
            **_by(nurse, row.started_at + timedelta(minutes=minute + 1)),
        )

    # ---- rows ----

    def _rows(self, one: Written, course: Course, dose: Dose, row: Treatment, nurse: Account) -> Iterator:
        yield from self._order(one, course, row)
        answers = list(self._answers(row, nurse))
        yield from answers
        taken = list(self._taken(row, nurse))
        yield from taken
        yield self._verdict(one, row, nurse, answers, taken)
        yield from self._parts(row, nurse)
        yield from self._pauses_and_rescues(dose, row, nurse)
        yield from self._leaving(row, nurse)

    def _order(self, one: Written, course: Course, row: Treatment) -> Iterator[DoseOrder]:
        """By the prescriber in the hour before; a strong finding had its second clinician. What the rules would have
        blocked has no order: it was given all the same, and is recorded."""
        wanted = order(self.db, row)
        week = (row.started_at - course.doses[0].at).days // 7 + 1
        wanted = replace(wanted, mg=row.ordered_mg, week=week)
        found = check_dose(self.protocol, wanted)
        tier = worst(found).tier if found else "none"
        if tier == "block":
            return
        at = row.started_at - timedelta(minutes=int(self.rng.integers(20, 70)))
        second = self.duty.clinician("signe") if tier == "strong" else None
        yield DoseOrder(
            key=self.key("order", row.key),
            patient_id=row.patient_id,
            treatment_id=row.id,
            substance=row.substance,
            route=row.route,
            mg=row.ordered_mg,
            mg_per_kg=None if row.mg_per_kg is None else round(per_kg(row.ordered_mg, row.weight_kg), 3),
            weight_kg=row.weight_kg,
            weighed_on=row.weighed_on,
            dosing_kg=row.weight_kg,
            concentration_mg_per_ml=row.concentration_mg_per_ml,
            minutes=row.planned_minutes,
            devices=round(row.ordered_mg / DEVICE_MG) if _nasal(row) else None,
            reason="Known and discussed; as in the plan of the course."
            if tier in ("warn", "strong")
            else None,
            tier=tier,
            findings=[{"id": f.id, "tier": f.tier, "says": f.says, "value": f.value} for f in found],
            protocol=self.protocol.id,
            protocol_version=self.protocol.version,
            identity=identity.shown(one.patient),
            ordered_at=at,
            ordered_by_id=self.prescriber.id,
            ordered_by=self.prescriber.name,
            confirmed_at=at + timedelta(minutes=6) if second else None,
            confirmed_by_id=second.id if second else None,
            confirmed_by=second.name if second else None,
            author=self.prescriber.name,
            author_id=self.prescriber.id,
            entered_at=at,
        )

    def _answers(self, row: Treatment, nurse: Account) -> Iterator[GateAnswer]:
        """Every question of the day; those that last for a course when it is first recorded live."""
        visit = Visit(now=row.started_at, route=row.route.value, substance=row.substance.value)
        first = row.episode_id not in self.screened
        self.screened.add(row.episode_id)
        at = row.started_at - timedelta(minutes=int(self.rng.integers(8, 16)))
        for item in asked(self.protocol, visit):
            if item.lasts == "course" and not first:
                continue
            seldom = item.id in SELDOM and self.rng.random() < HOW_SELDOM
            yield GateAnswer(
                key=self.key("gate", row.key, item.id),
                patient_id=row.patient_id,
                episode_id=row.episode_id,
                treatment_id=row.id,
                item=item.id,
                value=SELDOM[item.id] if seldom else item.go_if,
                answered_at=at,
                reviewed_at=at + timedelta(minutes=3) if seldom else None,
                reviewed_by=self.prescriber.name if seldom else None,
                reviewed_by_id=self.prescriber.id if seldom else None,
                **_by(nurse, at),
            )

    def _taken(self, row: Treatment, nurse: Account) -> Iterator[DrugIntake]:
        """Drugs of a class that the protocol asks about, taken as usual in the morning."""
        day = day_of(row.started_at)
        for drug in self.drugs.get(row.patient_id, []):
            for known in self.protocol.concomitant:
                current = drug.started <= day and (drug.stopped is None or drug.stopped >= day)
                if current and drug.drug.casefold() in known.drugs:
                    yield DrugIntake(
                        key=self.key("intake", row.key, known.id, drug.key),
                        treatment_id=row.id,
                        drug_class=known.id,
                        drug=drug.drug,
                        dose=drug.dose,
                        taken_at=utc(day, 7.5),
                        **_by(nurse, row.started_at - timedelta(minutes=9)),
                    )

    def _verdict(
        self, one: Written, row: Treatment, nurse: Account, answers: list[GateAnswer], taken: list[DrugIntake]
    ) -> GateVerdict:
        """What the rules say of these answers and readings; what is not "go" was the prescriber's to decide."""
        said = {
            each.item: Answer(each.value, each.answered_at, each.reviewed_at is not None) for each in answers
        }
        for item in asked(self.protocol, Visit(now=row.started_at)):
            if item.lasts == "course":
                said.setdefault(item.id, Answer(item.go_if, row.started_at - timedelta(days=1)))
        visit = Visit(
            now=row.started_at.astimezone(ZONE),
            answers=said,
            readings=[_reading(seen) for seen in row.vital_signs if seen.minute <= 0],
            drugs={each.drug_class: each.taken_at.astimezone(ZONE) for each in taken},
            measures=self._checked(row),
            route=row.route.value,
            substance=row.substance.value,
            sex=one.patient.sex.value,
        )
        found = decide(self.protocol, visit)
        decided = found.verdict != "go"
        return GateVerdict(
            key=self.key("verdict", row.key),
            patient_id=row.patient_id,
            treatment_id=row.id,
            verdict=found.verdict,
            reasons=[{"id": r.id, "verdict": r.verdict, "says": r.says} for r in found.reasons],
            protocol=self.protocol.id,
            protocol_version=self.protocol.version,
            decided_at=row.started_at,
            author=nurse.name,
            author_id=nurse.id,
            started=True,
            override_reason="Looked at together at the chair; the dose goes ahead." if decided else None,
            overridden_by=self.prescriber.name if decided else None,
            overridden_by_id=self.prescriber.id if decided else None,
        )

    def _checked(self, row: Treatment) -> dict[str, float]:
        """Days since each check that was done by then."""
        day = day_of(row.started_at)
        done = {
            check.kind: check.checked_on
            for check in self.checks.get(row.patient_id, [])
            if check.checked_on <= day
        }
        return {name: (day - done[kind]).days for kind, name in AGES.items() if kind in done}

    def _parts(self, row: Treatment, nurse: Account) -> Iterator[DosePart]:
        if not _nasal(row):
            return
        for n in range(round(row.given_mg / DEVICE_MG)):
            at = row.started_at + n * BETWEEN_DEVICES
            yield DosePart(
                key=self.key("part", row.key, n),
                treatment_id=row.id,
                what="device",
                mg=DEVICE_MG,
                given_at=at,
                lot=row.lot,
                **_by(nurse, at),
            )

    def _pauses_and_rescues(self, dose: Dose, row: Treatment, nurse: Account) -> Iterator:
        for n, event in enumerate(dose.events):
            at = row.started_at + timedelta(minutes=event.onset or 0)
            if event.action in RESCUED:
                drug, amount, route = RESCUED[event.action]
                yield RescueDrug(
                    key=self.key("rescue", row.key, n),
                    treatment_id=row.id,
                    drug=drug,
                    dose=amount,
                    route=route,
                    given_at=at + timedelta(minutes=4),
                    reason=event.term,
                    **_by(nurse, at + timedelta(minutes=5)),
                )
            if row.route == Route.IV and event.term == "Anxiety" and (event.onset or 0) < 30:
                yield Interruption(
                    key=self.key("pause", row.key, n),
                    treatment_id=row.id,
                    paused_at=at,
                    resumed_at=at + timedelta(minutes=5),
                    reason="anxious; went on after five minutes",
                    **_by(nurse, at),
                )

    def _leaving(self, row: Treatment, nurse: Account) -> Iterator[LeavingCheck]:
        at = (row.ready_at or row.left_at) - timedelta(minutes=2)
        for criterion in self.protocol.leaving:
            if criterion.method != TICKED or criterion.substance not in (None, row.substance.value):
                continue
            met = row.ready_at is not None or criterion.id == DRIVING
            if criterion.id == "leaving.escort":
                met = row.escort is not None
            yield LeavingCheck(
                key=self.key("leaving", row.key, criterion.id),
                treatment_id=row.id,
                criterion=criterion.id,
                met=met,
                assessed_at=at,
                **_by(nurse, at),
            )


def _courses(one: Written) -> list[Course]:
    """The course of each treatment, in the order in which they were written."""
    return [course for course, _ in one.courses for _ in course.doses]


def _nasal(row: Treatment) -> bool:
    return row.substance == Substance.ESKETAMINE and row.route == Route.IN


def _reading(seen) -> Reading:
    names = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent", "respiratory_rate", "moaas")
    return Reading(**{name: getattr(seen, name) for name in names}, at=seen.observed_at, symptoms=())


def _by(account: Account, at: datetime) -> dict:
    return {"author": account.name, "author_id": account.id, "entered_at": at}
