"""The core figure's text twin: one sentence for those who do not see it, with the numbers that it labels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from clinic.charts import context_words
from clinic.charts.context import Context
from clinic.instruments.definition import Instrument
from clinic.outcomes.wording import date_words, number, plural


def alt(
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    panels: Sequence[Instrument],
    *,
    zone: str = "UTC",
    context: Context | None = None,
) -> str:
    clauses = [_scale(scale, scores[scores["instrument"] == scale.id], zone) for scale in panels]
    clauses.append(_suicide(scores))
    lanes = treatments.groupby(["substance", "route"], sort=False).size()
    clauses += [
        f"{plural(int(n), 'treatment')} of {substance} {route}" for (substance, route), n in lanes.items()
    ]
    if not len(lanes):
        clauses.append("no treatments")
    events = int(treatments["worst_event"].isin(["moderate", "severe"]).sum())
    if events:
        clauses.append(f"{plural(events, 'treatment')} with a moderate or severe adverse event")
    stopped = int(treatments["stopped_early"].sum())
    if stopped:
        clauses.append(f"{stopped} stopped early")
    clauses += context_words.said(context) if context else []
    return "; ".join(clauses) + "."


def _scale(scale: Instrument, forms: pd.DataFrame, zone: str) -> str:
    known = forms[forms["total"].notna()].sort_values("taken_at", kind="stable")
    if not len(known):
        return f"{scale.title}: no score"
    totals = known["total"]
    ends = [date_words(pd.Timestamp(each).tz_convert(zone)) for each in known["taken_at"].iloc[[0, -1]]]
    last = f"{number(totals.iloc[-1])} on {ends[1]}"
    band = scale.band(float(totals.iloc[-1]))
    last += f" ({band})" if band else ""
    if len(known) == 1:
        return f"{scale.title}: one score, {last}"
    best = number(totals.min() if scale.higher_is == "worse" else totals.max())
    first = f"{number(totals.iloc[0])} on {ends[0]}"
    return f"{scale.title}: {len(known)} scores, from {first} to {last}, best {best}"


def _suicide(scores: pd.DataFrame) -> str:
    """What the strip shows; silence is said."""
    states = scores["suicide_state"]
    answered = scores[states.isin(["yes", "no"])]
    skipped = int((states == "skipped").sum())
    if not len(answered) and not skipped:
        return "suicide item never asked"
    words = [f"suicide item answered {plural(len(answered), 'time')}"]
    if len(answered):
        words.append(f"endorsed {plural(int((answered['suicide_state'] == 'yes').sum()), 'time')}")
    if skipped:
        words.append(f"skipped {plural(skipped, 'time')}")
    return ", ".join(words)
