"""What happened per 100 treatments: events, limits reached, leaving early, dosing against the gate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from clinic import editions
from clinic.access import require
from clinic.flags.facts import Leaving, Observation
from clinic.outcomes.proportion import exact
from clinic.protocols.measures import VITAL_TIERS
from clinic.watching import of_treatment
from clinic.watching.of_vitals import observations
from data_model import AdverseEvent, Database, GateVerdict, Treatment, VitalSigns
from data_model.columns import COUNTED
from data_model.treatments import Severity

AT_ONCE = 300  # treatments in one question to the store
TIERS = VITAL_TIERS[1:]  # what is only counted ("info") asks for nothing


@dataclass(frozen=True, slots=True)
class Count:
    """In how many treatments, of those in which it could be known, and in how many people."""

    what: str
    treatments: int
    of: int
    people: int

    @property
    def per_100(self) -> str:
        """With the exact interval: nothing seen is not no risk."""
        interval = exact(self.treatments, self.of)
        if interval is None:
            return "nothing to count yet"
        low, high = (100 * each for each in interval)
        return f"{100 * self.treatments / self.of:.1f} ({low:.1f}–{high:.1f})"


@dataclass(frozen=True, slots=True)
class Seen:
    """One finished treatment with what was looked at."""

    record: Treatment
    observations: tuple[Observation, ...]
    events: tuple[AdverseEvent, ...]
    missed: int
    leaving: tuple[Leaving, ...]
    against_gate: bool

    @property
    def worst(self) -> str | None:
        """The worst tier that any observation reached; None for none, and for a treatment without observations."""
        tiers = [breach.tier for each in self.observations for breach in each.breaches]
        return max((tier for tier in tiers if tier in TIERS), key=TIERS.index, default=None)

    @property
    def left_early(self) -> bool | None:
        """None where nobody knows."""
        known = [each.minimum.broken_by(each.elapsed) for each in self.leaving if each.minimum]
        return known[0] if known else None


def counts(db: Database, since: datetime, until: datetime) -> list[Count]:
    """Over finished treatments started in [since, until)."""
    require(db, "see safety")
    seen = list(_seen(db, since, until))
    watched = [each for each in seen if of_treatment.watched_live(each.record)]
    looked = [each for each in seen if each.observations]
    known = [each for each in seen if each.left_early is not None]
    return [
        _count("any adverse event", seen, lambda each: bool(each.events)),
        _count("a severe adverse event", seen, lambda each: _has(each, Severity.SEVERE)),
        _count("a serious adverse event", seen, lambda each: any(one.serious for one in each.events)),
        *(_tier(tier, looked) for tier in TIERS),
        _count("an observation missed (treatments watched live)", watched, lambda each: each.missed > 0),
        _count("left before the minimum observation", known, lambda each: bool(each.left_early)),
        _count("started against the gate (treatments watched live)", watched, lambda each: each.against_gate),
    ]


def _tier(tier: str, looked: list[Seen]) -> Count:
    words = tier.replace("_", " ")
    return _count(f"worst limit reached: {words}", looked, lambda each: each.worst == tier)


def _has(each: Seen, severity: Severity) -> bool:
    return any(one.severity == severity for one in each.events)


def _count(what: str, seen: Iterable[Seen], holds: Callable[[Seen], bool]) -> Count:
    seen = list(seen)
    with_it = [each for each in seen if holds(each)]
    return Count(what, len(with_it), len(seen), len({each.record.patient_id for each in with_it}))


def _seen(db: Database, since: datetime, until: datetime) -> Iterator[Seen]:
    query = select(Treatment).where(
        Treatment.status.in_(COUNTED), Treatment.started_at >= since, Treatment.started_at < until
    )
    records = list(db.exec(query.order_by(Treatment.started_at)))
    for start in range(0, len(records), AT_ONCE):
        yield from _looked_at(db, records[start : start + AT_ONCE])


def _looked_at(db: Database, records: list[Treatment]) -> Iterator[Seen]:
    ids = [record.id for record in records]
    vitals, events = _children(db, VitalSigns, ids), _children(db, AdverseEvent, ids)
    against = select(GateVerdict.treatment_id).where(
        GateVerdict.treatment_id.in_(ids), GateVerdict.started, GateVerdict.verdict != "go"
    )
    against_gate = set(db.exec(against))
    for record in records:
        protocol, rows = editions.of(db, record), vitals[record.id]
        yield Seen(
            record,
            observations(protocol, record, rows),
            tuple(events[record.id]),
            len(of_treatment.missed(protocol, record, rows)),
            of_treatment.leaving(protocol, record),
            record.id in against_gate,
        )


def _children(db: Database, table: type, ids: list[int]) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    query = select(table).where(table.treatment_id.in_(ids), table.status.in_(COUNTED)).order_by(table.id)
    for row in db.exec(query):
        found[row.treatment_id].append(row)
    return found
