"""Received files: their rows here, their bytes in a folder under their own hash."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from storage.bulk import among, insert_many
from storage.records import FileState, StoredFile
from storage.schema import cases, files, uploads

_SIGNS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"PK\x03\x04", "application/zip"),
)
_HEIC = {b"heic", b"heix", b"mif1", b"msf1"}
"""What an iPhone's photo says of itself in the place where a video says what it is."""


def kind_of_content(content: bytes) -> str:
    """A file's type by what is in it, whatever it is called (F41); the first dozen bytes are enough."""
    if content[4:8] == b"ftyp":
        return "image/heic" if content[8:12] in _HEIC else "video/mp4"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for sign, mime in _SIGNS if content.startswith(sign)), "application/octet-stream")


class Files:
    """Rows of received files."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def expect(
        self, channel: str, ref: str, kind: str, name: str, *, person_id: int, draft_id: int | None, now: datetime
    ) -> int:
        """A file that still lies with the platform; returns its number."""
        values = {
            "channel": channel,
            "ref": ref,
            "kind": kind,
            "name": name,
            "person_id": person_id,
            "draft_id": draft_id,
            "state": FileState.WANTED,
            "at": now,
        }
        id: int = self._connection.execute(insert(files).values(values).returning(files.c.id)).scalar_one()
        return id

    def stored(self, id: int, *, sha256: str, mime: str, size: int) -> None:
        """The bytes are in the folder."""
        self._set(id, state=FileState.STORED, sha256=sha256, mime=mime, size=size)

    def lost(self, id: int, reason: str) -> None:
        """The platform no longer has it, or it is not acceptable."""
        self._set(id, state=FileState.LOST, reason=reason[:500])

    def _set(self, id: int, **values: object) -> None:
        self._connection.execute(update(files).where(files.c.id == id).values(**values))

    def attach(self, ids: Iterable[int], case_id: int) -> None:
        """These files belong to a case from now on."""
        self._connection.execute(update(files).where(among(files.c.id, list(ids))).values(case_id=case_id))

    def get(self, id: int) -> StoredFile | None:
        """A file by its number."""
        row = self._connection.execute(select(files).where(files.c.id == id)).first()
        return _file(row) if row else None

    def of_case(self, case_id: int) -> Sequence[StoredFile]:
        """A case's files, oldest first."""
        query = select(files).where(files.c.case_id == case_id).order_by(files.c.id)
        return [_file(row) for row in self._connection.execute(query)]

    def of_draft(self, draft_id: int) -> Sequence[int]:
        """The numbers of what was sent while that form was in hand."""
        return self._connection.execute(select(files.c.id).where(files.c.draft_id == draft_id)).scalars().all()

    def handle(self, channel: str, sha256: str, now: datetime) -> str | None:
        """Where a platform keeps these bytes, uploaded before."""
        query = select(uploads.c.handle).where(*_uploaded(channel, sha256), uploads.c.until > now)
        handle: str | None = self._connection.execute(query).scalar_one_or_none()
        return handle

    def remember(self, channel: str, sha256: str, handle: str, until: datetime, now: datetime) -> str:
        """Where a platform keeps these bytes; who was first is right: returns the one to use."""
        self._connection.execute(delete(uploads).where(*_uploaded(channel, sha256), uploads.c.until <= now))
        row = {"channel": channel, "sha256": sha256, "handle": handle, "until": until}
        insert_many(self._connection, uploads, [row], anew=False)
        return self.handle(channel, sha256, now) or handle

    def forget(self, channel: str, sha256: str) -> None:
        """The platform no longer has what was uploaded."""
        self._connection.execute(delete(uploads).where(*_uploaded(channel, sha256)))

    def prune(self, now: datetime) -> None:
        """Forget uploads whose time is over."""
        self._connection.execute(delete(uploads).where(uploads.c.until <= now))

    def expire(self, before: datetime) -> int:
        """Files of cases closed before that instant are gone, and those that never came to a case; how many.

        Their bytes are still on the shelf until `done_with` was told that they are not.
        """
        closed = select(cases.c.id).where(cases.c.closed_at < before)
        over = or_(files.c.case_id.in_(closed), and_(files.c.case_id.is_(None), files.c.at < before))
        kept = files.c.state.in_([FileState.STORED, FileState.LOST])
        return self._connection.execute(update(files).where(kept, over).values(state=FileState.GONE)).rowcount

    def unknown(self, digests: Collection[str]) -> Sequence[str]:
        """Those of these contents that no file has."""
        query = select(files.c.sha256).where(among(files.c.sha256, digests))
        return sorted(set(digests) - set(self._connection.execute(query).scalars()))

    def over(self, limit: int = 1000) -> Sequence[str]:
        """Contents that only files that are gone had, and whose bytes may still be on the shelf."""
        used = select(files.c.sha256).where(files.c.state == FileState.STORED, files.c.sha256.is_not(None))
        gone = select(files.c.sha256).where(files.c.state == FileState.GONE, files.c.sha256.is_not(None))
        query = gone.where(files.c.sha256.not_in(used)).distinct().order_by(files.c.sha256)
        return [digest for digest in self._connection.execute(query.limit(limit)).scalars() if digest]

    def done_with(self, digests: Sequence[str]) -> None:
        """The bytes are not on the shelf any more."""
        mine = (files.c.state == FileState.GONE, among(files.c.sha256, digests))
        self._connection.execute(update(files).where(*mine).values(sha256=None))


