"""Adverse events per 100 treatments and per 100 people, each with its exact interval, by term and by route.

Treatments of one person are alike, so the interval per treatment is narrower than what is known; the one per person
stands beside it. Nothing on record is not the same as nothing happened: of how many treatments nobody knows is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.outcomes.proportion import exact

RULE = "harms.exact95"
ANY, SEVERE, SERIOUS = "any adverse event", "a severe one", "a serious one"
MOST_TERMS = 14  # drawn one by one; rarer terms share a row
COLUMNS = ["what", "events", *(f"{name}_{who}" for who in ("treatments", "people") for name in ("n", "of", "low", "high"))]
STEPS = ("moderate", "severe")  # "moderate" here means moderate or severe


@dataclass(frozen=True, slots=True)
class Sizes:
    """`started` people; of them `people` with a treatment recorded here, who had `treatments`; `unknown` treatments
    have neither an observation nor an event."""

    started: int
    people: int
    treatments: int
    unknown: int

    @property
    def without(self) -> int:
        """People whose treatments were not recorded here."""
        return self.started - self.people


def sizes(started: int, treatments: pd.DataFrame, events: pd.DataFrame) -> Sizes:
    """`started` counts people; `treatments` has treatment, patient, observed (any observation); `events` treatment,
    term, severity, serious."""
    nothing = ~treatments["observed"].to_numpy(bool) & ~treatments["treatment"].isin(events["treatment"])
    return Sizes(started, treatments["patient"].nunique(), len(treatments), int(nothing.sum()))


def overall(treatments: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Three rows: any adverse event, a severe one, a serious one, whatever their terms."""
    rows = (
        (ANY, events),
        (SEVERE, events[events["severity"] == "severe"]),
        (SERIOUS, events[events["serious"].astype(bool)]),
    )
    return _counted(rows, treatments)


def by_term(treatments: pd.DataFrame, events: pd.DataFrame, most: int = MOST_TERMS) -> pd.DataFrame:
    """One row per term, the most frequent first; beyond `most` of them together as "other terms (k)". Besides
    COLUMNS how many treatments and people had it moderate or severe, and severe."""
    named = events.assign(term=_one_spelling(events["term"]))
    order = named.drop_duplicates(["treatment", "term"])["term"].value_counts(sort=False)
    order = order.rename_axis("term").reset_index().sort_values(["count", "term"], ascending=[False, True])
    first, rest = order["term"].tolist()[:most], order["term"].tolist()[most:]
    if len(rest) == 1:
        first, rest = first + rest, []
    groups = [(term, some) for term, some in named.groupby("term", sort=False) if term in set(first)]
    groups.sort(key=lambda pair: first.index(pair[0]))
    if rest:
        groups.append((f"other terms ({len(rest)})", named[named["term"].isin(rest)]))
    table = _counted(groups, treatments)
    for step, severities in zip(STEPS, (("moderate", "severe"), ("severe",)), strict=True):
        at_least = [_sizes_of(some[some["severity"].isin(severities)], treatments) for _, some in groups]
        table[f"{step}_treatments"] = [n for n, _ in at_least]
        table[f"{step}_people"] = [n for _, n in at_least]
    return table


def by_route(treatments: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """One row per substance and route, in the order of the alphabet and never of the rate: any adverse event and a
    severe one, of its own treatments and people. To be shown with `baselines` only."""
    rows = []
    for (substance, route), some in treatments.groupby(["substance", "route"], sort=True):
        own = events[events["treatment"].isin(some["treatment"])]
        table = overall(some, own).iloc[:2]
        rows.append(table.assign(substance=substance, route=route))
    empty = overall(treatments, events).iloc[:0].assign(substance="", route="")
    return pd.concat(rows, ignore_index=True) if rows else empty


def baselines(first: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """Who is compared: for each substance, route and leading scale the people, how many have a baseline, and its
    median and quartiles. Somebody treated by two routes stands in both."""
    pairs = treatments[["patient", "substance", "route"]].drop_duplicates()
    both = pairs.merge(first[["patient", "instrument", "baseline"]], on="patient")
    grouped = both.groupby(["substance", "route", "instrument"], sort=True)["baseline"]
    table = grouped.agg(
        people="size",
        known="count",
        median="median",
        low=lambda values: values.quantile(0.25),
        high=lambda values: values.quantile(0.75),
    )
    return table.reset_index()


def rates(count: int, of: int) -> tuple[float, float]:
    """Exact limits per 100; NaN where there is nothing to count."""
    limits = exact(count, of)
    return (np.nan, np.nan) if limits is None else (100 * limits[0], 100 * limits[1])


def _counted(groups, treatments: pd.DataFrame) -> pd.DataFrame:
    of_treatments, of_people = len(treatments), treatments["patient"].nunique()
    rows = []
    for what, some in groups:
        n, people = _sizes_of(some, treatments)
        rows.append(
            (
                what,
                len(some),
                *(n, of_treatments, *rates(n, of_treatments)),
                *(people, of_people, *rates(people, of_people)),
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _sizes_of(events: pd.DataFrame, treatments: pd.DataFrame) -> tuple[int, int]:
    """In how many treatments and in how many people."""
    hit = treatments[treatments["treatment"].isin(events["treatment"])]
    return len(hit), hit["patient"].nunique()


def _one_spelling(terms: pd.Series) -> pd.Series:
    """"nausea " and "Nausea" are one term, shown as it was most often written."""
    trimmed = terms.str.strip()
    folded = trimmed.str.casefold()
    often = pd.DataFrame({"folded": folded, "as_typed": trimmed}).value_counts().reset_index()
    often = often.sort_values(["count", "as_typed"], ascending=[False, True])
    return folded.map(often.drop_duplicates("folded").set_index("folded")["as_typed"])
