"""A million random forms, scored one by one and as tables: the same result, form for form."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd
import pytest

from clinic.instruments import Instrument, catalogue, instrument, score, score_frame

FORMS = 1_000_000
SCALES = sorted(scale.id for scale in catalogue().values() if not scale.totals_only)
SHARE, LEFT_OVER = divmod(FORMS, len(SCALES))


def forms_of(id: str) -> int:
    """How many of the million fall to this scale."""
    return SHARE + (SCALES.index(id) < LEFT_OVER)


def random_forms(scale: Instrument, count: int) -> pd.DataFrame:
    """Possible forms: half of them whole, the others with blanks here and there; a code such as "not applicable"
    where the item has one; no answer to a question that was not to be asked."""
    chance = np.random.default_rng(crc32(scale.id.encode()))
    holes = np.where(chance.random(count) < 0.5, 0.0, chance.choice([0.03, 0.15, 0.5], count))
    columns = {}
    for item in scale.items:
        if item.is_date:
            continue
        codes = [code for code in (item.not_assessed, item.as_blank) if code is not None]
        answers = chance.integers(item.minimum, item.maximum + 1, count).astype(float)
        for code in codes:
            answers[chance.random(count) < 0.2] = code
        answers[chance.random(count) < holes] = np.nan
        if item.ask_if:
            answers[~(columns[item.ask_if] >= 1)] = np.nan
        columns[item.id] = answers
    for first, second in scale.one_of:
        spare = chance.random(count) < 0.7
        columns[second][spare & ~np.isnan(columns[first])] = np.nan
    return pd.DataFrame(columns)


def one_by_one(scale: Instrument, table: pd.DataFrame) -> list[tuple]:
    """What the form gives, as plain numbers; no answer is None."""
    cells = table.to_numpy()
    blank = np.isnan(cells)
    answers = np.where(blank, 0, cells).astype(int).astype(object)
    answers[blank] = None
    names = list(table.columns)
    scored = (score(scale, dict(zip(names, form, strict=True))) for form in answers.tolist())
    return [
        (one.total, one.prorated, len(one.missing), one.band, one.suicide, one.suicide_state)
        for one in scored
    ]


def as_plain(table: pd.DataFrame) -> list[tuple]:
    columns = ["total", "prorated", "missing", "band", "suicide", "suicide_state"]
    plain = [table[name].astype(object).where(table[name].notna(), None).tolist() for name in columns]
    return list(zip(*plain, strict=True))


def test_the_shares_are_a_million():
    assert sum(map(forms_of, SCALES)) == FORMS


@pytest.mark.parametrize("id", SCALES)
def test_a_table_scores_as_the_form_does(id: str):
    """Exactly: bands are found from the same decimals, and 4.5 must not be 4.499…9 in one of the two."""
    scale = instrument(id)
    table = random_forms(scale, forms_of(id))
    found, expected = as_plain(score_frame(scale, table)), one_by_one(scale, table)
    differing = [at for at, pair in enumerate(zip(found, expected, strict=True)) if pair[0] != pair[1]]
    assert not differing, (table.iloc[differing[0]].to_dict(), found[differing[0]], expected[differing[0]])


@pytest.mark.parametrize("id", SCALES)
def test_the_random_forms_are_of_every_kind(id: str):
    """Whole forms and forms with blanks, prorated ones where the scale prorates, every suicide state."""
    scale = instrument(id)
    scored = score_frame(scale, random_forms(scale, 5_000))
    assert set(scored["missing"].clip(upper=1)) == {0, 1}
    assert scored["total"].notna().any() == scale.has_total
    assert scored["prorated"].any() == bool(scale.allow_missing or scale.allow_not_applicable)
    states = {"yes", "no", "skipped"} if scale.suicide_flag else {"not asked"}
    assert set(scored["suicide_state"]) == states
