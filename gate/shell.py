"""Streamlit's own HTML page as we send it: with the guard script, the clinic's name and the clinic's mark."""

from __future__ import annotations

import hashlib
import html
import re
from base64 import b64encode
from pathlib import Path

_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_ICON = re.compile(r"<link rel=\"shortcut icon\"[^>]*>")
_UNUSED_FONT = re.compile(r"<link\s+rel=\"preload\"[^>]*as=\"font\"[^>]*>")
_GUARD = '<script src="/gate/guard.js"></script>'
_OUR_STYLE = '<link rel="stylesheet" href="/assets/app.css" />'
_OUR_ICON = '<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml" />'


class Shell:
    """`hashes` are the content policy's names of the page's inline scripts."""

    def __init__(self, index: Path):
        text = _UNUSED_FONT.sub("", _ICON.sub(_OUR_ICON, index.read_text("utf-8")))
        if "<head>" not in text:
            raise ValueError(f"{index} has no <head> to put the guard script into.")
        # The guard first in the head: it listens before anything is drawn.
        text = text.replace("<head>", "<head>" + _GUARD, 1)
        self._text = text.replace("</head>", _OUR_STYLE + "</head>", 1)
        self.hashes = tuple(_hash(script) for script in _INLINE.findall(self._text))

    def page(self, clinic_name: str) -> str:
        title = f"<title>{html.escape(clinic_name)}</title>"
        return _TITLE.sub(lambda _: title, self._text, count=1)


def _hash(script: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(script.encode()).digest()).decode()
