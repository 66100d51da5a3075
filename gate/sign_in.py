"""Signing in and out."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clinic import accounts
from clinic.refused import Refused
from gate import cookie, origin, plain, plate
from gate.form import fields
from gate.plain import Html, filled

WHY = {
    "idle": "You were signed out because nothing was done for a while.",
    "ended": "You were signed out. Your access was ended or your password was changed.",
    "pins": "You were signed out after too many wrong attempts. Sign in with your password.",
    "out": "You are signed out.",
}
# Checking a password takes a tenth of a second and 64 MB on purpose: two at once, the rest wait.
AT_ONCE = CapacityLimiter(2)


async def sign_in(request: Request) -> Response:
    if request.method == "POST":
        return await _posted(request)
    way_on = origin.way_on(request.query_params.get("next"))
    if await to_thread.run_sync(accounts.access_of, cookie.token(request)):
        return RedirectResponse(way_on, 303)
    note = plain.alert(WHY.get(request.query_params.get("why", "")), "note")
    return await _page(note, way_on)


async def sign_out(request: Request) -> Response:
    """A link of our own ends the access session; one on another site does not."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        return RedirectResponse("/", 303)
    await to_thread.run_sync(accounts.sign_out, cookie.token(request))
    response = RedirectResponse(origin.sign_in_page(why="out"), 303)
    cookie.take_back(response, request)
    return response


async def _posted(request: Request) -> Response:
    form = await fields(request)
    way_on = origin.way_on(form.get("next"))
    try:
        signed_in = await to_thread.run_sync(_checked, request, form, limiter=AT_ONCE)
    except Refused as refusal:
        return await _page(plain.alert(str(refusal)), way_on, form.get("username", ""), status=401)
    response = RedirectResponse("/password" if signed_in.must_change_password else way_on, 303)
    cookie.give(response, request, signed_in.token)
    return response


def _checked(request: Request, form: dict[str, str]) -> accounts.SignedIn:
    signed_in = accounts.sign_in(
        form.get("username", ""),
        form.get("password", ""),
        address=request.client and request.client.host,
        browser=request.headers.get("user-agent"),
    )
    accounts.sign_out(cookie.token(request))  # whoever was signed in here before
    return signed_in


async def _page(message: Html, way_on: str, username: str = "", status: int = 200) -> Response:
    door = await to_thread.run_sync(plate.read)
    demo = _demo(way_on) if door.synthetic else Html("")
    body = filled("sign_in", message=message, next=way_on, username=username, demo=demo)
    return plain.page("Sign in", body, door, status)


def _demo(way_on: str) -> Html:
    rows = [
        filled("demo_account", username=username, password=password, name=name, role=role, next=way_on)
        for username, password, name, role in plate.demo_accounts()
    ]
    return filled("demo", rows=Html("".join(rows))) if rows else Html("")
