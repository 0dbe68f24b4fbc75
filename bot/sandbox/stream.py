"""The page's stream of events, ended at once when the server stops."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Literal

from aiohttp import web

from bot.sandbox.corp import Corp
from bot.sandbox.feed import Change
from bot.sandbox.wire import Json

BREATH = 15.0

ItemOf = Callable[[str, str], Json | None]
"""A line of a chat by userid and id, as the page reads it."""


def told(corp: Corp, change: Change, item_of: ItemOf) -> Json:
    """A change as the page reads it; an item is told as it stands now."""
    event: Json = {"seq": change.seq, "type": change.type, "now": corp.local_now().isoformat()}
    if change.userid is not None and change.item is not None:
        event |= {"userid": change.userid, "item": item_of(change.userid, change.item)}
    return event


async def stream(corp: Corp, request: web.Request, item_of: ItemOf) -> web.StreamResponse:
    """Server-sent events from `since` on, until the page goes or the server stops."""
    since = request.query.get("since", "")
    start = int(since) if since.isascii() and since.isdecimal() else corp.feed.seq
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    queue = corp.feed.listen(start)
    try:
        await response.prepare(request)
        await response.write(b": open\n\n")
        while (change := await _next(queue)) is not None:
            text = (
                f"data: {json.dumps(told(corp, change, item_of), ensure_ascii=False)}\n\n"
                if change
                else ": still here\n\n"
            )
            await response.write(text.encode("utf-8", "replace"))
    except ConnectionResetError:
        pass  # The page has been closed; nobody is left to tell.
    finally:
        corp.feed.leave(queue)
    return response


async def _next(queue: asyncio.Queue[Change | None]) -> Change | Literal[False] | None:
    """The next change, None at the end, False when it has been quiet for so long that a line must be kept open."""
    try:
        async with asyncio.timeout(BREATH):
            return await queue.get()
    except TimeoutError:
        return False
