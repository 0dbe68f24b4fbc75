"""One client session for a platform: time limits, size limits, no redirects, every failure passing or final."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.channels.channel import Passing

SECONDS = 10
"""A call's time, and how long bytes may stay away while a file comes."""
CONNECT_SECONDS = 5
TRANSFER_SECONDS = 40
"""A file takes longer, but with the waiting before it must be over while its notice is ours (`bot.claiming.LEASE`)."""
MOST_AT_ONCE = 64
PATIENCE = 15
"""Seconds a call waits for one of those before it to end."""
MOST_JSON = 8 * 1024 * 1024


class Http:
    """Calls one host. Addresses with secrets in them never reach an error message."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self._lines = asyncio.Semaphore(MOST_AT_ONCE)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # no limit of its own: waiting in the pool would count as connecting, and as time on the wire
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), auto_decompress=True)
        return self._session

    @asynccontextmanager
    async def call(
        self, method: str, path: str, query: Mapping[str, str], *, transfer: bool = False, **body: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request; raises `Passing`, unsure whether it was done once it was on its way (F30)."""
        await self._line(path)
        total = TRANSFER_SECONDS if transfer else SECONDS
        limits = aiohttp.ClientTimeout(total=total, connect=CONNECT_SECONDS, sock_read=SECONDS)
        try:
            async with self._open().request(
                method, self.base + path, params=query, allow_redirects=False, timeout=limits, **body
            ) as response:
                yield response
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Passing(f"{path}: {type(error).__name__}") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Passing(f"{path}: {type(error).__name__}", unsure=True) from None
        finally:
            self._lines.release()

    async def _line(self, path: str) -> None:
        """Wait for one of the calls under way to end; nothing is sent meanwhile, and no call's time runs."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._lines.acquire()
        except TimeoutError:
            raise Passing(f"{path}: {MOST_AT_ONCE} calls are under way") from None

    async def json(
        self, method: str, path: str, query: Mapping[str, str], *, transfer: bool = False, **body: Any
    ) -> dict[str, Any]:
        """A request answered with a JSON object, whatever its status."""
        _, answer = await self.answer(method, path, query, transfer=transfer, **body)
        return answer

    async def answer(
        self, method: str, path: str, query: Mapping[str, str], *, transfer: bool = False, **body: Any
    ) -> tuple[int, dict[str, Any]]:
        """The status and the JSON object of an answer; anything else is passing, since the platform is not itself."""
        async with self.call(method, path, query, transfer=transfer, **body) as response:
            text = await response.content.read(MOST_JSON + 1)
            while not response.content.at_eof() and len(text) <= MOST_JSON:
                text += await response.content.read(MOST_JSON + 1 - len(text))
            status = response.status
        try:
            answer = json.loads(text)
        except ValueError:
            raise Passing(f"{path}: HTTP {status}, not JSON", unsure=True) from None
        if not isinstance(answer, dict):
            raise Passing(f"{path}: HTTP {status}, no object", unsure=True)
        return status, answer

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
