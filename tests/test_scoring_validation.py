"""Every scale against rows written by hand from its publications (tests/validation/)."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from clinic.instruments import Score, catalogue, in_order, instrument, score, score_frame, score_total

VALIDATION = Path(__file__).parent / "validation"
KNOWN = {"yes": True, "no": False, "?": None}


def rows(scale: str) -> list[dict[str, str]]:
    with (VALIDATION / f"{scale}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answers(written: str) -> list[int | None]:
    """`3*2 - 1` is [2, 2, 2, None, 1]."""
    values = []
    for part in written.split():
        times, _, value = part.rpartition("*")
        values += int(times or 1) * [None if value == "-" else int(value)]
    return values


def scored(scale: str, row: dict[str, str]) -> Score:
    known = instrument(scale)
    if row["paper_total"]:
        return score_total(known, float(row["paper_total"]))
    return score(known, in_order(known, answers(row["answers"])))


def pairs(written: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in written.split())


CASES = [
    pytest.param(scale, row, id=f"{scale}: {row['case']}")
    for scale in sorted(path.stem for path in VALIDATION.glob("*.csv"))
    for row in rows(scale)
]


@pytest.mark.parametrize("scale, row", CASES)
def test_validation_row(scale: str, row: dict[str, str]):
    found = scored(scale, row)
    assert found.total == (pytest.approx(float(row["total"])) if row["total"] else None)
    assert found.prorated is KNOWN[row["prorated"]]
    assert len(found.missing) == int(row["missing"])
    assert found.band == (row["band"] or None)
    suicide = f"{found.flags['suicide']} {found.levels['suicide']}" if found.flags else ""
    assert suicide == row["suicide"]
    assert row["source"].strip()


@pytest.mark.parametrize("scale, row", CASES)
def test_rules_and_subscales_of_a_validation_row(scale: str, row: dict[str, str]):
    found = scored(scale, row)
    rules = {rule.name: rule for rule in instrument(scale).rules}
    baseline = float(row["baseline"]) if row["baseline"] else None
    for name, state in pairs(row["checks"]).items():
        met = found.checks[name] if name in found.checks else rules[name].met(found.total, baseline)
        assert met is KNOWN[state], name
    for name, number in pairs(row["subscales"]).items():
        assert found.subscales[name] == (None if number == "?" else float(number)), name


def test_every_instrument_has_validation_rows():
    assert set(catalogue()) == {path.stem for path in VALIDATION.glob("*.csv")}


@pytest.mark.parametrize("scale", catalogue())
def test_validation_rows_reach_every_edge(scale: str):
    """Both ends of the scale and of every band, and at least one form with a blank."""
    known = instrument(scale)
    totals = {float(row["total"]) for row in rows(scale) if row["total"] and row["prorated"] == "no"}
    edges = {known.minimum, known.maximum, *(edge for band in known.bands for edge in (band.low, band.high))}
    assert edges <= totals
    assert any(row["missing"] != "0" for row in rows(scale))
    assert known.caseness is None or {known.caseness - 1, known.caseness} <= totals


@pytest.mark.parametrize("scale", catalogue())
def test_validation_rows_show_every_rule_met_and_not_met(scale: str):
    seen = {(name, state) for row in rows(scale) for name, state in pairs(row["checks"]).items()}
    wanted = {(rule.name, state) for rule in instrument(scale).rules for state in ("yes", "no")}
    assert wanted <= seen


@pytest.mark.parametrize("scale", catalogue())
def test_the_table_scores_as_the_form_does(scale: str):
    """score_frame, used by imports, gives on the validation rows what the form gives."""
    known = instrument(scale)
    forms = [in_order(known, answers(row["answers"])) for row in rows(scale) if row["answers"]]
    table = score_frame(known, pd.DataFrame(forms))
    expected = [score(known, form) for form in forms]
    assert [None if pd.isna(total) else total for total in table["total"]] == [one.total for one in expected]
    assert list(table["band"]) == [one.band for one in expected]
    assert list(table["prorated"]) == [one.prorated for one in expected]
    assert list(table["missing"]) == [len(one.missing) for one in expected]
