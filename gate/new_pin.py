"""One's own PIN: chosen, changed and taken away, each time after the password."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clinic import accounts
from clinic.accounts import Access
from clinic.refused import BadInput, Refused
from data_model import database
from gate import plain, plate
from gate.form import fields
from gate.new_password import actor_of
from gate.plain import Html, filled
from gate.sign_in import AT_ONCE


async def new_pin(request: Request) -> Response:
    access: Access = request.scope["access"]
    if request.method != "POST":
        return await _page(access)
    form = await fields(request)
    try:
        await to_thread.run_sync(_changed, access, form, limiter=AT_ONCE)
    except Refused as refusal:
        return await _page(access, plain.alert(str(refusal)), status=400)
    return RedirectResponse("/", 303)


def _changed(access: Access, form: dict[str, str]) -> None:
    password, pin = form.get("password", ""), form.get("pin", "")
    if "remove" not in form and pin != form.get("again"):
        raise BadInput("The two PINs differ.")
    with database(actor_of(access)) as db:
        if "remove" in form:
            accounts.remove_pin(db, password)
        else:
            accounts.set_pin(db, password, pin)


async def _page(access: Access, message: Html = plain.NOTHING, status: int = 200) -> Response:
    door = await to_thread.run_sync(plate.read)
    has_pin = await to_thread.run_sync(_has_pin, access)
    remove = filled("remove_pin") if has_pin else plain.NOTHING
    title = "Change PIN" if has_pin else "Choose a PIN"
    body = filled("new_pin", title=title, message=message, remove=remove, way_back=filled("way_back"))
    return plain.page(title, body, door, status)


def _has_pin(access: Access) -> bool:
    with database(actor_of(access)) as db:
        return accounts.has_pin(db)
