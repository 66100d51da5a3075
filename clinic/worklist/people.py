"""Whom to open first: everybody with a sign, once, at the place of their gravest one; a page of them in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlmodel import select

from clinic import patients
from clinic.access import require
from clinic.worklist import words
from clinic.worklist.concerns import by_id, there
from clinic.worklist.entry import Card
from clinic.worklist.not_asked import missed
from clinic.worklist.remembered import Known, kept, known
from clinic.worklist.scope import EVERYBODY, Scope
from clinic.worklist.signs import KINDS, signs
from data_model import Database, Patient
from data_model.alerts import Urgency
from data_model.columns import now

SIZE = 10  # people on one page
URGENT = (Urgency.U0, Urgency.U1, Urgency.U2)


@dataclass(frozen=True, slots=True)
class People:
    """One page of `total` people of the kinds that were asked for. Of all kinds: `everybody` on the list, `counts` of
    people by kind; `outside` are people with an alert for today who are not among these patients."""

    cards: tuple[Card, ...]
    total: int
    everybody: int
    counts: dict[str, int]
    outside: int


def people(
    db: Database,
    within: Scope = EVERYBODY,
    kinds: Collection[str] = KINDS,
    *,
    page: int = 0,
    size: int = SIZE,
) -> People:
    """In order of the gravest sign of each person; where some kinds are asked for, of the gravest of those."""
    require(db, "see today")
    return kept(db, _people, within, tuple(kinds), page, size)


def _people(db: Database, within: Scope, kinds: tuple[str, ...], page: int, size: int) -> People:
    seen, found = known(db), kept(db, _signs, within)
    counts = found.drop_duplicates(["patient", "kind"])["kind"].value_counts()
    wanted = found[found["kind"].isin(kinds)]
    order = wanted["patient"].drop_duplicates()
    page = there(page, size, len(order))
    here = order.iloc[page * size : (page + 1) * size].tolist()
    some = found[found["patient"].isin(here)]
    return People(
        tuple(_cards(db, seen, here, some, now())),
        len(order),
        int(found["patient"].nunique()),
        {kind: int(counts.get(kind, 0)) for kind in KINDS},
        _outside(seen.alerts, within),
    )


def _signs(db: Database, within: Scope) -> pd.DataFrame:
    return signs(db, known(db), within, now(), missed(db, within))


def _outside(open_alerts: pd.DataFrame, within: Scope) -> int:
    others = open_alerts[~within.holds(open_alerts)]
    return int(others.loc[others["urgency"].isin(URGENT), "patient"].nunique())


def _cards(db: Database, seen: Known, ids: list[int], some: pd.DataFrame, at: datetime) -> Iterator[Card]:
    """All that is known of these people, whichever kind was asked for."""
    rows = {row.id: row for row in db.exec(select(Patient).where(Patient.id.in_(ids)))}
    told = words.Told(db, seen, by_id(db, some.loc[some["detail"] == "alert", "ref"].tolist()), at)
    signs_of: dict[int, list] = {id: [] for id in ids}
    for sign in some.itertuples():
        signs_of[sign.patient].append(sign)
    for id, those in signs_of.items():
        person = patients.person(db, rows[id])
        yield Card(person, tuple(told.entry(person, sign) for sign in those))
