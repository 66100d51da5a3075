"""Read once for each process, as imported modules are; the page runs again and again."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from pathlib import Path

import plotly.graph_objects as go
import pyarrow as pa

_captured = json.loads(Path(os.environ["BENCHMARK_CONSTANTS"]).read_text(encoding="utf-8"))

# Choice of the time axis -> the figure for it.
FIGURES = {choice: go.Figure(spec) for choice, spec in _captured["figures"].items()}
# In the order of the page: the name of the Streamlit command and what it shows.
SHOWN = [
    (kind, pa.ipc.open_stream(b64decode(content)).read_pandas() if kind == "table" else content)
    for kind, content in _captured["shown"]
]
