"""A dry run: what rules would have raised over the stored past, beside what was raised. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import or_, select

from clinic import editions, flags
from clinic.access import require
from clinic.flags import Fired, Rule
from clinic.flags.facts import Facts
from clinic.patients import pseudonym
from clinic.watching import of_person, of_time, of_treatment
from data_model import Database, Firing, Patient, Treatment
from data_model.columns import COUNTED, Status, now

# What is due now says nothing about what was due then: of these only today is judged.
TODAY_ONLY = ("check overdue", "measure overdue")


@dataclass(frozen=True, slots=True)
class Saw:
    """One firing, with a pseudonym for the person."""

    at: datetime
    patient: str
    subject: str
    saw: str


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: how often it would have fired, on how many people, and how often it did."""

    rule: str
    version: str
    title: str
    fired: int
    people: int
    raised: int
    newly: tuple[Saw, ...]
    no_longer: tuple[Saw, ...]
    today_only: bool

    @property
    def says(self) -> str:
        judged = " (judged for today only)" if self.today_only else ""
        return (
            f"{self.rule} v{self.version}: would have fired {self.fired} times on {self.people} people; raised in fact "
            f"{self.raised}; {len(self.newly)} newly, {len(self.no_longer)} no longer{judged}."
        )


@dataclass(frozen=True, slots=True)
class DryRun:
    """`looked_at` are treatments and people. Nothing differs where a rule stands as it was when it raised."""

    lines: tuple[Line, ...]
    treatments: int
    people: int

    @property
    def differs(self) -> bool:
        return any(line.newly or line.no_longer for line in self.lines)


def dry_run(db: Database, rules: Mapping[str, Rule], since: datetime | None = None) -> DryRun:
    """Over finished treatments, scores and checks, or over those since a moment. "No longer" is also what somebody
    has taken back since it was raised."""
    require(db, "see safety")
    require(db, "see patients")
    found: dict[tuple[str, str], tuple[str, Fired]] = {}
    treatments = people = 0
    for patient in _people(db):
        several = list(_facts(db, patient, rules.values(), since))
        treatments, people = treatments + len(several) - 1, people + 1
        for facts in several:
            for each in flags.fired(rules.values(), facts):
                if since is None or each.at >= since:
                    found[each.rule.id, each.subject] = patient.key, each
    due = _due_today(db, rules.values())
    found |= {which: each for which, each in due.items() if since is None or each[1].at >= since}
    raised = _raised(db, since)
    ids = [*rules, *sorted({rule for rule, _ in raised} - set(rules))]
    lines = tuple(_line(rules.get(id), id, found, raised) for id in ids)
    return DryRun(lines, treatments, people)


def _people(db: Database) -> Iterator[Patient]:
    query = select(Patient).where(Patient.status != Status.VOID).order_by(Patient.id)
    yield from db.exec(query.execution_options(yield_per=200))


def _facts(db: Database, patient: Patient, rules: Iterable[Rule], since: datetime | None) -> Iterator[Facts]:
    """The person's own, and those of each treatment that is over."""
    yield Facts(
        editions.in_force(db),
        now(),
        series=of_person.all_series(db, patient, rules),
        checks=of_person.checks(db, patient),
        suicide=of_person.suicide_answers(db, patient),
    )
    query = select(Treatment).where(
        Treatment.patient_id == patient.id,
        or_(Treatment.status.in_(COUNTED), Treatment.left_at.is_not(None)),
        Treatment.status != Status.VOID,
    )
    if since is not None:
        query = query.where(Treatment.started_at >= since)
    for record in db.exec(query.order_by(Treatment.started_at)).all():
        yield of_treatment.facts(db, record)


def _due_today(db: Database, rules: Iterable[Rule]) -> dict[tuple[str, str], tuple[str, Fired]]:
    protocol = editions.in_force(db)
    ages, late = list(of_time.check_ages(db, protocol)), list(of_time.unmeasured(db))
    owner = {fact.subject: patient for patient, fact in [*ages, *late]}
    facts = Facts(
        protocol,
        now(),
        check_ages=tuple(fact for _, fact in ages),
        unmeasured=tuple(fact for _, fact in late),
    )
    keys = dict(db.exec(select(Patient.id, Patient.key)).all()) if owner else {}
    return {
        (each.rule.id, each.subject): (keys[owner[each.subject]], each) for each in flags.fired(rules, facts)
    }


def _raised(db: Database, since: datetime | None) -> dict[tuple[str, str], Saw]:
    query = select(Firing, Patient.key).join(Patient, Patient.id == Firing.patient_id)
    if since is not None:
        query = query.where(Firing.at >= since)
    return {
        (row.rule, row.subject): Saw(row.at, pseudonym(key), row.subject, row.saw)
        for row, key in db.exec(query.order_by(Firing.at, Firing.id))
    }


def _line(
    rule: Rule | None,
    id: str,
    found: Mapping[tuple[str, str], tuple[str, Fired]],
    raised: Mapping[tuple[str, str], Saw],
) -> Line:
    """A rule that the file does not have any more would have fired never."""
    would = {subject: each for (name, subject), each in found.items() if name == id}
    did = {subject: saw for (name, subject), saw in raised.items() if name == id}
    today_only = rule is not None and rule.on in TODAY_ONLY
    newly = [
        Saw(each.at, pseudonym(patient), subject, each.saw)
        for subject, (patient, each) in would.items()
        if subject not in did
    ]
    gone = [] if today_only else [saw for subject, saw in did.items() if subject not in would]
    return Line(
        id,
        rule.version if rule else "-",
        rule.title if rule else "not in the file",
        len(would),
        len({patient for patient, _ in would.values()}),
        len(did),
        tuple(sorted(newly, key=lambda saw: saw.at)),
        tuple(gone),
        today_only,
    )
