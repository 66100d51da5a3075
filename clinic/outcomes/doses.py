"""What was given over the months and by treatment number: each substance and route by itself (docs/clinical.md B.4).

Esketamine is in milligrams, anything else in mg/kg. A rising dose may be a clinic that gives more, or one whose
cautious beginners became fewer: so by number the same people stand beside everyone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.outcomes.clock import wall

COLUMNS = ["substance", "route", "unit", "dose", "number", "month", "patient", "episode"]
FIXED_MG = ("esketamine",)


def doses(courses: pd.DataFrame, treatments: pd.DataFrame, *, zone: str = "UTC") -> pd.DataFrame:
    """One row per treatment of these courses, with `COLUMNS`: `dose` in `unit`, NaN where it is not known (no weight
    recorded), `number` within the course over all routes, `month` its first day on the clinic's calendar."""
    own = treatments[treatments["episode"].isin(courses["episode"]).to_numpy()]
    own = own.sort_values(["episode", "started_at"], kind="stable").reset_index(drop=True)
    fixed = own["substance"].isin(FIXED_MG).to_numpy()
    local = wall(own["started_at"], zone)
    return own.assign(
        unit=np.where(fixed, "mg", "mg/kg"),
        dose=np.where(fixed, own["given_mg"], own["mg_per_kg"]).astype(float),
        number=own.groupby("episode", sort=False).cumcount() + 1,
        month=local.to_period("M").to_timestamp(),
    )[COLUMNS]


def ways(table: pd.DataFrame) -> list[tuple[str, str]]:
    """(substance, route), most given first."""
    return (
        table.groupby(["substance", "route"])
        .size()
        .sort_values(ascending=False, kind="stable")
        .index.tolist()
    )


def of_way(table: pd.DataFrame, substance: str, route: str) -> pd.DataFrame:
    return table[(table["substance"] == substance) & (table["route"] == route)]


def by_month(table: pd.DataFrame) -> pd.DataFrame:
    """month, treatments, people, known, median, low, high (middle half): of one substance and route. Months without
    a treatment between the first and the last are rows of zeros, so that a gap looks like one."""
    found = _spread(table, "month")
    if not len(found):
        return found
    months = pd.date_range(found["month"].min(), found["month"].max(), freq="MS", name="month")
    found = found.set_index("month").reindex(months).reset_index()
    counts = ["treatments", "people", "known"]
    return found.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, int))


def by_number(table: pd.DataFrame, up_to: int = 12) -> pd.DataFrame:
    """number, treatments, people, known, median, low, high: of one substance and route."""
    return _spread(table[table["number"] <= up_to], "number")


def same_people(table: pd.DataFrame, numbers: int = 6) -> pd.DataFrame:
    """The treatments 1 to `numbers` of those courses that have every one of them by this way with a known dose."""
    early = table[(table["number"] <= numbers) & table["dose"].notna()]
    counts = early.groupby("episode")["number"].nunique()
    return early[early["episode"].isin(counts.index[counts == numbers])]


def _spread(table: pd.DataFrame, by: str) -> pd.DataFrame:
    grouped = table.groupby(by)
    quarters = grouped["dose"].quantile([0.25, 0.5, 0.75]).unstack() if len(table) else None
    found = grouped.agg(treatments=("dose", "size"), people=("patient", "nunique"), known=("dose", "count"))
    if quarters is None:
        return found.assign(median=np.nan, low=np.nan, high=np.nan).reset_index()
    return found.assign(median=quarters[0.5], low=quarters[0.25], high=quarters[0.75]).reset_index()
