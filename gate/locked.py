"""A locked page: the board of rooms stays to be read, and a PIN or the password brings the page back."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clinic import accounts
from clinic.refused import Refused
from gate import cookie, origin, plain, plate
from gate.form import fields
from gate.plain import Html, filled
from gate.sign_in import AT_ONCE


async def locked(request: Request) -> Response:
    if request.method == "POST":
        return await _posted(request)
    way_on = origin.way_on(request.query_params.get("next"))
    if "locked" not in request.scope:  # somebody unlocked it, perhaps in another tab
        return RedirectResponse(way_on, 303)
    return await _page(request.scope["locked"], way_on)


async def _posted(request: Request) -> Response:
    form = await fields(request)
    way_on, token = origin.way_on(form.get("next")), cookie.token(request)
    if "locked" not in request.scope:
        return RedirectResponse(way_on, 303)
    try:
        await to_thread.run_sync(accounts.unlock, token, form.get("secret", ""), limiter=AT_ONCE)
    except Refused as refusal:
        still = await to_thread.run_sync(accounts.locked_of, token)
        if still is None:
            why = await to_thread.run_sync(plate.why_out, token)
            return RedirectResponse(origin.sign_in_page(way_on, why), 303)
        return await _page(still, way_on, plain.alert(str(refusal)), status=401)
    return RedirectResponse(way_on, 303)


async def _page(
    locked: accounts.Locked, way_on: str, message: Html = plain.NOTHING, status: int = 200
) -> Response:
    door = await to_thread.run_sync(plate.read)
    form = filled("unlock_by_pin" if locked.has_pin else "unlock_by_password", next=way_on)
    body = filled("locked", name=locked.name, message=message, form=form)
    return plain.page("Locked", body, door, status)
