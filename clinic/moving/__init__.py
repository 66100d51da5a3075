"""What stands in the wrong record goes to the right one, with a reason, and both say so (docs/clinical.md H)."""

from clinic.moving.finding import RIGHT, Side, courses, others, side
from clinic.moving.merging import merge
from clinic.moving.scores import move_score
from clinic.moving.telling import Told, history, letters, letters_of, other_record
from clinic.moving.treatments import move_treatment

__all__ = [
    "RIGHT",
    "Side",
    "Told",
    "courses",
    "history",
    "letters",
    "letters_of",
    "merge",
    "move_score",
    "move_treatment",
    "other_record",
    "others",
    "side",
]
