"""What the parts of the Patient page share: gathered once in each run, handed to every part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from clinic.access import can
from clinic.charts.context import Context
from clinic.episodes import Header, Proposal
from clinic.instruments import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.patients import Person
from data_model import Actor, Episode, Patient
from pages.shared.address import own


@dataclass(frozen=True, slots=True)
class Seen:
    """One patient as this actor sees them. `scores` and `given` are the frames of `assessments.frame` and
    `treatments.frame`, of all courses; `starts` has patient, episode, start of each course that had a dose. `course`
    is the current one; `baselines` are its own, by instrument id. `header` is what stands under the name, `proposed`
    what a long gap asks."""

    actor: Actor
    patient: Patient
    person: Person
    course: Episode
    courses: tuple[Episode, ...]
    scores: pd.DataFrame
    given: pd.DataFrame
    starts: pd.DataFrame
    baselines: Mapping[str, Baseline]
    catalogue: Mapping[str, Instrument]
    context: Context
    header: Header
    proposed: Proposal | None
    first_dose: datetime | None
    gap_days: int
    zone: ZoneInfo
    as_of: datetime

    def key(self, name: str) -> str:
        """A widget key of this patient alone."""
        return own(self.patient.key, name)

    def may(self, action: str) -> bool:
        return can(self.actor, action)

    @property
    def primary(self) -> Instrument:
        return self.catalogue[self.course.primary_instrument]
