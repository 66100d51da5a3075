"""The pictures in docs/screens: all there, none left over, each one mentioned, small enough for a repository."""

from __future__ import annotations

import re

from PIL import Image

from tests.server import ROOT
from tests.shots import FOLDER, OF_THE_CAST, SCREENS, index

PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+\.png)\)")
TOGETHER = 14_000_000  # bytes
WIDE = {"phone": 390, "phone-dim": 390, "tablet": 1024, "tablet-dim": 1024}


def test_each_screen_has_its_pictures_and_no_picture_is_left_over():
    expected = {file for screen in (*SCREENS, *OF_THE_CAST) for file in screen.files}
    assert {file.name for file in FOLDER.glob("*.png")} == expected


def test_every_picture_that_a_page_of_the_docs_shows_is_there():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = [(page, picture) for page in pages for picture in PICTURE.findall(page.read_text("utf-8"))]
    assert shown
    assert [f"{page}: {picture}" for page, picture in shown if not (page.parent / picture).is_file()] == []


def test_the_list_of_screens_is_that_of_the_pictures():
    assert (FOLDER / "README.md").read_text("utf-8") == index()


def test_the_pictures_are_as_wide_as_their_windows_and_not_heavy():
    for file in FOLDER.glob("*.png"):
        with Image.open(file) as picture:
            if "_" in file.stem:  # a whole window; the others are single figures
                assert picture.width == WIDE.get(file.stem.rpartition("_")[2], 1360), file.name
            assert picture.mode == "P", f"{file.name} has more colours than it needs"
    assert sum(file.stat().st_size for file in FOLDER.glob("*.png")) < TOGETHER
