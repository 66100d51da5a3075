"""The core figure: one person's scores over the treatments that they had, on one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.charts.axis import draw_time_axis, time_axis, wall_seconds
from clinic.charts.palette import LIGHT, Palette
from clinic.charts.reference_lines import reference_lines
from clinic.charts.score_panel import Rows, draw_panel
from clinic.charts.sheet import BAND_TEXT_PX, LINE_TEXT_PX, Sheet, text_width
from clinic.charts.suicide_strip import draw_strip
from clinic.charts.treatment_lanes import draw_guides, draw_lanes
from clinic.instruments.definition import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.counting import HOURS_AFTER_DOSE, hours_since, time_after_dose
from clinic.outcomes.wording import date_words, number, plural

GAP_DAYS = 35
WIDE, NARROW = 880, 358
AXIS_PX, KEY_LINE_PX = 42, 17
KEY_WIDE, KEY_NARROW = 5, 2  # entries of the key on one line


@dataclass(frozen=True, slots=True)
class PatientFigure:
    """`spec` is what plotly takes; `points` is (assessment, x, y) of every score drawn, `untotalled` the
    assessments without a total, which stand as crosses: together the rows given, no more and no fewer."""

    spec: dict
    points: list[tuple[str, str | float, float]]
    untotalled: list[str]
    height: int


def patient_figure(
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    panels: Sequence[Instrument],
    baselines: Mapping[str, Baseline],
    *,
    others: Sequence[Instrument] = (),
    palette: Palette = LIGHT,
    zone: str = "UTC",
    narrow: bool = False,
    gap_days: int = GAP_DAYS,
    by: str = "date",
    first_dose=None,
    now=None,
) -> PatientFigure:
    """Score panels (primary scale first), suicide strip, treatment lanes.

    `baselines` goes by instrument id. `others` are scales without a panel whose suicide answers still stand in
    the strip. `by` is "date" or "days" since `first_dose` (default: the first treatment given); `now` only
    places an empty figure.
    """
    known = {scale.id: scale for scale in (*panels, *others)}
    scores = _only(scores, known)
    rows, given = Columns(scores, treatments, zone), wall_seconds(treatments["started_at"], zone)
    times = np.concatenate([rows.when, given])
    if not len(times):
        times = wall_seconds([pd.Timestamp.now(tz="UTC") if now is None else now], zone)
    axis = time_axis(times, by, _origin(first_dose, given, zone))
    sheet = _sheet(panels, baselines, _key(panels, rows, treatments), palette, narrow)
    points = []
    for place, scale in enumerate(panels):
        baseline = baselines.get(scale.id)
        start = _baseline_start(baseline, zone)
        points += draw_panel(
            sheet, axis, scale, rows.of(scale), baseline, start, primary=place == 0, gap_days=gap_days
        )
    draw_guides(sheet, axis, given, [ref for ref, *_ in sheet.strips])
    draw_strip(sheet, axis, rows, known)
    draw_lanes(sheet, axis, treatments, given)
    draw_time_axis(sheet, axis, sheet.strips[-1][0])
    return PatientFigure(sheet.spec(), points, rows.untotalled(panels), sheet.height)


def alt(
    scores: pd.DataFrame, treatments: pd.DataFrame, panels: Sequence[Instrument], *, zone: str = "UTC"
) -> str:
    """The figure in one sentence for those who do not see it; the numbers are those that it labels."""
    clauses = [_scale_words(scale, scores[scores["instrument"] == scale.id], zone) for scale in panels]
    clauses.append(_suicide_words(scores))
    lanes = treatments.groupby(["substance", "route"], sort=False).size()
    clauses += [
        f"{plural(int(n), 'treatment')} of {substance} {route}" for (substance, route), n in lanes.items()
    ]
    if not len(lanes):
        clauses.append("no treatments")
    events = int(treatments["worst_event"].isin(["moderate", "severe"]).sum())
    if events:
        clauses.append(f"{plural(events, 'treatment')} with a moderate or severe adverse event")
    stopped = int(treatments["stopped_early"].sum())
    if stopped:
        clauses.append(f"{stopped} stopped early")
    return "; ".join(clauses) + "."


def _scale_words(scale: Instrument, forms: pd.DataFrame, zone: str) -> str:
    known = forms[forms["total"].notna()].sort_values("taken_at", kind="stable")
    if not len(known):
        return f"{scale.title}: no score"
    totals = known["total"]
    ends = [date_words(pd.Timestamp(each).tz_convert(zone)) for each in known["taken_at"].iloc[[0, -1]]]
    last = f"{number(totals.iloc[-1])} on {ends[1]}"
    band = scale.band(float(totals.iloc[-1]))
    last += f" ({band})" if band else ""
    if len(known) == 1:
        return f"{scale.title}: one score, {last}"
    best = number(totals.min() if scale.higher_is == "worse" else totals.max())
    first = f"{number(totals.iloc[0])} on {ends[0]}"
    return f"{scale.title}: {len(known)} scores, from {first} to {last}, best {best}"


def _suicide_words(scores: pd.DataFrame) -> str:
    """What the strip shows; silence is said."""
    states = scores["suicide_state"]
    answered = scores[states.isin(["yes", "no"])]
    skipped = int((states == "skipped").sum())
    if not len(answered) and not skipped:
        return "suicide item never asked"
    words = [f"suicide item answered {plural(len(answered), 'time')}"]
    if len(answered):
        words.append(f"endorsed {plural(int((answered['suicide_state'] == 'yes').sum()), 'time')}")
    if skipped:
        words.append(f"skipped {plural(skipped, 'time')}")
    return ", ".join(words)


TEXTS = ("assessment", "instrument", "version", "band", "how", "suicide_state")


class Columns:
    """The frame's columns as arrays, cut once: a frame operation per strip would cost more than the figure."""

    def __init__(self, scores: pd.DataFrame, treatments: pd.DataFrame, zone: str):
        texts = {name: scores[name].to_numpy(object) for name in TEXTS}
        self.assessment, self.instrument, self.version = (texts[name] for name in TEXTS[:3])
        self.state, self.suicide = texts["suicide_state"], scores["suicide"].to_numpy(float)
        self.total, self.prorated = scores["total"].to_numpy(float), scores["prorated"].to_numpy(bool)
        self.when = wall_seconds(scores["taken_at"], zone)
        hours = hours_since(scores, treatments["patient"], treatments["started_at"], zone)
        self.early = hours < HOURS_AFTER_DOSE
        self.hover = _hover(scores, texts | {"prorated": self.prorated}, hours)

    def of(self, scale: Instrument) -> Rows:
        mine = np.flatnonzero(self.instrument == scale.id)
        mine = mine[np.argsort(self.when[mine], kind="stable")]
        return Rows(
            assessment=self.assessment[mine].tolist(),
            when=self.when[mine],
            total=self.total[mine],
            version=self.version[mine],
            prorated=self.prorated[mine],
            early=self.early[mine],
            hover=[self.hover[at] for at in mine],
        )

    def untotalled(self, panels: Sequence[Instrument]) -> list[str]:
        shown = np.isin(self.instrument, [scale.id for scale in panels])
        return self.assessment[shown & np.isnan(self.total)].tolist()


