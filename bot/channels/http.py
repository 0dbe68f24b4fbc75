"""One client session for a platform: time limits, size limits, no redirects, every failure passing or final."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.channels.channel import Passing

SECONDS = 10
MOST_JSON = 8 * 1024 * 1024


class Http:
    """Calls one host. Addresses with secrets in them never reach an error message."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=SECONDS, connect=5),
                connector=aiohttp.TCPConnector(limit=64),
                auto_decompress=True,
            )
        return self._session

    @asynccontextmanager
    async def call(
        self, method: str, path: str, query: Mapping[str, str], **body: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request; raises `Passing`, unsure whether it was done once it was on its way (F30)."""
        try:
            async with self._open().request(
                method, self._base + path, params=query, allow_redirects=False, **body
            ) as response:
                yield response
        except aiohttp.ClientConnectorError as error:
            raise Passing(f"{path}: {type(error).__name__}") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Passing(f"{path}: {type(error).__name__}", unsure=True) from None

    async def json(self, method: str, path: str, query: Mapping[str, str], **body: Any) -> dict[str, Any]:
        """A request answered with a JSON object; anything else is passing, since the platform is not itself."""
        async with self.call(method, path, query, **body) as response:
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
        return answer

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
