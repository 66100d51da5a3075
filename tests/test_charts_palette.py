"""Contrast by the WCAG 2 formula: 4.5:1 for text, 3:1 for marks, on the page and on the deepest tint."""

from __future__ import annotations

import colorsys
import re

import pytest

from clinic.charts.palette import BY_NAME, DARK, LIGHT

THEMES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def channels(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))


def luminance(colour) -> float:
    """Relative luminance of WCAG 2.2 from sRGB channels of 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def over(tint: str, ground) -> tuple[float, ...]:
    """An rgba() fill laid on a solid colour."""
    *rgb, opacity = (float(each) for each in re.findall(r"[\d.]+", tint))
    return tuple(opacity * c / 255 + (1 - opacity) * g for c, g in zip(rgb, ground, strict=True))


def test_the_contrast_formula_itself():
    """Black on white is 21:1 and #767676 on white is the well-known 4.54:1."""
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast(channels("#767676"), (1, 1, 1)) == pytest.approx(4.54, abs=0.01)


@THEMES
@pytest.mark.parametrize("role", ["text", "muted"])
def test_text_is_readable_on_the_page_and_on_every_band(palette, role):
    surface = channels(palette.surface)
    for ground in (surface, *(over(palette.tint(step, 5), surface) for step in range(5))):
        assert contrast(channels(getattr(palette, role)), ground) >= 4.5
    corridor = over(palette.error_fill, over(palette.tint(4, 5), surface))
    assert contrast(channels(getattr(palette, role)), corridor) >= 4.5
    assert contrast(channels(getattr(palette, role)), channels(palette.sidebar)) >= 4.5


@THEMES
@pytest.mark.parametrize("role", ["primary", "score", "treatment", "worse", "event", "unknown"])
def test_marks_stand_out_from_the_page_and_the_deepest_band(palette, role):
    surface = channels(palette.surface)
    mark = channels(getattr(palette, role))
    assert contrast(mark, surface) >= 3
    if role in ("score", "treatment"):
        assert contrast(mark, over(palette.tint(4, 5), surface)) >= 3


@THEMES
def test_numbers_inside_suicide_marks_and_limit_words_are_text_too(palette):
    surface = channels(palette.surface)
    assert contrast(surface, channels(palette.worse)) >= 4.5
    assert contrast(channels(palette.event), surface) >= 4.5


def test_white_is_readable_on_the_light_primary_button():
    assert contrast((1, 1, 1), channels(LIGHT.primary)) >= 4.5
    # Streamlit sets white on the dark one as well: large bold text asks for 3:1.
    assert contrast((1, 1, 1), channels(DARK.primary)) >= 3


@THEMES
def test_severity_is_one_hue_that_only_deepens(palette):
    tints = [palette.tint(step, 5) for step in range(5)]
    assert len({tint.rsplit(",", 1)[0] for tint in tints}) == 1
    opacities = [float(tint.rstrip(")").rsplit(",", 1)[1]) for tint in tints]
    assert opacities == sorted(opacities)
    hue, _, _ = colorsys.rgb_to_hsv(*channels(palette.severity))
    assert not 80 / 360 < hue < 170 / 360, "no green anywhere on a severity scale"


@THEMES
def test_no_role_is_green(palette):
    for role in ("primary", "score", "treatment", "worse", "event"):
        hue, saturation, _ = colorsys.rgb_to_hsv(*channels(getattr(palette, role)))
        assert saturation < 0.2 or not 80 / 360 < hue < 170 / 360, role


def test_the_agreed_primaries():
    assert (LIGHT.primary, DARK.primary) == ("#0F6E84", "#1B8095")
    assert BY_NAME == {"light": LIGHT, "dark": DARK}
