"""Of everyone who started: who is looked at, the frames about them, and choices kept under a name."""

from clinic.cohorts.choice import (
    ANY,
    CONDITIONS,
    FIRST,
    NO_BASELINE,
    PARAMETERS,
    Choice,
    of_days,
)
from clinic.cohorts.cohort import COLUMNS, Cohort, Frames, clinicians, cohort, counts, options
from clinic.cohorts.remembered import kept_until_written
from clinic.cohorts.saved import Saved, delete, from_address, opened, save, saved

__all__ = [
    "ANY",
    "COLUMNS",
    "CONDITIONS",
    "FIRST",
    "NO_BASELINE",
    "PARAMETERS",
    "Choice",
    "Cohort",
    "Frames",
    "Saved",
    "clinicians",
    "cohort",
    "counts",
    "delete",
    "from_address",
    "kept_until_written",
    "of_days",
    "opened",
    "options",
    "save",
    "saved",
]
