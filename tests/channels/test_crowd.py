"""One caller cannot take every place at the door (F30)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from bot import door

HERE, ELSEWHERE, THIRD = "127.0.0.1", "127.0.0.2", "127.0.0.3"
"""All reach a door on loopback, and only the first is how a proxy on this machine calls."""
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


class Callers:
    """Connections that ask once and stay."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: list[tuple[str, asyncio.StreamWriter]] = []

    async def call(self, address: str) -> bool:
        """Whether somebody from there is answered."""
        reader, writer = await asyncio.open_connection(HERE, self._port, local_addr=(address, 0))
        self._open.append((address, writer))
        try:
            writer.write(GET)
            return (await reader.read(12)) == b"HTTP/1.1 200"
        except ConnectionResetError:
            return False

    async def hang_up(self) -> None:
        """All of them."""
        for _, writer in self._open:
            writer.close()
        for _, writer in self._open:
            try:
                await writer.wait_closed()
            except ConnectionError:
                continue
        self._open.clear()


@pytest.fixture
async def callers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callers]:
    """At a door for twelve."""
    monkeypatch.setattr(door, "MOST_CONNECTIONS", 12)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    server = await door.listen(runner, HERE, 0)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        stack.callback(server.close)
        made = Callers(server.sockets[0].getsockname()[1])
        stack.push_async_callback(made.hang_up)
        yield made


async def test_one_address_gets_a_quarter_and_others_their_own(callers: Callers) -> None:
    """F30: and when it has hung up it is let in again."""
    assert [await callers.call(ELSEWHERE) for _ in range(4)] == [True] * 3 + [False]
    assert [await callers.call(THIRD) for _ in range(4)] == [True] * 3 + [False]
    assert await callers.call(HERE)
    await callers.hang_up()
    await asyncio.sleep(0.05)
    assert [await callers.call(ELSEWHERE) for _ in range(4)] == [True] * 3 + [False]


async def test_a_proxy_on_this_machine_is_not_one_caller(callers: Callers) -> None:
    """F30: everybody comes from 127.0.0.1 then; what is left is the limit of all."""
    assert [await callers.call(HERE) for _ in range(13)] == [True] * 12 + [False]


class Peer(asyncio.BaseTransport):
    """The far end of a connection that no test machine can be sure to have."""

    def __init__(self, *name: object) -> None:
        super().__init__({"peername": name or None})


@pytest.mark.parametrize(
    ("name", "caller"),
    [
        (("101.226.103.1", 5), "101.226.103.1"),
        (("::ffff:101.226.103.1", 5, 0, 0), "101.226.103.1"),
        (("2001:db8:1:2:3::9", 5, 0, 0), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 5, 0, 2), "fe80::/64"),
        (("::1", 5, 0, 0), "::1"),
        ((), ""),
    ],
)
def test_an_address_is_told_apart_by_who_holds_it(name: tuple[object, ...], caller: str) -> None:
    """F30: an IPv6 customer has 2^64 addresses."""
    assert door.caller(Peer(*name)) == caller
