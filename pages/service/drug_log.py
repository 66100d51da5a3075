"""What came in, what was given, and does it add up?"""

from __future__ import annotations

import streamlit as st

st.title("Drug log", anchor=False)
