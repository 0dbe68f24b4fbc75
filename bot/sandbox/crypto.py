"""The callback cipher and signature, written from the wire description alone. protocol/wecom.md 1.4, 1.5"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import string

from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes

BLOCK = 32
PREFIX = 16
ALPHABET = string.ascii_letters + string.digits


class Garbled(Exception):
    """The packet does not open with this key, or is not for this receiver."""


def new_aes_key() -> str:
    """43 random characters, mostly non-canonical base64, as the admin console mints them. protocol/wecom.md 1.5"""
    return "".join(secrets.choice(ALPHABET) for _ in range(43))


def new_token(length: int = 24) -> str:
    """Letters and digits, at most 32 of them. protocol/wecom.md 1.1"""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def sign(token: str, timestamp: str, nonce: str, encrypt: str) -> str:
    """SHA-1 over the four values sorted bytewise."""
    values = sorted(value.encode() for value in (token, timestamp, nonce, encrypt))
    return hashlib.sha1(b"".join(values), usedforsecurity=False).hexdigest()


def pad_to_block(content: bytes) -> bytes:
    """PKCS#7 with blocks of 32: a pad of 1 to 32 bytes is always there."""
    missing = BLOCK - len(content) % BLOCK
    return content + bytes([missing]) * missing


class Cipher:
    """Seals and opens packets with one EncodingAESKey."""

    def __init__(self, encoding_aes_key: str) -> None:
        key = base64.b64decode(encoding_aes_key + "=")
        self._aes = Aes(algorithms.AES(key), modes.CBC(key[:16]))

    def encrypt_raw(self, content: bytes) -> str:
        """Exactly these bytes (a multiple of 16), as base64; for forging."""
        encryptor = self._aes.encryptor()
        return base64.b64encode(encryptor.update(content) + encryptor.finalize()).decode()

    def seal(self, message: bytes, receiver: str, *, prefix: bytes | None = None) -> str:
        """random(16) | length | message | receiver, padded; the prefix is any bytes, not only printable ones."""
        head = secrets.token_bytes(PREFIX) if prefix is None else prefix
        length = len(message).to_bytes(4, "big")
        return self.encrypt_raw(pad_to_block(head + length + message + receiver.encode()))

    def open(self, encrypt: str, receiver: str) -> bytes:
        """The message inside. Raises Garbled for everything that is not a whole packet for this receiver."""
        content = self._unpadded(self._decrypted(encrypt))
        length = int.from_bytes(content[PREFIX : PREFIX + 4], "big")
        end = PREFIX + 4 + length
        if len(content) < PREFIX + 4 or end > len(content):
            raise Garbled("length")
        if content[end:] != receiver.encode():
            raise Garbled("receiver")
        return content[PREFIX + 4 : end]

    def _decrypted(self, encrypt: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypt, validate=True)
        except (binascii.Error, ValueError):
            raise Garbled("base64") from None
        if not sealed or len(sealed) % BLOCK:
            raise Garbled("size")
        decryptor = self._aes.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()

    @staticmethod
    def _unpadded(content: bytes) -> bytes:
        count = content[-1]
        if not 1 <= count <= BLOCK or content[-count:] != bytes([count]) * count:
            raise Garbled("padding")
        return content[:-count]
