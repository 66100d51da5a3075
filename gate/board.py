"""The board of rooms for a locked page: what runs and what is due, and nobody's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from clinic import settings
from clinic.access import FRONT_DOOR
from clinic.chair import board
from data_model import database
from data_model.columns import now

_SCRIPT = Path(__file__).with_name("board.js")


async def script(_request: Request) -> Response:
    return FileResponse(_SCRIPT, media_type="text/javascript")


async def rooms(request: Request) -> Response:
    """{"locked": …, "now": ISO time, "clock": the clinic's "14:05", "rooms": […]}. Asking is no activity."""
    found = await to_thread.run_sync(_now)
    return JSONResponse({"locked": "locked" in request.scope} | found)


def _now() -> dict[str, Any]:
    with database(FRONT_DOOR) as db:
        at = now()
        clock = at.astimezone(settings.zone(db)).strftime("%H:%M")
        return {"now": at.isoformat(), "clock": clock, "rooms": board.rooms(db, names=False)}
