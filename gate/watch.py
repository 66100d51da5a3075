"""An open websocket is watched: it closes when its access session ends, and nothing gets through after that."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import anyio
from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clinic import accounts

LOOK_EVERY = 3.0  # seconds
ENDED = 4401


async def watched(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    token: str,
    is_action: Callable[[bytes], bool],
) -> None:
    """Runs the app on this websocket for as long as the access session lives. Each message is checked before
    the app sees it; only actions of a person put the idle lock off, timers do not."""
    socket = _Socket(receive, send, token, is_action)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(socket.look_after)
        await app(scope, socket.receive, socket.send)
        tasks.cancel_scope.cancel()


class _Socket:
    def __init__(self, receive: Receive, send: Send, token: str, is_action: Callable[[bytes], bool]):
        self._receive, self._send = receive, send
        self._token, self._is_action = token, is_action
        self._waiting = anyio.CancelScope()
        self._ended = False

    async def receive(self) -> Message:
        """The browser's next message, or a disconnect once the access session is over."""
        if not self._ended:
            with anyio.CancelScope() as self._waiting:
                message = await self._receive()
                if message["type"] != "websocket.receive" or await self._may_go_on(message):
                    return message
                await self._end()
        return {"type": "websocket.disconnect", "code": ENDED}

    async def send(self, message: Message) -> None:
        if not self._ended:
            await self._send(message)

    async def look_after(self) -> None:
        """Looks every few seconds, and at the very moment when the idle time runs out."""
        while True:
            access = await to_thread.run_sync(accounts.access_of, self._token)
            if access is None or access.must_change_password:
                break
            await anyio.sleep(min(LOOK_EVERY, access.idle_left_seconds + 0.01))
        await self._end()

    async def _may_go_on(self, message: Message) -> bool:
        asking = accounts.touch if self._is_action(message.get("bytes") or b"") else accounts.access_of
        return bool(await to_thread.run_sync(asking, self._token))

    async def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        # The app is let go first: a browser that reads no more must not hold it.
        self._waiting.cancel()
        with suppress(OSError, RuntimeError):  # already closed from the other end
            await self._send({"type": "websocket.close", "code": ENDED})
