"""What Today shows, as constants: the least that Streamlit has to do to put it on a screen."""

from __future__ import annotations

import streamlit as st
from constants import SHOWN

st.set_page_config(page_title="Bare", layout="wide")

for number, (kind, content) in enumerate(SHOWN):
    if kind == "button":
        st.button(content, key=f"button {number}")
    else:
        getattr(st, kind)(content)
