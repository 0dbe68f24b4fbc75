"""How the faults of the API spoil a call: before it is done, instead of its answer, or on the answer's way back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.corp import Corp
from bot.sandbox.faults import Faults
from bot.sandbox.wire import refuse_unless

Finish = Callable[[], web.Response]
Answer = web.StreamResponse
Spoiler = Callable[[web.Request, Finish, Faults, asyncio.Event], Awaitable[Answer]]

STATUS = {"cut_before": -1, "html_500": 500}
"""What the journal notes as status; -1: no answer at all."""


def instead(corp: Corp, path: str) -> str:
    """The fault that comes in place of the whole call, used up."""
    faults = corp.faults
    if not faults.concerns(path):
        return ""
    return next((name for name in ("cut_before", "html_500") if faults.take(name)), "")


def after(corp: Corp, path: str) -> str:
    """The fault that spoils an answer when everything has been done, used up."""
    faults = corp.faults
    if not faults.concerns(path):
        return ""
    return next((name for name in ("hang", "cut") if faults.take(name)), "")


def refuse(corp: Corp, path: str) -> None:
    """Faults that are errcodes. Raises Refusal."""
    faults = corp.faults
    if not faults.concerns(path):
        return
    if path == "gettoken" and (faults.wrong_secret or faults.app_inactive):
        raise corp.tokens.failed(corp.now())
    refuse_unless(not faults.take("busy"), -1, "system busy")
    refuse_unless(not faults.limited(corp.now(), corp.zone), 45009, "api freq out of limit")
    refuse_unless(not faults.take("crowded"), 45033, "api concurrent out of limit")
    if path != "gettoken":
        _refuse_token(corp)


def _refuse_token(corp: Corp) -> None:
    faults = corp.faults
    refuse_unless(not faults.foreign_ip, 60020, "not allow to access from your ip")
    refuse_unless(not faults.app_inactive, 50003, "app is disabled")
    refuse_unless(not faults.take("invalid_token"), 40014, "invalid access_token")
    if faults.expire_after == 0:
        corp.tokens.expire_all()
    faults.expire_after = max(-1, faults.expire_after - 1)


async def _hang(_request: web.Request, finish: Finish, faults: Faults, closing: asyncio.Event) -> Answer:
    """Answer only after hang_seconds, or when the sandbox closes."""
    try:
        async with asyncio.timeout(faults.hang_seconds):
            await closing.wait()
    except TimeoutError:
        pass
    return finish()


async def _hang_up(request: web.Request, _finish: Finish, _faults: Faults, _closing: asyncio.Event) -> Answer:
    """No answer, only the end of the connection."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _half(request: web.Request, finish: Finish, _faults: Faults, _closing: asyncio.Event) -> Answer:
    """The header and half of the body, then the end of the connection."""
    whole = finish()
    body = bytes(whole.body) if isinstance(whole.body, bytes | bytearray) else b"{}"
    response = web.StreamResponse(status=whole.status)
    response.content_type = whole.content_type
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _error_page(_request: web.Request, _finish: Finish, _faults: Faults, _closing: asyncio.Event) -> Answer:
    """What a gateway in between shows."""
    page = "<html><body><h1>500 Internal Server Error</h1></body></html>"
    return web.Response(status=500, text=page, content_type="text/html")


SPOILERS: dict[str, Spoiler] = {"hang": _hang, "cut": _half, "cut_before": _hang_up, "html_500": _error_page}
