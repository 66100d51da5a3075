"""The headers every answer carries, and what a browser may load on our pages.

The Streamlit page's policy is as strict as Streamlit 1.67 lets it be:

- no 'unsafe-eval'; its one inline script is allowed by its hash, computed from the installed page at start
- `blob:` scripts, because a component with inline `js=` (st.components.v2) is imported from a blob: address;
  only a script that already runs here can make one, so injected markup gains nothing by it
- 'unsafe-inline' for styles, because Streamlit's and plotly's styles are made in the page
- fonts in data: addresses, because Streamlit's formulas bring theirs along
- no other host for anything: an image in a patient's note cannot call home
- no WebAssembly, no worker from a blob: address: st.graphviz_chart and deck.gl maps do not work here

The pages of sign-in, password and PIN run no script at all; the locked page runs ours, which draws the board.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}

PLAIN_PAGE = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

LOCKED_PAGE = PLAIN_PAGE + "; script-src 'self'; connect-src 'self'"


def streamlit_page(script_hashes: Iterable[str]) -> str:
    """The content policy of the Streamlit page, given the hashes of its inline scripts."""
    hashes = " ".join(f"'{one}'" for one in script_hashes)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        )
    )


def with_headers(send: Send, path: str, content_policy: str) -> Send:
    """A `send` that adds the headers. The `server` header is uvicorn's and added after us: only its
    `--no-server-header` or a proxy takes it away."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            _add(MutableHeaders(scope=message), path, content_policy)
        await send(message)

    return sending


def _add(headers: Any, path: str, content_policy: str) -> None:
    headers.setdefault("Content-Security-Policy", content_policy)
    for name, value in _EVERYWHERE.items():
        headers[name] = value
    if path.startswith("/assets/"):
        headers["Cache-Control"] = "no-cache"  # kept, but asked about: a new release may change them
    elif not path.startswith("/static/"):  # Streamlit's programs carry their version in their names
        headers["Cache-Control"] = "no-store"
