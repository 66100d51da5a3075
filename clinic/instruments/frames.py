"""Whole tables of answers in one pass, for imports, for checking what is stored, and for a notebook.

The numbers are those of `scoring.score`, form for form; a test compares the two on a million random forms.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from clinic.instruments.definition import Instrument, default_of
from clinic.instruments.items import LEVEL, Item, Level
from clinic.instruments.rules import BandSet
from clinic.refused import BadAnswers

STATES = ("not asked", "no", "yes", "skipped")
NOT_ASKED, NO, YES, SKIPPED = range(4)
SHOWN = 20  # sentences about bad cells; a shifted column would give thousands
CELLS = 1 << 16  # scored at a time: what stays in the processor's cache is several times faster


def score_frame(instrument: Instrument, answers: pd.DataFrame) -> pd.DataFrame:
    """One row per form, one column per item id (dates may be left out); blank is NaN.

    Returns, on the same index: total (float, NaN = no total), prorated (bool), missing (int), band
    (categorical, NaN = none), suicide (float) and suicide_state (categorical of `STATES`). Raises BadAnswers
    naming row and item; a column that is absent is refused and not read as blank.
    """
    refuse_wrong_columns(instrument, answers)
    items = [item for item in instrument.items if not item.is_date]
    frame = answers[[item.id for item in items]]
    values = numbers(instrument, items, frame)
    forms = len(values)
    total, suicide = np.empty(forms), np.full(forms, np.nan)
    prorated, missing = np.zeros(forms, bool), np.zeros(forms, np.int64)
    band, state = np.full(forms, -1, np.int8), np.zeros(forms, np.int8)
    lookup = band_codes(default_of(instrument.band_sets))
    step = max(CELLS // max(len(items), 1), 1)
    for start in range(0, forms, step):
        piece = slice(start, start + step)
        some = Forms(instrument, items, values[piece])
        if not some.possible():
            refuse_impossible(instrument, items, frame)
        total[piece], prorated[piece], missing[piece] = some.totals()
        suicide[piece], state[piece] = some.suicide()
        if lookup is not None:
            band[piece] = lookup(total[piece])
    names = [band.name for band in instrument.bands]
    return pd.DataFrame(
        {
            "total": total,
            "prorated": prorated,
            "missing": missing,
            "band": pd.Categorical.from_codes(band, names, ordered=True),
            "suicide": suicide,
            "suicide_state": pd.Categorical.from_codes(state, STATES),
        },
        index=answers.index,
    )


class Forms:
    """A table of answers as one float array, forms × items in the order of the form, and its points."""

    def __init__(self, instrument: Instrument, items: list[Item], values: np.ndarray):
        self.instrument, self.items, self.given = instrument, items, values
        self.place = {item.id: at for at, item in enumerate(items)}
        self.points = points_of(items, values)
        self.scored = [at for at, item in enumerate(items) if item.scored]
        self.counted = self._counted()
        # In a sum without questions that depend on others, a form without a blank needs no second look.
        depends = instrument.one_of or any(item.ask_if for item in items)
        self.plain = instrument.scoring == "sum" and bool(self.scored) and not depends

    def possible(self) -> bool:
        """Whether every cell is blank or an answer that its item has, and none was not to be asked."""
        values = self.given
        low = np.array([item.minimum for item in self.items], float)
        high = np.array([item.maximum for item in self.items], float)
        for at, item in enumerate(self.items):
            for code in (item.not_assessed, item.as_blank):
                if code is not None:
                    low[at], high[at] = min(low[at], code), max(high[at], code)
        blanks = np.count_nonzero(np.isnan(values))
        inside = not ((values < low) | (values > high)).any()
        is_whole = np.count_nonzero(np.rint(values) != values) == blanks
        return (
            inside
            and is_whole
            and not any(self._between(at).any() for at in self._with_codes())
            and not any(self._unasked(at).any() for at, item in enumerate(self.items) if item.ask_if)
        )

    def totals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Totals, which of them are prorated, and how many items are missing."""
        forms = len(self.given)
        prorated, missing = np.zeros(forms, bool), np.zeros(forms, np.int64)
        if not self.plain:
            blank = self.missing()
            total = self._sum_of_domains() if self.instrument.domains else np.full(forms, np.nan)
            if self.instrument.scoring == "sum":
                total, prorated = self._prorated(blank, self._of_scored(self.counted), self.given)
            return total, prorated, blank.sum(axis=1)
        points = self._of_scored(self.points)
        total = points.sum(axis=1)
        if len(some := np.flatnonzero(np.isnan(total))):
            blank = np.isnan(points[some])
            missing[some] = blank.sum(axis=1)
            total[some], prorated[some] = self._prorated(blank, points[some], self.given[some])
        return total, prorated, missing

    def missing(self) -> np.ndarray:
        """Forms × scored items: which were asked and have no rating."""
        blank = np.isnan(self._of_scored(self.counted))
        for pair in self.instrument.one_of:
            self._forgive(blank, *pair)
        for at, place in enumerate(self.scored):
            if before := self.items[place].ask_if:
                blank[:, at] &= self.given[:, self.place[before]] >= 1
        return blank

    def suicide(self) -> tuple[np.ndarray | float, np.ndarray | int]:
        """The suicide answer and the code of its state, as they are stored beside a score."""
        flag = self.instrument.suicide_flag
        if flag is None:
            return np.nan, NOT_ASKED
        if flag.item == LEVEL:
            return self._level(self.missing())
        value = self.points[:, self.place[flag.item]]
        return value, np.where(np.isnan(value), SKIPPED, np.where(value > 0, YES, NO))

    def _counted(self) -> np.ndarray:
        """The points, and in a sum 0 where an answer before it made a scored item needless."""
        asked_later = [at for at, item in enumerate(self.items) if item.ask_if]
        if self.instrument.scoring != "sum" or not asked_later:
            return self.points
        counted, spared = self.points.copy(), {}
        for at in asked_later:
            before = self.place[self.items[at].ask_if]
            spared[at] = (self.given[:, before] < 1) | spared.get(before, False)
            if self.items[at].scored:
                counted[spared[at], at] = 0
        return counted

    def _prorated(
        self, blank: np.ndarray, points: np.ndarray, given: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        blanks, items = blank.sum(axis=1), points.shape[1]
        sums = np.where(blank, 0.0, points).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            total = np.where(blanks == 0, sums, sums * items / (items - blanks))
        total[(blanks > self._allowed(blank, given)) | (blanks == items)] = np.nan
        return total, (blanks > 0) & ~np.isnan(total)

    def _with_codes(self) -> list[int]:
        """Items with a code beyond their range."""
        return [at for at, item in enumerate(self.items) if not (item.not_assessed is item.as_blank is None)]

    def _between(self, at: int) -> np.ndarray:
        """Answers between an item's range and its code, which the item does not have."""
        item, values = self.items[at], self.given[:, at]
        wrong = (values < item.minimum) | (values > item.maximum)
        for code in (item.not_assessed, item.as_blank):
            if code is not None:
                wrong &= values != code
        return wrong

    def _unasked(self, at: int) -> np.ndarray:
        before = self.given[:, self.place[self.items[at].ask_if]]
        return ~(before >= 1) & (self.given[:, at] > self.items[at].minimum)

    def _of_scored(self, values: np.ndarray) -> np.ndarray:
        return values if len(self.scored) == len(self.items) else values[:, self.scored]

    def _forgive(self, blank: np.ndarray, first: str, second: str) -> None:
        """Of a pair the blank half of an answered one is no blank, and an untouched one is one blank."""
        one, other = (self.scored.index(self.place[item]) for item in (first, second))
        unanswered = np.isnan(self.given[:, [self.place[first], self.place[second]]])
        blank[:, one] &= unanswered.all(axis=1) | ~unanswered[:, 0]
        blank[:, other] &= ~unanswered[:, 1]

    def _allowed(self, blank: np.ndarray, given: np.ndarray) -> np.ndarray | int:
        """More may be prorated where every blank is an answer that the item does not apply."""
        allow = self.instrument.allow_missing
        if not self.instrument.allow_not_applicable:
            return allow
        untouched = (blank & np.isnan(self._of_scored(given))).any(axis=1)
        return np.where(untouched, allow, max(allow, self.instrument.allow_not_applicable))

    def _sum_of_domains(self) -> np.ndarray:
        total = np.zeros(len(self.points))
        for domain in self.instrument.domains:
            total += self._domain([self.place[item] for item in domain.items])
        return total

    def _domain(self, places: list[int]) -> np.ndarray:
        """The highest answer; NaN if a blank one could be higher."""
        points = self.points[:, places]
        blank = np.isnan(points)
        ids = [self.items[place].id for place in places]
        for first, second in self.instrument.one_of:
            if first in ids:
                one, other = ids.index(first), ids.index(second)
                both = blank[:, one] & blank[:, other]
                blank[:, one], blank[:, other] = both, both
        highest = np.fmax.reduce(points, axis=1)
        ceiling = max(self.items[place].most for place in places)
        return np.where(blank.any(axis=1) & (highest != ceiling), np.nan, highest)

    def _level(self, missing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        level = self.instrument.level
        yes = self.given[:, [self.place[item] for item in level.items]] == 1
        highest = np.where(yes, np.arange(1, len(level.items) + 1), 0).max(axis=1).astype(float)
        happened = self.given[:, self.place[level.behaviour]] == 1
        past = level.recent is not None and self.given[:, self.place[level.recent]] == 0
        recent = happened & np.logical_not(past)
        positive = happened | (highest > 0)
        skipped = ~positive & missing.any(axis=1)
        value = np.where(skipped, np.nan, np.where(recent, Level.BEHAVIOUR, highest))
        return value, np.select([positive, skipped], [YES, SKIPPED], NO)


# ---- the cells ---------------------------------------------------------------------------------------------------


def numbers(instrument: Instrument, items: list[Item], frame: pd.DataFrame) -> np.ndarray:
    """The answers as floats, NaN for blank; text and booleans are refused, though Python could count them."""
    if all(is_numeric_dtype(kind) and not is_bool_dtype(kind) for kind in frame.dtypes):
        return frame.to_numpy(float, na_value=np.nan)
    return np.column_stack([column_of(instrument, item, frame[item.id]) for item in items])


def column_of(instrument: Instrument, item: Item, answers: pd.Series) -> np.ndarray:
    """A column of mixed kinds, looked at cell by cell: what is no number is refused, and never read as blank."""
    blank = answers.isna().to_numpy()
    wrong = ~answers.map(is_number).to_numpy(bool) & ~blank
    refuse_cells(instrument, item, answers[wrong], "not_integer", "takes a whole number, not")
    return pd.to_numeric(answers, errors="coerce").to_numpy(float, na_value=np.nan)


def is_number(answer: object) -> bool:
    return isinstance(answer, Real) and not isinstance(answer, bool)


def refuse_impossible(instrument: Instrument, items: list[Item], frame: pd.DataFrame) -> None:
    """Raises BadAnswers with the rows of the first item that has any; called only when there is one."""
    forms = Forms(instrument, items, numbers(instrument, items, frame))
    for at, item in enumerate(items):
        values, column = forms.given[:, at], frame[item.id]
        with np.errstate(invalid="ignore"):  # infinity has no fraction
            fractions = ~np.isnan(values) & (values % 1 != 0)
        refuse_cells(instrument, item, column[fractions], "not_integer", "takes a whole number, not")
        bounds = f"takes {item.minimum} to {item.maximum}, not"
        refuse_cells(instrument, item, column[forms._between(at)], "out_of_range", bounds)
        if item.ask_if:
            says = f"is asked only if {item.ask_if} is 1 or more, and is"
            refuse_cells(instrument, item, column[forms._unasked(at)], "not_asked", says)


def points_of(items: list[Item], values: np.ndarray) -> np.ndarray:
    """Answers as they enter a sum. The array itself where every answer counts as what it is."""
    special = [
        at
        for at, item in enumerate(items)
        if item.weights or item.not_assessed is not None or item.as_blank is not None
    ]
    if not special:
        return values
    points = values.copy(order="F")
    for at in special:
        points[:, at] = worth_of(items[at], values[:, at])
    return points


def worth_of(item: Item, answers: np.ndarray) -> np.ndarray:
    """Points of one column by a table of all its answers, whose last place stands for a blank."""
    codes = [code for code in (item.not_assessed, item.as_blank) if code is not None]
    low, high = min([item.minimum, *codes]), max([item.maximum, *codes])
    worth = [item.points(answer) if item.accepts(answer) else None for answer in range(low, high + 1)]
    table = np.array([*worth, None], float)
    place = np.where(np.isnan(answers), len(worth), answers - low)
    return table[np.clip(place, 0, len(worth)).astype(np.int64)]


def band_codes(chosen: BandSet | None) -> Callable[[np.ndarray], np.ndarray] | None:
    """From totals to the places of their bands, halves rounded up; -1 where there is no total."""
    if chosen is None:
        return None
    floor = chosen.bands[0].low
    places = np.repeat(
        np.arange(len(chosen.bands), dtype=np.int8), [band.high - band.low + 1 for band in chosen.bands]
    )
    table = np.append(places, np.int8(-1))

    def codes(total: np.ndarray) -> np.ndarray:
        at = np.where(np.isnan(total), len(places), np.floor(total + (0.5 - floor)))
        return table[at.astype(np.int64)]

    return codes


def refuse_wrong_columns(instrument: Instrument, answers: pd.DataFrame) -> None:
    if not answers.columns.is_unique:
        raise BadAnswers("unknown_item", f"{instrument.title} has a column twice.")
    known = {item.id: item for item in instrument.items}
    absent = [name for name, item in known.items() if name not in answers.columns and not item.is_date]
    strange = [name for name in answers.columns if name not in known]
    if absent:
        raise BadAnswers("wrong_item_count", f"{instrument.title} lacks the columns {', '.join(absent)}.")
    if strange:
        raise BadAnswers("unknown_item", f"{instrument.title} has no items {', '.join(map(str, strange))}.")


def refuse_cells(instrument: Instrument, item: Item, bad: pd.Series, code: str, says: str) -> None:
    if bad.empty:
        return
    where = f"{instrument.title} item {item.id} ({item.text})"
    problems = [f"Row {row}: {where} {says} {answer!r}." for row, answer in bad.head(SHOWN).items()]
    if len(bad) > SHOWN:
        problems.append(f"And {len(bad) - SHOWN} more rows of item {item.id}.")
    raise BadAnswers(code, *problems)
