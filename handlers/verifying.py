"""The page where anybody has a file checked: by upload, or by the code at its foot (K6)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Protocol

from aiohttp import BodyPartReader, web

from flows.sealing.verdicts import Examined, Verdict, as_code, in_groups, judge
from handlers.sealing import PAGE
from handlers.visitors.desk import Desk
from handlers.workbench import Workbench
from storage.papers import Paper

MOST_BYTES = 20 * 1024 * 1024
"""Of one file, as in the chat."""
AT_ONCE = 4
PIECE = 256 * 1024


class Examiner(Protocol):
    """Whoever can look at a file's signature, and hand out what it is looked at with."""

    async def examine(self, content: bytes, now: datetime) -> Examined:
        """What a file's signature says."""

    def public(self) -> str:
        """The certificates as PEM."""


class Verifying:
    """The pages under /r/verify; who asks is not asked who they are, and is told nothing of persons."""

    def __init__(self, bench: Workbench, examiner: Examiner, issued: str) -> None:
        self._bench = bench
        self._desk = Desk(bench)
        self._examiner = examiner
        self._issued = issued
        self._taking = asyncio.Semaphore(AT_ONCE)

    def add_to(self, app: web.Application) -> None:
        """Hang the pages into the app, before the codes on doors, which look alike."""
        app.add_routes(
            [
                web.get(PAGE, self._ask),
                web.post(PAGE, self._take),
                web.get(f"{PAGE}/certificate.pem", self._certificate),
                web.get(f"{PAGE}/{{code:[A-Za-z0-9-]{{16,19}}}}", self._listed),
            ]
        )

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        self._desk.looked(request)
        code = request.query.get("code", "")
        if code:
            raise web.HTTPSeeOther(f"{PAGE}/{as_code(code) or '0' * 16}")
        return self._page("", "")

    async def _listed(self, request: web.Request) -> web.StreamResponse:
        """What the ledger has under a code: it says nothing of the file somebody holds."""
        self._desk.looked(request)
        paper = await self._bench.run(self._find, as_code(request.match_info["code"]))
        if paper is None:
            return self._page("unknown", self._say("no_code"))
        if paper.withdrawn_at is not None:
            return self._page(Verdict.WITHDRAWN, self._told(Verdict.WITHDRAWN, paper))
        return self._page("listed", self._told("listed", paper), paper)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        """A file: kept nowhere, examined, judged."""
        self._desk.same_origin(request)
        self._desk.looked(request)
        if request.content_type != "multipart/form-data" or "Content-Encoding" in request.headers:
            raise web.HTTPUnsupportedMediaType
        if self._taking.locked():
            raise web.HTTPServiceUnavailable
        async with self._taking:
            content = await _file(request)
            if not content:
                return self._page("", "")
            examined = await self._examiner.examine(content, self._bench.now())
        verdict, paper = await self._bench.run(self._judged, examined)
        return self._page(verdict, self._told(verdict, paper), paper, examined.hash)

    async def _certificate(self, request: web.Request) -> web.StreamResponse:
        """What a file can be checked with offline."""
        self._desk.looked(request)
        pem = await asyncio.to_thread(self._examiner.public)
        headers = {"Content-Disposition": 'attachment; filename="certificate.pem"'}
        return web.Response(text=pem, content_type="application/x-pem-file", headers=headers)

    def _find(self, code: str) -> Paper | None:
        with self._bench.storage.reading() as work:
            return work.papers.by_code(code) if code else None

    def _judged(self, examined: Examined) -> tuple[Verdict, Paper | None]:
        with self._bench.storage.reading() as work:
            return judge(examined, work.papers)

    def _told(self, verdict: str, paper: Paper | None) -> str:
        address = f"{self._bench.rules.address}{PAGE}"
        if paper is None:
            return self._say(verdict)
        known = {"title": paper.title, "seal": paper.seal, "copies": paper.copies, "code": in_groups(paper.code)}
        return self._say(verdict, **known, at=paper.used_at, void=paper.withdrawn_at, address=address)

    def _say(self, name: str, **values: object) -> str:
        values.setdefault("address", f"{self._bench.rules.address}{PAGE}")
        return self._bench.rules.texts.say("sealing", "verdict", name, **values)

    def _page(self, verdict: str, said: str, paper: Paper | None = None, hash: str = "") -> web.Response:
        standing = self._bench.rules.texts.say("sealing", "issued", self._issued)
        told: dict[str, Any] = {
            "verdict": str(verdict),
            "said": said,
            "paper": paper,
            "hash": hash,
            "standing": standing,
        }
        return self._bench.page("verify.html", office=self._bench.rules.texts.office, **told)


async def _file(request: web.Request) -> bytes:
    """The first file of the form; 413 beyond what is examined, 400 for what is no form."""
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file":
                return await _bytes(part)
    except (ValueError, AssertionError, KeyError, RuntimeError) as error:
        raise web.HTTPBadRequest from error
    return b""


async def _bytes(part: BodyPartReader) -> bytes:
    found = bytearray()
    while piece := await part.read_chunk(PIECE):
        found += piece
        if len(found) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=len(found))
    return bytes(found)
