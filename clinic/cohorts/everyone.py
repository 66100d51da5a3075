"""Everyone who ever started: one row per course with its baseline, and the scores by which an endpoint is judged.

Numbers of rows (`course`, `person`) tell people apart in here and never leave: outside there are keys or pseudonyms.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sqlmodel import select

from clinic import instruments
from clinic.cohorts import statements
from clinic.cohorts.choice import NO_BASELINE
from clinic.outcomes.baseline import choose_each
from clinic.outcomes.states import Window
from data_model import Account, Database

COURSES = (
    "course",
    "person",
    "instrument",
    "start",
    "episode",
    "patient",
    "indication",
    "route",
    "substance",
    "site",
    "clinician",
)
SCORES = ("course", "id", "taken_at", "date_only", "total", "timing")


@dataclass
class Near:
    """`scores` are those among which the endpoints of one window are, a few for each course; `doses` those that lie
    close enough before one of them to make it count as too early. The rules of `clinic.outcomes` find in these what
    they would find in all: a test compares."""

    scores: pd.DataFrame
    doses: pd.DataFrame


@dataclass
class Everyone:
    """`courses` in order of their first dose."""

    courses: pd.DataFrame
    zone: str
    near: dict[Window, Near] = field(default_factory=dict)


def read(db: Database, zone: str) -> Everyone:
    with _uncollected(), _begun(db):
        courses = _numbered(_courses(db, zone), _account_keys(db))
        usual = Window()
        return Everyone(courses, zone, {usual: _near(db, courses, usual)})


def read_again(db: Database, before: Everyone, people: Sequence[int]) -> Everyone:
    """With the courses of some people as they are now; the others' stay as they were read."""
    old = before.courses[~before.courses["person"].isin(people)]
    with _begun(db, people):
        new = _courses(db, before.zone)
    courses = _numbered(
        pd.concat([old[new.columns], new], ignore_index=True) if len(new) else old, _account_keys(db)
    )
    near = {window: _near_again(db, each, window, old, new, people) for window, each in before.near.items()}
    return Everyone(courses, before.zone, near)


def near(db: Database, everyone: Everyone, window: Window) -> Near:
    """Of everybody, read once for each window that was asked for."""
    if window not in everyone.near:
        with _uncollected(), _begun(db):
            everyone.near[window] = _near(db, everyone.courses, window)
    return everyone.near[window]


def _courses(db: Database, zone: str) -> pd.DataFrame:
    """Inside `_begun`."""
    found = statements.rows(db, statements.ALL_BEGUN)
    columns = dict(zip(COURSES, zip(*found, strict=True) if found else [()] * len(COURSES), strict=True))
    times = {"start": _utc(columns.pop("start"))}
    courses = pd.DataFrame(
        {name: pd.Series(some, dtype=_KINDS.get(name, object)) for name, some in columns.items()} | times
    )
    scores = _scores(statements.rows(db, statements.baselines(db)), courses)
    by_hand = statements.rows(db, statements.CHOSEN)
    return _with_baselines(courses, scores, by_hand, zone)


_KINDS = {"course": "int64", "person": "int64", "clinician": "float64"}


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hundreds of thousands of new tuples have Python look for garbage again and again: a fifth of the reading."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _begun:
    """The table of courses that began, while it is needed."""

    def __init__(self, db: Database, people: Sequence[int] | None = None):
        self.db, self.statement = db, statements.begun(db, people)

    def __enter__(self) -> None:
        statements.run(self.db, self.statement).close()

    def __exit__(self, *_) -> None:
        statements.run(self.db, "DROP TABLE IF EXISTS begun").close()


def _scores(found: list[tuple], courses: pd.DataFrame) -> pd.DataFrame:
    """Oldest first within a person, as everywhere, with what the rules ask for. `patient` is the person's number."""
    columns = dict(zip(SCORES, zip(*found, strict=True), strict=True)) if found else dict.fromkeys(SCORES, ())
    course = np.array(columns["course"], "int64")
    taken, ids = statements.times(columns["taken_at"]), np.array(columns["id"], "int64")
    of = pd.Index(courses["course"]).get_indexer(course)
    person = courses["person"].to_numpy()[of]
    order = np.lexsort((ids, taken, person))
    return pd.DataFrame(
        {
            "assessment": pd.Series(None, range(len(order)), dtype=object),
            "patient": person[order],
            "instrument": _words(courses["instrument"].to_numpy(object)[of][order]),
            "taken_at": _utc(taken[order]),
            "date_only": np.array(columns["date_only"], bool)[order],
            "total": np.array(columns["total"], float)[order],
            "prorated": False,
            "timing": _words(np.array(columns["timing"], object)[order]),
            "id": ids[order],
        }
    )


