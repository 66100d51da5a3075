"""Ideal and adjusted weight against numbers worked out by hand, and the units that get mixed up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.protocols.library import protocol
from clinic.protocols.weight import (
    adjusted_kg,
    bmi,
    dosing_kg,
    ideal_kg,
    kg_of,
    mg_in,
    mg_of,
    ml_of,
    per_kg,
    pounds_of,
    unit_slips,
)

ADULT = protocol("adult")
WEIGHING = ADULT.weighing
NAN = float("nan")

weights = st.floats(40, 180)
doses = st.floats(1, 500)


@pytest.mark.parametrize(
    "height_cm, sex, kg",
    [
        # By hand from Devine 1974: 50 (men) or 45.5 (women) and 2.3 kg for each inch over 60; 2.54 cm to the inch.
        (152.4, "male", 50.0),
        (152.4, "female", 45.5),
        (154.94, "male", 52.3),  # 61 in
        (177.8, "male", 73.0),  # 70 in: 50 + 23
        (177.8, "female", 68.5),
        (165.1, "female", 57.0),  # 65 in: 45.5 + 11.5
        (182.88, "male", 77.6),  # 72 in: 50 + 27.6
        (170.0, "male", 65.937),  # 66.929 in: 50 + 2.3 × 6.9291
    ],
)
def test_ideal_weight_by_hand(height_cm, sex, kg):
    assert ideal_kg(WEIGHING, height_cm, sex) == pytest.approx(kg, abs=0.001)


@pytest.mark.parametrize(
    "height_cm, sex",
    [(152.3, "male"), (140, "female"), (None, "male"), (NAN, "male"), (170, None), (170, "unknown")],
)
def test_ideal_weight_is_not_guessed(height_cm, sex):
    assert ideal_kg(WEIGHING, height_cm, sex) is None
    assert dosing_kg(WEIGHING, "ideal", 80, height_cm, sex) is None
    assert dosing_kg(WEIGHING, "adjusted", 80, height_cm, sex) is None
    assert dosing_kg(WEIGHING, "actual", 80, height_cm, sex) == 80


def test_adjusted_weight_by_hand():
    """100 kg, man of 70 in: 73 + 0.4 × 27 = 83.8."""
    assert adjusted_kg(WEIGHING, 100, 73) == pytest.approx(83.8)
    assert dosing_kg(WEIGHING, "adjusted", 100, 177.8, "male") == pytest.approx(83.8)
    assert dosing_kg(WEIGHING, "ideal", 100, 177.8, "male") == pytest.approx(73)
    assert adjusted_kg(WEIGHING, None, 73) is None
    assert adjusted_kg(WEIGHING, 100, None) is None


@pytest.mark.parametrize(
    "basis, kg", [("actual", None), ("actual", NAN), ("actual", 0), (None, 80), ("lean", 80)]
)
def test_no_weight_or_no_basis_gives_no_dosing_weight(basis, kg):
    assert dosing_kg(WEIGHING, basis, kg, 177.8, "male") is None


def test_body_mass_index_by_hand():
    """81 kg at 1.80 m: 81 / 3.24 = 25."""
    assert bmi(81, 180) == 25
    assert bmi(81, None) is None
    assert bmi(81, 0) is None
    assert bmi(None, 180) is None


def test_the_arithmetic_by_hand():
    """40 mg in 80 kg are 0.5 mg/kg, and 0.8 mL of 50 mg/mL."""
    assert per_kg(40, 80) == 0.5
    assert mg_of(0.5, 80) == 40
    assert ml_of(40, 50) == 0.8
    assert mg_in(0.8, 50) == 40


@pytest.mark.parametrize("sum_of", [per_kg, mg_of, ml_of, mg_in])
def test_a_missing_number_gives_no_result(sum_of):
    assert sum_of(None, 50) is None
    assert sum_of(40, None) is None
    assert sum_of(NAN, 50) is None


def test_nothing_is_divided_by_nought():
    assert per_kg(40, 0) is None
    assert ml_of(40, 0) is None


@given(doses, weights, st.sampled_from([10, 50, 100]))
def test_there_and_back_again(mg, kg, mg_per_ml):
    assert mg_of(per_kg(mg, kg), kg) == pytest.approx(mg, abs=1e-6)
    assert mg_in(ml_of(mg, mg_per_ml), mg_per_ml) == pytest.approx(mg, abs=1e-6)


@given(weights)
def test_pounds_and_back_again(kg):
    assert kg_of(WEIGHING, pounds_of(WEIGHING, kg)) == pytest.approx(kg)


def test_a_pound_by_its_definition():
    """The international pound is 0.45359237 kg (1959): 80 kg are 176.37 lb."""
    assert kg_of(WEIGHING, 1) == 0.45359237
    assert pounds_of(WEIGHING, 80) == pytest.approx(176.370, abs=0.001)


# Pounds are 2.2046 times the kilograms; the slip is seen from 2.0 to 2.4, so a true change of −9.2 to +8.8 % may
# come on top, less what rounding to whole pounds adds. Larger changes raise the rule on change of weight, see
# test_protocols_dose.
@given(weights, st.floats(-0.08, 0.075))
def test_pounds_typed_as_kilograms_are_suspected(last, change):
    entered = round(pounds_of(WEIGHING, last * (1 + change)))
    assert [slip.id for slip in unit_slips(ADULT, entered, last)] == ["slip.weight.pounds"]


@given(weights, st.floats(-0.06, 0.09))
def test_kilograms_taken_for_pounds_are_suspected(last, change):
    entered = kg_of(WEIGHING, last * (1 + change))
    assert [slip.id for slip in unit_slips(ADULT, entered, last)] == ["slip.weight.kilograms"]


@given(weights, st.floats(-0.4, 0.9))
def test_a_true_change_of_weight_is_not_taken_for_a_slip(last, change):
    assert unit_slips(ADULT, last * (1 + change), last) == ()


@pytest.mark.parametrize("weight, last", [(None, 80), (176, None), (176, 0), (NAN, 80)])
def test_without_both_weights_nothing_is_suspected(weight, last):
    assert unit_slips(ADULT, weight, last) == ()


@pytest.mark.parametrize(
    "slip", [slip for slip in ADULT.slips if slip.of == "weight"], ids=lambda slip: slip.id
)
def test_both_ends_of_a_slip_are_included(slip):
    assert slip in unit_slips(ADULT, slip.low * 100, 100)
    assert slip in unit_slips(ADULT, slip.high * 100, 100)
    assert slip not in unit_slips(ADULT, slip.low * 100 - 0.01, 100)
    assert slip not in unit_slips(ADULT, slip.high * 100 + 0.01, 100)
