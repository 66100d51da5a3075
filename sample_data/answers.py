"""From a total back to the answers that add up to it, as one person would give them."""

from __future__ import annotations

import numpy as np

from clinic.instruments import Instrument

STEEP, LOOSE = 1.1, 0.55  # how evenly points spread over the items; how much forms of one person differ


def leanings(rng: np.random.Generator, instrument: Instrument) -> np.ndarray:
    """Which items this person tends to mark higher: one number for each."""
    return rng.normal(0, 0.6, len(instrument.items))


def spread(
    rng: np.random.Generator,
    instrument: Instrument,
    total: int,
    leaning: np.ndarray,
    fixed: dict[str, int] | None = None,
) -> dict[str, int]:
    """Answers with exactly this total; `fixed` items keep their answer. The total must leave them room."""
    fixed = fixed or {}
    free = [n for n, item in enumerate(instrument.items) if item.id not in fixed]
    heights = np.array([instrument.items[n].maximum for n in free])
    left = total - sum(fixed.values())
    if not 0 <= left <= heights.sum():
        raise ValueError(f"{instrument.title}: no answers add up to {total} with {fixed}.")
    steps = np.arange(heights.max())
    wish = leaning[free, None] - STEEP * steps + rng.normal(0, LOOSE, (len(free), len(steps)))
    wish[steps >= heights[:, None]] = -np.inf
    chosen = np.argsort(-wish, axis=None, kind="stable")[:left]
    points = np.bincount(chosen // len(steps), minlength=len(free))
    found = fixed | {instrument.items[n].id: int(p) for n, p in zip(free, points, strict=True)}
    return {item.id: found[item.id] for item in instrument.items}


def room_for(instrument: Instrument, item: str, answer: int, total: int) -> int:
    """The nearest answer to one item that still lets the rest add up to the total."""
    rest = sum(other.maximum for other in instrument.items if other.id != item)
    return max(min(answer, total), total - rest)
