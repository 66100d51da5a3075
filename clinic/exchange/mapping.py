"""The mapping file: what the columns of somebody's CSV mean. What it does not say is not assumed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from clinic import instruments
from clinic.exchange.map_section import Section, Source
from clinic.exchange.sheets import Shape, plain
from clinic.instruments import Instrument
from clinic.refused import BadInput, NotFound
from data_model.assessments import Timing
from data_model.episodes import Indication, Stage
from data_model.people import Sex

IGNORE = "ignore"  # a word for an instrument that the file holds and nobody wants
MISSING = "missing"  # a word for an answer that is none
ANCHOR, BASELINE = "anchor", "baseline"
EXISTING = ("refuse", "join", "separate")


@dataclass(frozen=True, slots=True)
class PatientMap:
    record_number: Source
    family_name: Source | None
    given_name: Source | None
    birth_date: Source | None
    birth_year: Source | None
    sex: Source | None
    site: Source | None

    @property
    def registers(self) -> bool:
        """Whether the map says enough to register somebody the store does not know."""
        return self.birth_date is not None or self.birth_year is not None

    @property
    def named(self) -> bool:
        return any(source and source.column for source in (self.family_name, self.given_name))


@dataclass(frozen=True, slots=True)
class CourseMap:
    """`start` is "anchor", "baseline", a source, or None: the file does not say when the first dose fell."""

    indication: Source
    primary: str
    label: Source | None
    start: Source | str | None
    stage: Stage
    end_reason: str | None
    existing: str


@dataclass(frozen=True, slots=True)
class WhenMap:
    """Either `date`, or `step_days` (1 or 7) times the number in `steps` after `anchor`."""

    date: Source | None
    anchor: Source | None
    steps: str | None
    step_days: int
    visit: str | None
    zone: ZoneInfo | None


@dataclass(frozen=True, slots=True)
class TimingMap:
    """Rows of the baseline by one column's words, or a mark for each word of a column."""

    baseline: str | None
    baseline_is: frozenset[str]
    marks: Source | None


@dataclass(frozen=True, slots=True)
class ScoreMap:
    """One instrument's columns of a wide file: its total, its items, or both; `baseline_total` is one more
    total, taken at the start of the course. `answers` translates cells, None being a skipped item."""

    instrument: Instrument
    total: str | None
    baseline_total: str | None
    items: Mapping[str, str]
    answers: Mapping[str, int | None] | None


@dataclass(frozen=True, slots=True)
class LongMap:
    """One score a row: which instrument, and the columns its total may stand in."""

    instrument: Source
    value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Map:
    id: str
    shape: Shape
    decimal: str
    missing: frozenset[str]
    patient: PatientMap
    course: CourseMap | None
    when: WhenMap
    timing: TimingMap
    scores: tuple[ScoreMap, ...]
    long: LongMap | None
    rater: Source | None
    columns: tuple[str, ...]


def read(path: Path) -> Map:
    """Raises BadInput with every fault of the map at once, keys that nobody reads included."""
    top = Section(path.name, _toml(path), [])
    made = _map(top)
    top.refuse()
    return made


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadInput(f"There is no map {path}.") from None
    except (UnicodeDecodeError, OSError):
        raise BadInput(f"The map {path.name} cannot be read as text.") from None
    except tomllib.TOMLDecodeError as fault:
        raise BadInput(f"The map {path.name} is not TOML: {fault}.") from None


def _map(top: Section) -> Map:
    name = top.take("id", str, "", needed=True)
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", name):
        top.say(f"the id “{name}” should have small letters, digits, dots and dashes only")
    file = top.part("[file]", top.take("file", dict, {}))
    shape, decimal = _shape(file), file.one_of("decimal", [".", ","], ".")
    missing = frozenset(str(word).casefold() for word in file.take("missing", list, []))
    when = _when(top.part("[when]", top.take("when", dict, {}, needed=True)))
    patient = _patient(top.part("[patient]", top.take("patient", dict, {}, needed=True)))
    course = _course(top, when)
    scores, long = _scores(top), _long(top)
    _together(top, patient, course, scores, long)
    timing = _timing(top.part("[timing]", top.take("timing", dict, {})))
    if course and course.start == BASELINE and timing.baseline is None:
        top.say("the course starts at the baseline, but [timing] does not say which rows are the baseline")
    rater = top.source("rater")
    columns = tuple(dict.fromkeys(top.all_columns()))
    return Map(name, shape, decimal, missing, patient, course, when, timing, scores, long, rater, columns)


