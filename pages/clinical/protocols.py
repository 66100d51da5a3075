"""By which limits do we treat, and who approved them?"""

from __future__ import annotations

import streamlit as st

st.title("Protocols", anchor=False)
