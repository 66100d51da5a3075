"""Small counts of a table in grey on the screen: they are few people, and they do not leave it."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clinic.board_report import hiding
from clinic.charts.palette import DARK, LIGHT
from clinic.outcomes.suppression import clinic_minimum

MOST_CELLS = 5_000  # beyond, a table is shown plain: styling costs more than drawing it


def greyed(table: pd.DataFrame, below: int) -> Styler | pd.DataFrame:
    if table.size > MOST_CELLS or not table.columns.is_unique:
        return table
    scheme = clinic_minimum(below)
    counted = hiding.counts(table)
    grey = f"color: {(DARK if st.context.theme.type == 'dark' else LIGHT).muted}"
    looks = pd.DataFrame("", index=table.index, columns=table.columns)
    for at, row in enumerate(counted):
        for name, numbers in row.items():
            if scheme.small(numbers[0]):
                looks.iloc[at, looks.columns.get_loc(name)] = grey
    decimals = [name for name in table if pd.api.types.is_float_dtype(table[name])]
    return table.style.apply(lambda _: looks, axis=None).format("{:.1f}", subset=decimals, na_rep="–")
