"""Outcomes for everybody: the page from a new process, and again, over the least that reading its numbers costs; its
memory; and how the cost grows with the store."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from sqlalchemy.engine import make_url

from benchmarks import ratio, stores
from benchmarks.ratio import Ratio
from benchmarks.reruns import PAUSE, Side
from benchmarks.screen import LOOK_EVERY, UP_WITHIN, Place, WrongPage
from benchmarks.serving import BARE, ours
from benchmarks.sizes import Large
from benchmarks.stores import Store
from tests.server import Server
from tests.streamlit_client import Page, open_page

TITLE = "Outcomes"
EVERYBODY = "from=2000-01-01"
ROUNDS, AGAIN = 3, 9
GROWTH = (0, 9)  # copies of a thousand people in the smaller stores
MOST_MB = 1_536


@dataclass
class Cost:
    """Seconds. `started` lasts from the command to the end of the first run of the page, `first` from opening the
    page of a server that listens, `warm` is a rerun; `floor` is a new process too. `most_mb` is the server's highest
    memory."""

    people: int
    started: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    most_mb: int = 0

    @property
    def line(self) -> str:
        numbers = [median(each) for each in (self.started, self.first, self.warm, self.floor)]
        return (
            f"{self.people:>9,}"
            + "".join(f"{value:>10.2f} s" for value in numbers)
            + f"{self.most_mb:>8,} MB"
        )


HEAD = f"{'patients':>9}{'started':>12}{'first':>12}{'again':>12}{'floor':>12}{'memory':>11}"


async def grown(large: Large, rounds: int = ROUNDS, smaller: tuple[int, ...] = GROWTH) -> list[Cost]:
    """From the smallest store to the large one; the last is the one that is judged."""
    sizes = [replace(large, times=times) for times in smaller if times < large.times] + [large]
    return [await cost(stores.kept_large(each)[1], each.patients, rounds) for each in sizes]


def ratios(found: Cost) -> list[Ratio]:
    name = f"Outcomes, {found.people:,} patients:"
    memory = float(found.most_mb)
    return [
        ratio.of_series(f"{name} first run / floor", found.first, found.floor, 2),
        ratio.of_series(f"{name} rerun / floor", _as_many(found.warm, found.floor), found.floor, 0.1),
        Ratio(f"{name} memory / {MOST_MB:,} MB", memory, MOST_MB, "MB", *[memory / MOST_MB] * 2, at_most=1),
    ]


def _as_many(some: list[float], others: list[float]) -> list[float]:
    return [median(some)] * len(others)


async def cost(store: Store, people: int, rounds: int) -> Cost:
    """In turn; a first round of both, which reads the disk, is not counted."""
    found = Cost(people)
    side = Side(ours(store.url), Place(TITLE, "outcomes", EVERYBODY), *store.sign_in(1))
    path = Path(make_url(store.url).database)
    for turn in range(1 + rounds):
        once = Cost(people)
        await _page(side, once)
        once.floor.append(floor(path))
        if turn:
            for name in ("started", "first", "warm", "floor"):
                getattr(found, name).extend(getattr(once, name))
        found.most_mb = max(found.most_mb, once.most_mb)
    return found


def floor(path: Path) -> float:
    """Seconds of a new process that asks for each course's baseline and endpoint."""
    began = time.perf_counter()
    subprocess.run([sys.executable, BARE / "endpoints.py", path], check=True, capture_output=True)
    return time.perf_counter() - began


async def _page(side: Side, into: Cost) -> None:
    began = time.perf_counter()
    with side.serve() as server:
        await _listening(server)
        opening = time.perf_counter()
        async with _opened(server, side) as page:
            into.first.append(time.perf_counter() - opening)
            into.started.append(time.perf_counter() - began)
            for _ in range(AGAIN):
                await asyncio.sleep(PAUSE)
                await page.rerun()
                prove(page)
                into.warm.append(page.seconds)
        into.most_mb = _memory(server)


async def _listening(server: Server) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        except OSError as refused:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise WrongPage(f"No server:\n{server.printed.read_text()}") from refused
            await asyncio.sleep(LOOK_EVERY)
        else:
            writer.close()
            return


@asynccontextmanager
async def _opened(server: Server, side: Side):
    async with AsyncExitStack() as stack:
        opening = open_page(server.address, side.cookie, side.place.page, query=side.place.query)
        page = await stack.enter_async_context(opening)
        try:
            prove(page)
        except WrongPage as wrong:  # a browser is not told what went wrong
            raise WrongPage(f"{wrong}\n{server.printed.read_text()}") from wrong
        yield page


def prove(page: Page) -> None:
    """Raises WrongPage unless the title and a figure came back, and no traceback."""
    titles = [heading.body for heading in page.of("heading")]
    if TITLE not in titles or page.of("exception") or not page.of("plotly_chart"):
        raise WrongPage(f"Expected “{TITLE}”, got {titles} and {len(page.of('exception'))} tracebacks.")


def _memory(server: Server) -> int:
    """The most that the server has held, in MB (Linux)."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
