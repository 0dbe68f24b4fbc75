"""One Stream connection, and what a frame on it looks like in either direction. protocol/dingtalk.md 3.2"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.sandbox.dingtalk.wire import compact, millis
from bot.sandbox.wire import Json


@dataclass(slots=True, eq=False)
class Line:
    """A connection; `parting` once it was said goodbye to, `silent` when it is dead without being closed."""

    id: str
    socket: web.WebSocketResponse
    topics: frozenset[str]
    parting: bool = False
    silent: bool = False

    def takes(self, topic: str) -> bool:
        """Whether the gateway would route this here."""
        return not self.parting and (topic in self.topics or topic.startswith("/odd/"))

    async def send(self, frame: Json | str) -> None:
        """Send a frame, or exactly this text; to a silent connection it is lost."""
        if not self.silent:
            with suppress(ConnectionError, RuntimeError):
                await self.socket.send_str(frame if isinstance(frame, str) else compact(frame))

    def cut(self) -> None:
        """Break it without a word."""
        request = self.socket._req  # noqa: SLF001  # aiohttp offers no other way to the transport of a socket
        if request is not None and request.transport is not None:
            request.transport.abort()


def frame(kind: str, topic: str, id: str, at: datetime, data: str, headers: Mapping[str, str]) -> Json:
    """A frame to the app; `data` is JSON in a string."""
    own = {"topic": topic, "messageId": id, "contentType": "application/json", "time": str(millis(at))}
    return {"specVersion": "1.0", "type": kind, "headers": {**headers, **own}, "data": data}


def breach_of(text: str) -> str:
    """What is wrong with a frame from the app; empty when nothing is."""
    try:
        found = json.loads(text)
    except ValueError:
        return "not JSON"
    if not isinstance(found, dict) or not isinstance(found.get("headers"), dict):
        return "no object with headers"
    headers, data = found["headers"], found.get("data")
    if isinstance(found.get("code"), bool) or not isinstance(found.get("code"), int):
        return "code is no number"
    if not isinstance(headers.get("messageId"), str) or headers.get("contentType") != "application/json":
        return "headers"
    if not isinstance(found.get("message"), str) or not isinstance(data, str):
        return "message or data is no string"
    try:
        json.loads(data)
    except ValueError:
        return "data is no JSON in a string"
    return ""
