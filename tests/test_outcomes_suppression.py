"""Small numbers: what is hidden, and that nobody can work it out from the rest of the row."""

from __future__ import annotations

import itertools

import pytest

from clinic.outcomes import suppression
from clinic.outcomes.suppression import ALSO_HIDDEN, CMS, cells, clinic_minimum, may_show_share, row
from clinic.refused import BadInput

CLINIC = clinic_minimum()
SMALL = clinic_minimum(5)


def test_the_clinics_minimum_is_the_smallest_count_shown():
    assert cells([0, 1, 9, 10], CLINIC) == [0, "<10", "<10", 10]
    assert cells([4, 5], SMALL) == ["<5", 5]
    with pytest.raises(BadInput, match="5 or more, not 4"):
        clinic_minimum(4)


def test_a_single_hidden_cell_takes_the_next_smallest_with_it():
    found = row([3, 40, 15, 0], CMS)
    assert found.cells == (ALSO_HIDDEN, 40, ALSO_HIDDEN, 0)
    assert (found.total, found.hidden) == (58, (True, False, True, False))


def test_two_hidden_cells_protect_each_other():
    assert row([3, 4, 40], CMS).cells == ("<11", "<11", 40)


def test_two_ones_and_two_tens_do_not():
    """Their sum allows one solution: 2 = 1 + 1, and 20 = 10 + 10 where both are below 11."""
    assert row([1, 1, 40, 50], CMS).cells == (ALSO_HIDDEN, ALSO_HIDDEN, ALSO_HIDDEN, 50)
    assert row([10, 10, 40, 50], CMS).cells == (ALSO_HIDDEN, ALSO_HIDDEN, ALSO_HIDDEN, 50)


def test_nothing_is_hidden_where_nothing_is_small():
    found = row([11, 0, 40], CMS)
    assert (found.cells, found.total, found.hidden) == ((11, 0, 40), 51, (False, False, False))


def test_a_small_total_is_hidden_too():
    found = row([3, 0, 4], CMS)
    assert (found.cells, found.total) == (("<11", 0, "<11"), "<11")
    assert row([3, 0], CMS).total == "<11"


def test_the_total_goes_when_there_is_no_other_cell_to_hide():
    assert row([10, 10, 0], CMS).total == ALSO_HIDDEN
    assert row([1] * 12, CMS).total == ALSO_HIDDEN


def solutions(shown: suppression.Row, scheme) -> list[tuple[int, ...]]:
    """Every row of counts that a reader who knows the marks and the total must think possible."""
    places = [place for place, cell in enumerate(shown.cells) if isinstance(cell, str)]
    rest = shown.total - sum(cell for cell in shown.cells if not isinstance(cell, str))
    most = scheme.below - 1 if scheme.mark in shown.cells else rest
    return [each for each in itertools.product(range(1, most + 1), repeat=len(places)) if sum(each) == rest]


@pytest.mark.parametrize("counts", list(itertools.combinations_with_replacement(range(8), 3)))
def test_no_hidden_cell_of_any_row_can_be_worked_out(counts):
    """All rows of three cells from 0 to 7, small being below 5: each hidden cell keeps two values or more."""
    shown = row(counts, SMALL)
    assert not any(cell for cell in shown.cells if not isinstance(cell, str) and SMALL.small(cell))
    if isinstance(shown.total, str) or not any(shown.hidden):
        return
    possible = solutions(shown, SMALL)
    assert all(len(set(values)) > 1 for values in zip(*possible, strict=True))


@pytest.mark.parametrize(
    "count, of, shown",
    [
        (20, 50, True),
        (48, 50, False),  # the other two are seen at once
        (3, 50, False),
        (0, 50, True),
        (50, 50, True),
        (0, 7, False),  # a denominator that is small
        (10, 20, False),  # both tens
        (11, 22, True),
        (0, 0, False),
    ],
)
def test_a_share_shows_its_count_and_the_rest(count, of, shown):
    assert may_show_share(count, of, CMS) is shown


def test_only_counts_are_counts():
    for wrong in ([-1, 3], [2.5, 3]):
        with pytest.raises(ValueError, match="whole number"):
            cells(wrong, CMS)
