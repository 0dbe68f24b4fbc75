"""Temporary media: uploaded by the app or sent by people, gone after three days. protocol/wecom.md 9.3"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.sandbox.clock import write_atomically
from bot.sandbox.wire import Json, Refusal, refuse_unless

LIFETIME = timedelta(days=3)
SMALLEST = 5
MIB = 1024 * 1024
LARGEST = {"image": 10 * MIB, "voice": 2 * MIB, "video": 10 * MIB, "file": 20 * MIB}
TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "amr": "audio/amr",
    "mp4": "video/mp4",
}


@dataclass(frozen=True, slots=True)
class Medium:
    """One file in the platform's store."""

    id: str
    kind: str
    name: str
    content: bytes
    created: datetime

    @property
    def content_type(self) -> str:
        """By what it is, not by what it is called."""
        return TYPES.get(look_at(self.content), "application/octet-stream")


def look_at(content: bytes) -> str:
    """jpg, png, amr, mp4, or nothing known."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"#!AMR"):
        return "amr"
    return "mp4" if content[4:8] == b"ftyp" else ""


WANTED = {"image": ("jpg", "png"), "voice": ("amr",), "video": ("mp4",)}


def check_upload(kind: str, content: bytes) -> None:
    """Type, size and format of what the app uploads."""
    refuse_unless(kind in LARGEST, 40004, "invalid media type")
    refuse_unless(bool(content), 44001, "empty media data")
    refuse_unless(len(content) > SMALLEST, 40006, "invalid media size: more than 5 bytes are needed")
    refuse_unless(len(content) <= LARGEST[kind], 45001, "media size out of limit")
    if kind in WANTED:
        refuse_unless(look_at(content) in WANTED[kind], 40005, f"invalid file type: {kind} must be {WANTED[kind]}")


class MediaStore:
    """Keeps media by id; with a folder their bytes survive a restart."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._media: dict[str, Medium] = {}
        self._folder: Path | None = None

    def add(self, kind: str, content: bytes, name: str) -> Medium:
        """A new id, also for bytes that are there already."""
        medium = Medium(secrets.token_urlsafe(48), kind, name, content, self._now())
        self._media[medium.id] = medium
        if self._folder is not None:
            write_atomically(self._folder / _file_name(medium.id), content)
        return medium

    def get(self, id: str) -> Medium:
        """Still there. Raises 40007 for an unknown id and 40145 for an expired one."""
        medium = self._media.get(id)
        if medium is None:
            raise Refusal(40007, "invalid media_id")
        refuse_unless(self._now() - medium.created < LIFETIME, 40145, "media_id expired")
        return medium

    def peek(self, id: str) -> Medium | None:
        """Also when it has expired: what a person once saw stays on his phone."""
        return self._media.get(id)

    def fit(self, id: str, kind: str) -> Medium:
        """One of this kind, for a message to be sent."""
        medium = self.get(id)
        refuse_unless(medium.kind == kind, 40007, f"invalid media_id: it is no {kind}")
        return medium

    def keep_in(self, folder: Path) -> None:
        """Write bytes to this folder from now on."""
        self._folder = folder

    def dump(self) -> list[Json]:
        """For the state file; the bytes are in the folder."""
        media = self._media.values()
        return [{"id": m.id, "kind": m.kind, "name": m.name, "created": m.created.isoformat()} for m in media]

    def load(self, kept: list[Json]) -> None:
        """From the state file; a file that is gone is a medium that is gone."""
        assert self._folder is not None
        for each in kept:
            path = self._folder / _file_name(each["id"])
            if path.exists():
                created = datetime.fromisoformat(each["created"])
                self._media[each["id"]] = Medium(each["id"], each["kind"], each["name"], path.read_bytes(), created)


def _file_name(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()[:32]
