"""The door: verify, decrypt, parse, hand over, answer. Nothing slow happens before the answer (contract.md)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.channels.channel import Accept, Unavailable
from bot.channels.envelope import Envelope, Refused
from bot.channels.staleness import Staleness
from bot.channels.wecom.reading import Unimportant, event_of
from bot.channels.wecom.xml import BadXml, read

log = structlog.get_logger("wecom.door")

MOST_BYTES = 1024 * 1024
FRESH = timedelta(minutes=5)
_DIGITS = re.compile(r"[0-9]{1,12}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SIGNATURE = re.compile(r"[0-9a-f]{40}")
_CHALLENGE = re.compile(rb"[A-Za-z0-9_-]{1,64}")


class _Turned(Exception):
    """Turned away at the door with this status; `reason` is for the counter."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Door:
    """GET and POST /wecom/callback."""

    def __init__(self, envelope: Envelope, now: Callable[[], datetime], refused: Callable[[str], None]) -> None:
        self._envelope = envelope
        self._now = now
        self._refused = refused
        self._stale = Staleness(now, refused)

    def routes(self, accept: Accept) -> list[web.RouteDef]:
        """Both methods on one path, as the platform wants it."""

        async def get(request: web.Request) -> web.Response:
            return self._answered(lambda: self._verify(request))

        async def post(request: web.Request) -> web.Response:
            return await self._take(request, accept)

        return [
            web.get("/wecom/callback", get, allow_head=False),
            web.post("/wecom/callback", post),
        ]

    def _answered(self, answer: Callable[[], web.Response]) -> web.Response:
        try:
            return answer()
        except _Turned as turned:
            self._refused(turned.reason)
            log.warning("refused", reason=turned.reason)
            return web.Response(status=turned.status)

    def _verify(self, request: web.Request) -> web.Response:
        """Print back the challenge, and only what looks like one: a caught message must not be opened (F8)."""
        query = self._query(request, "echostr")
        opened = self._opened(query, query["echostr"])
        if not _CHALLENGE.fullmatch(opened):
            raise _Turned(403, "no challenge")
        return web.Response(body=opened, content_type="text/plain")

    async def _take(self, request: web.Request, accept: Accept) -> web.Response:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return self._answered(lambda: _turn(415, "encoding"))
        if (request.content_length or 0) > MOST_BYTES:
            return self._answered(lambda: _turn(413, "size"))
        try:
            body = request.content.read_nowait() if request.content.is_eof() else await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._answered(lambda: _turn(413, "size"))
        opened: list[bytes] = []
        response = self._answered(lambda: self._open(request, body, opened))
        if not opened:
            return response
        try:
            await accept(event_of(opened[0], self._now()))
        except Unimportant:
            pass
        except Unavailable as error:
            log.error("not taken", reason=str(error))
            return web.Response(status=503)
        return response

    def _open(self, request: web.Request, body: bytes, opened: list[bytes]) -> web.Response:
        query = self._query(request)
        encrypted = _encrypted(body)
        opened.append(self._opened(query, encrypted))
        return web.Response()

    def _query(self, request: web.Request, *more: str) -> dict[str, str]:
        """Each parameter exactly once, of the right shape, and fresh."""
        found: dict[str, str] = {}
        for key, shape in (("msg_signature", None), ("timestamp", _DIGITS), ("nonce", _NONCE)):
            values = request.query.getall(key, [])
            if len(values) != 1 or (shape is not None and not shape.fullmatch(values[0])):
                raise _Turned(400, "query")
            found[key] = values[0]
        for key in more:
            values = request.query.getall(key, [])
            if len(values) != 1:
                raise _Turned(400, "query")
            found[key] = values[0]
        self._must_be_fresh(found["timestamp"])
        if not _SIGNATURE.fullmatch(found["msg_signature"]):
            raise _Turned(403, "signature")
        return found

    def _must_be_fresh(self, timestamp: str) -> None:
        """Compared as numbers: not every twelve digits are a date."""
        if abs(self._now().timestamp() - int(timestamp)) <= FRESH.total_seconds():
            return
        self._stale.note()
        raise _Turned(403, "stale")

    def _opened(self, query: dict[str, str], encrypted: str) -> bytes:
        try:
            self._envelope.check(query["msg_signature"], query["timestamp"], query["nonce"], encrypted)
            return self._envelope.open(encrypted)
        except Refused as refused:
            raise _Turned(403, str(refused)) from refused


def _turn(status: int, reason: str) -> web.Response:
    raise _Turned(status, reason)


def _encrypted(body: bytes) -> str:
    """The one Encrypt element of an envelope without DTD."""
    try:
        fields = read(body)
    except BadXml as error:
        raise _Turned(400, "envelope") from error
    encrypted = fields.get("Encrypt")
    if not isinstance(encrypted, str):
        raise _Turned(400, "envelope")
    return encrypted
