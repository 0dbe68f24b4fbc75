"""Files between the platforms and our shelf: fetched from who sent them, handed to who is to see them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.channel import Channel, Expired, Final, Upload, Uploaded
from bot.parcels import Parcel, Results, Stored
from bot.workers import Workers
from flows.cards import Receipt
from flows.events import FileKind, FileRef
from storage.engine import Storage
from storage.files import Shelf, kind_of_content
from storage.records import FileState, StoredFile

MOST_BYTES = 20 * 1024 * 1024
WAIT = timedelta(seconds=2)
"""Until a picture is asked for again that its sender's platform has not handed over yet."""


class Courier:
    """Carries files. What was uploaded is written down before it is sent: sent again it must be the same (F33)."""

    def __init__(self, storage: Storage, workers: Workers, shelf: Shelf, now: Callable[[], datetime]) -> None:
        self._storage = storage
        self._workers = workers
        self._shelf = shelf
        self._now = now

    async def hand_over(self, channel: Channel, parcel: Parcel, file: int, results: Results) -> None:
        """Show a file to everybody on the parcel, once it is here."""
        stored = await self._workers.run(self._file, file)
        if stored is None or stored.state in (FileState.LOST, FileState.GONE):
            results.dropped, results.reason = True, "the file is lost"
        elif stored.state is FileState.WANTED or stored.sha256 is None:
            results.again_at, results.counted, results.aside = self._now() + WAIT, False, True
        else:
            results.receipt = await self._show(channel, parcel, stored, stored.sha256)

    async def _show(self, channel: Channel, parcel: Parcel, stored: StoredFile, sha256: str) -> Receipt:
        handle = await self._workers.run(self._known, channel.name, sha256)
        if handle is None:
            content = await asyncio.to_thread(self._shelf.read, sha256)
            upload = Upload(stored.kind, stored.name or f"{stored.id}", stored.mime or "", content)
            handle = await self._workers.run(self._remember, channel.name, sha256, await channel.upload(upload))
        try:
            return await channel.send_file(parcel.accounts, handle, stored.mime or "", parcel.mark)
        except Expired:
            await self._workers.run(self._forget, channel.name, sha256)
            raise

    def _file(self, id: int) -> StoredFile | None:
        with self._storage.reading() as work:
            return work.files.get(id)

    def _known(self, channel: str, sha256: str) -> str | None:
        with self._storage.reading() as work:
            return work.files.handle(channel, sha256, self._now())

    def _remember(self, channel: str, sha256: str, uploaded: Uploaded) -> str:
        with self._storage.work() as work:
            return work.files.remember(channel, sha256, uploaded.handle, uploaded.until, self._now())

    def _forget(self, channel: str, sha256: str) -> None:
        with self._storage.work() as work:
            work.files.forget(channel, sha256)

    async def fetch(self, channel: Channel, id: int, results: Results) -> None:
        """Bring a file onto the shelf; one that is lost for good is noted as such."""
        file = await self._workers.run(self._file, id)
        if file is None or file.state in (FileState.STORED, FileState.GONE):
            results.dropped = True
            return
        content = bytearray()
        try:
            async for part in channel.fetch(FileRef(FileKind(file.kind), file.ref, file.name)):
                content += part
                if len(content) > MOST_BYTES:
                    raise Final("too large")
            if not content:
                raise Final("empty")
        except Final as final:
            if final.alarm:
                raise
            results.lost = final.reason
            return
        digest = await asyncio.to_thread(self._shelf.keep, bytes(content))
        results.stored = Stored(id, digest, kind_of_content(bytes(content)), len(content))
