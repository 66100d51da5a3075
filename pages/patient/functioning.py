"""How a person lives, beside their symptoms: one line for each of three things, the missing ones as well."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from clinic.outcomes.functioning import Line, functioning
from data_model.episodes import Stage
from pages.patient.seen import Seen
from pages.shared.kept import kept


def show(seen: Seen) -> None:
    st.html(kept(seen.key("kept functioning"), _html, _lines(seen)))


def _lines(seen: Seen) -> list[Line]:
    opened = seen.course.opened_at.astimezone(seen.zone).date()
    return kept(
        seen.key("kept lines of functioning"),
        _of_course,
        seen.scores,
        seen.course.key,
        seen.baselines,
        seen.catalogue,
        seen.as_of,
        seen.zone.key,
        seen.course.goal,
        opened,
        seen.course.stage != Stage.ENDED,
    )


def _of_course(
    scores: pd.DataFrame, course: str, baselines, catalogue, as_of, zone, goal, opened, asking
) -> list[Line]:
    mine = scores[scores["episode"] == course]
    return functioning(mine, baselines, catalogue, as_of, zone, goal=goal, goal_since=opened, asking=asking)


def _html(lines: list[Line]) -> str:
    shown = "".join(
        f"<div{'' if line.known else ' class=missing'}><dt>{escape(line.what)}</dt><dd>{escape(line.says)}</dd></div>"
        for line in lines
    )
    rules = ", ".join(dict.fromkeys(rule for line in lines for rule in line.rules))
    below = f"<small>Rules {escape(rules)}</small>" if rules else ""
    return f'<style>{_style()}</style><dl class="functioning" aria-label="Functioning">{shown}</dl>{below}'


@cache
def _style() -> str:
    return Path(__file__).with_name("functioning.css").read_text(encoding="utf-8")
