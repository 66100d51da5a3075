"""The strip above every page of the sample clinic: what kind of data these are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st


@cache
def _style() -> str:
    return Path(__file__).with_name("look.css").read_text(encoding="utf-8")


def strip(synthetic: bool) -> None:
    """Nothing above the pages of a real store."""
    said = "<span><strong>Synthetic data:</strong> nobody on these pages exists.</span>"
    note = f'<div class="notice" role="note">{said}</div>' if synthetic else ""
    st.html(f"<style>{_style()}</style>{note}")
