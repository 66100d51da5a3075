"""Figures on a page: the reader's palette, and the way past plotly's validators (a test validates instead)."""

from __future__ import annotations

from typing import Any

import streamlit as st
from plotly.basedatatypes import BaseFigure

from clinic.charts.palette import DARK, LIGHT, Palette

_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset", "responsive": True}


class _AsIs(BaseFigure):
    """A figure that is handed over as the dict it is. Validating it costs many times its making."""

    def __init__(self, spec: dict[str, Any]):
        self.__dict__["_spec"] = spec

    def to_dict(self) -> dict[str, Any]:
        return self.__dict__["_spec"]


def palette() -> Palette:
    return DARK if st.context.theme.type == "dark" else LIGHT


def narrow() -> bool:
    """Whether the browser is a phone's: it alone says so in its client hints or name."""
    headers = st.context.headers
    return headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobile" in headers.get("User-Agent", "")


def show(spec: dict[str, Any], *, key: str, alt: str, footer: str = "") -> None:
    """Draws a figure with its text twin for screen readers and its footer of definitions below."""
    st.plotly_chart(_AsIs(spec), theme=None, key=key, config=_CONFIG, alt=alt)
    if footer:
        st.caption(footer)
