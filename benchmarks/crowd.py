"""How many people one core serves: each changes something every five seconds, and 95 of 100 runs must have
finished within 0.2 s of the moment at which they were due."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import quantiles

from benchmarks.reruns import Side
from benchmarks.screen import Tab, tab
from tests.server import Server

EVERY = 5.0  # seconds
LIMIT = 0.2  # seconds, of the 95th percentile
WIDER = 1.4  # how far the search reaches until it knows a number that holds and one that does not
FIRST = 0.6  # share of what a core could do if it never had to wait


@dataclass
class Search:
    """Between the most people known to be served in time and the fewest known not to be. A number has to fail
    twice, so that one hiccup of the machine does not decide."""

    first: int
    held: int = 0
    failed: int | None = None
    doubted: int | None = None

    def next(self) -> int:
        if self.doubted is not None:
            return self.doubted
        if self.failed is None:
            return round(self.held * WIDER) or self.first
        low = self.held or self.failed / WIDER**2
        return max(round(math.sqrt(low * self.failed)), 1)

    def note(self, people: int, in_time: bool) -> None:
        once, self.doubted = self.doubted == people, None
        if in_time:
            self.held = max(self.held, people)
        elif once:
            self.failed = min(self.failed or people, people)
        else:
            self.doubted = people


@dataclass
class Crowd:
    """The people in front of one server; more of them come in when a step needs them."""

    side: Side
    cookies: Iterator[str]
    search: Search
    tabs: list[Tab] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    async def step(self, server: Server, seconds: float, stack: AsyncExitStack) -> None:
        people = self.search.next()
        while len(self.tabs) < people:
            opening = tab(server, self.side.place, next(self.cookies))
            self.tabs.append(await stack.enter_async_context(opening))
        busy = time.process_time()
        waits = await _waits(self.tabs[:people], seconds)
        busy = (time.process_time() - busy) / seconds
        late = quantiles(waits, n=20, method="inclusive")[-1]
        self.search.note(people, late < LIMIT)
        self.steps.append(f"{people}: {late * 1000:.0f} ms, client {busy:.0%}")


def search(rerun_seconds: float, most: int) -> Search:
    """Begins below what runs of this length leave room for, and with `most` people at most."""
    return Search(min(round(FIRST * EVERY / rerun_seconds), most))


async def in_turn(crowds: Iterable[Crowd], steps: int, seconds: float) -> None:
    """A step of the one, a step of the other; their searches keep what was found."""
    async with AsyncExitStack() as stack:
        servers = [(each, stack.enter_context(each.side.serve())) for each in crowds]
        for _ in range(steps):
            for each, server in servers:
                await each.step(server, seconds, stack)


async def _waits(tabs: list[Tab], seconds: float) -> list[float]:
    """From the moment each run was due, not from when it was sent: who had to queue is not forgotten."""
    begin, chance = time.perf_counter(), random.Random(len(tabs))
    people = [_person(each, begin + chance.uniform(0, min(EVERY, seconds)), begin + seconds) for each in tabs]
    return [wait for waits in await asyncio.gather(*people) for wait in waits]


async def _person(opened: Tab, due: float, until: float) -> list[float]:
    waits = []
    while due < until:
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        await opened.change()
        waits.append(time.perf_counter() - due)
        due += EVERY
    return waits
