"""What the Patient page shows, as constants: the least that Streamlit has to do to put it on a screen."""

from __future__ import annotations

import streamlit as st
from constants import FIGURES, SHOWN

st.set_page_config(page_title="Bare", layout="wide")

by = st.segmented_control("Time", list(FIGURES), default=next(iter(FIGURES)), required=True)
for kind, content in SHOWN:
    if kind == "figure":
        st.plotly_chart(FIGURES[by], theme=None)
    elif kind == "table":
        st.dataframe(content, hide_index=True)
    else:
        getattr(st, kind)(content)