def _shape(file: Section) -> Shape:
    encoding, delimiter = file.take("encoding", str), file.take("delimiter", str)
    header_row = file.take("header_row", int, 1)
    if delimiter is not None and len(delimiter) != 1:
        file.say(f"the delimiter is one sign, not “{delimiter}”")
        delimiter = None
    if header_row < 1:
        file.say("header_row counts from 1")
        header_row = 1
    return Shape(encoding, delimiter, header_row)


def _patient(part: Section) -> PatientMap:
    made = PatientMap(
        record_number=part.source("record_number", needed=True) or Source(),
        family_name=part.source("family_name"),
        given_name=part.source("given_name"),
        birth_date=part.source("birth_date"),
        birth_year=part.source("birth_year"),
        sex=_with_words(part, "sex", Sex),
        site=part.source("site"),
    )
    if made.birth_date and made.birth_year:
        part.say("give either birth_date or birth_year")
    if made.birth_date and made.birth_date.column is None and not isinstance(made.birth_date.constant, date):
        part.say("the constant of birth_date is a date without quotation marks, as 1950-01-01")
    if made.birth_date and "%y" in made.birth_date.format:
        part.say("a birth date with two digits of the year could be a hundred years off")
    if made.named and made.registers and not (made.birth_date and made.birth_date.column):
        part.say(
            "a person with a name needs their own date of birth from a column; a made-up one beside a real "
            "name could be taken for true"
        )
    return made


def _course(top: Section, when: WhenMap) -> CourseMap | None:
    values = top.take("course", dict)
    if values is None:
        return None
    part = top.part("[course]", values)
    start = _start(part, when)
    stage = part.one_of("stage", Stage, Stage.INDUCTION if start else Stage.ASSESSMENT)
    end_reason = part.take("end_reason", str)
    if (stage == Stage.ENDED) != bool(end_reason):
        part.say("stage = “ended” and end_reason belong together")
    indication = _with_words(part, "indication", Indication, needed=True) or Source()
    return CourseMap(
        indication=indication,
        primary=_instrument(part, part.take("primary", str, needed=True)),
        label=part.source("label"),
        start=start,
        stage=Stage(stage),
        end_reason=end_reason,
        existing=part.one_of("existing", EXISTING, "refuse"),
    )


def _start(part: Section, when: WhenMap) -> Source | str | None:
    if part.values.get("start") in (ANCHOR, BASELINE):
        start = part.take("start", str)
        if start == ANCHOR and when.anchor is None:
            part.say("start = “anchor”, but [when] has no anchor")
        return start
    return part.source("start")


def _when(part: Section) -> WhenMap:
    day, days, weeks = part.source("date"), part.column("days"), part.column("weeks")
    anchor = _anchor(part)
    if (day is None) == (anchor is None):
        part.say("wants either a date, or an anchor with days or weeks after it")
    elif anchor and (days is None) == (weeks is None):
        part.say("wants either days or weeks after the anchor")
    zone = part.take("zone", str)
    if zone is not None and zone not in available_timezones():
        part.say(f"“{zone}” is not a time zone; an example is Europe/London")
        zone = None
    visit = part.column("visit")
    return WhenMap(day, anchor, days or weeks, 7 if weeks else 1, visit, zone and ZoneInfo(zone))


def _anchor(part: Section) -> Source | None:
    """A date for all rows, or a column with each patient's own."""
    if isinstance(part.values.get("anchor"), date):
        return Source(constant=part.take("anchor", date))
    return part.source("anchor")


def _timing(part: Section) -> TimingMap:
    values = part.take("baseline", dict)
    if values is None:
        return TimingMap(None, frozenset(), _with_words(part, "marks", Timing))
    row = part.part("baseline", values)
    column, words = row.column("column"), row.take("is", list, [], needed=True)
    if column is None:
        row.say("“column” is missing")
    marks = _with_words(part, "marks", Timing)
    return TimingMap(column, frozenset(str(word).strip().casefold() for word in words), marks)


