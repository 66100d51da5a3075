"""The clinic's own choices: what they are called, what holds until somebody chooses, and who chose."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import bindparam
from sqlmodel import select

from clinic import protocols
from clinic.access import require
from clinic.outcomes import suppression
from clinic.refused import BadInput
from data_model import Database, Setting
from data_model.columns import now

DEFAULTS: dict[str, Any] = {
    "clinic_name": "Save Minds",
    "logo": None,  # a data: address of a PNG or SVG, at most 200 kB
    "time_zone": "UTC",
    "idle_minutes": 15,
    "gap_days": 35,  # a score line breaks after so many days without a score
    "course_gap_days": 120,  # after more days without a treatment a new course is proposed; ours, not published
    "overdue_days_induction": 14,
    "overdue_days_maintenance": 35,
    "protocol": "adult",  # by whose limits doses and vital signs are judged
    "rooms": ["Room 1", "Room 2", "Room 3"],  # where treatments are given, in the order of the board
    "dissociation_scale": "global",  # "global" (0 to 4, of our own) or "cadss6": what is rated at the chair
    "locked_hours": 12,  # for how long a PIN brings an idle page back; then the password is asked again
    "smallest_count": suppression.DEFAULT_MINIMUM,  # smaller ones do not leave Outcomes; see clinic/board_report
    "known_events": [],  # [date, words], marked where something is drawn by month; never about a person
    "scales_folder": None,  # where a clinic lays scales of its own to be taken in; a path on this computer
    "own_scales": {},  # those taken in; never from a page, see clinic/scales.py
    # Set once when the sample clinic is made; never from a page.
    "synthetic": False,
    "demo_accounts": [],  # [user name, password, name, role], shown on the sample clinic's sign-in page
}
MOST_EVENTS = 20
DISSOCIATION_SCALES = ("global", "cadss6")
_LOGO_LIMIT = 280_000  # characters of base64 for 200 kB
_READ = "settings read in this transaction"
_IN_EFFECT = (
    select(Setting.name, Setting.value)
    .where(Setting.effective_from <= bindparam("now"))
    .order_by(Setting.version)
)


def current(db: Database) -> dict[str, Any]:
    """Every setting's value in effect now, name -> value. Any actor may read them: none is a patient's.
    Read once in each transaction, however many ask."""
    if _READ not in db.info:
        values = {name: value["is"] for name, value in db.exec(_IN_EFFECT, params={"now": now()})}
        db.info[_READ] = {name: values.get(name, default) for name, default in DEFAULTS.items()}
    return dict(db.info[_READ])


def zone(db: Database) -> ZoneInfo:
    return ZoneInfo(current(db)["time_zone"])


def change(db: Database, *, effective_from: datetime | None = None, **values: Any) -> None:
    """Adds a new version of each setting that differs; the old one stays readable. Raises BadInput."""
    require(db, "change settings")
    problems = [problem for name, value in values.items() if (problem := _problem(name, value))]
    if problems:
        raise BadInput(*problems)
    before = current(db)
    for name, value in values.items():
        if value != before[name]:
            versions = db.exec(select(Setting.version).where(Setting.name == name)).all()
            db.add(
                Setting(
                    name=name,
                    version=max(versions, default=0) + 1,
                    value={"is": value},
                    effective_from=effective_from or now(),
                    set_by=db.actor.name,
                )
            )
    db.flush()
    db.info.pop(_READ, None)


def _problem(name: str, value: Any) -> str | None:
    if name not in DEFAULTS:
        return f"There is no setting called {name}."
    if name == "clinic_name" and not (isinstance(value, str) and value.strip()):
        return "The clinic needs a name."
    if name == "time_zone" and value not in available_timezones():
        return f"“{value}” is not a time zone; an example is Europe/London."
    if name == "logo" and value is not None:
        return _logo_problem(value)
    if name == "protocol" and value not in protocols.catalogue():
        return f"There is no protocol “{value}”; there are {', '.join(protocols.catalogue())}."
    if name == "scales_folder" and value is not None and not Path(value).is_absolute():
        return f"“{value}” should be the whole path of a folder, from the root of this computer's disk on."
    if name == "dissociation_scale" and value not in DISSOCIATION_SCALES:
        return f"The rating of dissociation is one of {', '.join(DISSOCIATION_SCALES)}."
    if name == "rooms" and (problem := _rooms_problem(value)):
        return problem
    if name == "smallest_count" and not suppression.LOWEST_MINIMUM <= value <= 100:
        return f"The smallest count that may leave the clinic is {suppression.LOWEST_MINIMUM} to 100."
    if name == "known_events" and (problem := _events_problem(value)):
        return problem
    if isinstance(DEFAULTS[name], int) and not isinstance(DEFAULTS[name], bool) and not 1 <= value <= 365:
        return f"{name.replace('_', ' ')} must lie between 1 and 365."
    return None


def _rooms_problem(value: Any) -> str | None:
    names = value if isinstance(value, list) else []
    if not names or not all(isinstance(name, str) and 0 < len(name.strip()) <= 30 for name in names):
        return "Name at least one room, each in at most 30 letters."
    return "Two rooms have the same name." if len(set(names)) < len(names) else None


def _events_problem(value: Any) -> str | None:
    if len(value) > MOST_EVENTS:
        return f"At most {MOST_EVENTS} known events can be told apart in a figure."
    for day, words in value:
        try:
            date.fromisoformat(day)
        except ValueError:
            return f"“{day}” is not a date; write a known event as 2026-05-03 and then what changed."
        if not 0 < len(words.strip()) <= 80:
            return f"Say in at most 80 letters what changed on {day}."
    return None


def _logo_problem(value: str) -> str | None:
    if not value.startswith(
        ("data:image/png;base64,", "data:image/svg+xml;base64,", "data:image/jpeg;base64,")
    ):
        return "The logo must be a PNG, JPEG or SVG picture."
    if len(value) > _LOGO_LIMIT:
        return "The logo is larger than 200 kB."
    return None
