"""The three doors of HTTP mode: events, robot messages, taps on cards; each with a signature of its own.

Verify, open, hand over, answer; nothing slow before the answer (contract.md; protocol/dingtalk.md 1, 2.1, 6.6).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiohttp import web

from bot.channels.channel import Unavailable
from bot.channels.dingtalk.pairs import Pairs
from bot.channels.dingtalk.reading import Foreign, Ours, Told, change_of, message_of, tap_of
from bot.channels.dingtalk.strictness import BadJson, read
from bot.channels.envelope import Envelope, Refused
from bot.channels.staleness import Staleness

log = structlog.get_logger("dingtalk.door")

MOST_BYTES = 1024 * 1024
HOUR = timedelta(hours=1)
CARD_FRESH = timedelta(minutes=5)
_DIGITS = re.compile(r"[0-9]{10,13}")
_NONCE = re.compile(r"[\x21-\x7e]{1,128}")
_HEX = re.compile(r"[0-9a-f]{40}")

Take = Callable[[Told], "Any"]


class Turned(Exception):
    """Turned away with this status; `reason` is for the counter."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Secrets:
    """What each door is locked with; an event door without an envelope is closed, so is a card door without secret."""

    app: str
    card: str
    envelope: Envelope | None


class Doors:
    """POST /dingtalk/events, /dingtalk/robot, /dingtalk/card."""

    def __init__(
        self,
        secrets: Secrets,
        ours: Ours,
        now: Callable[[], datetime],
        refused: Callable[[str], None],
        take: Take,
    ) -> None:
        self._secrets = secrets
        self._ours = ours
        self._now = now
        self._refused = refused
        self._take = take
        self._stale = Staleness(now, refused)
        self._pairs = Pairs(now)

    def routes(self) -> list[web.RouteDef]:
        """The doors there are."""
        found = [web.post("/dingtalk/robot", self._robot)]
        if self._secrets.envelope is not None:
            found.append(web.post("/dingtalk/events", self._events))
        if self._secrets.card:
            found.append(web.post("/dingtalk/card", self._card))
        return found

    async def _events(self, request: web.Request) -> web.Response:
        async def opened(body: bytes) -> Mapping[str, Any]:
            return await self._event(request, body)

        return await self._answered(request, opened)

    async def _robot(self, request: web.Request) -> web.Response:
        async def opened(body: bytes) -> Mapping[str, Any]:
            self._must_be_signed(request, ("timestamp", "sign"), self._robot_signature, HOUR)
            data = _object(body)
            told = self._message(data)
            self._must_be_its_own(request.headers["sign"], body, str(data.get("msgId") or ""))
            await self._take(told)
            return {"msgtype": "empty"}

        return await self._answered(request, opened)

    async def _card(self, request: web.Request) -> web.Response:
        async def opened(body: bytes) -> Mapping[str, Any]:
            names = ("x-ddpaas-signature-timestamp", "x-ddpaas-signature")
            at = self._must_be_signed(request, names, self._card_signature, CARD_FRESH)
            data = _object(body)
            corp = data.get("corpId")
            if corp and self._ours.corp_id and corp != self._ours.corp_id:
                raise Turned(403, "receiver")
            self._must_be_its_own(request.headers["x-ddpaas-signature"], body)
            await self._take(tap_of(data, at, self._now()))
            return {}

        return await self._answered(request, opened)

    async def _answered(self, request: web.Request, opened: Callable[[bytes], Any]) -> web.Response:
        try:
            return web.json_response(await opened(await _body(request)))
        except Turned as turned:
            self._refused(turned.reason)
            log.warning("refused", reason=turned.reason, door=request.path)
            return web.Response(status=turned.status)
        except Unavailable as error:
            log.error("not taken", reason=str(error))
            return web.Response(status=503)

    async def _event(self, request: web.Request, body: bytes) -> Mapping[str, Any]:
        envelope = self._secrets.envelope
        assert envelope is not None
        signature, timestamp, nonce = self._query(request)
        encrypted = _object(body).get("encrypt")
        if not isinstance(encrypted, str):
            raise Turned(400, "envelope")
        try:
            envelope.check(signature, timestamp, nonce, encrypted)
            plain = envelope.open(encrypted)
        except Refused as refused:
            raise Turned(403, str(refused)) from refused
        await self._take(self._change(plain))
        return self._sealed(envelope)

    def _change(self, plain: bytes) -> Told:
        """What an opened event tells; one that is no object is kept as it is (F13)."""
        now = self._now()
        try:
            data = read(plain)
        except BadJson:
            return change_of("", "", {"raw": plain.decode("utf-8", "replace")}, now)
        kind = next((str(data[key]) for key in ("EventType", "eventType") if data.get(key)), "")
        id = next((str(data[key]) for key in ("eventId", "EventId") if data.get(key)), "")
        return change_of(kind, id, data, now)

    def _sealed(self, envelope: Envelope) -> Mapping[str, Any]:
        """The literal success, sealed and signed: anything else counts as a failure (protocol 1.4)."""
        timestamp = str(int(self._now().timestamp() * 1000))
        nonce = hashlib.sha256(timestamp.encode()).hexdigest()[:16]
        encrypted = envelope.seal(b"success")
        signature = envelope.sign(timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timeStamp": timestamp, "nonce": nonce, "encrypt": encrypted}

    def _query(self, request: web.Request) -> tuple[str, str, str]:
        """Each parameter once under either of its names, of the right shape, and fresh."""
        found = []
        for names, shape in ((("msg_signature", "signature"), None), (("timestamp", "timeStamp"), _DIGITS),
                             (("nonce",), _NONCE)):  # fmt: skip
            values = [request.query.getall(name) for name in names if name in request.query]
            if not values or any(len(one) != 1 for one in values):
                raise Turned(400, "query")
            value = values[0][0]
            if shape is not None and not shape.fullmatch(value):
                raise Turned(400, "query")
            found.append(value)
        signature, timestamp, nonce = found
        self._must_be_fresh(timestamp, HOUR)
        if not _HEX.fullmatch(signature):
            raise Turned(403, "signature")
        return signature, timestamp, nonce

    def _must_be_fresh(self, timestamp: str, window: timedelta) -> datetime:
        """Milliseconds or seconds, as the door likes it (protocol 1.2)."""
        number = int(timestamp)
        seconds = number / 1000 if len(timestamp) > 11 else float(number)
        if abs(self._now().timestamp() - seconds) > window.total_seconds():
            self._stale.note()
            raise Turned(403, "stale")
        return datetime.fromtimestamp(seconds, UTC)

    def _must_be_signed(
        self,
        request: web.Request,
        names: tuple[str, str],
        signature: Callable[[str], bytes],
        window: timedelta,
    ) -> datetime:
        values = [request.headers.getall(name, []) for name in names]
        if any(len(one) != 1 for one in values):
            raise Turned(403, "signature")
        (timestamp,), (given,) = values
        if not _DIGITS.fullmatch(timestamp):
            raise Turned(400, "query")
        at = self._must_be_fresh(timestamp, window)
        if not hmac.compare_digest(signature(timestamp), given.encode("utf-8", "surrogatepass")):
            raise Turned(403, "signature")
        return at

    def _robot_signature(self, timestamp: str) -> bytes:
        return _hmac(self._secrets.app, f"{timestamp}\n{self._secrets.app}")

    def _card_signature(self, timestamp: str) -> bytes:
        return _hmac(self._secrets.card, timestamp)

    def _must_be_its_own(self, signature: str, body: bytes, id: str = "") -> None:
        """The body is not signed: a signature that comes with another one is somebody's who caught it (F17)."""
        if not self._pairs.fits(signature, body, id):
            log.error("a caught signature was used for another body: are the addresses on https?")
            raise Turned(403, "replayed")

    def _message(self, data: Mapping[str, Any]) -> Told:
        try:
            return message_of(data, self._ours, self._now())
        except Foreign as foreign:
            raise Turned(403, "receiver") from foreign


def _hmac(secret: str, message: str) -> bytes:
    return base64.b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest())


async def _body(request: web.Request) -> bytes:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Turned(415, "encoding")
    if (request.content_length or 0) > MOST_BYTES:
        raise Turned(413, "size")
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Turned(413, "size") from error


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        return read(body)
    except BadJson as bad:
        raise Turned(400, "body") from bad
