"""DingTalk's server API: two hosts, one token; each call ends well or in `ApiError`, `Passing` or `Final`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from bot.channels.channel import Final, Passing, Upload
from bot.channels.dingtalk.errors import Kind, error_of
from bot.channels.http import Http
from bot.channels.pace import Pace
from bot.channels.token import Token

MOST_MEDIA = 20 * 1024 * 1024
TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  # the name of a header
_STORES = (".dingtalk.com", ".aliyuncs.com", ".alicdn.com")
"""Where files that people sent may be fetched from (protocol/dingtalk.md 9)."""

PER_SECOND = 20
"""Calls of one API that an app of the free edition has in any second (protocol/dingtalk.md 0.3)."""

Answer = tuple[int, dict[str, Any]]


class Api:
    """One app's calls; `spent` is told of each that counts against the quota of the month (protocol 0.3)."""

    def __init__(
        self,
        bases: tuple[str, str],
        credentials: tuple[str, str],
        now: Callable[[], datetime],
        spent: Callable[[], None] = lambda: None,
    ) -> None:
        self._new, self._old = Http(bases[0]), Http(bases[1])
        self._hosts = {urlsplit(base).netloc for base in bases}
        self._client_id, self._client_secret = credentials
        self._token = Token(self._fetch_token, now)
        self._spent = spent
        self._pace: dict[str, Pace] = {}

    async def _fetch_token(self) -> tuple[str, int]:
        body = {"appKey": self._client_id, "appSecret": self._client_secret}
        path = "/v1.0/oauth2/accessToken"
        status, answer = await self._new.answer("POST", path, {}, json=body)
        if (error := error_of(path, status, answer)) is not None:
            raise error.as_failure()
        try:
            return str(answer["accessToken"]), int(answer["expireIn"])
        except (KeyError, TypeError, ValueError) as trouble:
            raise Passing(f"{path}: {type(trouble).__name__}") from trouble

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        free: bool = False,
        name: str = "",
        **query: str,
    ) -> dict[str, Any]:
        """A call to the newer host; `name` is what the API is called where the path has somebody in it."""

        async def attempt(token: str) -> Answer:
            more: dict[str, Any] = {} if body is None else {"json": body}
            return await self._new.answer(method, path, query, headers={TOKEN_HEADER: token}, **more)

        return await self._with_token(name or path, attempt, free=free)

    async def topapi(self, path: str, body: Mapping[str, Any], *, free: bool = False) -> dict[str, Any]:
        """A call to the older host, whose errors come with HTTP 200."""

        async def attempt(token: str) -> Answer:
            return await self._old.answer("POST", f"/{path}", {"access_token": token}, json=body)

        return await self._with_token(path, attempt, free=free)

    async def _with_token(
        self, path: str, attempt: Callable[[str], Awaitable[Answer]], *, free: bool = False
    ) -> dict[str, Any]:
        token = await self._token.get()
        for again in (False, True):
            await self._turn(path)
            status, answer = await attempt(token)
            error = error_of(path, status, answer)
            if not free and (error is None or error.kind not in {Kind.LIMITED, Kind.BANNED, Kind.SPENT}):
                self._spent()  # what a limit or the network stopped is not counted
            if error is None:
                return answer
            if error.kind is not Kind.TOKEN or again:
                raise error
            token = await self._token.get(instead_of=token)
        raise AssertionError("unreachable")

    async def _turn(self, path: str) -> None:
        """Spread the calls of one API: whatever comes first, no second has more of them than the platform takes."""
        await self._pace.setdefault(path, Pace(PER_SECOND)).turn()

    async def whoever(self, body: Mapping[str, Any]) -> str:
        """The unionId of who brought back a sign-in code."""
        path = "/v1.0/oauth2/userAccessToken"
        status, answer = await self._new.answer("POST", path, {}, json=body)
        if (error := error_of(path, status, answer)) is not None:
            raise error
        path, headers = "/v1.0/contact/users/me", {TOKEN_HEADER: str(answer["accessToken"])}
        status, answer = await self._new.answer("GET", path, {}, headers=headers)
        if (error := error_of(path, status, answer)) is not None:
            raise error
        return str(answer["unionId"])

    async def upload(self, kind: str, file: Upload) -> str:
        """Upload media; returns its media_id."""

        async def attempt(token: str) -> Answer:
            form = aiohttp.FormData(quote_fields=False)
            mime = file.mime or "application/octet-stream"
            form.add_field("media", BytesIO(file.content), filename=file.name, content_type=mime)
            query = {"access_token": token, "type": kind}
            return await self._old.answer("POST", "/media/upload", query, transfer=True, data=form)

        return str((await self._with_token("media/upload", attempt))["media_id"])

    async def reply(self, webhook: str, body: Mapping[str, Any]) -> None:
        """Answer where a conversation's own address still lives; only to DingTalk's own host (F16)."""
        if not self.is_ours(webhook):
            raise Final("sendBySession: not DingTalk's address")
        parts = urlsplit(webhook)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        status, answer = await self._old.answer("POST", parts.path, query, json=body)
        if (error := error_of("sendBySession", status, answer)) is not None:
            raise error

    def is_ours(self, address: str) -> bool:
        """Whether an address is of one of the two hosts we were told of, in full and nothing beside."""
        return address.startswith(f"{self._old.base}/")

    async def media(self, code: str, robot_code: str) -> AsyncIterator[bytes]:
        """The bytes of a file somebody sent; it lies at an address that lives shortly."""
        path = "/v1.0/robot/messageFiles/download"
        answer = await self.call("POST", path, {"downloadCode": code, "robotCode": robot_code})
        address = str(answer.get("downloadUrl") or "")
        parts = urlsplit(address)
        known = parts.netloc in self._hosts or (
            parts.scheme == "https" and (parts.hostname or "").endswith(_STORES) and not parts.username
        )
        if not known:
            raise Final("messageFiles/download: not DingTalk's store")
        async for part in _fetched(address):
            yield part

    async def close(self) -> None:
        """Let go of connections."""
        await self._new.close()
        await self._old.close()


async def _fetched(address: str) -> AsyncIterator[bytes]:
    """The bytes at an address whose very words are a right to them: they reach no message."""
    parts, size = urlsplit(address), 0
    store = Http(f"{parts.scheme}://{parts.netloc}")
    try:
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        async with store.call("GET", parts.path, query, transfer=True) as response:
            if response.status != 200:
                raise Passing(f"download: HTTP {response.status}")
            async for part in response.content.iter_chunked(64 * 1024):
                size += len(part)
                if size > MOST_MEDIA:
                    raise Final("too large")
                yield part
    except Passing as passing:
        raise Passing(f"download: {passing.reason.rpartition(': ')[2]}", unsure=passing.unsure) from None
    finally:
        await store.close()
