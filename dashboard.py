"""The launcher: `streamlit run dashboard.py`. The gate in front, `pages/menu.py` behind it.

This file and `pages/` are the only ones that know Streamlit; what the gate must know of it is handed over here.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st
from sqlalchemy.exc import OperationalError
from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir
from streamlit.proto.BackMsg_pb2 import BackMsg

from data_model import StoreNotReady, connection
from gate import ROUTES, Gate

# What the first page would otherwise import while somebody waits for it.
HEAVY = (
    "pandas",
    "plotly.basedatatypes",
    "plotly.graph_objects",
    "plotly.io",
    "plotly.tools",
    "pyarrow",
    "scipy.stats",
    "streamlit.dataframe_util",
    "streamlit.elements.plotly_chart",
)


def is_action(message: bytes) -> bool:
    """Whether a person did something, as opposed to a fragment's timer."""
    sent = BackMsg.FromString(message)
    return sent.WhichOneof("type") == "rerun_script" and not sent.rerun_script.is_auto_rerun


@asynccontextmanager
async def warm(_app: st.App) -> AsyncIterator[None]:
    """Imports before the first person comes, and keeps the garbage collector from walking through it all."""
    for name in HEAVY:
        import_module(name)
    gc.collect()
    gc.freeze()
    yield


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
