"""Better, same or worse: the sentence, the suicide answer, and the figure that carries both."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from clinic import accounts
from clinic.charts import footers
from clinic.charts import patient as core
from clinic.instruments import Instrument
from clinic.outcomes import sentence, suicidality
from clinic.outcomes.baseline import none_yet
from clinic.outcomes.wording import plural
from data_model import database
from pages.patient import expected, functioning
from pages.patient.seen import Seen
from pages.shared import figure, who
from pages.shared.kept import kept

PANELS = 3
AXES = {"date": "By date", "days": "Days since first dose", "number": "Treatment number"}
REMEMBERED = "scales on a patient's page"  # in each person's own preferences


def show(seen: Seen) -> None:
    uses = Counter(seen.scores["instrument"])
    used = [seen.catalogue[name] for name in uses]
    with st.container(border=True):
        _sentences(seen)
        expected.show(seen)
        shown, by = _chosen(seen, _in_order(seen.primary, used, uses))
        _figure(seen, used, shown, by)
        functioning.show(seen)


def _sentences(seen: Seen) -> None:
    primary = seen.primary
    baseline = seen.baselines.get(primary.id) or none_yet(f"no score of {primary.title} yet")
    answer = kept(
        seen.key("kept sentence"),
        sentence.header,
        primary,
        seen.scores,
        seen.given,
        baseline,
        seen.as_of,
        starts=seen.starts,
        course=seen.course.key,
        zone=seen.zone.key,
    )
    st.markdown(f"**{answer}**")
    asked = kept(
        seen.key("kept concern"),
        suicidality.recent,
        seen.scores,
        seen.catalogue,
        seen.as_of,
        zone=seen.zone.key,
    )
    st.text(asked.says)


def _in_order(primary: Instrument, used: list[Instrument], uses: Counter[str]) -> list[Instrument]:
    """Scales with a total, the one of the indication first, then those answered most often."""
    order = sorted((s for s in used if s.has_total), key=lambda s: (s.id != primary.id, -uses[s.id]))
    return order if primary in order else [primary, *order]


def _chosen(seen: Seen, order: list[Instrument]) -> tuple[list[Instrument], str]:
    """The leading scale with others beside it, as this person chose them last on any patient, and the axis."""
    leading, others = order[0], order[1:]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            st.badge(
                leading.title, color="blue", icon=":material/star:", help="The scale that leads this course"
            )
            beside = _beside(seen, others) if others else []
        by = st.segmented_control(
            "Time",
            list(AXES),
            default="date",
            format_func=AXES.__getitem__,
            required=True,
            key=seen.key("by"),
            label_visibility="collapsed",
        )
    return [leading, *(scale for scale in others if scale.id in beside)], by


def _beside(seen: Seen, others: list[Instrument]) -> list[str]:
    remembered = dict(seen.actor.preferences).get(REMEMBERED)
    offered = [scale.id for scale in others]
    return st.pills(
        "Scales beside the leading one",
        offered,
        selection_mode="multi",
        default=offered[: PANELS - 1]
        if remembered is None
        else [n for n in offered if n in remembered.split()],
        format_func=lambda name: seen.catalogue[name].title,
        key=seen.key("scales"),
        label_visibility="collapsed",
        on_change=_remember,
        args=(seen.key("scales"), offered, remembered),
    )


def _remember(key: str, offered: list[str], before: str | None) -> None:
    """What was chosen among the scales of this patient; a choice among others, made elsewhere, stands."""
    elsewhere = [name for name in (before or "").split() if name not in offered]
    with database(who.actor()) as db:
        accounts.set_preference(db, REMEMBERED, " ".join([*st.session_state[key], *elsewhere]))


def _counted(seen: Seen, used: list[Instrument], shown: list[Instrument], drawn: int) -> str:
    """How many scores are drawn, and of which scales some are not."""
    away = [scale.title for scale in used if scale not in shown]
    if not away:
        return plural(drawn, "score")
    return f"{drawn} of {plural(len(seen.scores), 'score')} ({', '.join(away)} not drawn)"


def _figure(seen: Seen, used: list[Instrument], shown: list[Instrument], by: str) -> None:
    drawn = kept(
        seen.key("kept figure"),
        core.patient_figure,
        seen.scores,
        seen.given,
        shown,
        seen.baselines,
        others=[scale for scale in used if scale not in shown],
        context=seen.context,
        palette=figure.palette(),
        zone=seen.zone.key,
        narrow=figure.narrow(),
        gap_days=seen.gap_days,
        by=by,
        first_dose=seen.starts["start"].max() if len(seen.starts) else None,
        now=seen.as_of,
    )
    figure.show(
        drawn.spec,
        key=seen.key("figure"),
        alt=kept(
            seen.key("kept words"),
            core.alt,
            seen.scores,
            seen.given,
            shown,
            zone=seen.zone.key,
            context=seen.context,
        ),
        footer=footers.footer(
            f"{_counted(seen, used, shown, len(drawn.points))}, {plural(len(seen.given), 'treatment')}",
            [*seen.scores["taken_at"], *seen.given["started_at"]],
            [rule for scale in shown for rule in footers.rules_of(scale)],
            seen.as_of,
            unverified=[rule for scale in shown for rule in footers.unverified_of(scale)],
            zone=seen.zone.key,
        ),
    )
