"""Courses of care: which scale leads, where the course stands, and which score is its baseline."""

from __future__ import annotations

from clinic.episodes.baselines import (
    baseline,
    baselines,
    baselines_by_rule,
    candidates,
    choose_baseline,
    chosen_baselines,
    chosen_by,
    latest_score,
    take_back_baseline,
)
from clinic.episodes.consents import Consented, add_consent, consents, void_consent, withdraw_consent
from clinic.episodes.gap import Proposal, gap, go_on, proposal, start_anew
from clinic.episodes.header import Header, header
from clinic.episodes.known import (
    assign_clinician,
    clinicians,
    record_safety_plan,
    set_goal,
    set_next_review,
)
from clinic.episodes.reading import (
    IN_ORDER,
    STARTS,
    begun,
    by_key,
    first_dose,
    of_patient,
    open_at,
    starts,
    starts_frame,
)
from clinic.episodes.stages import Stood, came_to, move_to, stages
from clinic.episodes.starting import LEADING, leading, start

__all__ = [
    "IN_ORDER",
    "LEADING",
    "STARTS",
    "Consented",
    "Header",
    "Proposal",
    "Stood",
    "add_consent",
    "assign_clinician",
    "baseline",
    "baselines",
    "baselines_by_rule",
    "begun",
    "by_key",
    "came_to",
    "candidates",
    "choose_baseline",
    "chosen_baselines",
    "chosen_by",
    "clinicians",
    "consents",
    "first_dose",
    "gap",
    "go_on",
    "header",
    "latest_score",
    "leading",
    "move_to",
    "of_patient",
    "open_at",
    "proposal",
    "record_safety_plan",
    "set_goal",
    "set_next_review",
    "stages",
    "start",
    "start_anew",
    "starts",
    "starts_frame",
    "take_back_baseline",
    "void_consent",
    "withdraw_consent",
]
