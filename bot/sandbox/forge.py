"""Builds callbacks as the platform does, and wrong ones in every way a test may want. protocol/wecom.md 1"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from bot.sandbox.crypto import PREFIX, Cipher, Garbled, pad_to_block, sign
from bot.sandbox.inner import cdata


@dataclass(frozen=True, slots=True)
class Forged:
    """A request ready to go: its query, and the body of a POST (empty for a verification)."""

    query: dict[str, str]
    body: bytes = b""
    echo: bytes = b""
    """What a verification must be answered with."""

    def url(self, base: str) -> str:
        """The address with the query, every sign percent-encoded: `+` arrives as %2B. protocol/wecom.md 1.2"""
        joined = "&".join(f"{name}={quote(value, safe='')}" for name, value in self.query.items())
        return f"{base}{'&' if '?' in base else '?'}{joined}"


class Forge:
    """Signs and seals with one callback's token and key."""

    def __init__(
        self, *, corp_id: str, agent_id: int | None, token: str, encoding_aes_key: str, now: Callable[[], datetime]
    ) -> None:
        self.corp_id = corp_id
        self.agent_id = agent_id
        self.token = token
        self.cipher = Cipher(encoding_aes_key)
        self._now = now

    def sign(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """The signature of these three values with our token."""
        return sign(self.token, timestamp, nonce, encrypt)

    def encrypt(
        self,
        message: bytes | str,
        *,
        receiveid: str | None = None,
        prefix: bytes | None = None,
        length: int | None = None,
        pad: bytes | None = None,
    ) -> str:
        """A ciphertext; `length` is what its length field says (also a wrong one), `pad` what stands at the end instead
        of the right padding. A whole that does not fill blocks of 16 is filled up with zeros."""
        content = message.encode("utf-8", "surrogatepass") if isinstance(message, str) else message
        head = secrets.token_bytes(PREFIX) if prefix is None else prefix
        told = (len(content) if length is None else length) % 2**32
        receiver = (self.corp_id if receiveid is None else receiveid).encode()
        whole = head + told.to_bytes(4, "big") + content + receiver
        whole = pad_to_block(whole) if pad is None else whole + pad
        return self.cipher.encrypt_raw(whole + bytes(-len(whole) % 16))

    def query(self, encrypt: str, *, timestamp: str | None = None, nonce: str | None = None) -> dict[str, str]:
        """msg_signature, timestamp and nonce that fit this ciphertext."""
        at = str(int(self._now().timestamp())) if timestamp is None else timestamp
        once = str(secrets.randbelow(10**10)) if nonce is None else nonce
        return {"msg_signature": self.sign(at, once, encrypt), "timestamp": at, "nonce": once}

    def envelope(
        self,
        message: bytes | str,
        *,
        timestamp: str | None = None,
        nonce: str | None = None,
        encrypt: str | None = None,
        receiveid: str | None = None,
    ) -> Forged:
        """A POST; `encrypt` takes the place of the sealed message."""
        sealed = self.encrypt(message, receiveid=receiveid) if encrypt is None else encrypt
        return Forged(self.query(sealed, timestamp=timestamp, nonce=nonce), self.body(sealed))

    def body(self, encrypt: str, *, to: str | None = None) -> bytes:
        """The outer XML; AgentID only on callbacks of an app. protocol/wecom.md 1.3"""
        agent = "" if self.agent_id is None else f"<AgentID>{cdata(str(self.agent_id))}</AgentID>"
        name = self.corp_id if to is None else to
        return f"<xml><ToUserName>{cdata(name)}</ToUserName>{agent}<Encrypt>{cdata(encrypt)}</Encrypt></xml>".encode()

    def challenge(self, echo: str | None = None, *, timestamp: str | None = None, nonce: str | None = None) -> Forged:
        """A GET verification; the plaintext is a number of 19 to 23 digits. protocol/wecom.md 1.2"""
        number = "1" + "".join(secrets.choice("0123456789") for _ in range(18 + secrets.randbelow(5)))
        plain = number if echo is None else echo
        sealed = self.encrypt(plain)
        return Forged(self.query(sealed, timestamp=timestamp, nonce=nonce) | {"echostr": sealed}, b"", plain.encode())

    def open(self, encrypt: str, signature: str, timestamp: str, nonce: str) -> bytes:
        """The message inside a passive reply. Raises Garbled."""
        if not secrets.compare_digest(signature.encode(), self.sign(timestamp, nonce, encrypt).encode()):
            raise Garbled("signature")
        return self.cipher.open(encrypt, self.corp_id)
