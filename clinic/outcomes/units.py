"""Clinicians or sites side by side for a funnel: who is drawn, who is not and why, and who comes to whom."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from clinic.outcomes import funnel
from clinic.outcomes.states import RESPONDED, TOO_EARLY, UNKNOWN
from clinic.outcomes.wording import plural

FEWEST = 10  # people whose window has passed, below which one clinician or site is not drawn
RULE = "funnel.exact_binomial"


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """`drawn`: unit (as it may be shown), key (as stored), started, too_early, count (responded), of (window passed),
    unknown, and of the funnel share, low95 … high998, signal; the largest first, which is no order of merit.

    `small` units and the people without any are in the target, or the points would not be compared with everyone.
    """

    drawn: pd.DataFrame
    target: float
    count: int
    of: int
    too_early: int
    small: int
    in_small: int
    without: int
    phi: float | None
    more_than_chance: bool


def units(people: pd.DataFrame, by: str, *, lettered: bool) -> Units | None:
    """`people` from `states.people`, `by` "clinician" or "site"; None where no window has passed yet."""
    counted = people.assign(
        responded=people["state"] == RESPONDED,
        early=people["state"] == TOO_EARLY,
        passed=people["state"] != TOO_EARLY,
        missing=people["state"].isin(UNKNOWN),
    )
    of = int(counted["passed"].sum())
    if not of:
        return None
    count = int(counted["responded"].sum())
    table = counted.groupby(by, sort=True).agg(
        started=("state", "size"),
        too_early=("early", "sum"),
        count=("responded", "sum"),
        of=("passed", "sum"),
        unknown=("missing", "sum"),
    )
    table = table.sort_values("of", ascending=False, kind="stable")
    large = table[table["of"] >= FEWEST].rename_axis("key").reset_index()
    judged = funnel.judge(large["count"], large["of"], count / of, exact=True)
    names = [letters(at) for at in range(len(large))] if lettered else large["key"].astype(str)
    drawn = pd.concat([large, judged.rows.drop(columns=["count", "of", "exact"])], axis=1)
    drawn.insert(0, "unit", list(names))
    small = table[table["of"] < FEWEST]
    return Units(
        drawn=drawn,
        target=count / of,
        count=count,
        of=of,
        too_early=int(counted["early"].sum()),
        small=len(small),
        in_small=int(small["of"].sum()),
        without=of - int(table["of"].sum()),
        phi=judged.phi,
        more_than_chance=judged.phi is not None and judged.phi * len(drawn) > len(drawn) - 1,
    )


def not_drawn_in_words(found: Units, thing: str) -> str:
    """`23 of 98 people are not drawn: 14 with 3 clinicians of fewer than 10 each, 9 without a clinician`, or ""."""
    parts = []
    if found.small:
        parts.append(f"{found.in_small} with {plural(found.small, thing)} of fewer than {FEWEST} each")
    if found.without:
        parts.append(f"{found.without} without a {thing}")
    if not parts:
        return ""
    return f"{found.in_small + found.without} of {found.of} people are not drawn: {', '.join(parts)}."


def spread_in_words(found: Units, things: str) -> str:
    """Whether these differ more than chance gives, so that limits by chance alone flag too many of them."""
    if found.phi is None:
        return f"Too few {things} to tell whether they differ more than chance."
    said = f"φ = {found.phi:.1f}; 1 is chance"
    if found.more_than_chance:
        return f"Over-dispersion: the {things} differ more than chance ({said}), so that these limits flag too many."
    return f"No over-dispersion: the {things} differ no more than chance ({said})."


def case_mix(people: pd.DataFrame, found: Units, by: str) -> pd.DataFrame:
    """Who comes to whom, one row per drawn unit and primary scale: unit, instrument, indications, people, known
    (baselines), median, lower and upper quartile. Scales are never pooled."""
    rows = people.merge(found.drawn[["unit", "key"]], left_on=by, right_on="key")
    groups = rows.groupby(["unit", "instrument"], sort=False)
    baseline = groups["baseline"]
    table = pd.DataFrame(
        {
            "people": groups.size(),
            "known": baseline.count(),
            "median": baseline.median(),
            "lower": baseline.quantile(0.25),
            "upper": baseline.quantile(0.75),
            "indications": _mix(rows),
        }
    ).reset_index()
    order = {unit: at for at, unit in enumerate(found.drawn["unit"])}
    return table.sort_values(
        ["unit", "instrument"], key=lambda column: column.map(order) if column.name == "unit" else column
    ).reset_index(drop=True)


def letters(at: int) -> str:
    """A, B, … Z, AA, AB, …"""
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _mix(rows: pd.DataFrame) -> pd.Series:
    """`depression 12, generalised anxiety 3` of each unit and scale, the most frequent first."""
    sizes = (
        rows.groupby(["unit", "instrument", "indication"], sort=False)
        .size()
        .sort_values(ascending=False, kind="stable")
    )
    said = sizes.reset_index(name="n")
    said["words"] = said["indication"].astype(str) + " " + said["n"].astype(str)
    return said.groupby(["unit", "instrument"], sort=False)["words"].agg(", ".join)
