"""Rating scales: one definition file each, read and scored. Pure: no database, no web.

`catalogue` and `instrument` give definitions; `score` and `score_total` judge one form, `score_frame` many.
"""

from __future__ import annotations

from clinic.instruments.definition import Instrument, Score
from clinic.instruments.flags import suicide_answer
from clinic.instruments.frames import score_frame
from clinic.instruments.items import Flag, Item, Level, Subscale
from clinic.instruments.library import catalogue, instrument
from clinic.instruments.reading import BadDefinition
from clinic.instruments.refusing import refuse_incomplete
from clinic.instruments.rules import Band, BandSet, Change, Condition, Rule, half_up, percent_improvement
from clinic.instruments.scoring import in_order, score, score_total

__all__ = [
    "BadDefinition",
    "Band",
    "BandSet",
    "Change",
    "Condition",
    "Flag",
    "Instrument",
    "Item",
    "Level",
    "Rule",
    "Score",
    "Subscale",
    "catalogue",
    "half_up",
    "in_order",
    "instrument",
    "percent_improvement",
    "refuse_incomplete",
    "score",
    "score_frame",
    "score_total",
    "suicide_answer",
]
