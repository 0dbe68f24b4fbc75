"""The access token: fetched once for many waiters, kept until the platform says it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.channels.channel import Final, Passing
from bot.channels.http import Http
from bot.channels.wecom.errors import ApiError

PAUSE = timedelta(seconds=30)
"""After a refusal nobody asks again for a while: repeated wrong secrets ban the address (protocol 6.1)."""
AWAY = timedelta(seconds=2)
"""After no answer nobody asks again for a moment: those who waited would each wait as long in turn."""


class Token:
    """One app's access token."""

    def __init__(self, http: Http, corp_id: str, secret: str, now: Callable[[], datetime]) -> None:
        self._http = http
        self._query = {"corpid": corp_id, "corpsecret": secret}
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
        answer = await self._answer()
        code = answer.get("errcode", 0)
        if code:
            raise self._kept(PAUSE, ApiError("gettoken", int(code)).as_failure())
        try:
            token, seconds = str(answer["access_token"]), int(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise self._kept(AWAY, Passing(f"gettoken: {type(error).__name__}")) from error
        self._token = token
        self._until = now + timedelta(seconds=seconds - 120)
        self._refused = None
        self._fetched += 1
        return self._token

    async def _answer(self) -> dict[str, Any]:
        try:
            return await self._http.json("GET", "/cgi-bin/gettoken", self._query)
        except Passing as passing:  # however unsure: what the token was wanted for has not been sent (F30)
            raise self._kept(AWAY, Passing(passing.reason)) from None

    def _kept(self, span: timedelta, failure: Passing | Final) -> Passing | Final:
        """The failure, told to whoever asks within that span as well."""
        self._refused = (self._now() + span, failure)
        return failure
