"""Which room is next, who is out of limits, who may leave?"""

from __future__ import annotations

import streamlit as st

st.title("Rooms", anchor=False)
