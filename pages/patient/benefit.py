"""How long did each dose last in this person? A description of their own past, and no recommendation of an interval."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import streamlit as st

from clinic.charts import interdose
from clinic.charts.footers import footer
from clinic.instruments import Instrument
from clinic.outcomes import benefit
from clinic.outcomes.benefit import Interval
from clinic.outcomes.wording import number, plural
from pages.patient.seen import Seen
from pages.shared import clock, figure, sheet
from pages.shared.kept import kept

VERSION = "1"
NO_ADVICE = (
    "Days from a dose until half of what it gained was lost again. It describes what was, from scores on single days; "
    "it recommends no interval and no dose."
)


def show(seen: Seen) -> None:
    mine = seen.given[seen.given["episode"] == seen.course.key]
    if not len(mine):
        st.text("No dose in this course yet.")
        return
    doses = tuple(mine["started_at"])
    used = [seen.catalogue[name] for name in dict.fromkeys(seen.scores["instrument"])]
    able = [scale for scale in used if benefit.can_say(scale)]
    found = {
        scale.id: kept(seen.key(f"kept days {scale.id}"), _intervals, seen.scores, doses, scale)
        for scale in able
    }
    able = sorted(able, key=lambda scale: _fit(scale, found[scale.id], seen.primary))
    if able:
        _scale(seen, able, found)
    else:
        st.markdown("**Not enough data: no scale that could say has been answered.**")
        st.caption(NO_ADVICE)
    for said in _cannot(used, seen.primary):
        st.caption(said)


def _intervals(scores, doses, scale: Instrument) -> tuple[Interval, ...]:
    return tuple(benefit.intervals(scores, doses, scale))


def _fit(scale: Instrument, found: Sequence[Interval], primary: Instrument) -> tuple:
    """The leading scale first, then whichever can say most."""
    judged = sum(each.judged for each in found)
    return scale.id != primary.id, -judged, -sum(len(each.days) for each in found)


def _scale(seen: Seen, able: Sequence[Instrument], every: dict[str, tuple[Interval, ...]]) -> None:
    chosen = st.pills(
        "Scale",
        [scale.id for scale in able],
        default=able[0].id,
        required=True,
        format_func=lambda name: seen.catalogue[name].title,
        key=seen.key("days of benefit by"),
        label_visibility="collapsed",
    )
    scale, found = seen.catalogue[chosen], every[chosen]
    st.markdown(f"**{usual_words(found)}**")
    st.caption(NO_ADVICE)
    drawn = kept(
        seen.key("kept interdose"),
        interdose.interdose_figure,
        found,
        scale,
        palette=figure.palette(),
        narrow=figure.narrow(),
    )
    if any(len(each.days) + (each.before is not None) > 1 for each in found):  # a line, not lone points
        figure.show(
            drawn.spec,
            key=seen.key("interdose"),
            alt=interdose.alt(found, scale),
            footer=footer(
                f"{plural(sum(len(each.days) for each in found), 'score')} of {scale.title} after "
                f"{plural(len(found), 'dose')} of this course",
                [each.start for each in found],
                [f"{benefit.RULE} v{VERSION}"],
                seen.as_of,
                zone=seen.zone.key,
            ),
        )
        st.caption(
            f"{scale.title} by days since the dose; the latest interval is bold, a cross is where half of the gain was "
            f"lost. {scale.title} looks back over {plural(scale.recall_days, 'day')}."
        )
    sheet.table(f"Days of benefit by {scale.title}, each dose", HEADINGS, rows_of(found, scale, seen.zone))


HEADINGS = ("Dose", "Given", "Before", "Best after", "Scores", "Days of benefit")


def usual_words(found: Sequence[Interval]) -> str:
    """The median once three intervals can say; before that, how many can."""
    usual = benefit.usually(found)
    judged = sum(each.judged for each in found)
    if usual is None:
        return (
            f"Not enough data for a median: {judged} of the {benefit.FEWEST_INTERVALS} intervals needed can say how "
            "long a dose lasts."
        )
    still = f", {usual.censored} of them still holding at their last score" if usual.censored else ""
    return f"Median of {usual.intervals} intervals: {usual.says}{still}."


def rows_of(found: Sequence[Interval], scale: Instrument, zone: ZoneInfo) -> list[tuple[str, ...]]:
    """Newest first; an interval that cannot say says why."""
    return [
        (
            str(each.number),
            clock.day(each.start, zone),
            "not recorded" if each.before is None else number(each.before),
            best(each, scale),
            str(len(each.days)),
            each.says,
        )
        for each in reversed(found)
    ]


def best(each: Interval, scale: Instrument) -> str:
    pick = min if scale.higher_is == "worse" else max
    return number(pick(each.totals)) if each.totals else "not recorded"


def _cannot(used: Sequence[Instrument], primary: Instrument) -> list[str]:
    """Why a scale that is in use cannot say, the leading one first."""
    long = [s for s in used if s.has_total and s.recall_days > benefit.LONGEST_RECALL]
    long.sort(key=lambda scale: scale.id != primary.id)
    if not long:
        return []
    named = ", ".join(f"{scale.title} ({scale.recall_days} days)" for scale in long)
    return [
        f"Not by {named}: a scale that looks back further than {benefit.LONGEST_RECALL} days still speaks of the time "
        "before the dose. A weekly one such as OASIS can say."
    ]
