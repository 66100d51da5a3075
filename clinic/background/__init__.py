"""What a clinic knows of a person besides scores and treatments: kept, corrected, and read."""

from clinic.background import events, history, medication, weights
from clinic.background.around import at_once, context, ends
from clinic.background.reading import Known, Looked, of_patient
from clinic.background.rows import RIGHT, take_back
from clinic.background.weights import Weighed

__all__ = [
    "RIGHT",
    "Known",
    "Looked",
    "Weighed",
    "at_once",
    "context",
    "ends",
    "events",
    "history",
    "medication",
    "of_patient",
    "take_back",
    "weights",
]
