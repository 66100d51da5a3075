"""Today for everybody: what its rules cost over fetching what they need, and a rerun of the page over a bare one."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks import captured
from benchmarks.reruns import PAUSE, WARM_UP, Side
from benchmarks.screen import LOOK_EVERY, UP_WITHIN, WrongPage
from benchmarks.stores import Store
from clinic import settings
from clinic.access import command_line
from clinic.worklist.judged import judged
from clinic.worklist.rows import fetched, rows
from data_model import connection, database
from sample_data.generate import configured
from tests.server import Server
from tests.streamlit_client import Page, open_page

TITLE = "Today"


def derived(store: Store, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to fetch and judge every open course, and to fetch the same columns in chunks, in turn."""
    ours, floor = [], []
    with configured(store.url), database(command_line("benchmark")) as db:
        zone = settings.current(db)["time_zone"]
        for turn in range(-1, rounds):
            began = time.perf_counter()
            judged(rows(db), zone)
            between = time.perf_counter()
            fetched(db)
            if turn >= 0:
                ours.append(between - began)
                floor.append(time.perf_counter() - between)
    connection.forget_engines()
    return ours, floor


async def rerun(ours: Side, bare: Side, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of a rerun of either page, in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    async with AsyncExitStack() as stack:
        pages = [await _opened(stack, side) for side in (ours, bare)]
        for turn in range(-WARM_UP, rounds):
            for seconds, page in zip(found, pages, strict=True):
                await page.rerun()
                prove(page)
                if turn >= 0:
                    seconds.append(page.seconds)
                await asyncio.sleep(PAUSE)
    return found


async def capture(side: Side, to: Path) -> Path:
    """Every text and button of the page as constants; the lists to open are left out."""
    async with AsyncExitStack() as stack:
        page = await _opened(stack, side)
        drawn = [page.elements[place] for place in sorted(page.elements)]
        shown = [
            ("button", one.button.label) if one.WhichOneof("type") == "button" else said
            for one in drawn
            if one.WhichOneof("type") == "button" or (said := captured.command(one))
        ]
        to.write_text(json.dumps({"figures": {}, "shown": shown}), encoding="utf-8")
    return to


def prove(page: Page) -> None:
    """Raises WrongPage unless the title and the counts came back, and no traceback."""
    titles = [heading.body for heading in page.of("heading")]
    if TITLE not in titles or page.of("exception") or "today-counts" not in " ".join(page.texts):
        raise WrongPage(f"Expected “{TITLE}”, got {titles} and {len(page.of('exception'))} tracebacks.")


async def _opened(stack: AsyncExitStack, side: Side) -> Page:
    server: Server = stack.enter_context(side.serve())
    deadline = time.monotonic() + UP_WITHIN
    while True:
        try:
            page = await stack.enter_async_context(open_page(server.address, side.cookie))
            prove(page)
            return page
        except OSError as refused:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise WrongPage(f"No server:\n{server.printed.read_text()}") from refused
            await asyncio.sleep(LOOK_EVERY)
