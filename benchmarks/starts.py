"""From the command to the first page: the process, its imports, the first run for somebody signed in before."""

from __future__ import annotations

import time

from benchmarks.reruns import Side
from benchmarks.screen import tab


async def in_turn(sides: dict[str, Side], rounds: int) -> dict[str, list[float]]:
    """Seconds of each start; a first one of each side, which reads the disk, is not counted."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(1 + rounds):
        for name, side in sides.items():
            seconds = await _start(side)
            found[name] += [seconds] if turn else []
    return found


async def _start(side: Side) -> float:
    started = time.perf_counter()
    with side.serve() as server:
        async with tab(server, side.place, side.cookie):
            return time.perf_counter() - started
