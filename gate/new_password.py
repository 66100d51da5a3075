"""Changing one's own password: whenever one likes, and first of all when the present one is temporary."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clinic import accounts
from clinic.accounts import Access
from clinic.refused import BadInput, Refused
from data_model import Actor, database
from gate import plain, plate
from gate.form import fields
from gate.plain import Html, filled

TEMPORARY = "Your password is temporary. Choose one of your own to go on."


async def new_password(request: Request) -> Response:
    access: Access = request.scope["access"]
    if request.method != "POST":
        return await _page(access, plain.alert(TEMPORARY if access.must_change_password else None, "note"))
    form = await fields(request)
    try:
        await to_thread.run_sync(_changed, access, form)
    except Refused as refusal:
        return await _page(access, plain.alert(str(refusal)), status=400)
    return RedirectResponse("/", 303)


def _changed(access: Access, form: dict[str, str]) -> None:
    if form.get("new") != form.get("again"):
        raise BadInput("The two new passwords differ.")
    with database(actor_of(access)) as db:
        accounts.change_own_password(db, form.get("old", ""), form.get("new", ""))


def actor_of(access: Access) -> Actor:
    """Asked again at the write, so that who was locked or signed out meanwhile changes nothing."""
    actor = accounts.actor_of(access.key)
    if actor is None:
        raise Refused("You are signed out. Nothing was changed.")
    return actor


async def _page(access: Access, message: Html, status: int = 200) -> Response:
    door = await to_thread.run_sync(plate.read)
    way_back = filled("way_out" if access.must_change_password else "way_back")
    body = filled("new_password", message=message, way_back=way_back)
    return plain.page("New password", body, door, status)
