"""One browser tab on one of the compared pages, and the proof that it shows what it should."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.server import Server
from tests.streamlit_client import Page, open_page

TIMES = ("By date", "Days since first dose")  # the page begins with the first one
UP_WITHIN = 60  # seconds
LOOK_EVERY = 0.005


class WrongPage(Exception):
    """What came back is not the page that was to be measured."""


@dataclass(frozen=True)
class Place:
    """Which page of a server is looked at; `title` must stand on it, beside one figure and so many tables."""

    title: str
    page: str = ""
    query: str = ""
    tables: int = 1


@dataclass
class Tab:
    page: Page
    place: Place
    time_axis: str = TIMES[0]

    async def change(self) -> float:
        """Chooses the other time axis, which draws another figure; the seconds from sending it to the end of
        the run."""
        before = self.figure
        self.time_axis = TIMES[1 - TIMES.index(self.time_axis)]
        self.page.enter("button_group", "Time", string_array_value={"data": [self.time_axis]})
        await self.page.rerun()
        self.prove()
        if self.figure == before:
            raise WrongPage(f"{self.place.title}: the figure is the same by date and by days.")
        return self.page.seconds

    @property
    def figure(self) -> str:
        """As the browser gets it, JSON."""
        return self.page.of("plotly_chart")[0].spec

    def prove(self) -> None:
        """Raises WrongPage unless the title, the figure and the tables came back, and no traceback."""
        titles = [heading.body for heading in self.page.of("heading")]
        drawn = {kind: len(self.page.of(kind)) for kind in ("plotly_chart", "dataframe", "exception")}
        wanted = {"plotly_chart": 1, "dataframe": self.place.tables, "exception": 0}
        if self.place.title not in titles or drawn != wanted:
            raise WrongPage(f"Expected “{self.place.title}” and {wanted}, got {titles} and {drawn}.")


@asynccontextmanager
async def tab(server: Server, place: Place, cookie: str = "") -> AsyncIterator[Tab]:
    """Opens the page as soon as the server listens, and waits for the end of its first run."""
    async with AsyncExitStack() as stack:
        deadline = time.monotonic() + UP_WITHIN
        while True:
            opening = open_page(server.address, cookie, place.page, query=place.query)
            try:
                opened = Tab(await stack.enter_async_context(opening), place)
                break
            except OSError as refused:
                if server.process.poll() is not None or time.monotonic() > deadline:
                    raise WrongPage(f"No server:\n{server.printed.read_text()}") from refused
                await asyncio.sleep(LOOK_EVERY)
        try:
            opened.prove()
        except WrongPage as wrong:  # a browser is not told what went wrong
            raise WrongPage(f"{wrong}\n{server.printed.read_text()}") from wrong
        yield opened
