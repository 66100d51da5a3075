"""Whole columns of answers at once, for imports and for checking what is stored."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from clinic.instruments.definition import BandSet, Instrument, Item, default_of
from clinic.refused import BadAnswers

SHOWN = 20  # sentences about bad cells; a shifted column would give thousands


def score_frame(instrument: Instrument, answers: pd.DataFrame) -> pd.DataFrame:
    """One row per form, one column per item id; blank is NaN. The same numbers as `score`, by column.

    Returns total (float, NaN = no total), prorated (bool), missing (int) and band (str or None), same index.
    Raises BadAnswers naming row and item; a column that is absent is refused and not read as blank.
    """
    refuse_wrong_columns(instrument, answers)
    points = np.column_stack([column_of(instrument, item, answers[item.id]) for item in instrument.items])
    missing = np.isnan(points).sum(axis=1)
    answered = points.shape[1] - missing
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.nansum(points, axis=1) * points.shape[1] / answered
    total[missing > instrument.allow_missing] = np.nan
    return pd.DataFrame(
        {
            "total": total,
            "prorated": (missing > 0) & ~np.isnan(total),
            "missing": missing,
            "band": pd.Series(bands_of(default_of(instrument.band_sets), total), answers.index, dtype=object),
        },
        index=answers.index,
    )


def column_of(instrument: Instrument, item: Item, answers: pd.Series) -> np.ndarray:
    """The item's points as floats, NaN for blank; raises BadAnswers for the rows that cannot be."""
    blank = answers.isna().to_numpy()
    not_numbers = no_ratings(answers) & ~blank
    values = pd.to_numeric(answers.mask(not_numbers), errors="coerce").to_numpy(float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        fractions = ~blank & (np.isnan(values) | (values % 1 != 0))
        accepted = (values >= item.minimum) & (values <= item.maximum)
        if item.not_assessed is not None:
            accepted |= values == item.not_assessed
    refuse_cells(instrument, item, answers[fractions], "not_integer", "takes a whole number, not")
    bounds = f"takes {item.minimum} to {item.maximum}, not"
    refuse_cells(instrument, item, answers[~blank & ~accepted], "out_of_range", bounds)
    return values if item.not_assessed is None else np.where(values == item.not_assessed, 0.0, values)


def no_ratings(answers: pd.Series) -> np.ndarray:
    """Which cells are booleans or text; only a column of mixed kinds is looked at cell by cell."""
    if is_bool_dtype(answers) or is_numeric_dtype(answers):
        return np.full(len(answers), is_bool_dtype(answers))
    return answers.map(lambda answer: isinstance(answer, bool | np.bool_ | str)).to_numpy(bool)


def bands_of(chosen: BandSet | None, total: np.ndarray) -> list[str | None]:
    """Band names of totals, halves rounded up; None where there is no total or no band."""
    if chosen is None:
        return [None] * len(total)
    names = [band.name for band in chosen.bands]
    known = ~np.isnan(total)
    whole = np.floor(np.where(known, total, 0) + 0.5)
    place = np.searchsorted([band.low for band in chosen.bands], whole, side="right") - 1
    return [names[at] if is_known else None for at, is_known in zip(place, known, strict=True)]


def refuse_wrong_columns(instrument: Instrument, answers: pd.DataFrame) -> None:
    wanted = [item.id for item in instrument.items]
    absent = [name for name in wanted if name not in answers.columns]
    strange = [name for name in answers.columns if name not in wanted]
    if not answers.columns.is_unique:
        raise BadAnswers("unknown_item", f"{instrument.title} has a column twice.")
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
