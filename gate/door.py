"""The door: every request and every websocket passes here, before Streamlit sees it.

Open to strangers: the sign-in page with its pictures and fonts, signing out, the health check, and the guard
scripts. Everything else — pages, the websocket, media, uploads, metrics — needs an open access session, and
nothing but the password page opens while a temporary password still holds. A locked access session opens the
page that unlocks it and the board of rooms, without names, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clinic import accounts
from gate import cookie, origin, plate, policy
from gate.shell import Shell
from gate.watch import watched

OPEN = {"/signin", "/signout", "/_stcore/health", "/gate/guard.js", "/gate/board.js", "/gate/session"}
OPEN_FOLDER = "/assets/"
OPEN_WHILE_LOCKED = {"/locked", "/gate/board"}
POLICIES = dict.fromkeys(("/signin", "/signout", "/password", "/pin"), policy.PLAIN_PAGE)
POLICIES["/locked"] = policy.LOCKED_PAGE
# HTML under these is a file or a page of ours: it is sent as it is.
FILES = ("/media/", "/component/", "/_stcore/", "/static/", "/app/", "/password", "/pin", "/locked")
# How a page learns who is there: see server.trustedUserHeaders in .streamlit/config.toml.
ACCESS_HEADER = b"x-clinic-access"


class Gate:
    """`index` is Streamlit's HTML page; `is_action` tells from a websocket message whether a person did
    something, rather than a timer."""

    def __init__(self, app: ASGIApp, *, index: Path, is_action: Callable[[bytes], bool]):
        self.app = app
        self.shell = Shell(index)
        self.is_action = is_action
        self.policy = policy.streamlit_page(self.shell.hashes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = _without_claims(scope)
            path = scope["path"]
            answering = policy.with_headers(send, path, POLICIES.get(path, self.policy))
            await self._request(scope, receive, answering)
        elif scope["type"] == "websocket":
            await self._websocket(_without_claims(scope), receive, send)
        else:
            await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if scope["method"] not in origin.HARMLESS and not origin.is_own(Headers(scope=scope)):
            await PlainTextResponse("This was not sent from one of our pages.", 403)(scope, receive, send)
            return
        if path in OPEN or path.startswith(OPEN_FOLDER):
            await self.app(scope, receive, send)
            return
        token = cookie.token(HTTPConnection(scope))
        access = await to_thread.run_sync(accounts.access_of, token)
        if access is None:
            await self._without_access(scope, receive, send, token)
        elif access.must_change_password and path != "/password":
            await _new_password_first(scope)(scope, receive, send)
        else:
            scope["access"] = access
            as_it_is = path.startswith(FILES)
            await self.app(scope, receive, send if as_it_is else self._dressing(scope, receive, send))

    async def _without_access(self, scope: Scope, receive: Receive, send: Send, token: str | None) -> None:
        locked = await to_thread.run_sync(accounts.locked_of, token)
        if locked is not None and scope["path"] in OPEN_WHILE_LOCKED:
            scope["locked"] = locked
            await self.app(scope, receive, send)
        elif locked is not None:
            await _locked_out(scope)(scope, receive, send)
        else:
            await (await _turned_away(scope, token))(scope, receive, send)

    def _dressing(self, scope: Scope, receive: Receive, send: Send) -> Send:
        """A `send` that puts our page in place of Streamlit's and leaves every other answer as it is."""
        replaced = False

        async def sending(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_page(message):
                replaced = True
                name = (await to_thread.run_sync(plate.read)).clinic_name
                await HTMLResponse(self.shell.page(name))(scope, receive, send)
            elif not replaced:
                await send(message)

        return sending

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = cookie.token(HTTPConnection(scope))
        access = await to_thread.run_sync(accounts.access_of, token)
        if access is None or access.must_change_password or not origin.is_own(Headers(scope=scope)):
            await receive()
            await send({"type": "websocket.close", "code": 4401})  # before accepting: the browser sees 403
            return
        scope["headers"].append((ACCESS_HEADER, access.key.encode()))
        await watched(self.app, scope, receive, send, token=token, is_action=self.is_action)


def _without_claims(scope: Scope) -> Scope:
    """Whoever says in a header who they are is not believed."""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != ACCESS_HEADER]
    return {**scope, "headers": kept}


def _is_page(message: Message) -> bool:
    found = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == 200 and found.startswith("text/html")


def _wants_page(scope: Scope) -> bool:
    return scope["method"] in {"GET", "HEAD"} and "text/html" in Headers(scope=scope).get("accept", "")


def _locked_out(scope: Scope) -> Response:
    if _wants_page(scope):
        return RedirectResponse(origin.locked_page(_asked_for(scope)), 303)
    return PlainTextResponse("This page is locked. Unlock it first.", 401)


async def _turned_away(scope: Scope, token: str | None) -> Response:
    if not _wants_page(scope):
        return PlainTextResponse("Sign in first.", 401)
    why = await to_thread.run_sync(plate.why_out, token)
    return RedirectResponse(origin.sign_in_page(_asked_for(scope), why), 303)


def _new_password_first(scope: Scope) -> Response:
    if _wants_page(scope):
        return RedirectResponse("/password", 303)
    return PlainTextResponse("Set a new password first.", 401)


def _asked_for(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return scope["path"] + ("?" + query if query else "")
