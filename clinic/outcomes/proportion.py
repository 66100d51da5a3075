"""Intervals for proportions, so that no rate stands alone.

The Wilson interval is written out (five lines) instead of taken from statsmodels, which needs half a second to
import; a test proves that both agree.
"""

from __future__ import annotations

from math import floor, sqrt
from statistics import NormalDist


def wilson(count: int, of: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """Wilson score interval as fractions (Newcombe 1998, method 3); None when nobody is in the denominator."""
    if of == 0:
        return None
    _must_fit(count, of)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p = count / of
    spread = 1 + z * z / of
    centre = (p + z * z / (2 * of)) / spread
    half = z * sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / spread
    return (0.0 if count == 0 else centre - half), (1.0 if count == of else centre + half)


def exact(count: int, of: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """Clopper–Pearson interval as fractions, two-sided: what "0 of 40: up to 8.8 %" means."""
    if of == 0:
        return None
    _must_fit(count, of)
    from scipy.special import betaincinv  # 0.15 s to import, and only safety counts need it

    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, of - count + 1, tail))
    high = 1.0 if count == of else float(betaincinv(count + 1, of - count, 1 - tail))
    return low, high


def in_words(count: int, of: int) -> str:
    """`24 of 58 (41 %, 95 % interval 30–54 %)`; a decimal only from 100 on."""
    if of == 0:
        return f"{count} of {of}"
    low, high = wilson(count, of)
    return f"{count} of {of} ({percent(count / of, of)} %, 95 % interval {percent(low, of)}–{percent(high, of)} %)"


def rare_in_words(count: int, of: int) -> str:
    """`0 of 40: up to 8.8 %` by the exact interval, because no event seen is not no risk."""
    if of == 0:
        return "0 of 0: nothing to count yet"
    low, high = exact(count, of)
    if count == 0:
        return f"0 of {of}: up to {100 * high:.1f} %"
    return f"{count} of {of}: {100 * low:.1f}–{100 * high:.1f} %"


def percent(fraction: float, of: int) -> str:
    """Per cent, halves rounded up, without a decimal while fewer than 100 people stand behind it."""
    digits = 0 if of < 100 else 1
    return f"{floor(fraction * 100 * 10**digits + 0.5 + 1e-9) / 10**digits:.{digits}f}"


def _must_fit(count: int, of: int) -> None:
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is not a proportion")
