"""Every number of every shipped scale, altered one at a time, is noticed: by the loader or by a validation row."""

from __future__ import annotations

import tomllib

import pytest

from clinic.instruments import catalogue
from clinic.instruments.library import DEFINITIONS
from clinic.instruments.validation import rows_of
from tests.mutants import mutants, tally, tally_of

SCALES = sorted(catalogue())


def table_of(id: str) -> dict:
    return tomllib.loads((DEFINITIONS / f"{id}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("id", SCALES)
def test_no_altered_number_goes_unnoticed(id: str):
    assert tally_of(id).survivors == ()


@pytest.mark.parametrize("id", SCALES)
def test_without_its_rows_altered_numbers_survive(id: str):
    """The loader alone cannot know a cut-off from its neighbour: every mutant that the rows catch, they alone
    catch."""
    with_rows, without = tally_of(id), tally(table_of(id), [])
    assert with_rows.caught > 0
    assert (without.caught, len(without.survivors)) == (0, with_rows.caught)
    assert with_rows.all == without.all == len(list(mutants(table_of(id))))


def test_the_rows_that_name_a_rule_are_what_holds_it():
    """PHQ-9 caseness is 10; without the forms that say who is a case it could become 9 or 11."""
    rows = [row for row in rows_of("phq9") if "caseness" not in row["checks"]]
    survivors = tally(table_of("phq9"), rows).survivors
    assert {"checks.1.total_at_least: 10 → 9", "checks.1.total_at_least: 10 → 11"} <= set(survivors)


# The kinds of slip that are tried, with one of each: a number, the key of an answer, a boundary moved on both sides,
# a taller item, another default, another sign, a forgotten item.
SLIPS = [
    ("phq9", "flags.1.urgent_from: 2 → 3"),
    ("promis_depression_8a", "conversion.values.1: 38.2 → 38.3"),
    ("shaps", "points: key 3 → 4"),
    ("qids_sr16", "qids_sr16.bands.rush2003: boundary after mild +1"),
    ("hamd17", "q4: maximum 2 + 1, total with it"),
    ("madrs", "remission: madrs.remission.le12 made the default"),
    ("cadss", "cadss.gt4: total_above → total_at_least"),
    ("fq", "subscales social: without q14"),
    ("cssrs", "level.moderate_from: 3 → 2"),
]


@pytest.mark.parametrize("id, what", SLIPS)
def test_every_kind_of_slip_is_tried(id: str, what: str):
    assert what in [mutant.what for mutant in mutants(table_of(id))]
