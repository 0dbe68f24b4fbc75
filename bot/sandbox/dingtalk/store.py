"""Files: uploaded by the app, or sent by people and fetched once by a code. protocol/dingtalk.md 9"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.clock import write_atomically
from bot.sandbox.dingtalk.wire import Errcode, Refused
from bot.sandbox.wire import Json

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
        self._folder: Path | None = None

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
        self.media[id] = self._write(id, Stored(name, content))
        return id

    def keep(self, name: str, content: bytes) -> str:
        """A file that somebody sent; returns its download code."""
        code = secrets.token_urlsafe(24)
        self._sent[code] = self._write(code, Stored(name, content))
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

    def peek(self, id: str) -> Stored | None:
        """A file as people see it in their chat, whoever sent it."""
        return self._sent.get(id) or self.media.get(id)

    # Kept over a restart

    def keep_in(self, folder: Path) -> None:
        """Bytes of new files lie here from now on; addresses that were given out are not kept."""
        self._folder = folder

    def _write(self, id: str, stored: Stored) -> Stored:
        if self._folder is not None:
            write_atomically(self._folder / id, stored.content)
        return stored

    def dump(self) -> Json:
        """Ids and names, for the state file."""
        return {
            "media": {id: stored.name for id, stored in self.media.items()},
            "sent": {id: stored.name for id, stored in self._sent.items()},
        }

    def load(self, kept: Json) -> None:
        """The other way round; a file whose bytes are gone is gone."""
        for held, names in ((self.media, kept["media"]), (self._sent, kept["sent"])):
            for id, name in names.items():
                if self._folder is not None and (self._folder / id).exists():
                    held[id] = Stored(name, (self._folder / id).read_bytes())
