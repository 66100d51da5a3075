"""What of a reading the store already has, what is new, and where the two contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import select

from clinic import patients
from clinic.exchange.forms import Course, Form, Person, Reading, key
from clinic.exchange.mapping import Map
from clinic.exchange.problems import Problem
from data_model import Assessment, Database, Episode, Patient
from data_model.columns import Status

_AT_ONCE = 1000  # values in one IN (…), well under both databases' limits


@dataclass(slots=True)
class Match:
    """`stored` are the patients found by record number; `joined` says for a course of the file which stored
    one it is. `withdrawn` scores were voided in the store and stay so."""

    stored: dict[str, Patient] = field(default_factory=dict)
    joined: dict[tuple[str, str | None], Episode] = field(default_factory=dict)
    courses_of: dict[str, list[Episode]] = field(default_factory=dict)
    new_people: dict[str, Person] = field(default_factory=dict)
    new_courses: dict[tuple[str, str | None], Course] = field(default_factory=dict)
    new_forms: dict[str, Form] = field(default_factory=dict)
    unchanged: int = 0
    withdrawn: int = 0
    alike: list[str] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def match(db: Database, plan: Map, reading: Reading, zone: ZoneInfo) -> Match:
    """`zone` is the clinic's. Whatever belongs to a patient or course with a problem is left out whole."""
    made = Match()
    wanted = {form.record_number for form in reading.forms.values()}
    made.stored = _patients(db, wanted)
    made.courses_of = _courses(db, made.stored)
    refused = {record for record in wanted if not _take_person(made, plan, reading.people[record])}
    closed = {
        name
        for name, course in reading.courses.items()
        if name[0] in wanted - refused and not _take_course(made, plan, course, zone)
    }
    already = _assessments(db, plan)
    for name, form in reading.forms.items():
        if form.record_number in refused or (form.record_number, form.label) in closed:
            made.left_out.add(form.row)
        else:
            _take_form(made, name, form, already.get(name))
    _drop_the_empty(made)
    if plan.patient.named:
        made.alike = [line for person in made.new_people.values() for line in _alike(db, person)]
    return made


def _drop_the_empty(made: Match) -> None:
    """Nobody is registered and no course begun for scores that were left out."""
    people = {form.record_number for form in made.new_forms.values()}
    courses = {(form.record_number, form.label) for form in made.new_forms.values()}
    made.new_people = {record: person for record, person in made.new_people.items() if record in people}
    made.new_courses = {name: course for name, course in made.new_courses.items() if name in courses}


# ---- what the store has ------------------------------------------------------------------------------------


def _patients(db: Database, records: Iterable[str]) -> dict[str, Patient]:
    found = {}
    for some in _some(sorted(records)):
        query = select(Patient).where(Patient.record_number.in_(some))
        found |= {each.record_number: _whole(db, each) for each in db.exec(query)}
    return found


def _whole(db: Database, patient: Patient) -> Patient:
    """A record that became part of another is that one, also for the file that it came from."""
    return patient if patient.merged_into_id is None else db.get(Patient, patient.merged_into_id)


def _courses(db: Database, stored: Mapping[str, Patient]) -> dict[str, list[Episode]]:
    """By record number, oldest first."""
    records = defaultdict(
        list
    )  # of one patient: two, where a file has both numbers of who was registered twice
    for record, patient in stored.items():
        records[patient.id].append(record)
    found = defaultdict(list)
    for some in _some(sorted(records)):
        query = select(Episode).where(Episode.patient_id.in_(some), Episode.status != Status.VOID)
        for episode in db.exec(query.order_by(Episode.id)):
            for record in records[episode.patient_id]:
                found[record].append(episode)
    return dict(found)


def _assessments(db: Database, plan: Map) -> dict[str, Assessment]:
    """Every score that this map brought in before, in one query."""
    begins = key(plan.id)[:-1] + ","
    query = select(Assessment).where(Assessment.source_key.startswith(begins, autoescape=True))
    return {score.source_key: score for score in db.exec(query)}


def _some(values: list) -> Iterator[list]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


# ---- people ------------------------------------------------------------------------------------------------


def _take_person(made: Match, plan: Map, person: Person) -> bool:
    stored = made.stored.get(person.record_number)
    problem = _unlike(plan, person, stored) if stored else _cannot_register(plan, person)
    if problem:
        made.problems.append(Problem(person.row, *problem))
    elif stored is None:
        made.new_people[person.record_number] = person
    return problem is None


def _unlike(plan: Map, person: Person, stored: Patient) -> tuple[str | None, str] | None:
    """The same record number on two different people is the worst that an import can do."""
    record, birth = person.record_number, plan.patient.birth_date
    if stored.status == Status.VOID:
        column = plan.patient.record_number.column
        return column, f"the record of patient {record} was withdrawn in the store."
    if birth and birth.column and person.birth_date:
        if person.birth_date == stored.birth_date:
            return None
        return birth.column, (
            f"patient {record} was born on {stored.birth_date:%-d %b %Y} in the store, but on "
            f"{person.birth_date:%-d %b %Y} here."
        )
    family = plan.patient.family_name
    if not (family and family.column and person.family_name):
        return None
    if patients.plain(person.family_name) == patients.plain(stored.family_name):
        return None
    return family.column, f"patient {record} has another family name in the store."


