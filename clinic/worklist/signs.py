"""Who is on the list, why, and in which order: columns only, nobody's name is read before they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from clinic import alerts, editions, instruments, settings
from clinic.outcomes.clock import day
from clinic.protocols.limit import Limit
from clinic.waiting import allowed_days
from clinic.watching.of_time import KINDS as CHECKS
from clinic.watching.of_time import UNDER_TREATMENT, WEIGHT, tightest
from clinic.worklist.remembered import Known
from clinic.worklist.rows import WEIGHED
from clinic.worklist.scope import Scope
from data_model import Database
from data_model.alerts import Urgency

# What is on the list, and the words of the choice above it, in that order.
ALERTS, NOT_ASKED, WORSE, FADING, OVERDUE, CHECK, REVIEW = KINDS = (
    "alerts",
    "not asked",
    "worse",
    "fading",
    "overdue",
    "checks",
    "reviews",
)
# Whom to open first: the gravest sign of a person decides. Fading holds both its rules.
RANKS = {
    (ALERTS, Urgency.U0): 0,
    (ALERTS, Urgency.U1): 1,
    (ALERTS, Urgency.U2): 2,
    (NOT_ASKED, None): 3,
    (WORSE, None): 4,
    (ALERTS, Urgency.U3): 5,
    (FADING, "fading"): 6,
    (FADING, "rising"): 7,
    (OVERDUE, None): 8,
    (CHECK, None): 9,
    (ALERTS, Urgency.U4): 10,
    (REVIEW, None): 11,
}
# These alerts stand on the list as what they are about, with the button that records it.
LISTED_APART = ("measure.overdue",)
CHECK_ALERT = "check.overdue"
COLUMNS = ["patient", "kind", "rank", "weight", "ref", "detail"]


def signs(db: Database, known: Known, within: Scope, at: datetime, missed: pd.DataFrame) -> pd.DataFrame:
    """One row for each sign: patient, kind, rank, weight (more comes first within a rank), ref (the alert, the course
    or the treatment) and detail. `missed` are the treatments of `not_asked.missed`."""
    open_alerts = known.alerts[within.holds(known.alerts)]
    courses = known.courses[within.holds(known.courses)]
    today = at.astimezone(settings.zone(db)).date()
    made = [
        _alerts(open_alerts),
        _rows(missed["patient"], NOT_ASKED, None, missed["at"], missed["treatment"]),
        _worse(courses, known.alerts),
        _fading(courses, known.alerts),
        _overdue(db, courses, at),
        _checks(db, courses, known, today),
        _reviews(courses, today),
    ]
    found = [rows for rows in made if len(rows)]
    joined = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)
    return joined.sort_values(["rank", "weight"], ascending=[True, False], kind="stable")


def severity(courses: pd.DataFrame) -> np.ndarray:
    """The share of the scale's range that the last total reached, 1 being the worst; 1 without any total."""
    share = np.ones(len(courses))
    for name, places in courses.groupby("instrument", sort=False).indices.items():
        scale = instruments.instrument(name)
        part = (courses["last"].to_numpy(float)[places] - scale.minimum) / (scale.maximum - scale.minimum)
        share[places] = part if scale.higher_is == "worse" else 1 - part
    return np.where(np.isnan(share), 1.0, share)


def days_over(db: Database, courses: pd.DataFrame, at: datetime) -> np.ndarray:
    """Days for which a score is overdue; NaN in a stage that waits for none. Not above 0: not overdue."""
    allowed = courses["stage"].map({stage: float(days) for stage, days in allowed_days(db).items()})
    return (at.timestamp() - courses["since"].to_numpy(float)) / 86400 - allowed.to_numpy(float)


def older_checks(
    db: Database, courses: pd.DataFrame, checks: pd.DataFrame, today: date
) -> Iterator[tuple[Limit, np.ndarray, np.ndarray, np.ndarray]]:
    """(limit, courses, days, never recorded) of the checks that `watching.of_time.check_ages` tells of and that the
    rule check.overdue would raise."""
    begun = courses[courses["first"].notna()]
    last = {kind: rows.set_index("patient")["last"] for kind, rows in checks.groupby("kind", sort=False)}
    protocol, zone = editions.in_force(db), settings.zone(db)
    for stage in UNDER_TREATMENT:
        some = begun[begun["stage"] == stage]
        if not len(some):
            continue
        first = today.toordinal() - _ordinals(some["first"], zone)
        for limit in tightest(protocol, stage).values():
            weight = limit.measure == WEIGHT
            seen = last.get(WEIGHED if weight else CHECKS[limit.measure].value)
            days = (
                np.full(len(some), np.nan) if seen is None else seen.reindex(some["patient"]).to_numpy(float)
            )
            never = np.isnan(days)
            age = np.where(never, np.nan if weight else first, today.toordinal() - days)
            with np.errstate(invalid="ignore"):
                due = age > limit.value
            yield limit, some["course"].to_numpy()[due], age[due], never[due]


