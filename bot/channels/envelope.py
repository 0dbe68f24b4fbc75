"""The envelope of callbacks: signature and cipher, strict where the usual libraries are lax.

Both platforms seal alike (protocol/wecom.md 1.4, 1.5; protocol/dingtalk.md 1.3); they differ in whose name closes what
is sealed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32


class Refused(Exception):
    """Signature, receiver, padding or length do not hold; all of them look the same from outside."""


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> bytes:
    """The 40 lower-case hex digits over the four values, sorted as bytes."""
    parts = sorted(part.encode("utf-8", "surrogatepass") for part in (token, timestamp, nonce, encrypted))
    return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest().encode()


class Envelope:
    """Opens what was sealed for one app of one corp; `owners` are the names it may be sealed under."""

    def __init__(self, token: str, encoding_aes_key: str, *owners: str) -> None:
        self._token = token
        self._owners = [owner.encode() for owner in owners]
        # Most real keys have spare bits set in the last character: decoding must be lenient here.
        key = base64.b64decode(encoding_aes_key + "=")
        self._cipher = Cipher(AES256(key), CBC(key[:16]))

    def check(self, given: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Compare the signature in constant time, on bytes; raises `Refused`."""
        wanted = signature(self._token, timestamp, nonce, encrypted)
        if not hmac.compare_digest(wanted, given.encode("utf-8", "surrogatepass")):
            raise Refused("signature")

    def open(self, encrypted: str) -> bytes:
        """The message inside; raises `Refused` whatever is wrong with it."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refused("base64") from error
        if not sealed or len(sealed) % BLOCK:
            raise Refused("length")
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        return self._inside(_unpadded(plain))

    def _inside(self, plain: bytes) -> bytes:
        if len(plain) < 20:
            raise Refused("length")
        (length,) = struct.unpack(">I", plain[16:20])
        end = 20 + length
        if end > len(plain):
            raise Refused("length")
        if sum(hmac.compare_digest(plain[end:], owner) for owner in self._owners) == 0:
            raise Refused("receiver")
        return plain[20:end]

    def seal(self, message: bytes) -> str:
        """Seal an answer under the first of the owners' names."""
        plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + self._owners[0]
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """The signature of an answer."""
        return signature(self._token, timestamp, nonce, encrypted).decode()


def _unpadded(plain: bytes) -> bytes:
    """PKCS#7 over blocks of 32: 1 to 32 bytes, all alike."""
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise Refused("padding")
    return plain[:-pad]
