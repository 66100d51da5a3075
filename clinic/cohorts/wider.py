"""What some figures need beyond a baseline and an endpoint: all scores or treatments of the people chosen, read in
pieces into columns. Texts that repeat are held once, so that a million scores of one scale cost 70 MB."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from clinic import instruments
from clinic.access import require
from clinic.cohorts import statements
from clinic.cohorts.statements import COUNTS
from data_model import Database

AT_ONCE = 50_000  # rows
MOST_NAMED = 50_000  # people in one statement; of more, everybody is read and then chosen from
_JOINED = "FROM assessment a LEFT JOIN episode e ON e.id = a.episode_id"
OWN = {
    "person": ("a.patient_id", "number"),
    "episode": ("e.key", "word"),
    "instrument": ("a.instrument", "word"),
    "version": ("a.version", "word"),
    "taken_at": ("a.taken_at", "time"),
    "date_only": ("a.date_only", "yes or no"),
    "total": ("a.total", "float"),
    "prorated": ("a.prorated", "yes or no"),
    "missing": ("a.missing", "number"),
    "timing": ("a.timing", "word"),
}
SCORES = {
    "assessment": ("a.key", "key"),
    **OWN,
    "how": ("a.how", "word"),
    "rater": ("a.rater", "word"),
    "suicide": ("a.suicide", "float"),
    "suicide_state": ("a.suicide_state", "word"),
}
TREATMENTS = {
    "person": ("t.patient_id", "number"),
    "episode": ("e.key", "word"),
    "treatment": ("t.key", "key"),
    "started_at": ("t.started_at", "time"),
    "substance": ("t.substance", "word"),
    "route": ("t.route", "word"),
    "given_mg": ("t.given_mg", "float"),
    "mg_per_kg": ("t.mg_per_kg", "float"),
}


def scores(db: Database, people: pd.DataFrame) -> pd.DataFrame:
    """`people` has person (number of the row) and patient (what they are called here)."""
    found = _of(db, people, SCORES, f"{_JOINED} WHERE a.status {COUNTS}", "a.patient_id, a.taken_at, a.id")
    return found.assign(band=pd.Series(_bands(found), dtype=object))


def endorsed(db: Database, people: pd.DataFrame) -> pd.DataFrame:
    """Those whose suicide answer tells of something."""
    told = f"{_JOINED} WHERE a.suicide > 0 AND a.status {COUNTS}"
    return _of(db, people, SCORES, told, "a.patient_id, a.taken_at, a.id")


def own(db: Database, people: pd.DataFrame) -> pd.DataFrame:
    """On the scale of any course of the same person."""
    led = (
        f"{_JOINED} WHERE a.status {COUNTS} AND EXISTS (SELECT 1 FROM episode o WHERE o.patient_id = a.patient_id "
        "AND o.primary_instrument = a.instrument AND o.status <> 'void')"
    )
    return _of(db, people, OWN, led, "a.patient_id, a.taken_at, a.id")


def on(db: Database, people: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """On these scales, whomever they lead."""
    listed = ", ".join(f"'{instruments.instrument(name).id}'" for name in names) or "NULL"
    some = f"{_JOINED} WHERE a.status {COUNTS} AND a.instrument IN ({listed})"
    return _of(db, people, {"assessment": ("a.key", "key")} | OWN, some, "a.patient_id, a.taken_at, a.id")


def treatments(db: Database, people: pd.DataFrame) -> pd.DataFrame:
    given = f"FROM treatment t JOIN episode e ON e.id = t.episode_id WHERE t.status {COUNTS}"
    return _of(db, people, TREATMENTS, given, "t.patient_id, t.started_at, t.id")


def _of(db: Database, people: pd.DataFrame, columns: dict, rows_of: str, order: str) -> pd.DataFrame:
    require(db, "see outcomes")
    called = people.drop_duplicates("person").set_index("person")["patient"]
    which, last = columns["person"][0], list(columns)
    if len(called) <= MOST_NAMED:
        rows_of += f" AND {which} IN ({', '.join(str(int(one)) for one in called.index) or 'NULL'})"
    asked = ", ".join(column for column, _ in columns.values())
    found = _frame(db, f"SELECT {asked} {rows_of} ORDER BY {order}", columns)
    at = called.index.get_indexer(found["person"])
    names = called.to_numpy(object)[at] if len(called) else np.array([], object)
    found = found.assign(patient=pd.Series(names, dtype=object))
    wanted = ["patient" if name == "person" else name for name in last]
    return found[wanted] if (at >= 0).all() else found.loc[at >= 0, wanted].reset_index(drop=True)


def _frame(db: Database, statement: str, columns: dict) -> pd.DataFrame:
    memo: dict[str, str] = {}
    parts: dict[str, list[np.ndarray]] = {name: [] for name in columns}
    cursor = statements.run(db, statement)
    while some := cursor.fetchmany(AT_ONCE):
        for (name, (_, kind)), values in zip(columns.items(), zip(*some, strict=True), strict=True):
            parts[name].append(_KINDS[kind](values, memo))
    cursor.close()
    empty = {name: _KINDS[kind]((), memo) for name, (_, kind) in columns.items()}
    whole = {name: np.concatenate([empty[name], *parts.pop(name)]) for name in columns}
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=values.dtype).dt.tz_localize("UTC")
            if values.dtype.kind == "M"
            else pd.Series(values, dtype=values.dtype)
            for name, values in whole.items()
        }
    )


def _words(values: Sequence, memo: dict) -> np.ndarray:
    return np.array([memo.setdefault(value, value) for value in values], object)


def _keys(values: Sequence, memo: dict) -> np.ndarray:
    return np.array(values, object)


def _of_type(kind: type) -> Callable:
    return lambda values, memo: np.array(values, kind)


_KINDS: dict[str, Callable] = {
    "word": _words,
    "key": _keys,
    "time": lambda values, memo: statements.times(values).astype("M8[us]"),
    "float": _of_type(float),
    "number": _of_type(np.int64),
    "yes or no": _of_type(bool),
}


def _bands(found: pd.DataFrame) -> np.ndarray:
    """Each score's band by its own version of the scale, asked once for each total there is."""
    bands = np.full(len(found), None, object)
    for (name, version), places in found.groupby(["instrument", "version"], sort=False).indices.items():
        scale = instruments.instrument(name, version)
        totals, at = np.unique(found["total"].to_numpy()[places], return_inverse=True)
        called = [None if total != total else scale.band(total) for total in totals]
        bands[places] = np.array(called, object)[at]
    return bands
