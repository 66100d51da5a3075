"""Work that a rerun need not do again: what was made of a person's rows, as long as the rows are the same.

The rows themselves are read anew in each run. Nothing is shared between sessions, and under a name of `own` it
goes when another patient comes on the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

T = TypeVar("T")


def kept(name: str, work: Callable[..., T], *inputs: Any, **named: Any) -> T:
    """`work(*inputs, **named)`, or what that gave in this session's last run if it was asked the same.

    Only for work that depends on its inputs alone and whose result nobody changes. Plain inputs are the same
    when they are equal, a frame only when it is the very frame that was kept before.
    """
    asked = (*inputs, *named.items())
    before = st.session_state.get(name)
    if before is None or not _same(before[0], asked):
        before = st.session_state[name] = (asked, work(*inputs, **named))
    return before[1]


def _same(some: tuple, others: tuple) -> bool:
    return len(some) == len(others) and all(
        one is other or (not isinstance(one, pd.DataFrame) and one == other)
        for one, other in zip(some, others, strict=True)
    )
