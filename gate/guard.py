"""The guard script and what it asks: is the access session still open, and: the person did something."""

from __future__ import annotations

from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from clinic import accounts
from gate import cookie, plate

_SCRIPT = Path(__file__).with_name("guard.js")


async def script(_request: Request) -> Response:
    return FileResponse(_SCRIPT, media_type="text/javascript")


async def session(request: Request) -> Response:
    """Asking is no activity. A 401 says why the access session is locked or over."""
    return await _answer(cookie.token(request))


async def touch(request: Request) -> Response:
    token = cookie.token(request)
    await to_thread.run_sync(accounts.touch, token)
    return await _answer(token)


async def _answer(token: str | None) -> Response:
    access = await to_thread.run_sync(accounts.access_of, token)
    if access is None:
        return JSONResponse({"why": await to_thread.run_sync(plate.why_out, token)}, 401)
    return JSONResponse({"idle_left": round(access.idle_left_seconds, 2)})
