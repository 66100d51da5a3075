"""Is the course on track? What each rule says of the leading scale, always in view; all scales, and the clinic's own
band for a like beginning, when somebody asks.
"""

from __future__ import annotations

from datetime import date

import streamlit as st

from clinic import background, expected
from clinic.charts import band as picture
from clinic.charts.footers import footer
from clinic.outcomes import band, expectation, verdicts
from clinic.outcomes.following import Followed, follow
from clinic.outcomes.verdicts import OfScale
from clinic.outcomes.wording import number
from data_model import database
from pages.patient.seen import Seen
from pages.patient.strip import Cell, strip
from pages.shared import figure, sheet, who
from pages.shared.kept import kept

TITLES = {
    "change": "Since baseline",
    "response": "Response",
    "remission": "Remission",
    "holding": "Durability",
    "early signal": "Early signal",
}
EARLY = verdicts.NAMES[-1]


def show(seen: Seen) -> None:
    scale = seen.primary
    found = _follow(seen, "kept followed", {scale.id: scale})
    if not found:
        st.caption(f"No score of {scale.title} yet, so nothing is judged by it.")
        return
    cells = kept(seen.key("kept verdicts"), cells_of, found[0], _ended(seen), _night(seen))
    strip(f"What the rules say of {scale.title}", cells)


def cells_of(it: Followed, ended: tuple, night: int) -> tuple[Cell, ...]:
    """The verdicts of one scale and its fixed rules of expectation; the early signal only where there is one."""
    of = verdicts.of_scale(it, ended)
    cells = [
        Cell(TITLES[each.name], each.value, each.detail, each.rule, "worse" if each.grave else "")
        for each in of.verdicts
        if each.name != EARLY or each.value != verdicts.NOT_JUDGED
    ]
    return (*cells, _on_track(expectation.signals(it, night)))


def _on_track(signals: tuple[expectation.Signal, ...]) -> Cell:
    """The gravest of the fixed rules: one that asks for a review, else what the first of them says."""
    order = (expectation.SIGNAL, expectation.PAST, expectation.CLEAR, expectation.OPEN)
    first = min(signals, key=lambda each: order.index(each.state))
    asking = [each for each in signals if each.state == expectation.SIGNAL] or [first]
    said = "; ".join(each.says for each in asking)
    rules = ", ".join(f"rule {each.named}" for each in asking)
    asks = "" if first.state != expectation.SIGNAL else "worse" if any(it.worse for it in asking) else "asks"
    return Cell("Expected", first.state, said, rules, asks)


def every(seen: Seen) -> None:
    """All scales, and how others with a like beginning fared."""
    found = _follow(seen, "kept all followed", seen.catalogue)
    rows = kept(seen.key("kept verdict rows"), rows_of, tuple(found), _ended(seen), _night(seen))
    sheet.table("Every scale of this course", HEADINGS, rows)
    st.caption(
        "What a rule saw in the scores of this course; 72 hours after the last dose and 7 days after the first "
        "at the earliest (docs/clinical.md B.2). What it means is for the clinician."
    )
    leading = next((it for it in found if it.scale.id == seen.primary.id), None)
    if leading:
        _band(seen, leading)


HEADINGS = ("Scale", *TITLES.values(), "Expected")


def rows_of(every: tuple[Followed, ...], ended: tuple, night: int) -> tuple[tuple[str, ...], ...]:
    """One row per scale, each cell a word with the sentence and the rule below it."""
    return tuple(_row(it, verdicts.of_scale(it, ended), night) for it in every)


def _row(it: Followed, of: OfScale, night: int) -> tuple[str, ...]:
    before = "no baseline" if of.baseline is None else f"baseline {number(of.baseline)}"
    judged = [f"{each.value}\n{each.detail}{f' ({each.rule})' if each.rule else ''}" for each in of.verdicts]
    on_track = _on_track(expectation.signals(it, night))
    return (f"{of.title}\n{before}", *judged, f"{on_track.value}\n{on_track.detail} ({on_track.rule})")


def _band(seen: Seen, it: Followed) -> None:
    """The clinic's own data, read when this part is open."""
    st.subheader("People with a like beginning", anchor=False)
    mine = seen.given[seen.given["episode"] == seen.course.key]
    if it.baseline.total is None or not len(mine):
        st.text("Nobody's beginning can be called like this one: there is no baseline or no dose yet.")
        return
    first = mine.iloc[0]
    with database(who.actor()) as db:
        found = expected.like(
            db, seen.course, it.scale, it.baseline.total, first["substance"], first["route"]
        )
    if found is None:
        st.text(
            f"{it.scale.title} has no bands of severity, so nobody's beginning can be called like this one."
        )
        return
    if not found.enough:
        st.text(band.in_words(found, it.scale.title))
        return
    _draw_band(seen, it, found)


def _draw_band(seen: Seen, it: Followed, found: band.Expected) -> None:
    own = band.own_line(it.rows, it.scale, it.baseline.total)
    st.text(band.in_words(found, it.scale.title))
    figure.show(
        picture.band_figure(
            found, own, palette=figure.palette(), narrow=figure.narrow(), gap_days=seen.gap_days
        ),
        key=seen.key("band figure"),
        alt=picture.alt(found, own),
        footer=footer(
            f"{found.people} people, {len(own)} scores of this person",
            it.rows["taken_at"],
            [f"{band.RULE} v{band.VERSION}"],
            seen.as_of,
            zone=seen.zone.key,
        ),
    )
    weeks = [
        (
            str(row.week),
            str(row.n),
            *(f"{value:.0f} %" for value in (row.q10, row.q25, row.q50, row.q75, row.q90)),
        )
        for row in found.weeks.itertuples()
    ]
    sheet.table(
        "Improvement of people with a like beginning, by week",
        ("Week", "People", "10 % below", "25 % below", "half below", "75 % below", "90 % below"),
        weeks,
    )
    sheet.table(
        "This person's own points, newest first",
        ("Day", it.scale.title, "Improvement"),
        [
            (str(row.night), number(row.total), f"{number(round(row.improvement))} %")
            for row in own[::-1].itertuples()
            if row.improvement == row.improvement
        ],
    )


def _follow(seen: Seen, name: str, scales) -> list[Followed]:
    return kept(
        seen.key(name),
        follow,
        scales,
        seen.scores,
        seen.given,
        seen.starts,
        seen.course.key,
        seen.baselines,
        zone=seen.zone.key,
    )


def _ended(seen: Seen) -> tuple[tuple[float, str], ...]:
    """What ended a response at once, as days of this course."""
    first = _day(seen, seen.starts["start"].min()) if len(seen.starts) else None
    ended = background.ends(seen.context, first)
    return (
        tuple(verdicts.since_first_dose(ended, seen.starts, seen.course.key, seen.zone.key)) if ended else ()
    )


def _night(seen: Seen) -> int:
    """How many days the course has lasted."""
    return (_day(seen, seen.as_of) - _day(seen, seen.first_dose)).days if seen.first_dose else 0


def _day(seen: Seen, moment) -> date:
    return moment.astimezone(seen.zone).date()
