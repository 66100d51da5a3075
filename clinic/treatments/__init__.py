"""Dosing sessions: drafted as rows from the first tap, finished once, read back as the treatment lane.

Doses and observations are judged by the clinic's protocol (`judged`); nothing is stopped by that yet.
"""

from clinic.treatments.by_protocol import Judged, judged
from clinic.treatments.drafting import Unlikely, discard, finish, mg_per_kg, open_draft, record, write_draft
from clinic.treatments.judging import LIKELY, POSSIBLE, WORDS
from clinic.treatments.reading import (
    COLUMNS,
    VITALS,
    adverse_events,
    by_key,
    drafts,
    frame,
    given,
    interventions,
    of_patient,
    rows,
    stored_rows,
    vital_signs,
)

__all__ = [
    "COLUMNS",
    "LIKELY",
    "POSSIBLE",
    "VITALS",
    "WORDS",
    "Judged",
    "Unlikely",
    "adverse_events",
    "by_key",
    "discard",
    "drafts",
    "finish",
    "frame",
    "given",
    "interventions",
    "judged",
    "mg_per_kg",
    "of_patient",
    "open_draft",
    "record",
    "rows",
    "stored_rows",
    "vital_signs",
    "write_draft",
]
