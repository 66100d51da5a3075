"""Clinics against one target, by size: funnel limits after Spiegelhalter (2005). No ranks, no league table.

With twenty clinics one lies outside the 95 % limits by chance, so those alone are no reason to act. Unless the
counts were adjusted for who comes to which clinic, the figure says "unadjusted".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.refused import BadInput

# name of the limit in a signal: (name in a column, normal deviate, tail of the exact limit on one side)
LIMITS = {"95": ("95", 1.960, 0.025), "99.8": ("998", 3.090, 0.001)}
EXACT_BELOW = 5  # expected events, or expected non-events, below which the normal limits are too rough
WINSORISED = 0.10

WITHIN = "within"
SIGNALS = ("above_99.8", "above_95", WITHIN, "below_95", "below_99.8")


@dataclass(frozen=True, slots=True, eq=False)
class Funnel:
    """`rows` in the order given: count, of, share, z, exact, low95, high95, low998, high998, signal ("" = nobody).

    `phi` is the winsorised mean of z² (1 = as much spread as chance gives); `between` is τ², the variance between
    clinics that the limits allow for, 0 unless asked for and found.
    """

    target: float
    rows: pd.DataFrame
    phi: float | None
    between: float


def judge(
    counts, of, target: float | None = None, *, overdispersion: bool = False, exact: bool | None = None
) -> Funnel:
    """One row per clinic; without a target it is the overall share. `exact` None chooses by the expected counts."""
    counts, of = np.asarray(counts, float), np.asarray(of, float)
    if (counts > of).any() or (counts < 0).any():
        raise ValueError("a count above its denominator or below 0")
    target = _target(counts, of, target)
    error = _error(of, target)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = counts / of
        z = (share - target) / error
    phi, found = spread(z, error)
    between = found if overdispersion else 0.0
    rows = pd.DataFrame({"count": counts.astype(int), "of": of.astype(int), "share": share})
    rows = rows.assign(z=z if not between else z * error / np.sqrt(error**2 + between))
    rows = rows.join(limits(of, target, between=between, exact=exact))
    return Funnel(target, rows.assign(signal=_signals(rows)), phi, between)


def limits(of, target: float, *, between: float = 0.0, exact: bool | None = None) -> pd.DataFrame:
    """exact, low95, high95, low998, high998 for each denominator, within 0 and 1: the curves, or one clinic's limits.

    Normal: target ± z·√(target(1 − target)/n + τ²). Exact: binomial quantiles over n, so that a share outside has a
    tail below 2.5 % (0.1 %) on its side. With τ² there are no exact limits.
    """
    of = np.asarray(of, float)
    few = np.minimum(of * target, of * (1 - target)) < EXACT_BELOW - 1e-9  # 50 · (1 − 0.9) is 5
    by_quantile = np.zeros(len(of), bool) if between else few if exact is None else np.full(len(of), exact)
    by_quantile = by_quantile & (of > 0)
    deviation = np.sqrt(_error(of, target) ** 2 + between)
    table = {"exact": by_quantile}
    for name, z, tail in LIMITS.values():
        low, high = target - z * deviation, target + z * deviation
        low[by_quantile] = quantile(tail, of[by_quantile], target)
        high[by_quantile] = quantile(1 - tail, of[by_quantile], target)
        table |= {f"low{name}": low.clip(0, 1), f"high{name}": high.clip(0, 1)}
    return pd.DataFrame(table)


def spread(z, error) -> tuple[float | None, float]:
    """φ and τ² (additive random effects): z winsorised at 10 % and 90 %, φ = Σz²/I, and where I·φ > I − 1
    τ² = (I·φ − (I − 1)) / (Σw − Σw²/Σw) with w = 1/s²."""
    known = np.isfinite(z)
    z, weight = np.asarray(z)[known], 1 / np.asarray(error)[known] ** 2
    count = len(z)
    if count < 2:
        return None, 0.0
    z = z.clip(*np.quantile(z, [WINSORISED, 1 - WINSORISED]))
    phi = float((z**2).mean())
    excess = count * phi - (count - 1)
    return phi, float(max(excess, 0) / (weight.sum() - (weight**2).sum() / weight.sum()))


def quantile(probability: float, of, target: float) -> np.ndarray:
    """The smallest share r/n with P(R ≤ r) ≥ probability under the binomial, for each n of `of`, none of them 0."""
    from scipy.special import bdtr, bdtrik  # 0.15 s to import, and only exact limits need it

    of = np.asarray(of, float)
    if target in (0, 1):
        return np.full(of.shape, float(target))
    # The continuous inverse is right within one: start a step below it and take the first that reaches it.
    least = np.maximum(np.ceil(bdtrik(probability, of, target)) - 1, 0)
    for _ in range(2):
        least = np.where(bdtr(least, of.astype(int), target) >= probability, least, least + 1)
    return np.minimum(least, of) / of


def _target(counts: np.ndarray, of: np.ndarray, target: float | None) -> float:
    if target is None:
        if not of.sum():
            raise BadInput("Nobody is in any denominator: there is no overall share to compare with.")
        return float(counts.sum() / of.sum())
    if not 0 <= target <= 1:
        raise BadInput(f"A target is a share from 0 to 1, not {target:g}.")
    return float(target)


def _error(of: np.ndarray, target: float) -> np.ndarray:
    """Standard error of a share of `of` under the target; NaN where nobody is."""
    return np.sqrt(target * (1 - target) / np.where(of > 0, of, np.nan))


def _signals(rows: pd.DataFrame) -> np.ndarray:
    share = rows["share"]
    return np.select(
        [
            share.isna(),
            share > rows["high998"],
            share < rows["low998"],
            share > rows["high95"],
            share < rows["low95"],
        ],
        ["", "above_99.8", "below_99.8", "above_95", "below_95"],
        default=WITHIN,
    )
