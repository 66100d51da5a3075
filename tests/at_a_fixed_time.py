"""The application with a clock that stands still, so that pictures taken on another day are the same.

`running_server(url, script=STOPPED_CLOCK, CLINIC_STOPPED_AT="2026-11-23T09:50:00+00:00")`
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data_model import columns

MOMENT = datetime.fromisoformat(os.environ["CLINIC_STOPPED_AT"])


class Stopped(datetime):
    @classmethod
    def now(cls, tz=None) -> datetime:
        return MOMENT.astimezone(tz)


columns.datetime = Stopped  # what `columns.now` asks, and everybody asks `columns.now`

if TYPE_CHECKING:
    app = st.App("pages/menu.py")  # the line that `streamlit run` looks for in a launcher
else:
    from dashboard import app

__all__ = ["app"]
