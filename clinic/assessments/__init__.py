"""Scores: drafted answer by answer, finished once, read back as the frame that every figure draws from."""

from clinic.assessments.reading import COLUMNS, FIELDS, by_key, drafts, frame, rows, scores, voided
from clinic.assessments.recording import answer, discard, finish, open_draft, record, void

__all__ = [
    "COLUMNS",
    "FIELDS",
    "answer",
    "by_key",
    "discard",
    "drafts",
    "finish",
    "frame",
    "open_draft",
    "record",
    "rows",
    "scores",
    "void",
    "voided",
]
