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
OF_EACH = ("n", "of", "low", "high")  # in how many of how many, and exact limits per 100
COLUMNS = ["what", "events", *(f"{name}_{who}" for who in ("treatments", "people") for name in OF_EACH)]
AT_LEAST = {"moderate": ("moderate", "severe"), "severe": ("severe",)}


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
    looked_at = treatments["observed"].to_numpy(bool).copy()
    looked_at[_placed(treatments, events)["at"]] = True
    return Sizes(started, treatments["patient"].nunique(), len(treatments), int((~looked_at).sum()))


def overall(treatments: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Three rows: any adverse event, a severe one, a serious one, whatever their terms."""
    return _overall(_placed(treatments, events), len(treatments), treatments["patient"].nunique())


def by_term(treatments: pd.DataFrame, events: pd.DataFrame, most: int = MOST_TERMS) -> pd.DataFrame:
    """One row per term, the most frequent first; beyond `most` of them together as "other terms (k)". Besides
    COLUMNS how many treatments and people had it moderate or severe, and severe."""
    placed = _placed(treatments, events)
    named = placed.assign(what=_one_spelling(placed["term"]).to_numpy(object))
    named["what"], order = _rows_of(named, most)
    counts = {step: _hits(named[named["severity"].isin(which)], order) for step, which in AT_LEAST.items()}
    of_treatments, of_people = len(treatments), treatments["patient"].nunique()
    whole = _hits(named, order)
    table = _table(zip(order, whole.to_numpy().tolist(), strict=True), of_treatments, of_people)
    for step in AT_LEAST:
        table[f"{step}_treatments"] = counts[step]["at"].to_numpy(int)
        table[f"{step}_people"] = counts[step]["who"].to_numpy(int)
    return table


def by_route(treatments: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """One row per substance and route, in the order of the alphabet and never of the rate: any adverse event and a
    severe one, of its own treatments and people. To be shown with `baselines` only."""
    placed = _placed(treatments, events)
    groups = treatments.groupby(["substance", "route"], sort=True)
    of_event = groups.ngroup().to_numpy()[placed["at"]]
    sizes = groups["patient"].agg(["size", "nunique"])
    rows = [
        _overall(placed[of_event == at], int(row["size"]), int(row["nunique"]))
        .iloc[:2]
        .assign(substance=names[0], route=names[1])
        for at, (names, row) in enumerate(sizes.iterrows())
    ]
    empty = _table((), 0, 0).assign(substance="", route="")
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


def _placed(treatments: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """The events with the place of their treatment (at) and of its person (who) as whole numbers: texts are compared
    once. An event of another treatment is left out."""
    at = pd.Index(treatments["treatment"]).get_indexer(events["treatment"])
    who = pd.factorize(treatments["patient"])[0]
    mine = at >= 0
    return events[mine].assign(at=at[mine], who=who[at[mine]])


def _overall(placed: pd.DataFrame, of_treatments: int, of_people: int) -> pd.DataFrame:
    rows = (
        (ANY, placed),
        (SEVERE, placed[(placed["severity"] == "severe").to_numpy(bool)]),
        (SERIOUS, placed[placed["serious"].to_numpy(bool)]),
    )
    counted = ((what, (some["at"].nunique(), some["who"].nunique(), len(some))) for what, some in rows)
    return _table(counted, of_treatments, of_people)


def _rows_of(named: pd.DataFrame, most: int) -> tuple[pd.Series, list[str]]:
    """The row in which each event stands, and the rows in their order."""
    often = named.groupby("what", sort=True)["at"].nunique().sort_values(ascending=False, kind="stable")
    terms = often.index.tolist()
    if len(terms) <= most + 1:  # a single rare term needs no row for others
        return named["what"], terms
    others = f"other terms ({len(terms) - most})"
    return named["what"].where(named["what"].isin(terms[:most]), others), [*terms[:most], others]


def _hits(named: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """at, who, events: in how many treatments, in how many people, how often; 0 where never."""
    grouped = named.groupby("what")
    counted = grouped[["at", "who"]].nunique().assign(events=grouped.size())
    return counted.reindex(order, fill_value=0)


def _table(counted, of_treatments: int, of_people: int) -> pd.DataFrame:
    rows = [
        (
            what,
            events,
            *(n, of_treatments, *rates(n, of_treatments)),
            *(people, of_people, *rates(people, of_people)),
        )
        for what, (n, people, events) in counted
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _one_spelling(terms: pd.Series) -> pd.Series:
    """ "nausea " and "Nausea" are one term, shown as it was most often written."""
    counts = terms.value_counts().rename_axis("typed").reset_index(name="count")
    counts["shown"] = counts["typed"].str.strip()
    counts["folded"] = counts["shown"].str.casefold()
    often = counts.groupby(["folded", "shown"], sort=True)["count"].sum().reset_index()
    often = often.sort_values("count", ascending=False, kind="stable").drop_duplicates("folded")
    shown = counts["folded"].map(often.set_index("folded")["shown"])
    return terms.map(dict(zip(counts["typed"], shown, strict=True)))
