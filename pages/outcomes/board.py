"""What the parts of Outcomes share: one cohort for every figure, and the one way in which a figure is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from clinic import accounts, board_report
from clinic.board_report import Figure
from clinic.board_report.figures import NEVER
from clinic.charts import footers
from clinic.cohorts import Cohort
from clinic.instruments import Instrument
from clinic.outcomes.states import Window
from clinic.outcomes.suppression import DEFAULT_MINIMUM
from data_model import Actor, database
from pages.outcomes import small
from pages.shared import figure

SEEN = "outcome figures"  # in the session: those of this visit, by key, for the printable report


@dataclass(frozen=True, slots=True)
class Board:
    """One choice of people. `cohort` has the frames of `clinic.cohorts.Cohort`; `first` is each person once, by the
    first course in the period; `people` is `first` with the state that `states.people` gave it. `filters` are the
    choice in words. `names`: this reader may see who the clinicians are. `smallest` is the clinic's smallest count that
    may leave this screen; below it counts are grey."""

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
    smallest: int = DEFAULT_MINIMUM

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
        title: str = "",
    ) -> None:
        """Draws a figure with its text twin, its footer, and below it the same numbers as a table; from then on it can
        be chosen for the printable report.

        `n` says what was counted and who is missing; `times` are those of what was drawn (default: first doses);
        `title` is what the report calls it, where `clinic.board_report.figures` has no better name.
        """
        rules, unverified = tuple(rules), tuple(unverified)
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
        seen = self._keep(
            Figure(key, spec, n, rules, unverified, table, self.filters, self.as_of, self.zone.key, title)
        )
        if table is not None:
            with st.expander("The same as a table"):
                self.table(key, table, alt=f"{alt} The same as a table.")
                self._take_out(seen)

    def table(self, key: str, table: pd.DataFrame, *, alt: str) -> None:
        """A table to be looked at: counts that may not leave are grey, and it offers no file of its own."""
        with st.container(key=f"looked-at-{key.replace(' ', '-')}"):
            st.dataframe(small.greyed(table, self.smallest), hide_index=True, placeholder="–", alt=alt)

    def _keep(self, seen: Figure) -> Figure:
        """For the report of this visit, which has one choice of people; a figure that is never printed may have a mark
        for each of many thousands and is not held."""
        if board_report.kind(seen.key).drawn == NEVER:
            seen = replace(seen, spec={})
        kept = st.session_state.get(SEEN, {})
        others = {key: each for key, each in kept.items() if each.filters == self.filters}
        st.session_state[SEEN] = others | {seen.key: seen}
        return seen

    def _take_out(self, seen: Figure) -> None:
        """The file of the table, made at the click without small counts."""
        if not board_report.kind(seen.key).table:
            st.caption("Each row is one person: this table cannot be taken out.")
            return
        st.download_button(
            "Take out as CSV",
            data=partial(made, st.user.get("access"), seen),
            file_name=f"outcomes-{seen.key.replace(' ', '-')}-{seen.as_of.astimezone(self.zone):%Y-%m-%d}.csv",
            mime="text/csv",
            icon=":material/table:",
            on_click="ignore",
            key=f"take out {seen.key}",
            help=f"Counts below {self.smallest} are hidden in it, with what would give them away.",
        )


def made(access: str | None, seen: Figure) -> bytes:
    """Runs apart from the page, some time after it was drawn: who is asking is looked up anew. A spreadsheet knows
    the letters by the mark at the beginning."""
    with database(accounts.actor_of(access)) as db:
        return board_report.table_csv(db, seen).encode("utf-8-sig")
