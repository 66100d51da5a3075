"""Which courses are looked at: as somebody chose it, as an address says it, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from clinic.refused import BadInput
from data_model.episodes import Indication
from data_model.treatments import Route, Substance

FIRST, ANY = "first", "any"
NO_BASELINE = "no valid baseline"
_LONGEST = 60  # characters of a site, a band or a key in an address


@dataclass(frozen=True, slots=True)
class Choice:
    """First dose in [since, until); anything where None. `clinician` is the key of an account, `band` the name that
    the course's own scale gives its baseline, or `NO_BASELINE`. `course`: somebody's first course of all, or any."""

    since: datetime | None = None
    until: datetime | None = None
    route: str | None = None
    substance: str | None = None
    indication: str | None = None
    band: str | None = None
    clinician: str | None = None
    site: str | None = None
    course: str = ANY

    def address(self, zone: ZoneInfo) -> dict[str, str]:
        """The parameters of an address that leads back here, days as the clinic counts them and both included. No
        name is in it: clinicians are keys."""
        told = {name: str(value) for name in COLUMNS if (value := getattr(self, name)) is not None}
        if self.since is not None:
            told["from"] = self.since.astimezone(zone).date().isoformat()
        if self.until is not None:
            told["to"] = (self.until.astimezone(zone).date() - timedelta(days=1)).isoformat()
        return told | ({"course": FIRST} if self.course == FIRST else {})

    @staticmethod
    def of_address(query: Mapping[str, str], zone: ZoneInfo) -> Choice:
        """From an address that anybody may have written: what it cannot mean is left out."""
        since, until = _day(query.get("from")), _day(query.get("to"))
        return Choice(
            since=None if since is None else midnight(since, zone),
            until=None if until is None else midnight(until + timedelta(days=1), zone),
            route=_known(query.get("route"), Route),
            substance=_known(query.get("substance"), Substance),
            indication=_known(query.get("indication"), Indication),
            band=_short(query.get("band")),
            clinician=_short(query.get("clinician")),
            site=_short(query.get("site")),
            course=FIRST if query.get("course") == FIRST else ANY,
        )

    def says(self, zone: ZoneInfo, clinicians: Mapping[str, str] | None = None) -> list[str]:
        """Its conditions as people say them, the period and the route always; `clinicians` is key -> what this
        reader may call them."""
        called = (clinicians or {}).get(self.clinician or "", "one clinician")
        found = (
            self._period(zone),
            f"route {self.route}" if self.route else "all routes",
            self.substance,
            self.indication or "all indications",
            self.band and (self.band if self.band == NO_BASELINE else f"baseline {self.band}"),
            self.clinician and f"clinician {called}",
            self.site and f"site {self.site}",
            "first courses only" if self.course == FIRST else None,
        )
        return [each for each in found if each]

    def _period(self, zone: ZoneInfo) -> str:
        told = self.address(zone)
        days = {
            name: f"{date.fromisoformat(told[name]):%-d %b %Y}" for name in ("from", "to") if name in told
        }
        if len(days) == 2:
            return f"first dose {days['from']} to {days['to']}"
        if "from" in days:
            return f"first dose since {days['from']}"
        return f"first dose until {days['to']}" if days else "first dose at any time"

    def keeps(self, courses: pd.DataFrame, without: str | None = None) -> pd.Series:
        """Which rows of the frame of everyone who started it keeps, `without` asking one of its conditions."""
        kept = pd.Series(True, index=courses.index)
        if self.since is not None and without != "period":
            kept &= courses["start"] >= self.since
        if self.until is not None and without != "period":
            kept &= courses["start"] < self.until
        for name in COLUMNS:
            if (wanted := getattr(self, name)) is not None and without != name:
                kept &= courses[COLUMNS[name]] == wanted
        if self.course == FIRST and without != "course":
            kept &= courses["course_number"] == 1
        return kept

    def without(self, name: str) -> Choice:
        """Without one of its conditions."""
        if name == "period":
            return replace(self, since=None, until=None)
        return replace(self, **{name: ANY if name == "course" else None})


# condition -> column of the frame of everyone who started
COLUMNS = {
    "route": "route",
    "substance": "substance",
    "indication": "indication",
    "band": "baseline_band",
    "clinician": "clinician_key",
    "site": "site",
}
CONDITIONS = ("period", *COLUMNS, "course")
PARAMETERS = ("from", "to", *COLUMNS, "course")


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def of_days(since: date, until: date, zone: ZoneInfo) -> Choice:
    """First doses from one day to another, both included. Raises BadInput."""
    if until < since:
        raise BadInput("The period ends before it begins.")
    return Choice(since=midnight(since, zone), until=midnight(until + timedelta(days=1), zone))


def _day(value: str | None) -> date | None:
    try:
        day = date.fromisoformat(value or "")
    except ValueError:
        return None
    return day if date(1950, 1, 1) <= day <= date(2200, 1, 1) else None


def _known(value: str | None, among: Iterable) -> str | None:
    return value if value in {member.value for member in among} else None


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= _LONGEST and value.isprintable() else None
