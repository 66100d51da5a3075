"""Where a treatment stands, read off its status and times."""

from __future__ import annotations

from enum import StrEnum

from data_model import Treatment
from data_model.columns import Status


class Step(StrEnum):
    """`written up`: a record typed afterwards, without a plan. `left` waits to be finished and signed."""

    WRITTEN_UP = "written up"
    PLANNED = "planned"
    RUNNING = "running"
    LEFT = "left"
    FINISHED = "finished"
    VOID = "void"


def step(treatment: Treatment) -> Step:
    if treatment.status == Status.VOID:
        return Step.VOID
    if treatment.status != Status.DRAFT:
        return Step.FINISHED
    if treatment.planned_for is None:
        return Step.WRITTEN_UP
    if treatment.started_at is None:
        return Step.PLANNED
    return Step.RUNNING if treatment.left_at is None else Step.LEFT