def _alike(db: Database, person: Person) -> Iterator[str]:
    """Somebody new who may be in the store under another record number: said, and left to a person to decide."""
    if not (person.family_name and person.given_name):
        return
    alike = patients.similar(db, person.family_name, person.given_name, person.birth_date)
    for other in (patients.identified(db, each) for each in alike):
        yield (
            f"Row {person.row}: {person.family_name}, {person.given_name}, born {person.birth_date:%-d %b %Y} may "
            f"be patient {other.record_number}: {other.name}, {other.born}."
        )


def _cannot_register(plan: Map, person: Person) -> tuple[str | None, str] | None:
    who, record = plan.patient, person.record_number
    if not who.registers:
        return who.record_number.column, (
            f"there is no patient with record number {record}, and the map has no birth_date or birth_year "
            "to register one."
        )
    if person.birth_date is None:
        return (who.birth_date or who.birth_year).column, f"no row of patient {record} has a date of birth."
    for name in ("family_name", "given_name"):
        source = getattr(who, name)
        if source and getattr(person, name) is None:
            return source.column, f"no row of patient {record} has a {name.replace('_', ' ')}."
    return None


# ---- courses -----------------------------------------------------------------------------------------------


def _take_course(made: Match, plan: Map, course: Course, zone: ZoneInfo) -> bool:
    """Finds the stored course, or notes a new one; False when there is a problem."""
    name, others = (course.record_number, course.label), made.courses_of.get(course.record_number, [])
    own = next((e for e in others if e.source_key == course_key(plan, course)), None)
    if own is not None:
        made.joined[name] = own
        return _same_start(made, course, own, zone)
    labelled = [e for e in others if course.label is not None and e.label == course.label]
    if plan.course.existing == "join" and others:
        made.joined[name] = (labelled or others)[-1]
        return True
    if others and plan.course.existing == "refuse":
        made.problems.append(
            Problem(course.row, plan.patient.record_number.column, _has_one(course, others[-1]))
        )
        return False
    return _new_course(made, plan, course)


def course_key(plan: Map, course: Course) -> str:
    return key(plan.id, course.record_number, course.label)


def _same_start(made: Match, course: Course, stored: Episode, zone: ZoneInfo) -> bool:
    if course.start is None or stored.imported_start == noon(course.start, zone):
        return True
    kept = f"{stored.imported_start.astimezone(zone):%-d %b %Y}" if stored.imported_start else "nothing"
    made.problems.append(
        Problem(
            course.row,
            None,
            f"the course of patient {course.record_number} starts on {course.start:%-d %b %Y} here, but the "
            f"store has {kept}; nothing was overwritten.",
        )
    )
    return False


def _has_one(course: Course, stored: Episode) -> str:
    return (
        f"patient {course.record_number} already has a course for {stored.indication} that did not come from "
        'this map. Write existing = "join" under [course] if these scores belong to it, or existing = '
        '"separate" if they are of another course.'
    )


def _new_course(made: Match, plan: Map, course: Course) -> bool:
    who = f"no row of patient {course.record_number}"
    if course.indication is None:
        made.problems.append(Problem(course.row, plan.course.indication.column, f"{who} has an indication."))
        return False
    if plan.course.start is not None and course.start is None:
        made.problems.append(Problem(course.row, None, f"{who} says when the course started."))
        return False
    made.new_courses[course.record_number, course.label] = course
    return True


def course_at(courses: list[Episode], taken_at: datetime) -> Episode | None:
    """Of several courses the last one opened at or before the score, or the first one for earlier scores."""
    begun = [course for course in courses if course.opened_at <= taken_at]
    return (begun or courses[:1] or [None])[-1]


# ---- scores ------------------------------------------------------------------------------------------------


def _take_form(made: Match, name: str, form: Form, stored: Assessment | None) -> None:
    if stored is None:
        made.new_forms[name] = form
    elif stored.status == Status.VOID:
        made.withdrawn += 1
    elif difference := _difference(form, stored):
        made.left_out.add(form.row)
        made.problems.append(Problem(form.row, form.column, difference))
    else:
        made.unchanged += 1


def _difference(form: Form, stored: Assessment) -> str | None:
    """What stands in the file and not in the store under the same key, in a sentence."""
    given = {item: value for item, value in (form.answers or {}).items() if value is not None}
    zone = ZoneInfo(stored.zone)
    kept_at = stored.taken_at.astimezone(zone).date() if stored.date_only else stored.taken_at
    what, who = form.instrument.title, f"patient {form.record_number} on occasion “{form.occasion}”"
    same = (
        given == stored.answers
        if form.answers is not None
        else form.total == stored.total and not stored.answers
    )
    if not same:
        return (
            f"{what} of {who} has {form.shown} here, but {_kept(form, stored)} in the store; nothing was "
            "overwritten."
        )
    if form.taken_at != kept_at:
        return f"{what} of {who} is of {form.taken_at} here, but of {kept_at} in the store; nothing was overwritten."
    return None


def _kept(form: Form, stored: Assessment) -> str:
    if stored.answers is None:
        return f"total {stored.total:g}"
    values = [stored.answers.get(item.id) for item in form.instrument.items]
    return "answers " + "".join("–" if value is None else str(value) for value in values)


def noon(day: date | datetime, zone: ZoneInfo) -> datetime:
    """A date alone is kept at noon of the clinic, as assessments are."""
    return day if isinstance(day, datetime) else datetime.combine(day, time(12), tzinfo=zone)
