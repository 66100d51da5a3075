"""How was each treatment borne, and how much was given in all? Peaks, lows, ratings and times side by side."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from clinic import tolerance
from clinic.charts import tolerability as picture
from clinic.charts.footers import footer
from clinic.outcomes import tolerability
from clinic.outcomes.tolerability import Form, Peak, Tolerated
from clinic.outcomes.wording import number, plural
from data_model import database
from pages.patient.seen import Seen
from pages.shared import clock, figure, sheet, who
from pages.shared.kept import kept

ABSENT = "not recorded"


def show(seen: Seen) -> None:
    with database(who.actor()) as db:
        given = tolerance.given(db, seen.patient)
        protocol, limits = tolerance.limits(db)
    if not given:
        st.text("No treatment yet.")
        return
    found = kept(seen.key("kept borne"), borne, given, seen.scores)
    drawn = kept(
        seen.key("kept tolerability"),
        picture.tolerance_figure,
        found,
        limits,
        palette=figure.palette(),
        narrow=figure.narrow(),
    )
    observed = sum(len(each.observations) for each in given)
    figure.show(
        drawn.spec,
        key=seen.key("tolerability"),
        alt=picture.alt(found),
        footer=footer(
            f"{plural(len(found), 'treatment')}, {plural(observed, 'observation')}",
            [each.started_at for each in given],
            [],
            seen.as_of,
            filters=[f"limits of protocol {protocol.id} {protocol.version}"],
            zone=seen.zone.key,
        ),
    )
    st.caption(
        "A stem runs from the last value before the dose to the highest after its start. ▲ red, ◆ critical. Hollow "
        "times are until leaving, where nobody noted when the person was ready. Each rating of dissociation stands on "
        "a scale of its own."
    )
    sheet.table("Each treatment, newest first", HEADINGS, rows_of(found, seen.zone))
    _exposure(seen)


HEADINGS = (
    "No.",
    "Date",
    "Given",
    "Systolic",
    "Diastolic",
    "Lowest SpO₂",
    "Dissociation, peak",
    "Ready after",
    "Adverse events",
)


def borne(given: Sequence[tolerability.Given], scores: pd.DataFrame) -> tuple[Tolerated, ...]:
    """`scores` are the person's; those of a dissociation form with a time belong to the dose they follow."""
    mine = scores[scores["instrument"].isin(tolerance.DISSOCIATION_FORMS)]
    mine = mine[mine["total"].notna() & ~mine["date_only"]]
    titles = {"cadss": "CADSS form", "cadss6": "CADSS-6 form"}
    forms = [Form(titles[row.instrument], row.taken_at, row.total) for row in mine.itertuples()]
    return tuple(tolerability.borne(given, forms))


def rows_of(found: Sequence[Tolerated], zone: ZoneInfo) -> list[tuple[str, ...]]:
    return [
        (
            str(each.given.number),
            clock.day(each.given.started_at, zone),
            f"{each.given.substance}, {each.given.route}",
            _peak(each.systolic),
            _peak(each.diastolic),
            ABSENT if each.spo2 is None else f"{number(each.spo2)} %",
            ", ".join(f"{number(value)} ({scale})" for scale, value in each.dissociation) or ABSENT,
            _minutes(each),
            _events(each),
        )
        for each in reversed(found)
    ]


def _peak(peak: Peak) -> str:
    if peak.highest is None:
        return ABSENT if peak.before is None else f"{number(peak.before)} before, none after"
    if peak.rise is None:
        return f"{number(peak.highest)}\nnot recorded before"
    return f"{number(peak.highest)}\n{number(peak.before)} before, {peak.rise:+.0f}".replace("-", "−")


def _minutes(each: Tolerated) -> str:
    if each.minutes is None:
        return ABSENT
    return f"{each.minutes:.0f} min" + ("\nuntil leaving" if each.until == "left" else "")


def _events(each: Tolerated) -> str:
    said = [f"{one.term} ({one.severity}{', serious' if one.serious else ''})" for one in each.given.events]
    return ", ".join(said) or "none recorded"


def _exposure(seen: Seen) -> None:
    rows = kept(seen.key("kept exposure"), tolerability.exposure, seen.given, seen.as_of)
    sheet.table(
        "Given in all, by substance and route",
        EXPOSED,
        [_exposed(row, seen.zone) for row in rows.itertuples()],
    )
    st.caption(
        "Never summed over routes: 5 mg/kg under the tongue and 0.5 mg/kg into a vein are not one amount. mg/kg is "
        "the sum over the treatments whose weight is known."
    )


EXPOSED = (
    "Substance and route",
    "Treatments",
    "Total",
    "Sum per kg",
    "From first to last",
    *(f"Last {days} days" for days in tolerability.WINDOWS),
)


def _exposed(row, zone: ZoneInfo) -> tuple[str, ...]:
    per_kg = "weight not recorded"
    if row.weighed:
        known = (
            "" if row.weighed == row.treatments else f"\nweight known in {row.weighed} of {row.treatments}"
        )
        per_kg = f"{row.mg_per_kg:.2f} mg/kg{known}"
    span = f"{row.months:.1f} months\n{clock.day(row.first, zone)} to {clock.day(row.last, zone)}"
    recent = [
        f"{plural(getattr(row, f'in_{days}'), 'treatment')}, {number(getattr(row, f'mg_in_{days}'))} mg"
        for days in tolerability.WINDOWS
    ]
    return (
        f"{row.substance}, {row.route}",
        str(row.treatments),
        f"{number(row.mg)} mg",
        per_kg,
        span,
        *recent,
    )
