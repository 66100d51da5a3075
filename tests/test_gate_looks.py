"""The committed theme: the same colours as the figures, readable, and nothing from outside."""

from __future__ import annotations

import re
import tomllib

import pytest

from clinic.charts.palette import DARK, LIGHT, Palette
from tests.server import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
THEME = CONFIG["theme"]
HUES = ("blue", "green", "orange", "yellow", "red", "violet", "gray")
both = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, WCAG 2.2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_wcag_s():
    """Anchors of the definition: black on white is 21:1, #777777 on white 4.48:1."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@both
def test_pages_and_figures_share_their_colours(palette: Palette):
    theme = THEME[palette.name]
    assert theme["primaryColor"] == palette.primary
    assert theme["backgroundColor"] == palette.background
    assert theme["textColor"] == palette.text
    assert theme["sidebar"]["backgroundColor"] == palette.sidebar
    assert theme["chartCategoricalColors"][:2] == [palette.score, palette.treatment]
    muted = (LIGHT.muted.lower(), DARK.muted.lower())
    assert f"light-dark({muted[0]}, {muted[1]})" in (ROOT / "assets" / "app.css").read_text()


@both
def test_text_reaches_its_contrast(palette: Palette):
    theme = THEME[palette.name]
    grounds = [
        theme["backgroundColor"],
        theme["secondaryBackgroundColor"],
        theme["sidebar"]["backgroundColor"],
    ]
    for ground in grounds:
        assert contrast(theme["textColor"], ground) >= 4.5
        assert contrast(palette.muted, ground) >= 4.5
        assert contrast(theme["linkColor"], ground) >= 4.5
    for hue in HUES:
        assert contrast(theme[f"{hue}TextColor"], theme[f"{hue}BackgroundColor"]) >= 4.5, hue
    assert contrast("#FFFFFF", theme["primaryColor"]) >= 4.47  # large or bold text needs 3


@both
def test_chart_colours_are_seen_and_told_apart(palette: Palette):
    colours = THEME[palette.name]["chartCategoricalColors"]
    assert len(set(colours)) == len(colours)
    for colour in colours:
        assert contrast(colour, palette.background) >= 3, colour


def test_nothing_on_a_page_is_fetched_from_outside():
    ours = [face["url"] for face in THEME["fontFaces"]]
    for sheet in ("door.css", "app.css"):
        ours += re.findall(r"url\(([^)]*)\)", (ROOT / "assets" / sheet).read_text())
    assert ours
    assert not [url for url in ours if "//" in url]
    for url in ours:
        assert (ROOT / "assets" / url.removeprefix("assets/")).is_file(), url
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["address"] == "127.0.0.1"
