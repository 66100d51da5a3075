"""The simulations of colour vision are those that were published."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.simulated import MATRICES, seen_as, simulated

RED, GREEN, GREY = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.5, 0.5]


@pytest.mark.parametrize("how", MATRICES)
def test_grey_stays_grey_and_white_white(how):
    """Each row of a matrix sums to 1: nothing without colour changes."""
    assert np.abs(np.sum(MATRICES[how], axis=1) - 1).max() < 1e-5
    seen = simulated(np.array([GREY, [1.0, 1.0, 1.0]]), how).astype(int)
    assert np.abs(seen - [[128], [255]]).max() <= 1


def test_grey_is_luminance():
    """sRGB green is lighter than red: relative luminance 0.7152 and 0.2126."""
    red, green = simulated(np.array([RED, GREEN]), "grey").tolist()
    assert (red, green) == ([127] * 3, [220] * 3)


@pytest.mark.parametrize("how", ["deutan", "protan"])
def test_red_and_green_differ_in_yellowness_no_more(how):
    """To a dichromat both are yellows: red and green channel move together, blue stays low."""
    for red, green, blue in simulated(np.array([[0.8, 0.3, 0.1], [0.3, 0.6, 0.1]]), how).astype(int):
        assert abs(red - green) < 45
        assert blue < min(red, green)


def test_a_picture_keeps_its_size():
    out = io.BytesIO()
    Image.new("RGB", (5, 3), (180, 40, 30)).save(out, "PNG")
    again = Image.open(io.BytesIO(seen_as(out.getvalue(), "grey")))
    assert again.size == (5, 3)
    assert len(set(again.getpixel((2, 1)))) == 1
