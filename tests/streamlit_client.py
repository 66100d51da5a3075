"""A browser without a screen: speaks Streamlit's websocket protocol to a running server.

async with open_page(server.address, cookie, "patients") as page:
    assert "Ada Byron" in " ".join(page.texts)
    await page.click("Search")
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE = 60  # seconds
# What an element says, in the order in which its fields are asked.
_WORDS = ("body", "label", "message", "text")


@asynccontextmanager
async def open_page(
    address: str,
    cookie: str = "",
    name: str = "",
    *,
    query: str = "",
    origin: str | None = None,
    headers: Mapping[str, str] | None = None,
    resume: str = "",
    run: bool = True,
) -> AsyncIterator[Page]:
    """Connects and, unless told not to, waits for the first run of the page called `name` ("" = the first
    page). `resume` names a Streamlit session to go on with. Raises `websockets.InvalidStatus` when the server
    refuses."""
    sent = ({"Cookie": cookie} if cookie else {}) | dict(headers or {})
    connecting = websockets.connect(
        address.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN", *([resume] if resume else [])],
        additional_headers=sent,
        origin=origin or address,
        max_size=None,
        ping_interval=None,
        compression=None,
    )
    async with connecting as line:
        page = Page(line, address, name, query)
        if run:
            await page.rerun()
        yield page


class Page:
    """What the last run drew: `elements` by their place, `messages` and `received` bytes of the last run,
    `seconds` until it had finished. Widgets keep their values from run to run, as they do in a browser."""

    def __init__(self, line: Any, address: str, name: str, query: str):
        self.line, self.address, self.name, self.query = line, address, name, query
        self.page_hash = ""
        self.elements: dict[tuple[int, ...], Element] = {}
        self.messages: list[ForwardMsg] = []
        self.received = 0
        self.seconds = 0.0
        self._fragment = ""
        self._values: dict[str, WidgetState] = {}
        self._kept: dict[str, ForwardMsg] = {}

    async def rerun(self, *pressed: WidgetState, fragment: str = "", timer: bool = False) -> list[ForwardMsg]:
        """Asks for a run and waits until it has finished. `timer` says that no person asked for it."""
        self._fragment = fragment
        started = time.perf_counter()
        await self.line.send(self._request(pressed, timer).SerializeToString())
        await self._until_finished()
        self.seconds = time.perf_counter() - started
        return self.messages

    async def click(self, label: str) -> None:
        button = self.widget("button", label)
        await self.rerun(WidgetState(id=button.id, trigger_value=True))

    def enter(self, kind: str, label: str, **value: Any) -> None:
        """Sets a widget's value for the runs to come: `enter("number_input", "Weight", double_value=71.5)`."""
        found = self.widget(kind, label)
        self._values[found.id] = WidgetState(id=found.id, **value)

    async def go(self, name: str, query: str = "") -> None:
        """Opens another page in the same session, as a click in the menu does."""
        self.name, self.query, self.page_hash = name, query, ""
        await self.rerun()

    def widget(self, kind: str, label: str) -> Any:
        found = [one for one in self.of(kind) if one.label == label]
        assert found, f"no {kind} “{label}” among {[one.label for one in self.of(kind)]}"
        return found[0]

    def of(self, kind: str) -> list[Any]:
        """The elements of a kind, in the order of the page: "text", "button", "plotly_chart", …"""
        drawn = [self.elements[place] for place in sorted(self.elements)]
        return [getattr(element, kind) for element in drawn if element.WhichOneof("type") == kind]

    @property
    def texts(self) -> list[str]:
        """What the page says, element by element."""
        return [words for place in sorted(self.elements) if (words := _words(self.elements[place]))]

    async def closed(self, within: float = PATIENCE) -> int:
        """Waits until the server closes the connection and returns its code."""
        await asyncio.wait_for(self.line.wait_closed(), within)
        return self.line.close_code

    def _request(self, pressed: Iterable[WidgetState], timer: bool) -> BackMsg:
        message = BackMsg()
        run = message.rerun_script
        run.query_string, run.page_name, run.page_script_hash = self.query, self.name, self.page_hash
        run.fragment_id, run.is_auto_rerun = self._fragment, timer
        run.widget_states.widgets.extend([*self._values.values(), *pressed])
        run.cached_message_hashes.extend(self._kept)
        run.context_info.timezone, run.context_info.locale = "UTC", "en-GB"
        run.context_info.url = f"{self.address}/{self.name}"
        run.context_info.color_scheme = "light"
        return message

    async def _until_finished(self) -> None:
        self.messages, self.received = [], 0
        while True:
            data = await asyncio.wait_for(self.line.recv(), PATIENCE)
            self.received += len(data)
            message = self._unpacked(ForwardMsg.FromString(data))
            self.messages.append(message)
            self._take(message)
            kind = message.WhichOneof("type")
            if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _unpacked(self, message: ForwardMsg) -> ForwardMsg:
        """A large message that came before is sent by its hash alone."""
        if message.WhichOneof("type") == "ref_hash":
            known = ForwardMsg()
            known.CopyFrom(self._kept[message.ref_hash])
            known.metadata.CopyFrom(message.metadata)
            return known
        if message.metadata.cacheable and message.hash:
            self._kept[message.hash] = message
        return message

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session" and not self._fragment:
            self.elements.clear()
        elif kind == "navigation" and message.navigation.page_script_hash:
            self.page_hash = message.navigation.page_script_hash
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.elements[tuple(message.metadata.delta_path)] = message.delta.new_element


def _words(element: Element) -> str:
    said = getattr(element, element.WhichOneof("type"))
    return next((str(found) for name in _WORDS if (found := getattr(said, name, ""))), "")
