"""An access token: fetched once for many waiters, kept until the platform says it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.channels.channel import Final, Passing

PAUSE = timedelta(seconds=30)
"""After a refusal nobody asks again for a while: repeated wrong secrets ban the address (protocol/wecom.md 6.1)."""
AWAY = timedelta(seconds=2)
"""After no answer nobody asks again for a moment: those who waited would each wait as long in turn."""
EARLY = 120
"""Seconds before its end at which a token counts as over."""

Fetch = Callable[[], Awaitable[tuple[str, int]]]
"""Asks the platform for a token and the seconds it lives; raises `Passing` or `Final`."""


class Token:
    """One app's access token."""

    def __init__(self, fetch: Fetch, now: Callable[[], datetime]) -> None:
        self._fetch_one = fetch
        self._now = now
        self._token = ""
        self._until: datetime | None = None
        self._lock = asyncio.Lock()
        self._refused: tuple[datetime, Passing | Final] | None = None
        self._fetched = 0

    async def get(self, *, instead_of: str = "") -> str:
        """The token; with `instead_of`, a newer one than that, fetched at most once however many ask (F27)."""
        before = self._fetched
        async with self._lock:
            now = self._now()
            newer = self._token != instead_of or self._fetched != before  # the platform may give the same one again
            if self._token and newer and self._until and now < self._until:
                return self._token
            if self._refused is not None and now < self._refused[0]:
                raise self._refused[1]
            return await self._fetch(now)

    async def _fetch(self, now: datetime) -> str:
        try:
            token, seconds = await self._fetch_one()
        except Final as final:
            raise self._kept(PAUSE, final) from None
        except Passing as passing:  # however unsure: what the token was wanted for has not been sent (F30)
            raise self._kept(AWAY, Passing(passing.reason, wait=passing.wait)) from None
        self._token = token
        self._until = now + timedelta(seconds=seconds - EARLY)
        self._refused = None
        self._fetched += 1
        return self._token

    def _kept(self, span: timedelta, failure: Passing | Final) -> Passing | Final:
        """The failure, told to whoever asks within that span as well."""
        self._refused = (self._now() + span, failure)
        return failure
