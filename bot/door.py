"""The web server's own defences: slow clients, too many connections, too long requests (F30)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

HEADER_SECONDS = 10.0
REQUEST_SECONDS = 20.0
UPLOAD_SECONDS = 120.0
"""A visitor's photos may come over a slow mobile network."""
MOST_CONNECTIONS = 2000
OURSELVES = {"127.0.0.1", "::1"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Crowd:
    """Who is connected: so many in all, and a quarter of that from one address, so that nobody takes every place.

    WeCom calls from few addresses and hangs up soon: a quarter is more than it ever needs. This machine itself is not
    counted by address: a reverse proxy here makes everybody look like 127.0.0.1 or ::1, and counts for itself who
    calls. A proxy on another machine counts as one address. An IPv6 network of /64 does too: it is one customer's.
    """

    def __init__(self) -> None:
        self._all = 0
        self._from: Counter[str] = Counter()

    def admits(self, address: str) -> bool:
        """Whether there is room for one more from there; then it is counted."""
        if self._all >= MOST_CONNECTIONS:
            return False
        if address not in OURSELVES and self._from[address] >= MOST_CONNECTIONS // 4:
            return False
        self._all += 1
        self._from[address] += 1
        return True

    def leaves(self, address: str) -> None:
        """One of those admitted has hung up."""
        self._all -= 1
        self._from[address] -= 1
        if not self._from[address]:
            del self._from[address]


def caller(transport: asyncio.BaseTransport) -> str:
    """The address, or network, at the other end."""
    peer = transport.get_extra_info("peername")
    try:
        address = ip_address(str(peer[0]).partition("%")[0])
    except (TypeError, IndexError, ValueError):  # hung up already
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address) if address.is_loopback else str(ip_network((address, 64), strict=False))


class Guarded(RequestHandler):
    """A connection that must send whole headers in time: aiohttp itself waits for ever (threats, section 1)."""

    __slots__ = ("_crowd", "_from", "_timer")

    def __init__(self, server: web.Server, crowd: Crowd, **kwargs: Any) -> None:
        super().__init__(server, **kwargs)
        self._crowd = crowd
        self._from: str | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        address = caller(transport)
        if not self._crowd.admits(address):
            self.force_close()
            return
        self._from = address
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages or self._current_request is not None:
            if self._timer is not None:
                self._relax()
        elif self._timer is None:
            self._wait()

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._from is not None:
            self._crowd.leaves(self._from)
            self._from = None
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
    crowd = Crowd()
    kwargs = server._kwargs  # noqa: SLF001  # aiohttp has no public way to choose the connection's class
    return await loop.create_server(
        lambda: Guarded(server, crowd, loop=loop, **kwargs), host, port, backlog=1024, reuse_address=True
    )


@web.middleware
async def in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A request that drips its body is answered 408 and closed; one that is all there needs no watch."""
    if request.content.is_eof():
        return await handler(request)
    try:
        async with asyncio.timeout(UPLOAD_SECONDS if request.path.startswith("/r/") else REQUEST_SECONDS):
            return await handler(request)
    except TimeoutError:
        response = web.Response(status=408)
        response.force_close()
        return response
