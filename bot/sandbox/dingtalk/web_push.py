"""Pushes by HTTP: three doors, three signatures. protocol/dingtalk.md 1, 2.1, 6.6"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import secrets
from dataclasses import dataclass, field

import aiohttp

from bot.sandbox.crypto import Cipher, Garbled, sign
from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.wire import millis
from bot.sandbox.wire import Json

ACCEPTED, MALFORMED = 200, 0
"""MALFORMED: an answer came that is none."""


@dataclass(frozen=True, slots=True)
class Knock:
    """A request as it is sent; a test may change any of it."""

    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def mac(secret: str, words: str) -> str:
    """base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.new(secret.encode(), words.encode(), hashlib.sha256).digest()).decode()


class WebPush:
    """Knocks at the app's doors."""

    def __init__(self, corp: DingCorp) -> None:
        self._corp = corp
        self._session: aiohttp.ClientSession | None = None

    def robot(self, body: str, *, timestamp: str | None = None) -> Knock:
        """A robot message: only the moment is signed, never the body."""
        one = self._corp.settings
        at = timestamp if timestamp is not None else str(millis(self._corp.now()))
        headers = {"timestamp": at, "sign": mac(one.client_secret, f"{at}\n{one.client_secret}")}
        return Knock(one.robot_url, body.encode("utf-8", "surrogatepass"), headers)

    def event(self, inner: bytes, *, owner: str | None = None, timestamp: str | None = None) -> Knock:
        """A sealed and signed event, with the signature under both of its names."""
        one = self._corp.settings
        sealed = Cipher(one.aes_key).seal(inner, one.sealed_for if owner is None else owner)
        at = timestamp if timestamp is not None else str(millis(self._corp.now()))
        nonce = secrets.token_hex(8)
        signature = sign(one.token, at, nonce, sealed)
        query = {"msg_signature": signature, "signature": signature, "timestamp": at, "nonce": nonce}
        return Knock(one.event_url, json.dumps({"encrypt": sealed}).encode(), {}, query)

    def card(self, body: str, route: str, *, timestamp: str | None = None) -> Knock:
        """A tap, to the address its card was registered with."""
        url, secret = self._corp.cards.routes[route]
        at = timestamp if timestamp is not None else str(millis(self._corp.now()))
        headers = {"x-ddpaas-signature-timestamp": at, "x-ddpaas-signature": mac(secret, at)} if secret else {}
        return Knock(url, body.encode(), headers)

    async def knock(self, knock: Knock, limit: float) -> tuple[int | None, bytes]:
        """Send it: status and body; None when no answer came in time."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers = {"Content-Type": "application/json; charset=utf-8", **knock.headers}
        try:
            async with self._session.post(
                knock.url, data=io.BytesIO(knock.body), headers=headers, params=knock.query, allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=limit),
            ) as answer:  # fmt: skip
                return answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None, b""

    def is_success(self, body: bytes) -> bool:
        """Whether an answer is the literal success, sealed and signed for us. protocol/dingtalk.md 1.4"""
        one = self._corp.settings
        try:
            given = json.loads(body)
            at, nonce, sealed = given["timeStamp"], given["nonce"], given["encrypt"]
            fits = given["msg_signature"] == sign(one.token, at, nonce, sealed)
            return fits and Cipher(one.aes_key).open(sealed, one.sealed_for) == b"success"
        except (ValueError, KeyError, TypeError, AttributeError, Garbled):
            return False

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()


def as_object(body: bytes) -> Json | None:
    """An answer that is a JSON object."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
