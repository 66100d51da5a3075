"""The gate's own addresses, which come before Streamlit's."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gate import board, chair, guard
from gate.locked import locked
from gate.new_password import new_password
from gate.new_pin import new_pin
from gate.sign_in import sign_in, sign_out

ASSETS = Path(__file__).resolve().parents[1] / "assets"

ROUTES = [
    Route("/signin", sign_in, methods=["GET", "POST"]),
    Route("/signout", sign_out, methods=["GET", "POST"]),
    Route("/password", new_password, methods=["GET", "POST"]),
    Route("/pin", new_pin, methods=["GET", "POST"]),
    Route("/locked", locked, methods=["GET", "POST"]),
    Route("/gate/board", board.rooms),
    Route("/gate/board.js", board.script),
    Route("/gate/guard.js", guard.script),
    Route("/gate/session", guard.session),
    Route("/gate/touch", guard.touch, methods=["POST"]),
    Route("/chair/board", chair.rooms),
    Route("/chair/{key}", chair.chair, methods=["GET", "POST"]),
    Mount("/assets", StaticFiles(directory=ASSETS)),
]
