"""The seal as a port: whoever puts one on, and the one that signs with a certificate of ours in a file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from bot.config import SealConfig
from bot.sealing import archive, child, examination
from bot.sealing.refusal import Unsealable
from flows.sealing.verdicts import Examined


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be signed: the bytes the grant is for, the picture, and what the signature says of itself."""

    content: bytes
    seal: str
    code: str
    reason: str


class Seal(Protocol):
    """Puts a seal on a document, and knows its own; every call ends well or in `Unsealable`."""

    @property
    def signer(self) -> str:
        """Whose certificate it is, with its number, for the ledger."""

    def public(self) -> str:
        """The certificates as PEM, without a key: what a file can be checked with offline."""

    async def sign(self, order: Order) -> bytes:
        """The same document with the seal on it, and a signature over all of it."""

    async def examine(self, content: bytes, now: datetime) -> Examined:
        """What a file's signature says; whatever the file is."""


class LocalSeal:
    """PAdES with a certificate and key in a PKCS#12 file; not SM2, and as reliable as its issuer (docs/sealing.md)."""

    def __init__(self, config: SealConfig) -> None:
        self._config = config

    @cached_property
    def signer(self) -> str:
        """Whose certificate it is, and its number."""
        try:
            own, _ = archive.open_archive(self._config.certificate, self._config.password.reveal())
        except archive.Unusable as error:
            raise Unsealable(f"certificate: {error}") from error
        return f"{own.subject.rfc4514_string()} {own.serial_number:x}"

    def public(self) -> str:
        """The certificates in the archive."""
        try:
            return archive.certificates(self._config.certificate, self._config.password.reveal())
        except archive.Unusable as error:
            raise Unsealable(f"certificate: {error}") from error

    async def sign(self, order: Order) -> bytes:
        """Sign in a process of its own; the key goes there by its input, which nobody else can read."""
        key = {"archive": _text(self._config.certificate), "password": self._config.password.reveal()}
        picture = _text(picture_of(order.seal, self._config.pictures))
        told = {"picture": picture, "code": order.code, "reason": order.reason, "trusted": self._trusted()}
        return await child.work("sign", {**key, **told}, order.content)

    async def examine(self, content: bytes, now: datetime) -> Examined:
        """Look at a file in a process of its own."""
        told: Mapping[str, object] = {"own": self.public(), "trusted": self._trusted(), "now": now.isoformat()}
        return await examination.examine(content, told)

    def _trusted(self) -> str:
        return _text(self._config.trusted) if self._config.trusted else ""


def picture_of(seal: str, folder: Path) -> Path:
    """Where a seal's picture lies: one of those that are there, so that a name is never a path (F41)."""
    return next((path for path in folder.glob("*.png") if path.stem == seal), folder / "missing.png")


def _text(path: Path) -> str:
    try:
        return base64.b64encode(path.read_bytes()).decode()
    except OSError as error:
        raise Unsealable(f"{path.name}: {error.strerror}") from error
