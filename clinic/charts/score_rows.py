"""One scale's scores as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

UNCROWDED = 60  # scores: above it marks shrink, and no label may lie over them


@dataclass(frozen=True, slots=True)
class Rows:
    """One scale's scores as plain arrays, in order of time; `when` is wall-clock seconds, `x` what plotly takes;
    `with_total` are the places of those that have one."""

    assessment: list[str]
    when: np.ndarray
    x: list
    total: np.ndarray
    with_total: np.ndarray
    version: np.ndarray
    prorated: np.ndarray
    early: np.ndarray
    hover: list[str]