def _only(scores: pd.DataFrame, known: Mapping[str, Instrument]) -> pd.DataFrame:
    names = scores["instrument"].to_numpy(object)
    return scores if set(names) <= known.keys() else scores[np.isin(names, list(known))]


def _origin(first_dose, given: np.ndarray, zone: str) -> int | None:
    if first_dose is not None:
        return int(wall_seconds([first_dose], zone)[0])
    return int(given.min()) if len(given) else None


def _baseline_start(baseline: Baseline | None, zone: str) -> int | None:
    """Where the baseline's lines begin; an imported baseline without a date has them all along."""
    if baseline is None or baseline.taken_at is None:
        return None
    return int(wall_seconds([baseline.taken_at], zone)[0])


def _hover(scores: pd.DataFrame, columns: dict, hours: np.ndarray) -> list[str]:
    """What the number and date of a point do not say; all of it also stands in the scores table."""
    words = [
        f"{band if isinstance(band, str) else ''}<br>{how}"
        for band, how in zip(columns["band"], columns["how"], strict=True)
    ]
    missing = scores["missing"].to_numpy()
    for at in np.flatnonzero(missing > 0):
        prorated = ", prorated" if columns["prorated"][at] else ""
        words[at] += f"<br>{plural(int(missing[at]), 'answer')} missing{prorated}"
    for at in np.flatnonzero(hours < HOURS_AFTER_DOSE):
        words[at] += f"<br>{time_after_dose(hours[at])}"
    return words


def _sheet(panels, baselines, entries: list[str], palette: Palette, narrow: bool) -> Sheet:
    """Margins from what has to fit into them."""
    per_line = KEY_NARROW if narrow else KEY_WIDE
    lines = ["     ".join(entries[at : at + per_line]) for at in range(0, len(entries), per_line)]
    sheet = Sheet(
        palette=palette,
        narrow=narrow,
        left=28 if narrow else 34,
        right=_right_margin(panels, baselines, narrow),
        foot=AXIS_PX + KEY_LINE_PX * len(lines) + 4,
        width=NARROW if narrow else WIDE,
    )
    if lines:
        place = {"x": 0, "xref": "paper", "y": 0, "yref": "paper", "xanchor": "left", "yanchor": "top"}
        sheet.note("<br>".join(lines), size=11.5, colour=palette.muted, yshift=-AXIS_PX, **place)
    return sheet


def _right_margin(panels, baselines, narrow: bool) -> int:
    """Room beside the panels for the bands' names and, unless narrow, for the lines' words before them."""
    names = [band.name for scale in panels for band in scale.bands]
    if narrow:
        words = [word for name in names for word in name.split()]
        words += [word for scale in panels if scale.suicide_item for word in scale.title.split()]
        return max(round(max((text_width(word, BAND_TEXT_PX - 1) for word in words), default=0) + 12), 20)
    lines = [40.0]
    for scale in panels:
        baseline = baselines.get(scale.id)
        total = baseline.total if baseline else None
        lines += [text_width(line.words, LINE_TEXT_PX) for line in reference_lines(scale, total)]
    bands = max((text_width(name, BAND_TEXT_PX) for name in names), default=0)
    return round(max(lines) + bands + (26 if names else 14))


def _key(panels, rows: Columns, treatments: pd.DataFrame) -> list[str]:
    """What the marks mean, naming only those that are there."""
    shown = np.isin(rows.instrument, [scale.id for scale in panels])
    has = shown & ~np.isnan(rows.total)
    present = {scale.rater for scale in panels if (has & (rows.instrument == scale.id)).any()}
    worst = set(treatments["worst_event"])
    entries = [
        ("○ self-report", "self" in present),
        ("● clinician-rated", "clinician" in present),
        (f"◇ within {HOURS_AFTER_DOSE} h of a dose", bool((has & rows.early).any())),
        ("⊠ prorated", bool((has & rows.prorated).any())),
        ("× no total", bool((shown & np.isnan(rows.total)).any())),
        ("▨ stopped early", bool(treatments["stopped_early"].any())),
        ("△ moderate adverse event", "moderate" in worst),
        ("▲ severe adverse event", "severe" in worst),
    ]
    return [words for words, there in entries if there]
