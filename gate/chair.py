"""What the chair's tablets ask and tell, past Streamlit: one treatment, what was entered in it, and the board.

Asking is no activity; entering something is.
"""

from __future__ import annotations

import json
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clinic import accounts
from clinic.chair import board, polling, saving
from clinic.refused import NotAllowed, NotFound
from data_model import Actor, database
from data_model.columns import now
from gate import cookie, plate

LARGEST = 1_000_000  # bytes of one batch
MOST = 500  # entries of one batch
# As with signing in: checking a secret takes much memory on purpose, so only two at once.
_WITH_SECRETS = CapacityLimiter(2)


async def chair(request: Request) -> Response:
    if request.method == "POST":
        return await _entered(request)
    key, version = request.path_params["key"], request.query_params.get("version")
    return await to_thread.run_sync(_answered, request, lambda actor: _state(actor, key, version))


async def rooms(request: Request) -> Response:
    return await to_thread.run_sync(_answered, request, _board)


async def _entered(request: Request) -> Response:
    body = await _read(request)
    if isinstance(body, str):
        return JSONResponse({"says": body}, 400)
    secret = any(isinstance(each, dict) and "secret" in each for each in body)
    limiter = _WITH_SECRETS if secret else None
    key = request.path_params["key"]
    return await to_thread.run_sync(
        _answered, request, lambda actor: _save(actor, key, body), limiter=limiter
    )


async def _read(request: Request) -> list | str:
    """The entries, or the sentence about what was sent instead."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return "This is too much for one message."
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "This is not JSON."
    entries = said.get("entries") if isinstance(said, dict) else None
    if not isinstance(entries, list):
        return "A message has a list of entries."
    return entries if len(entries) <= MOST else f"A message has at most {MOST} entries."


def _answered(request: Request, answer) -> Response:
    token = cookie.token(request)
    if request.method == "POST":
        accounts.touch(token)
    actor = accounts.actor_of(request.scope["access"].key)
    if actor is None:
        return JSONResponse({"why": plate.why_out(token)}, 401)
    try:
        return answer(actor)
    except NotFound as refusal:
        return JSONResponse({"says": str(refusal)}, 404)
    except NotAllowed as refusal:
        return JSONResponse({"says": str(refusal)}, 403)
    except saving.Busy as fault:
        return JSONResponse({"says": str(fault)}, 503)


def _state(actor: Actor, key: str, version: str | None) -> Response:
    with database(actor) as db:
        found = polling.news(db, key, version)
    if found is None:
        return Response(status_code=204, headers={"X-Now": now().isoformat()})
    return JSONResponse(found)


def _save(actor: Actor, key: str, entries: list[Any]) -> Response:
    outcome = saving.save(actor, key, entries)
    with database(actor) as db:
        state = polling.news(db, key)
    return JSONResponse({"saved": outcome.saved, "refused": outcome.refused, "state": state})


def _board(actor: Actor) -> Response:
    with database(actor) as db:
        return JSONResponse({"now": now().isoformat(), "rooms": board.rooms(db)})
