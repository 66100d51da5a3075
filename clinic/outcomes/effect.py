"""Standardised mean change of one group, before to after. Its names differ by a factor of two on the same data.

Uncontrolled: not a treatment effect, and not to be set beside a difference between drug and placebo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class EffectSizes:
    """After minus before, so negative where a falling score is good; None where it is undefined.

    `d_pre` = mean change / SD before (Becker 1988), the one for a clinic's figure; `g_pre` the same for small
    samples; `d_z` = mean change / SD of the changes, which depends on `correlation` and does not travel between
    studies; `d_av` = mean change / mean of both SDs.
    """

    n: int
    missing: int
    mean_change: float | None
    sd_before: float | None
    sd_after: float | None
    sd_change: float | None
    correlation: float | None
    d_pre: float | None
    g_pre: float | None
    d_z: float | None
    d_av: float | None


def effect_sizes(before, after) -> EffectSizes:
    """Over the complete pairs; everything but the mean change needs two of them and some spread."""
    before, after = np.asarray(before, float), np.asarray(after, float)
    paired = ~np.isnan(before) & ~np.isnan(after)
    before, after, n = before[paired], after[paired], int(paired.sum())
    change = float((after - before).mean()) if n else None
    pre, post, moved = (_deviation(each) for each in (before, after, after - before))
    d_pre, small = _ratio(change, pre), hedges(n - 1)
    return EffectSizes(
        n=n,
        missing=int((~paired).sum()),
        mean_change=change,
        sd_before=pre,
        sd_after=post,
        sd_change=moved,
        correlation=float(np.corrcoef(before, after)[0, 1]) if pre and post else None,
        d_pre=d_pre,
        g_pre=None if d_pre is None or small is None else small * d_pre,
        d_z=_ratio(change, moved),
        d_av=None if pre is None else _ratio(change, (pre + post) / 2),
    )


def hedges(degrees: int) -> float | None:
    """J ≈ 1 − 3/(4·df − 1); None below two degrees of freedom, where it comes to 0 and would hide the change."""
    return 1 - 3 / (4 * degrees - 1) if degrees >= 2 else None


def _deviation(values: np.ndarray) -> float | None:
    """None for fewer than two; equal values have no spread, where rounding would leave them about 1e-16."""
    spread = float(values.std(ddof=1)) if len(values) > 1 else None
    return 0.0 if spread is not None and spread < 1e-9 else spread


def _ratio(change: float | None, deviation: float | None) -> float | None:
    return change / deviation if change is not None and deviation else None
