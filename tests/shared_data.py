"""Reference numbers and real data sets that are too large, or not ours, to be copied into the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


COPY = ROOT / "tests" / "data" / "shared"


def shared(path: str) -> Path:
    """A file or folder of the shared reference, or the copy of it that the repository may carry; the test
    fails, it is not skipped, where neither is there."""
    beside = Path(os.environ.get("CLINIC_SHARED") or ROOT.parent / "shared")
    for folder in (beside, COPY):
        if (folder / path).exists():
            return folder / path
    pytest.fail(f"{path} is not in the shared folder; set CLINIC_SHARED to the folder that holds it.")