def _with_words(part: Section, key: str, known: Any, *, needed: bool = False) -> Source | None:
    """A source whose values are those of a closed list, in its own words or translated by `words`."""
    source = part.source(key, needed=needed)
    if source is None:
        return None
    allowed = [str(value) for value in known]
    words = source.words or {value: value for value in allowed}
    wrong = [str(value) for value in words.values() if value not in allowed]
    if source.column is None and source.constant not in allowed:
        wrong.append(str(source.constant))
    if wrong:
        part.say(f"{key} is one of {', '.join(allowed)}, not “{wrong[0]}”")
        return None
    return Source(source.column, source.constant, words, source.format, source.pattern)


def _scores(top: Section) -> tuple[ScoreMap, ...]:
    listed = top.take("score", list, [])
    return tuple(_score(top.part(f"[[score]] {n}", values)) for n, values in enumerate(listed, start=1))


def _score(part: Section) -> ScoreMap:
    instrument = _known(part, part.take("instrument", str, needed=True))
    made = ScoreMap(
        instrument=instrument,
        total=part.column("total"),
        baseline_total=part.column("baseline_total"),
        items=_items(part, instrument),
        answers=_answers(part),
    )
    if not (made.total or made.items):
        part.say("wants a total, items, or both")
    return made


def _items(part: Section, instrument: Instrument | None) -> dict[str, str]:
    """Item id -> column, from a table or from a list in the order of the form."""
    given = part.take("items", (list, dict), {})
    if not given or instrument is None:
        return {}
    ids = [item.id for item in instrument.items]
    if isinstance(given, list):
        given = dict(zip(ids, given, strict=False)) if len(given) == len(ids) else {}
    if set(given) != set(ids):
        part.say(
            f"items names a column for each of the {len(ids)} items of {instrument.title}, {ids[0]} to {ids[-1]}"
        )
        return {}
    named = {item: plain(str(column)) for item, column in given.items()}
    part.columns += named.values()
    return named


def _answers(part: Section) -> dict[str, int | None] | None:
    given = part.take("answers", dict)
    if given is None:
        return None
    wrong = [v for v in given.values() if v != MISSING and (not isinstance(v, int) or isinstance(v, bool))]
    if wrong:
        part.say(f"answers gives each word a whole number or “{MISSING}”, not {wrong[0]!r}")
        return None
    return {word.strip().casefold(): None if value == MISSING else value for word, value in given.items()}


def _long(top: Section) -> LongMap | None:
    values = top.take("long", dict)
    if values is None:
        return None
    part = top.part("[long]", values)
    source = part.source("instrument", needed=True) or Source()
    words = source.words or {name: name for name in instruments.catalogue()}
    for name in words.values():
        if name != IGNORE:
            _known(part, name)
    value = part.take("value", (str, list), [], needed=True)
    columns = tuple(plain(str(column)) for column in ([value] if isinstance(value, str) else value))
    part.columns += columns
    return LongMap(Source(source.column, source.constant, words), columns)


def _together(top: Section, patient: PatientMap, course: CourseMap | None, scores, long) -> None:
    if bool(scores) == bool(long):
        top.say("wants either [[score]] (columns of a wide file) or [long] (one score a row)")
    for name in {score.instrument.id for score in scores if score.instrument}:
        if sum(score.instrument is not None and score.instrument.id == name for score in scores) > 1:
            top.say(f"{name} has two [[score]] tables; a row can hold one score of a scale")
    if any(score.baseline_total for score in scores) and (course is None or course.start in (None, BASELINE)):
        top.say("a baseline_total is dated by the start of the course: say in [course] when that is")


def _known(part: Section, name: str | None) -> Instrument | None:
    try:
        return name and instruments.instrument(name)
    except NotFound:
        part.say(f"there is no instrument “{name}”; known are {', '.join(instruments.catalogue())}")
        return None


def _instrument(part: Section, name: str | None) -> str:
    found = _known(part, name)
    return found.id if found else ""
