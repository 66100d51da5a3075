"""Reference numbers and real data sets that are too large, or not ours, to be copied into the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared(path: str) -> Path:
    """A file or folder of the shared reference; the test fails, it is not skipped, when it is absent."""
    found = Path(os.environ.get("CLINIC_SHARED") or ROOT.parent / "shared") / path
    if not found.exists():
        pytest.fail(f"{path} is not in the shared folder; set CLINIC_SHARED to the folder that holds it.")
    return found
