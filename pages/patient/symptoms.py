"""Which symptoms moved? Every answer of one scale, form by form, the suicide item first."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from clinic import instruments
from clinic.assessments import answers
from clinic.assessments.answers import Answered
from clinic.charts import items
from clinic.charts.footers import footer
from clinic.charts.items import Form
from clinic.instruments import Instrument
from clinic.outcomes.wording import number, plural
from data_model import database
from pages.patient.seen import Seen
from pages.shared import clock, figure, who
from pages.shared.kept import kept


def show(seen: Seen) -> None:
    used = _in_order(seen)
    if not used:
        st.text("No form with answers yet.")
        return
    chosen = st.pills(
        "Scale",
        used,
        default=used[0],
        required=True,
        format_func=lambda name: seen.catalogue[name].title,
        key=seen.key("items of"),
        label_visibility="collapsed",
    )
    with database(who.actor()) as db:
        found = answers.of_scale(db, seen.patient, chosen)
    versions = list(dict.fromkeys(each.version for each in reversed(found)))
    if len(versions) > 1:
        st.text(
            f"Filled in by {len(versions)} versions of the definition, which are shown apart, the latest first."
        )
    for version in versions:
        mine = [each for each in found if each.version == version]
        _version(seen, instruments.instrument(chosen, version), mine, len(versions) > 1)


def _in_order(seen: Seen) -> list[str]:
    """The scales this person answered whose items may be kept, the leading one first, then by use."""
    uses = seen.scores["instrument"].value_counts()
    known = [name for name in uses.index if not seen.catalogue[name].totals_only]
    return sorted(known, key=lambda name: (name != seen.primary.id, -uses[name]))


def _version(seen: Seen, scale: Instrument, found: Sequence[Answered], named: bool) -> None:
    if named:
        st.subheader(f"{scale.title}, version {scale.version}", anchor=False)
    forms = tuple(
        Form(each.key, each.taken_at, each.answers or {}, each.total if each.answers is None else None)
        for each in found
    )
    drawn = kept(
        seen.key(f"kept items {scale.version}"),
        items.item_figure,
        scale,
        forms,
        tuple(seen.given["started_at"]),
        palette=figure.palette(),
        zone=seen.zone.key,
        narrow=figure.narrow(),
    )
    figure.show(
        drawn.spec,
        key=seen.key(f"items {scale.version}"),
        alt=items.alt(scale, forms, seen.zone.key),
        footer=footer(
            f"{plural(len(forms), 'form')} of {scale.title}, definition {scale.version}",
            [form.taken_at for form in forms],
            [],
            seen.as_of,
            zone=seen.zone.key,
        ),
    )
    st.caption(_legend(scale, forms, drawn.in_view))
    _table(seen, scale, found)


def _legend(scale: Instrument, forms: Sequence[Form], in_view: int) -> str:
    parts = []
    if in_view < len(forms):
        parts.append(
            f"The latest {in_view} of {len(forms)} forms are in view: draw the figure sideways for the earlier ones."
        )
    parts.append("Violet strokes above are doses between two forms; ? was left out, – did not apply.")
    if scale.suicide_item is None:
        parts.append(f"{scale.title} does not ask about suicide.")
    if only := sum(form.only_total is not None for form in forms):
        parts.append(f"{plural(only, 'form')} came as a total without answers.")
    return " ".join(parts)


def _table(seen: Seen, scale: Instrument, found: Sequence[Answered]) -> None:
    opened = st.expander(
        "The same answers as a table",
        key=seen.key(f"item table {scale.version}"),
        on_change="rerun",
        icon=":material/table_rows:",
    )
    if not opened.open:
        return
    with opened:
        lines = table(scale, found, seen.zone)
        st.dataframe(
            lines, hide_index=True, placeholder="–", alt=f"{len(lines)} forms of {scale.title}, newest first"
        )


def table(scale: Instrument, found: Sequence[Answered], zone) -> pd.DataFrame:
    """One row per form, newest first: date, total, then each item as it stands in the figure."""
    rows = []
    for each in reversed(found):
        row = {"Date": clock.moment(each.taken_at, zone, each.date_only), "Total": _total(each)}
        form = Form(each.key, each.taken_at, each.answers or {}, each.total if each.answers is None else None)
        row |= {_heading(item): items.cell(form, item) for item in items.rows_of(scale)}
        rows.append(row)
    return pd.DataFrame(rows)


def _heading(item) -> str:
    return f"{item.number} {item.text}".strip()


def _total(each: Answered) -> str:
    if each.total is None:
        return "none"
    said = number(each.total) + ("*" if each.prorated else "")
    return f"{said}, total only" if each.answers is None else said
