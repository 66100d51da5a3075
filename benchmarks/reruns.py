"""One rerun after the other, each side in turn, so that what slows the machine down slows all of them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from benchmarks.screen import Place, tab
from benchmarks.serving import Serve

WARM_UP = 6
PAUSE = 0.02  # seconds, for what a server does after it said that it had finished


@dataclass(frozen=True)
class Side:
    serve: Serve
    place: Place
    cookie: str = ""


async def in_turn(sides: dict[str, Side], rounds: int) -> dict[str, list[float]]:
    """Seconds from a changed choice to the end of the run that it caused, `rounds` of them for each side."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    async with AsyncExitStack() as stack:
        tabs = {}
        for name, side in sides.items():
            server = stack.enter_context(side.serve())
            tabs[name] = await stack.enter_async_context(tab(server, side.place, side.cookie))
        for turn in range(-WARM_UP, rounds):
            for name, opened in tabs.items():
                seconds = await opened.change()
                found[name] += [seconds] if turn >= 0 else []
                await asyncio.sleep(PAUSE)
    return found
