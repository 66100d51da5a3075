"""Treatment protocols: limits, observation times, gate and leaving criteria, read and applied. Pure: no database,
no web.

A protocol is data (`definitions/*.toml`); what is judged by one names its id and version. These functions state
what a rule saw and under which id; the decision is the clinician's.
"""

from __future__ import annotations

from clinic.instruments.reading import BadDefinition
from clinic.protocols.definition import Protocol
from clinic.protocols.editing import differences, edited
from clinic.protocols.gate import Answer, Visit, decide
from clinic.protocols.leaving import Rating, Session, readiness
from clinic.protocols.library import catalogue, protocol, versions
from clinic.protocols.limit import Limit
from clinic.protocols.schedule import due
from clinic.protocols.vitals import Breach, Reading, judge_vitals, not_recorded, worst

__all__ = [
    "Answer",
    "BadDefinition",
    "Breach",
    "Limit",
    "Protocol",
    "Rating",
    "Reading",
    "Session",
    "Visit",
    "catalogue",
    "decide",
    "differences",
    "due",
    "edited",
    "judge_vitals",
    "not_recorded",
    "protocol",
    "readiness",
    "versions",
    "worst",
]
