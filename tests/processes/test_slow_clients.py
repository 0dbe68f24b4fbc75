"""Clients that keep a connection and do not use it are shown out, and nobody waits for them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from bot import door
from bot.app import Service
from bot.clock import SystemClock
from bot.config import Config, LogConfig, OfficeConfig, Secret, ServerConfig, StorageConfig, WeComConfig
from bot.door import listen
from bot.sandbox import Forge, SandboxClock, Settings
from bot.sandbox.inner import Inner

HOST = "127.0.0.1"
HEADERS, REQUEST = 0.3, 0.6
"""Instead of ten and twenty seconds."""
APP = Settings()


@dataclass
class Place:
    """A listening service, and somebody with the app's keys."""

    port: int
    forge: Forge
    http: aiohttp.ClientSession
    count: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def callback(self) -> int:
        """A good message; its status."""
        self.count += 1
        now = SystemClock().now()
        inner = Inner(APP.corp_id, APP.agent_id).message("li", now, "text", self.count, {"Content": "x"})
        forged = self.forge.envelope(inner)
        url = URL(forged.url(f"http://{HOST}:{self.port}/wecom/callback"), encoded=True)
        async with asyncio.timeout(HEADERS), self.http.post(url, data=forged.body) as answer:
            return answer.status

    async def connect(self, text: str = "") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection that has sent so much."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        writer.write(text.replace("\n", "\r\n").encode())
        self.writers.append(writer)
        return reader, writer

    def drip(self, writer: asyncio.StreamWriter, text: str) -> None:
        """Go on with a byte at a time."""
        self.tasks.append(asyncio.create_task(_drip(writer, text.replace("\n", "\r\n"))))

    async def leave(self) -> None:
        """Hang up everywhere."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for writer in self.writers:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _drip(writer: asyncio.StreamWriter, text: str) -> None:
    with contextlib.suppress(ConnectionError):
        for sign in text:
            writer.write(sign.encode())
            await writer.drain()
            await asyncio.sleep(0.02)


@pytest.fixture
async def place(empty_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(door, "HEADER_SECONDS", HEADERS)
    monkeypatch.setattr(door, "REQUEST_SECONDS", REQUEST)
    wecom = WeComConfig(APP.corp_id, APP.agent_id, Secret("x"), Secret(APP.token), Secret(APP.encoding_aes_key))
    storage = StorageConfig(f"sqlite:///{tmp_path / 'xiaoban.db'}", str(tmp_path))
    config = Config(ServerConfig(), storage, OfficeConfig(), LogConfig(), wecom)
    service = Service(config, SystemClock(), autonomous=False)
    runner = web.AppRunner(service.app, access_log=None, shutdown_timeout=0.1, keepalive_timeout=75)
    await runner.setup()
    server = await listen(runner, HOST, 0)
    forge = Forge(
        corp_id=APP.corp_id,
        agent_id=APP.agent_id,
        token=APP.token,
        encoding_aes_key=APP.encoding_aes_key,
        now=SandboxClock().now,
    )
    async with aiohttp.ClientSession() as http:
        made = Place(cast(int, server.sockets[0].getsockname()[1]), forge, http)
        yield made
        await made.leave()
    server.close()
    await runner.cleanup()


async def closed(reader: asyncio.StreamReader) -> bytes:
    """What still came before the other side closed."""
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionResetError:
        return b""


HEAD = "POST /wecom/callback?x=1 HTTP/1.1\nHost: x\n"
GET = "GET /healthz HTTP/1.1\nHost: x\n\n"


async def test_dripped_headers_are_cut_off_while_others_are_served(place: Place) -> None:
    """F30: fifty of them at once."""
    slow = [await place.connect() for _ in range(50)]
    for _, writer in slow:
        place.drip(writer, HEAD + "X-Filler: x\n" * 500)
    assert [await place.callback() for _ in range(5)] == [200] * 5
    assert [await closed(reader) for reader, _ in slow] == [b""] * 50
    assert await place.callback() == 200


async def test_a_dripped_body_is_answered_408_and_cut_off(place: Place) -> None:
    """F30, F11."""
    reader, writer = await place.connect(f"{HEAD}Content-Length: 5000\n\n")
    place.drip(writer, "x" * 5000)
    assert await place.callback() == 200
    assert (await closed(reader)).startswith(b"HTTP/1.1 408 ")


async def test_a_chunked_body_without_end_is_cut_off(place: Place) -> None:
    """F30, F11: no length is told, and each chunk is one byte."""
    reader, writer = await place.connect(f"{HEAD}Transfer-Encoding: chunked\n\n")
    place.drip(writer, "1\nx\n" * 1000)
    assert (await closed(reader)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("begun", ["", "G", HEAD], ids=["nothing", "a letter", "most of it"])
async def test_a_connection_that_falls_silent_is_closed(place: Place, begun: str) -> None:
    """F30: half-open from the beginning."""
    reader, _ = await place.connect(begun)
    assert await closed(reader) == b""


async def test_a_later_request_of_a_connection_may_not_drip_either(place: Place) -> None:
    """F30."""
    reader, writer = await place.connect(GET)
    place.drip(writer, HEAD + "X-Filler: x\n" * 500)
    assert (await closed(reader)).count(b"HTTP/1.1 200") == 1


async def test_who_hangs_up_in_the_middle_leaves_nothing_behind(place: Place) -> None:
    """F30: the other half is closed, others are served."""
    for begun in ("GET /hea", f"{HEAD}Content-Length: 5000\n\n<xml>"):
        reader, writer = await place.connect(begun)
        writer.write_eof()
        assert b" 200 " not in await closed(reader)
    assert await place.callback() == 200


async def test_an_idle_connection_that_has_asked_may_ask_again(place: Place) -> None:
    """F30: the limit is for headers under way, not for a browser between two pages."""
    reader, writer = await place.connect(GET)
    assert (await reader.readuntil(b"ok\n")).startswith(b"HTTP/1.1 200")
    silent, _ = await place.connect()
    await closed(silent)  # so much later
    writer.write(GET.replace("\n", "\r\n").encode())
    assert (await reader.readuntil(b"ok\n")).startswith(b"HTTP/1.1 200")


async def test_more_connections_than_fit_are_turned_away(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """F30: those that are there go on, and when they have left there is room again."""
    monkeypatch.setattr(door, "MOST_CONNECTIONS", 3)
    here = [await place.connect(GET) for _ in range(3)]
    for reader, _ in here:
        await reader.readuntil(b"ok\n")
    assert await closed((await place.connect(GET))[0]) == b""
    here[0][1].close()
    await here[0][1].wait_closed()
    async with asyncio.timeout(5):
        while await closed((await place.connect("GET /healthz HTTP/1.0\n\n"))[0]) == b"":
            continue
