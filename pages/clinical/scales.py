"""What does this scale measure, how is it scored, and may it be used here?"""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from clinic import instruments, scales
from clinic.access import require
from clinic.charts.ruler import band_rows
from clinic.instruments import Instrument, prose, prose_rows
from clinic.instruments.table import range_words
from clinic.outcomes.wording import plural
from clinic.refused import NotFound
from data_model import database
from pages.shared import figure, ruler, sheet, who
from pages.shared.listing import listing
from pages.shared.words import as_typed

actor = who.actor()
SHOWN = {"items": "item text", "labels": "numbers", "total": "total only"}


def shelf() -> None:
    """All scales, by what they are about."""
    catalogue = instruments.catalogue()
    st.title("Rating scales", anchor=False)
    st.caption(
        f"{len(catalogue)} scales. Each number has its source and says how far it can be trusted; none has been "
        "checked by a clinician unless its page says by whom."
    )
    families = sorted({scale.family for scale in catalogue.values()})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Find", placeholder="name, or what it measures", key="find scale", width=280)
        family = st.selectbox(
            "About", families, index=None, placeholder="everything", key="family", width=240
        )
    found = [scale for scale in catalogue.values() if matches(scale, words or "", family)]
    if not found:
        st.text("No scale matches.")
        return
    columns = [
        ("scale", "Scale"),
        ("about", "Measures"),
        ("asked", "Rated by"),
        ("range", "Range"),
        ("form", ""),
    ]
    opened = listing(columns, lines(found), key="shelf", label="Rating scales")
    if opened:
        st.switch_page("clinical/scales.py", query_params={"scale": opened})


def matches(scale: Instrument, words: str, family: str | None) -> bool:
    text = " ".join((scale.title, scale.name, scale.construct, scale.measures, scale.family)).casefold()
    return family in (None, scale.family) and all(word in text for word in words.casefold().split())


def lines(found: list[Instrument]) -> list[dict]:
    """One row for each scale, below a heading for what they are about."""
    ordered = sorted(found, key=lambda scale: (scale.family, scale.title.casefold()))
    return [
        row
        for family, some in groupby(ordered, key=lambda scale: scale.family)
        for row in ({"group": family.capitalize()}, *map(line, some))
    ]


def line(scale: Instrument) -> dict:
    return {
        "id": scale.id,
        "scale": scale.title,
        "about": scale.measures,
        "asked": {"main": "patient" if scale.rater == "self" else "clinician", "sub": scale.recall},
        "range": {"main": range_words(scale), "strip": strip(scale)},
        "form": {"badge": SHOWN[scale.text], "tone": "quiet" if scale.totals_only else ""},
    }


def strip(scale: Instrument) -> list[list[float]]:
    """The default bands as [width, depth]; empty where no source names any."""
    leading = [row for row in band_rows(scale) if row.leads]
    return [[part.high - part.low + 1, part.depth] for row in leading for part in row.stretches]


def one(scale: Instrument, rows: int) -> None:
    """Everything that the definition says, in the order in which somebody would ask."""
    st.page_link("clinical/scales.py", label="All scales", icon=":material/arrow_back:")
    st.title(as_typed(scale.title), anchor=False)
    st.caption(f"{as_typed(scale.name)} · {prose.heading(scale)}")
    st.markdown(as_typed(scale.measures))
    if scale.has_total:
        with st.container(border=True):
            ruler.show(scale, figure.palette())
    left, right = st.columns(2, gap="large")
    with left:
        sheet.facts(
            [
                ("How it is scored", [*prose.scoring(scale), prose.suicide(scale)]),
                ("Easily got wrong", scale.traps),
                ("When", [scale.timing]),
            ]
        )
    with right:
        owner = [f"{scale.holder} {prose.SHOWN[scale.text]}", scale.licence, scale.notice]
        trust = [prose.review(scale), f"Proved on {plural(rows, 'validation row')}.", *scale.unverified]
        sheet.facts([("Whose it is", owner), ("How far to trust it", trust)])
    tables(scale)
    st.caption(
        as_typed(f"Source: {scale.source}. {prose.codes(scale)} Definition {scale.id} {scale.version}.")
    )


def tables(scale: Instrument) -> None:
    """Rules, bands, reliability, what stands beside the total, and the form; only what there is."""
    for title, names, found in (
        ("Rules", ("what for", "rule", "evidence", "source"), [rule(row) for row in prose_rows.rules(scale)]),
        ("Bands", ("ranges", "evidence", "source"), [bands(row) for row in prose_rows.bands(scale)]),
        ("Reliability", prose_rows.RELIABILITY_HEADINGS, prose_rows.reliability(scale)),
        ("Beside the result", prose_rows.SUBSCALE_HEADINGS, prose_rows.beside(scale)),
        (f"The form: {as_answered(scale)}", *form(scale)),
    ):
        if found:
            leads = [at for at, row in enumerate(found) if row[0].endswith("\ndefault")]
            sheet.table(title, names, found, leads)


def rule(row: tuple[str, ...]) -> tuple[str, ...]:
    what, says, id_, default, evidence, source = row
    return what + ("\ndefault" if default else ""), f"{says}\n{id_}", evidence, source


def bands(row: tuple[str, ...]) -> tuple[str, ...]:
    id_, ranges, default, evidence, source = row
    return f"{ranges}\n{id_}{', default' if default else ''}", evidence, source


def as_answered(scale: Instrument) -> str:
    """The stem, and the answers where all items have the same."""
    same = {prose.answers(item) for item in scale.items}
    return (
        ". ".join([scale.stem.rstrip(".:?"), *same] if len(same) == 1 else [scale.stem.rstrip(".:?")]) + "."
    )


def form(scale: Instrument) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    same = len({prose.answers(item) for item in scale.items}) == 1
    rows = [(str(item.number), item.text, "" if same else prose.answers(item)) for item in scale.items]
    return ("item", "text", "answers"), rows


with database(actor) as db:
    require(db, "see scales")
    if chosen := st.query_params.get("scale"):
        try:
            scale = instruments.instrument(chosen)
        except NotFound:
            raise NotFound("There is no such rating scale. Look for it in the list of scales.") from None
        count = len(scales.validation_rows(db, scale))
if chosen:
    one(scale, count)
else:
    shelf()
