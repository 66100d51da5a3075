"""The cookie that holds an access session's secret. No script can read it, no other site's form can send it."""

from __future__ import annotations

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

NAME = "clinic_access"


def token(connection: HTTPConnection) -> str | None:
    return connection.cookies.get(NAME)


def give(response: Response, request: Request, secret: str) -> None:
    """Lasts until the browser is closed; how long it opens anything is the server's to say."""
    response.set_cookie(
        NAME, secret, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


def take_back(response: Response, request: Request) -> None:
    response.delete_cookie(
        NAME, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