def _words(values: np.ndarray) -> pd.Series:
    """Plain objects: an absent word stays None, and pandas' own texts would be copied into another form."""
    return pd.Series(values, dtype=object)


def _utc(values) -> pd.Series:
    moments = values if isinstance(values, np.ndarray) else statements.times(values)
    return pd.Series(moments.astype("M8[us]")).dt.tz_localize("UTC")


def _with_baselines(courses, scores, by_hand: list[tuple], zone: str) -> pd.DataFrame:
    """By the rule; a baseline that somebody chose with a reason wins over it, and is counted as such."""
    scores = _once(scores)
    found = choose_each(scores, courses.assign(patient=courses["person"]), zone=zone)
    chosen = {(course, scale): total for course, scale, total in by_hand}
    total = found["baseline"].to_numpy(float, copy=True)
    why = found["baseline_why"].to_numpy(object, copy=True)
    if chosen:
        place = {course: n for n, course in enumerate(courses["course"])}
        scales = courses["instrument"].to_numpy(object)
        for (course, scale), value in chosen.items():
            if (n := place.get(course)) is not None and scales[n] == scale:
                total[n], why[n] = value, "chosen"
    bands = _words(_bands(courses["instrument"], total))
    return courses.assign(baseline=total, baseline_why=_words(why), baseline_band=bands)


def _once(scores: pd.DataFrame) -> pd.DataFrame:
    """Two courses of one person with the same scale find the same scores."""
    return scores.drop_duplicates("id", ignore_index=True)


def _bands(scales: pd.Series, baseline: np.ndarray) -> np.ndarray:
    """What each course's own scale calls its baseline; a scale has few totals, so each is asked about once."""
    bands = np.full(len(scales), NO_BASELINE, object)
    for name, places in scales.groupby(scales, sort=False).indices.items():
        scale = instruments.instrument(name)
        totals, at = np.unique(baseline[places], return_inverse=True)
        called = np.array([NO_BASELINE if total != total else scale.band(total) for total in totals], object)
        bands[places] = called[at]
    return bands


def _account_keys(db: Database) -> dict[int, str]:
    return dict(db.exec(select(Account.id, Account.key)).all())


def _numbered(courses: pd.DataFrame, keys: dict[int, str]) -> pd.DataFrame:
    """In order of first doses, each person's courses counted, with the key of who is responsible."""
    order = np.lexsort((courses["course"], courses["start"].to_numpy("M8[us]")))
    courses = courses.iloc[order].reset_index(drop=True)
    return courses.assign(
        course_number=courses.groupby("person").cumcount() + 1,
        clinician_key=courses["clinician"].map(keys).astype(object),
    )


def _near(db: Database, courses: pd.DataFrame, window: Window) -> Near:
    """Inside `_begun`."""
    statements.run(db, statements.doubtful(db, window)).close()
    try:
        found = statements.rows(db, statements.ALL_DOUBTFUL)
        doses = statements.rows(db, statements.doses(db)) if found else []
    finally:
        statements.run(db, "DROP TABLE IF EXISTS doubtful").close()
    found += statements.rows(db, statements.last(db, window))
    people, given = zip(*doses, strict=True) if doses else ((), ())
    return Near(
        _once(_scores(found, courses)),
        pd.DataFrame({"patient": np.array(people, "int64"), "started_at": _utc(given)}),
    )


def _near_again(db, before: Near, window: Window, old, new, people: Sequence[int]) -> Near:
    with _begun(db, people):
        fresh = _near(db, new, window)
    both = (
        [frame for frame in (one[~one["patient"].isin(people)], other) if len(frame)] or [other]
        for one, other in ((before.scores, fresh.scores), (before.doses, fresh.doses))
    )
    return Near(*(pd.concat(frames, ignore_index=True) for frames in both))
