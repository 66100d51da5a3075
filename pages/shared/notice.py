"""The strip above every page: what kind of data these are, and what the software does not do yet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st


@cache
def _style() -> str:
    return Path(__file__).with_name("look.css").read_text(encoding="utf-8")


def strip(synthetic: bool) -> None:
    parts = ["<span><strong>No safety checks yet:</strong> not for real patients.</span>"]
    if synthetic:
        parts.insert(0, "<span><strong>Synthetic data:</strong> nobody on these pages exists.</span>")
    st.html(f'<style>{_style()}</style><div class="notice" role="note">{"".join(parts)}</div>')
