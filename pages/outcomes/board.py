"""What the parts of Outcomes share: one cohort for every figure, and the one way in which a figure is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from clinic.charts import footers
from clinic.cohorts import Cohort
from clinic.instruments import Instrument
from clinic.outcomes.states import Window
from data_model import Actor
from pages.shared import figure


@dataclass(frozen=True, slots=True)
class Board:
    """One choice of people. `cohort` has the frames of `clinic.cohorts.Cohort`; `first` is each person once, by the
    first course in the period; `people` is `first` with the state that `states.people` gave it. `filters` are the
    choice in words. `names`: this reader may see who the clinicians are."""

    actor: Actor
    cohort: Cohort
    first: pd.DataFrame
    people: pd.DataFrame
    catalogue: Mapping[str, Instrument]
    window: Window
    zone: ZoneInfo
    as_of: datetime
    filters: tuple[str, ...]
    names: bool

    def figure(
        self,
        key: str,
        spec: dict,
        *,
        alt: str,
        n: str,
        rules: Iterable[str] = (),
        unverified: Iterable[str] = (),
        times: Iterable | None = None,
        table: pd.DataFrame | None = None,
    ) -> None:
        """Draws a figure with its text twin, its footer, and below it the same numbers as a table.

        `n` says what was counted and who is missing; `times` are those of what was drawn (default: first doses).
        """
        footer = footers.footer(
            n,
            self.first["start"] if times is None else times,
            rules,
            self.as_of,
            filters=self.filters,
            unverified=unverified,
            zone=self.zone.key,
        )
        figure.show(spec, key=key, alt=alt, footer=footer)
        if table is not None:
            with st.expander("The same as a table"):
                st.dataframe(table, hide_index=True, placeholder="–", alt=f"{alt} The same as a table.")
