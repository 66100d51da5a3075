"""What happened per 100 treatments, which limits were reached, and how fast did somebody act?"""

from __future__ import annotations

import streamlit as st

st.title("Safety", anchor=False)
