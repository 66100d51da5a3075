"""One person's course as the frames that outcomes and charts take, from a few words per row."""

from __future__ import annotations

import pandas as pd

from clinic.instruments import instrument

ZONE = "Europe/London"
DOSE_ONE = pd.Timestamp("2026-03-02 10:00", tz="UTC")  # a Monday in winter: London is UTC


def at(day: float, hours: float = 0) -> pd.Timestamp:
    """So many days and hours after the first dose."""
    return DOSE_ONE + pd.Timedelta(days=day, hours=hours)


def score(taken_at, total=float("nan"), **other) -> dict:
    """A PHQ-9 of patient p1 unless said otherwise; `suicide` given makes it asked."""
    if "suicide" in other and "suicide_state" not in other:
        other["suicide_state"] = "yes" if other["suicide"] else "no"
    row = {
        "patient": "p1",
        "episode": "e1",
        "instrument": "phq9",
        "version": "1.0",
        "taken_at": taken_at,
        "date_only": False,
        "total": float(total),
        "prorated": False,
        "missing": 0,
        "how": "self-report",
        "rater": None,
        "timing": None,
        "suicide": float("nan"),
        "suicide_state": "not asked",
    } | other
    row["band"] = instrument(row["instrument"]).band(None if row["total"] != row["total"] else row["total"])
    return row


def scores(*rows: dict) -> pd.DataFrame:
    """Sorted by time as the store gives them; keys a0, a1, ... by the order written."""
    columns = list(score(DOSE_ONE))
    frame = pd.DataFrame(
        [{"assessment": f"a{n}", **row} for n, row in enumerate(rows)], columns=["assessment", *columns]
    )
    frame["taken_at"] = pd.to_datetime(frame["taken_at"], utc=True)
    for name, kind in {
        "total": float,
        "suicide": float,
        "date_only": bool,
        "prorated": bool,
        "missing": int,
    }.items():
        frame[name] = frame[name].astype(kind)
    return frame.sort_values("taken_at", kind="stable").reset_index(drop=True)


def treatment(started_at, **other) -> dict:
    return {
        "patient": "p1",
        "episode": "e1",
        "started_at": started_at,
        "substance": "racemic ketamine",
        "route": "IV",
        "given_mg": 40.0,
        "weight_kg": 80.0,
        "mg_per_kg": 0.5,
        "minutes": 40.0,
        "stopped_early": False,
        "worst_event": None,
        "status": "signed",
    } | other


def treatments(*rows: dict) -> pd.DataFrame:
    columns = ["treatment", "number", *treatment(DOSE_ONE)]
    numbered = [{"treatment": f"t{n}", "number": n, **row} for n, row in enumerate(rows, start=1)]
    frame = pd.DataFrame(numbered, columns=columns)
    frame["started_at"] = pd.to_datetime(frame["started_at"], utc=True)
    for name, kind in {"mg_per_kg": float, "given_mg": float, "stopped_early": bool}.items():
        frame[name] = frame[name].astype(kind)
    return frame


def doses(*days: float) -> pd.DataFrame:
    return treatments(*(treatment(at(day)) for day in days))


def courses(*rows: dict) -> pd.DataFrame:
    """One course per row: patient, baseline and what differs from a PHQ-9 course begun at DOSE_ONE."""
    usual = {
        "instrument": "phq9",
        "start": DOSE_ONE,
        "route": "IV",
        "substance": "racemic ketamine",
        "site": None,
        "clinician": None,
        "indication": "depression",
        "baseline": float("nan"),
        "course_number": 1,
    }
    filled = [{"episode": f"e{n}", "patient": f"p{n}"} | usual | row for n, row in enumerate(rows, start=1)]
    frame = pd.DataFrame(filled)
    frame["baseline"] = frame["baseline"].astype(float)
    frame["start"] = pd.to_datetime(frame["start"], utc=True)
    return frame.assign(baseline_why=["none" if b != b else "rule" for b in frame["baseline"]])
