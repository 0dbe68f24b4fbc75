"""The web server's own defences: slow clients, too many connections, too long requests (F30)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

HEADER_SECONDS = 10.0
REQUEST_SECONDS = 20.0
MOST_CONNECTIONS = 2000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Guarded(RequestHandler):
    """A connection that must send whole headers in time: aiohttp itself waits for ever (threats, section 1)."""

    __slots__ = ("_open", "_timer")

    def __init__(self, server: web.Server, open_now: set[Guarded], **kwargs: Any) -> None:
        super().__init__(server, **kwargs)
        self._open = open_now
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if len(self._open) >= MOST_CONNECTIONS:
            self.force_close()
            return
        self._open.add(self)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages or self._current_request is not None:
            if self._timer is not None:
                self._relax()
        elif self._timer is None:
            self._wait()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._open.discard(self)
        self._relax()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(HEADER_SECONDS, self.force_close)

    def _relax(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


async def listen(runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    """Serve an app behind guarded connections."""
    server = runner.server
    assert server is not None
    loop = asyncio.get_running_loop()
    open_now: set[Guarded] = set()
    kwargs = server._kwargs  # noqa: SLF001  # aiohttp has no public way to choose the connection's class
    return await loop.create_server(
        lambda: Guarded(server, open_now, loop=loop, **kwargs), host, port, backlog=1024, reuse_address=True
    )


@web.middleware
async def in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A request that drips its body is answered 408 and closed; one that is all there needs no watch."""
    if request.content.is_eof():
        return await handler(request)
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            return await handler(request)
    except TimeoutError:
        response = web.Response(status=408)
        response.force_close()
        return response
