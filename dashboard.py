"""The launcher: `streamlit run dashboard.py`. The gate in front, `pages/menu.py` behind it.

This file and `pages/` are the only ones that know Streamlit; what the gate must know of it is handed over here.
"""

# ruff: noqa: E402

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from threading import Thread
from time import monotonic, sleep

gc.disable()  # for the imports below, a fifth of whose time it takes; `warm` enables it again

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st
from google.protobuf.message import DecodeError
from sqlalchemy.exc import OperationalError
from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir
from streamlit.proto.BackMsg_pb2 import BackMsg

import clinic
from data_model import StoreNotReady, connection
from gate import ROUTES, Gate

# What the first pages would otherwise import while somebody waits for them, besides all of `clinic`.
HEAVY = (
    "pyarrow.pandas_compat",
    "streamlit.dataframe_util",
    "streamlit.material_icon_names",
    "PIL.PngImagePlugin",
    "plotly.graph_objects",
    "plotly.io",
    "plotly.tools",
    "streamlit.elements.plotly_chart",
    "scipy.special",
)
QUIET = 3.0  # seconds without a message: nobody waits for a page that the imports would hold up
PATIENCE = 60.0  # seconds, for the imports in a clinic where somebody always does something
_heard = {"at": monotonic()}


def is_action(message: bytes) -> bool:
    """Whether a person did something, as opposed to a fragment's timer. Streamlit itself refuses what is none
    of its messages."""
    _heard["at"] = monotonic()
    try:
        sent = BackMsg.FromString(message)
    except DecodeError:
        return False
    return sent.WhichOneof("type") == "rerun_script" and not sent.rerun_script.is_auto_rerun


@asynccontextmanager
async def warm(_app: st.App) -> AsyncIterator[None]:
    """Ends the pause of the garbage collector that began above, and keeps it from ever walking through what is
    there by now. The other imports follow while nobody waits: the first person still types a password, or reads."""
    gc.freeze()
    gc.enable()
    _heard["at"] = monotonic()
    Thread(target=_load_the_rest, daemon=True).start()
    yield


def _load_the_rest() -> None:
    latest = monotonic() + PATIENCE
    rooms = (found.name for found in walk_packages(clinic.__path__, "clinic."))
    for name in (*rooms, *HEAVY):
        while (left := min(_heard["at"] + QUIET, latest) - monotonic()) > 0:
            sleep(left)
        if not name.endswith("__main__"):
            import_module(name)
    gc.freeze()


def refuse_without_a_store() -> None:
    """Ends the program with one sentence, here and not in `warm`, where it would end in a traceback."""
    try:
        connection.ready_engine()
    except StoreNotReady as reason:
        sys.exit(f"\n  {reason}\n")
    except OperationalError:
        sys.exit(f"\n  The store does not answer: {connection.store_url().render_as_string()}\n")


refuse_without_a_store()

app = st.App(
    ROOT / "pages" / "menu.py",
    routes=ROUTES,
    middleware=[Middleware(Gate, index=Path(get_static_dir()) / "index.html", is_action=is_action)],
    lifespan=warm,
)
