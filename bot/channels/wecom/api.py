"""WeCom's server API: the calls we make, each ending well or in `ApiError`, `Passing` or `Final`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import aiohttp
from aiolimiter import AsyncLimiter

from bot.channels.channel import Final, Passing, Upload
from bot.channels.http import Http
from bot.channels.token import Token
from bot.channels.wecom.errors import ApiError, Kind

MOST_MEDIA = 20 * 1024 * 1024


class Api:
    """One app's calls. A token that ran out is renewed once for each call, never in a loop."""

    def __init__(self, base: str, corp_id: str, secret: str, now: Callable[[], datetime]) -> None:
        self._http = Http(base)
        self._credentials = {"corpid": corp_id, "corpsecret": secret}
        self._token = Token(self._fetch_token, now)
        self._limiter = AsyncLimiter(8_000, 60)

    async def _fetch_token(self) -> tuple[str, int]:
        answer = await self._http.json("GET", "/cgi-bin/gettoken", self._credentials)
        code = int(answer.get("errcode", 0))
        if code:
            raise ApiError("gettoken", code).as_failure()
        try:
            return str(answer["access_token"]), int(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise Passing(f"gettoken: {type(error).__name__}") from error

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """GET with query parameters."""
        return await self._call("GET", path, query)

    async def post(self, path: str, body: Mapping[str, Any], **query: str) -> dict[str, Any]:
        """POST a JSON body as raw UTF-8: escapes are a listed error (40033), and equal bodies must be equal bytes."""
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._call("POST", path, query, data=text, headers={"Content-Type": "application/json"})

    async def _call(self, method: str, path: str, query: Mapping[str, str], **body: Any) -> dict[str, Any]:
        async def attempt(token: str) -> dict[str, Any]:
            async with self._limiter:
                return await self._http.json(method, f"/cgi-bin/{path}", {**query, "access_token": token}, **body)

        return await self._with_token(path, attempt)

    async def _with_token(self, path: str, attempt: Callable[[str], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        token = await self._token.get()
        for again in (False, True):
            answer = await attempt(token)
            code = int(answer.get("errcode", 0))
            if code == 0:
                return answer
            error = ApiError(path, code)
            if error.kind is not Kind.TOKEN or again:
                raise error
            token = await self._token.get(instead_of=token)
        raise AssertionError("unreachable")

    async def upload(self, kind: str, file: Upload) -> str:
        """Upload media, valid for three days; returns its media_id."""

        async def attempt(token: str) -> dict[str, Any]:
            form = aiohttp.FormData(quote_fields=False)
            mime = file.mime or "application/octet-stream"
            form.add_field("media", BytesIO(file.content), filename=file.name, content_type=mime)
            query = {"type": kind, "access_token": token}
            return await self._http.json("POST", "/cgi-bin/media/upload", query, transfer=True, data=form)

        return str((await self._with_token("media/upload", attempt))["media_id"])

    async def media(self, media_id: str) -> AsyncIterator[bytes]:
        """The bytes behind a media_id; an error comes as JSON (protocol 9.3)."""
        token = await self._token.get()
        try:
            async for part in self._media(media_id, token):
                yield part
        except ApiError as error:
            if error.kind is not Kind.TOKEN:
                raise
            async for part in self._media(media_id, await self._token.get(instead_of=token)):
                yield part

    async def _media(self, media_id: str, token: str) -> AsyncIterator[bytes]:
        query = {"media_id": media_id, "access_token": token}
        async with self._http.call("GET", "/cgi-bin/media/get", query, transfer=True) as response:
            if response.content_type in {"application/json", "text/plain"}:
                raise _error(response.status, await response.content.read(4096))
            if response.status not in {200, 206}:  # a proxy's page is no photo
                raise Passing(f"media/get: HTTP {response.status}")
            size = 0
            async for part in response.content.iter_chunked(64 * 1024):
                size += len(part)
                if size > MOST_MEDIA:
                    raise Final("too large")
                yield part

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()


def _error(status: int, text: bytes) -> ApiError | Passing:
    """What came in place of a file: the platform's errcode, or the page of somebody between us."""
    try:
        return ApiError("media/get", int(json.loads(text)["errcode"]))
    except (ValueError, KeyError, TypeError):
        return Passing(f"media/get: HTTP {status}, no file")
