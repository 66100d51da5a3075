"""A letter to whoever referred the patient: one page, as PDF and HTML, of what a clinician chose to say."""

from clinic.letter.choosing import MOST_SCALES, Chosen, proposed_scales, proposed_since
from clinic.letter.making import html, pdf, picture
from clinic.letter.sent import of_patient, words

__all__ = [
    "MOST_SCALES",
    "Chosen",
    "html",
    "of_patient",
    "pdf",
    "picture",
    "proposed_scales",
    "proposed_since",
    "words",
]
