"""Finding patients: by an address, by what is typed, by a filter. A page of the list never reads through the scores."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, false
from sqlalchemy.orm import aliased
from sqlmodel import and_, exists, func, or_, select

from clinic import trail
from clinic.access import can, require
from clinic.patients.filters import NO_COURSE, NO_SCORE, STANDINGS, Filter
from clinic.patients.likeness import plain
from clinic.patients.person import Person, person
from clinic.refused import BadInput, NotFound
from data_model import Alert, Assessment, Database, Episode, Patient
from data_model.columns import COUNTED, Status, now
from data_model.episodes import Stage

# Whoever sorts by the age of scores looks one up for each person who matches: of so many at most.
MOST_BY_SCORES = 20_000
_Later = aliased(Episode)
_open, _later_open = Episode.stage != Stage.ENDED, _Later.stage != Stage.ENDED
# The current course of each patient, void ones aside: none is later, and none is open where this one has ended. The
# order is that of `episodes.of_patient`.
_LATEST = and_(
    Episode.patient_id == Patient.id,
    Episode.status != Status.VOID,
    ~exists().where(
        _Later.patient_id == Episode.patient_id,
        _Later.status != Status.VOID,
        or_(and_(_later_open, ~_open), and_(or_(_later_open, ~_open), _Later.id > Episode.id)),
    ),
)
_LAST_SCORE = (
    select(func.max(Assessment.taken_at))
    .where(
        Assessment.patient_id == Episode.patient_id,
        Assessment.instrument == Episode.primary_instrument,
        Assessment.status.in_(COUNTED),
    )
    .correlate(Episode)
    .scalar_subquery()
)


def get(db: Database, key: str) -> Patient:
    """The patient behind an address's key; leaves a read in the audit trail. The key of a record that became part of
    another leads to that one. Raises NotFound."""
    require(db, "see patients")
    patient = db.exec(select(Patient).where(Patient.key == key)).first()
    if patient is not None and patient.merged_into_id is not None:
        patient = db.get(Patient, patient.merged_into_id)
    if patient is None:
        raise NotFound("There is no such patient.")
    trail.read(db, patient.id)
    return patient


def merged(db: Database, patient: Patient) -> list[Patient]:
    """The records that became part of this one."""
    require(db, "see patients")
    return list(db.exec(select(Patient).where(Patient.merged_into_id == patient.id).order_by(Patient.id)))


def search(
    db: Database, text: str = "", wanted: Filter | None = None, *, page: int = 0, size: int = 25
) -> tuple[list[tuple[Person, Episode | None]], int]:
    """One page of patients with their latest course, and how many match.

    Each word of `text` must occur in the name or record number. Who may not see names can't search by them: `text`
    is then ignored. Raises BadInput where scores would have to be looked up for more than `MOST_BY_SCORES` people.
    """
    require(db, "see patients")
    wanted = wanted or Filter()
    if wanted.looks_at_scores:
        _refuse_too_many(db, text, wanted)
    total = db.exec(counted(db, text, wanted)).one()
    ids = db.exec(listed(db, text, wanted).offset(page * size).limit(size)).all()
    return _with_course(db, ids), total


def counted(db: Database, text: str, wanted: Filter) -> Select:
    """How many match."""
    return _matching(db, text, wanted, func.count(Patient.id))


def listed(db: Database, text: str, wanted: Filter) -> Select:
    """The ids of those who match, in order; a page is a slice of it."""
    query = _matching(db, text, wanted, Patient.id, ordered=wanted.order != "name")
    return query.order_by(*_order(db, wanted.order))


def sites(db: Database) -> list[str]:
    require(db, "see patients")
    return sorted(site for site in db.exec(select(Patient.site).distinct()) if site)


def _matching(db: Database, text: str, wanted: Filter, what, ordered: bool = False) -> Select:
    """Courses are looked at only where the filter or the order asks about them."""
    query = select(what).select_from(Patient)
    if wanted.stage == NO_COURSE:
        query = query.where(~exists().where(Episode.patient_id == Patient.id, Episode.status != Status.VOID))
    elif wanted.stage or wanted.indication or wanted.standing == NO_SCORE:
        query = query.join(Episode, _LATEST)
    elif ordered:
        query = query.join(Episode, _LATEST, isouter=True)
    return query.where(*_of_patient(db, text, wanted), *_of_course(wanted))


def _of_patient(db: Database, text: str, wanted: Filter) -> list[ColumnElement[bool]]:
    found = [Patient.status != Status.VOID]
    if can(db.actor, "see names"):
        found += [Patient.search_text.contains(word, autoescape=True) for word in plain(text).split()]
    if wanted.mine:
        found.append(Patient.clinician_id == db.actor.account_id)
    if wanted.site:
        found.append(Patient.site == wanted.site)
    if rules := STANDINGS.get(wanted.standing or ""):
        of_rules = or_(*(Alert.rule.startswith(rule, autoescape=True) for rule in rules))
        found.append(Patient.id.in_(select(Alert.patient_id).where(Alert.closed_at.is_(None), of_rules)))
    return found


def _of_course(wanted: Filter) -> list[ColumnElement[bool]]:
    if wanted.stage == NO_COURSE:
        return [false()] if wanted.indication or wanted.standing == NO_SCORE else []
    found = [Episode.stage == Stage(wanted.stage)] if wanted.stage else []
    if wanted.indication:
        found.append(Episode.indication == wanted.indication)
    if wanted.standing == NO_SCORE:
        found += [Episode.stage != Stage.ENDED, ~_scored_since(wanted.days)]
    return found


def _scored_since(days: int) -> ColumnElement[bool]:
    return exists().where(
        Assessment.patient_id == Episode.patient_id,
        Assessment.instrument == Episode.primary_instrument,
        Assessment.taken_at > now() - timedelta(days=days),
        Assessment.status.in_(COUNTED),
    )


def _order(db: Database, order: str) -> tuple:
    """By name, or what waits longest first and then by name. Somebody without a course waits for nothing."""
    by_name = (
        (Patient.family_name, Patient.given_name, Patient.id)
        if can(db.actor, "see names")
        else (Patient.key,)
    )
    if order == "last score":
        return (Episode.id.is_(None), _LAST_SCORE.is_not(None), _LAST_SCORE, *by_name)
    if order == "next review":
        return (Episode.next_review_on.is_(None), Episode.next_review_on, *by_name)
    return by_name


def _refuse_too_many(db: Database, text: str, wanted: Filter) -> None:
    standing = None if wanted.standing == NO_SCORE else wanted.standing
    others = Filter(wanted.stage, wanted.indication, wanted.mine, wanted.site, standing)
    if (found := db.exec(counted(db, text, others)).one()) > MOST_BY_SCORES:
        raise BadInput(
            f"{found:,} patients match before their scores are looked at; that is done for {MOST_BY_SCORES:,} at "
            "most. Choose a stage, an indication, a site or your own patients too."
        )


def _with_course(db: Database, ids: list[int]) -> list[tuple[Person, Episode | None]]:
    patients = {p.id: p for p in db.exec(select(Patient).where(Patient.id.in_(ids)))}
    courses = select(Episode).where(Episode.patient_id.in_(ids), Episode.status != Status.VOID)
    latest = {e.patient_id: e for e in sorted(db.exec(courses), key=lambda e: (e.stage != Stage.ENDED, e.id))}
    return [(person(db, patients[i]), latest.get(i)) for i in ids]