def _uploaded(channel: str, sha256: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return uploads.c.channel == channel, uploads.c.sha256 == sha256


def _file(row: Row[Any]) -> StoredFile:
    fields = row._asdict()
    del fields["reason"]
    fields["state"] = FileState(fields["state"])
    return StoredFile(**fields)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of bytes; replicas on PostgreSQL share it."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Write bytes so that they are there whole or not at all; returns their sha256."""
        coming = self.receive()
        coming.add(content)
        return coming.keep()

    def receive(self) -> Coming:
        """Begin to take bytes that come in pieces."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return Coming(self)

    def path(self, sha256: str) -> Path:
        """Where bytes lie; nothing a person typed is part of it (F41)."""
        return self.folder / sha256[:2] / sha256

    def remove(self, sha256: str, before: datetime) -> bool:
        """Take bytes off the shelf, unless somebody brought the same ones since; whether they are gone."""
        path = self.path(sha256)
        try:
            if path.stat().st_mtime >= before.timestamp():
                return False
            path.unlink()
        except FileNotFoundError:
            return True
        return True

    def old(self, before: datetime) -> list[str]:
        """All contents brought before that instant; what was on its way then, and never came, is taken away."""
        found = []
        for path in self.folder.rglob("*"):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                if path.parent == self.folder:
                    path.unlink()
                else:
                    found.append(path.name)
        return found

    def read(self, sha256: str) -> bytes:
        """The bytes; raises FileNotFoundError when the folder lost them."""
        return self.path(sha256).read_bytes()


class Coming:
    """Bytes on their way to the shelf; nobody sees them before they are all there."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._hash = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=shelf.folder)
        self._file = os.fdopen(handle, "wb")
        self._path = Path(name)
        self.size = 0

    def add(self, content: bytes) -> None:
        """The next piece."""
        self._hash.update(content)
        self._file.write(content)
        self.size += len(content)

    def keep(self) -> str:
        """That was all: put it on the shelf; returns its sha256."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = self._hash.hexdigest()
        path = self._shelf.path(digest)
        if path.exists():
            path.touch()  # it is wanted again: `remove` leaves it alone for a day
            self._path.unlink()
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path.replace(path)
        return digest

    def drop(self) -> None:
        """Not wanted after all; what was kept stays."""
        self._file.close()
        self._path.unlink(missing_ok=True)
