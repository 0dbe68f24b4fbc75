"""Files: uploaded by the app, or sent by people and fetched once by a code. protocol/dingtalk.md 9"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.sandbox.dingtalk.wire import Errcode, Refused

MIB = 1024 * 1024
LARGEST = {"image": 20 * MIB, "voice": 2 * MIB, "video": 20 * MIB, "file": 20 * MIB}
ENDINGS = {
    "image": {"jpg", "jpeg", "gif", "png", "bmp"},
    "voice": {"amr", "mp3", "wav"},
    "video": {"mp4"},
    "file": {"doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"},
}


@dataclass(frozen=True, slots=True)
class Stored:
    """One file."""

    name: str
    content: bytes


class Store:
    """Media by id, sent files by code, and addresses that are good once."""

    def __init__(self) -> None:
        self.media: dict[str, Stored] = {}
        self._sent: dict[str, Stored] = {}
        self._addresses: dict[str, Stored] = {}

    def upload(self, kind: str, part: tuple[str, bytes] | None) -> str:
        """A media id. Raises Errcode."""
        if kind not in LARGEST:
            raise Errcode(40004, "invalid media type")
        name, content = part or ("", b"")
        if not content or not name:
            raise Errcode(40035, "media is missing")
        if name.rpartition(".")[2].lower() not in ENDINGS[kind]:
            raise Errcode(40005, "invalid file type")
        if len(content) > LARGEST[kind]:
            raise Errcode(40006, "invalid media size")
        id = f"@lAL{secrets.token_urlsafe(18)}"
        self.media[id] = Stored(name, content)
        return id

    def keep(self, name: str, content: bytes) -> str:
        """A file that somebody sent; returns its download code."""
        code = secrets.token_urlsafe(24)
        self._sent[code] = Stored(name, content)
        return code

    def forget(self, code: str) -> None:
        """The code is stale."""
        self._sent.pop(code, None)

    def address(self, code: object, base: str) -> str:
        """Where a sent file can be fetched, once. Raises Refused for a stale code."""
        stored = self._sent.get(code) if isinstance(code, str) else None
        if stored is None:
            raise Refused(400, "invalidParameter.robotCode.downloadCode")
        once = secrets.token_hex(16)
        self._addresses[once] = stored
        return f"{base}/store/{once}.file?Expires=1&Signature={secrets.token_hex(8)}"

    def take(self, once: str) -> Stored | None:
        """The file at an address, the first time."""
        return self._addresses.pop(once.removesuffix(".file"), None)
