"""Where a refusal becomes a sentence: around the whole page, and around each part that reruns on its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from clinic.refused import BadInput, Refused
from data_model import ChangedMeanwhile, Locked, NoActor, StoreNotReady
from pages.shared.words import as_typed


@contextmanager
def in_words() -> Iterator[None]:
    try:
        yield
    except BadInput as refusal:
        for problem in refusal.problems:
            st.error(as_typed(problem), icon=":material/error:")
    except (Refused, NoActor, StoreNotReady, ChangedMeanwhile, Locked) as refusal:
        st.error(as_typed(str(refusal)), icon=":material/block:")
