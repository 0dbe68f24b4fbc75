"""What a visitor's browser sends: a few words, then pictures, taken in pieces so that none of it fills the memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from flows.events import clean
from storage.files import Coming, Shelf, kind_of_content

MOST_BYTES = 20 * 1024 * 1024
"""Of one picture, as in the chat."""
MOST_WORDS = 8 * 1024
MOST_PARTS = 24
AT_ONCE = 32
"""So many send something at the same time, each a piece in memory; the others are asked to try again in a moment."""
PIECE = 256 * 1024

_taking = asyncio.Semaphore(AT_ONCE)


class Refused(Exception):
    """It cannot be taken; `path` is the sentence that says why."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.path = ("codes", "form", name)
        self.values = values


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture on the shelf; its name is for people only (F41)."""

    name: str
    sha256: str
    mime: str
    size: int


class Incoming:
    """One form being read. Words come first: what is wrong with them is known before any picture is kept."""

    def __init__(self, shelf: Shelf, most_photos: int) -> None:
        self.said: dict[str, str] = {}
        self._shelf = shelf
        self._most = most_photos
        self._coming: list[tuple[str, str, Coming]] = []
        self._refused: Refused | None = None

    async def read(
        self, request: web.Request, checked: Callable[[Mapping[str, str]], None]
    ) -> tuple[Mapping[str, str], list[Photo]]:
        """The words and the pictures; raises `Refused` once all has been read, so that the browser hears the answer."""
        if request.content_type != "multipart/form-data" or "Content-Encoding" in request.headers:
            raise web.HTTPUnsupportedMediaType
        if _taking.locked():
            raise web.HTTPServiceUnavailable
        try:
            async with _taking:
                await self._parts(request, checked)
            if self._refused is not None:
                raise self._refused
            return self.said, [await asyncio.to_thread(_kept, *one) for one in self._coming]
        finally:
            for _, _, coming in self._coming:
                coming.drop()

    async def _parts(self, request: web.Request, checked: Callable[[Mapping[str, str]], None]) -> None:
        was_checked, count = False, 0
        try:
            async for part in await request.multipart():
                count += 1
                if not isinstance(part, BodyPartReader) or count > MOST_PARTS:
                    raise web.HTTPBadRequest
                if part.filename is None:
                    self.said[str(part.name)] = await _words(part)
                    continue
                if not was_checked:
                    was_checked = True
                    self._check(checked)
                await self._photo(part)
        except (ValueError, AssertionError, KeyError, RuntimeError) as error:  # not a form at all
            raise web.HTTPBadRequest from error
        if not was_checked:
            self._check(checked)

    def _check(self, checked: Callable[[Mapping[str, str]], None]) -> None:
        try:
            checked(self.said)
        except Refused as refused:
            self._refused = refused

    async def _photo(self, part: BodyPartReader) -> None:
        """Take a picture; what is none, or one too many, is read to its end and forgotten."""
        if not part.filename and not await _rest(part):
            return  # a field in which no picture was chosen
        try:
            if self._refused is None:
                await self._take(part)
        except Refused as refused:
            self._refused = refused
        await _rest(part)

    async def _take(self, part: BodyPartReader) -> None:
        piece = await part.read_chunk(PIECE)
        mime = kind_of_content(piece)
        if len(self._coming) >= self._most:
            raise Refused("too_many", at_most=self._most)
        if not piece:
            raise Refused("empty")
        if not mime.startswith("image/"):
            raise Refused("no_picture")
        coming = await asyncio.to_thread(self._shelf.receive)
        self._coming.append((clean(part.filename or "")[:100], mime, coming))
        while piece:
            if coming.size + len(piece) > MOST_BYTES:
                raise Refused("too_large")
            await asyncio.to_thread(coming.add, piece)
            piece = await part.read_chunk(PIECE)


def _kept(name: str, mime: str, coming: Coming) -> Photo:
    """Put a picture on the shelf, now that all of the form is good."""
    return Photo(name, coming.keep(), mime, coming.size)


async def _words(part: BodyPartReader) -> str:
    found = bytearray()
    while piece := await part.read_chunk(4096):
        found += piece
        if len(found) > MOST_WORDS:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_WORDS, actual_size=len(found))
    return clean(found.decode("utf-8", "replace"))


async def _rest(part: BodyPartReader) -> int:
    """Read a part to its end and forget it; how much it was."""
    size = 0
    while piece := await part.read_chunk(PIECE):
        size += len(piece)
        if size > 2 * MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=size)
    return size
