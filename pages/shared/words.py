"""Text that people typed, where Streamlit would read Markdown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!~$:<>|&])")


def as_typed(text: str) -> str:
    """Every mark escaped: a name such as "*x*" shows its stars, and a link in a note stays words."""
    return _MARKS.sub(r"\\\1", text)
