"""What others published, beside this clinic's own rate only where all is alike, and otherwise listed."""

from __future__ import annotations

import streamlit as st

from clinic.charts.published import published_figure
from clinic.outcomes import bands_published, baseline, counting, rates
from pages.outcomes import on_scale
from pages.outcomes.board import Board
from pages.shared import figure
from pages.shared.words import as_typed


def show(board: Board) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = on_scale.pick_scale(board, "published_scale", judged=True)
        outcome = st.segmented_control(
            "Outcome", rates.OUTCOMES, default=rates.RESPONSE, required=True, key="published_outcome"
        )
    if name is None:
        st.info("Nobody under these filters has a score yet.")
        return
    scale = board.catalogue[name]
    own = bands_published.own(on_scale.people(board, name), scale, outcome, board.window)
    drawn = bands_published.drawn(own)
    st.markdown(f"**{bands_published.LABEL}.**")
    if drawn:
        _figure(board, own, drawn)
    else:
        st.info(
            f"Nothing published has the same scale, definition, time and denominator as {outcome} on {scale.title} "
            "under these filters, so nothing is drawn. One route and one drug at a time match most."
        )
    st.subheader("Everything that was published", anchor=False)
    st.dataframe(
        bands_published.listed(own, dict(board.catalogue)),
        hide_index=True,
        placeholder="–",
        alt="Published rates with their source, and why each is not drawn",
    )
    st.subheader("Trials without a difference", anchor=False)
    for row in bands_published.negatives().itertuples():
        st.markdown(as_typed(f"{row.says[0].upper()}{row.says[1:]} ({row.citation})."))


def _figure(board: Board, own: bands_published.Own, drawn: list) -> None:
    row = own.row
    said = [f"{source.name} {shown.percent:g} % of {source.n}" for source, shown in drawn]
    board.figure(
        "published",
        published_figure(own, drawn, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"This clinic: {row['n']} of {row['scored']} with a score, {row['missing']} unknown. Published: "
        f"{'; '.join(said)}.",
        n=f"{row['n']} of {row['scored']} with a score and of {row['of']} in all, {row['missing']} unknown; "
        f"{board.window.says}; {own.pairs.says}",
        rules=[own.rule, bands_published.RULE, counting.RULE, baseline.RULE],
    )
