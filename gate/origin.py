"""Where a request comes from, and where a person may be sent on to: our own pages, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from starlette.datastructures import Headers

HARMLESS = {"GET", "HEAD", "OPTIONS"}
_NEVER_NEXT = ("/signin", "/signout", "/password", "/locked", "/gate/")


def is_own(headers: Headers) -> bool:
    """Whether the browser says that one of our own pages sent this.

    Hosts are compared, port included, not schemes: behind a proxy that ends TLS the two ends differ in
    scheme. Streamlit's own check lets any page of another port on localhost through.
    """
    host = headers.get("host")
    return bool(host) and urlsplit(headers.get("origin") or "").netloc == host


def way_on(asked: str | None) -> str:
    """The path asked for, if it is one of ours, otherwise the first page. Browsers read a backslash as a
    slash and drop line ends and tabs, so "/\\evil.example" would lead away."""
    path = asked or "/"
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return "/"
    return "/" if path.startswith(_NEVER_NEXT) else path


def sign_in_page(next_path: str = "/", why: str | None = None) -> str:
    """The address of the sign-in page that leads on to `next_path` and says why one is there."""
    return _address("/signin", why=why, next=next_path)


def locked_page(next_path: str = "/") -> str:
    """The address of the page that unlocks and leads on to `next_path`."""
    return _address("/locked", next=next_path)


def _address(path: str, **asked: str | None) -> str:
    query = {name: value for name, value in asked.items() if value and value != "/"}
    return path + ("?" + urlencode(query) if query else "")