def _checks(db: Database, courses: pd.DataFrame, known: Known, today: date) -> pd.DataFrame:
    """One sign for each course, by the check that is the most times its limit old."""
    silent = set(known.alerts.loc[known.alerts["rule"] == CHECK_ALERT, "patient"])
    some = courses[~courses["patient"].isin(silent).to_numpy(bool)]
    over = pd.Series(0.0, some.index)
    for limit, which, age, _ in older_checks(db, some, known.checks, today):
        over[which] = np.maximum(over[which], age / limit.value)
    due = (over > 0).to_numpy()
    return _rows(some["patient"][due], CHECK, None, over[due], some["course"][due])


def _alerts(open_alerts: pd.DataFrame) -> pd.DataFrame:
    """The alert about overdue checks stands among the checks: there are many, and each waits for a next dose."""
    some = open_alerts[~open_alerts["rule"].isin((*LISTED_APART, alerts.SUICIDE))]
    raised = some["raised_at"].astype("int64").to_numpy(float)
    ranks = [
        RANKS[CHECK, None] if rule == CHECK_ALERT else RANKS[ALERTS, urgency]
        for rule, urgency in zip(some["rule"], some["urgency"], strict=True)
    ]
    found = _rows(some["patient"], ALERTS, ranks, raised, some["alert"], "alert")
    return found.assign(kind=np.where(some["rule"] == CHECK_ALERT, CHECK, ALERTS))


def _worse(courses: pd.DataFrame, open_alerts: pd.DataFrame) -> pd.DataFrame:
    some = courses[courses["worse"].to_numpy(bool) & ~_spoken(courses, open_alerts, "worse.")]
    return _rows(some["patient"], WORSE, None, some["now_at"], some["course"])


def _fading(courses: pd.DataFrame, open_alerts: pd.DataFrame) -> pd.DataFrame:
    lost = courses["patient"].isin(set(open_alerts.loc[open_alerts["rule"] == "response.lost", "patient"]))
    fades = courses[courses["fading"].to_numpy(bool) & ~lost.to_numpy(bool)]
    rises = courses[courses["rising"].to_numpy(bool) & ~_spoken(courses, open_alerts, "worse.")]
    return pd.concat(
        [
            _rows(some["patient"], FADING, RANKS[FADING, rule], some["counted_at"], some["course"], rule)
            for some, rule in ((fades, "fading"), (rises, "rising"))
        ],
        ignore_index=True,
    )


def _spoken(courses: pd.DataFrame, open_alerts: pd.DataFrame, rule: str) -> np.ndarray:
    """Whether an open alert of such a rule speaks of the same scale of the same person already."""
    some = open_alerts[open_alerts["rule"].str.startswith(rule)]
    said = {
        (patient, name.split(".")[1]) for patient, name in zip(some["patient"], some["rule"], strict=True)
    }
    pairs = zip(courses["patient"], courses["instrument"], strict=True)
    return np.fromiter((pair in said for pair in pairs), bool, len(courses))


def _overdue(db: Database, courses: pd.DataFrame, at: datetime) -> pd.DataFrame:
    over = days_over(db, courses, at)
    some = over > 0
    weight = over[some] * severity(courses[some])
    return _rows(courses["patient"][some], OVERDUE, None, weight, courses["course"][some])


def _reviews(courses: pd.DataFrame, today: date) -> pd.DataFrame:
    late = today.toordinal() - courses["review"].to_numpy(float)
    some = late >= 0
    return _rows(courses["patient"][some], REVIEW, None, late[some], courses["course"][some])


def _rows(patient, kind: str, rank, weight, ref, detail=None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient": np.asarray(patient, int),
            "kind": kind,
            "rank": RANKS[kind, None] if rank is None else rank,
            "weight": np.asarray(weight, float),
            "ref": np.asarray(ref, int),
            "detail": detail,
        },
        columns=COLUMNS,
    )


def _ordinals(at: pd.Series, zone: ZoneInfo) -> np.ndarray:
    """Seconds of UTC as days of the clinic's calendar."""
    return day(pd.to_datetime(at.to_numpy(), unit="s", utc=True), str(zone)) + date(1970, 1, 1).toordinal()
