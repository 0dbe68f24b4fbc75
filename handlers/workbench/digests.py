"""The pages of digests: what was sent, the cases behind each figure, the same as a sheet, and 催办 (P2)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiohttp import web

from flows.digest.buttons import Urge
from flows.digest.content import Content, Told
from flows.texts import Texts
from flows.urging import urge
from flows.who import is_office
from handlers.urging import may_urge, named
from handlers.workbench.exporting import XLSX, as_file, whole, workbook
from storage.digests import Digest
from storage.records import FileState, Person, StoredFile

if TYPE_CHECKING:
    from handlers.workbench import Workbench
    from handlers.workbench.pages import Pages, Row

LISTED = 60
ROWS = 200
"""So many cases behind a figure are shown at once."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The cases of one figure: `rows` of those above the line, or with `rest` of those below it only."""

    told: Told
    rows: Sequence[Row]
    count: int
    rest: int
    page: int


class DigestPages:
    """Each digest is there for whom it was sent to, and for the office; for others there is none."""

    def __init__(self, bench: Workbench, pages: Pages) -> None:
        self._bench = bench
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        """Where they hang."""
        one = "/workbench/digest/{id:[0-9]{1,15}}"
        return [
            web.get("/workbench/digests", self.all),
            web.get(one, self.one),
            web.get(one + ".xlsx", self.xlsx),
            web.get(one + "/picture", self.picture),
            web.get(one + "/{figure}", self.behind),
            web.post(one + "/urge", self.press),
        ]

    async def all(self, request: web.Request) -> web.StreamResponse:
        """Those that somebody was sent, newest first."""
        person, session = await self._pages.must(request)
        found = [(one, Content.from_json(one.content or {})) for one in await self._bench.run(self._theirs, person)]
        return self._pages.page("digests.html", person, session, digests=found)

    async def one(self, request: web.Request) -> web.StreamResponse:
        """One as it was sent."""
        person, session = await self._pages.must(request)
        digest, content = await self._must(request, person)
        told = {kind: [one for one in content.figures if one.kind == kind] for kind in ("result", "process")}
        came = self._came(request.query.get("urged", ""))
        return self._pages.page("digest.html", person, session, digest=digest, content=content, told=told, came=came)

    async def behind(self, request: web.Request) -> web.StreamResponse:
        """The cases behind one figure."""
        person, session = await self._pages.must(request)
        digest, content = await self._must(request, person)
        told = next((one for one in content.figures if one.name == request.match_info["figure"]), None)
        if told is None:
            raise web.HTTPNotFound
        rest, page = request.query.get("rest") == "1", _count(request.query.get("page", "0"))
        found = await self._bench.run(self._behind, person, digest, told, rest, page)
        return self._pages.page(
            "digest_rows.html", person, session, digest=digest, content=content, found=found, rest=rest, size=ROWS
        )

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """The picture as it went out."""
        person, _ = await self._pages.must(request)
        digest, _ = await self._must(request, person)
        file = await self._bench.run(self._file, digest)
        if file is None or file.state is not FileState.STORED:
            raise web.HTTPNotFound
        headers = {"Content-Type": "image/png", "Cache-Control": "private, max-age=86400"}
        return web.FileResponse(self._bench.shelf.path(file.sha256), headers=headers)

    async def xlsx(self, request: web.Request) -> web.StreamResponse:
        """The figures as a workbook."""
        person, _ = await self._pages.must(request)
        digest, content = await self._must(request, person)
        made = await asyncio.to_thread(_sheet, content, self._bench.rules.texts)
        return as_file(made, XLSX, f"digest-{digest.id}.xlsx")

    async def press(self, request: web.Request) -> web.StreamResponse:
        """Urge a case of it, and back to where one was."""
        person, session = await self._pages.must(request)
        form = await self._pages.form(request, session)
        digest, _ = await self._must(request, person)
        came = await self._bench.run(self._urge, person, Urge(_count(str(form.get("case", ""))), digest.id))
        if came is None:
            raise web.HTTPForbidden
        self._bench.replayed()
        raise web.HTTPFound(f"/workbench/digest/{digest.id}?urged={came}")

    def _came(self, code: str) -> str:
        """What came of urging, in words; an address made up by others says nothing."""
        texts = self._bench.rules.texts
        return texts.say("digest", "came", code) if code in texts.labels["digest"]["came"] else ""

    async def _must(self, request: web.Request, person: Person) -> tuple[Digest, Content]:
        digest = await self._bench.run(self._get, int(request.match_info["id"]), person)
        if digest is None:
            raise web.HTTPNotFound
        return digest, Content.from_json(digest.content)

    def _get(self, id: int, person: Person) -> Digest | None:
        with self._bench.storage.reading() as work:
            digest = work.digests.get(id)
        if digest is None or digest.content is None:
            return None
        return digest if person.id in digest.people or is_office(person, self._bench.rules.texts) else None

    def _theirs(self, person: Person) -> list[Digest]:
        with self._bench.storage.reading() as work:
            office = is_office(person, self._bench.rules.texts)
            return [one for one in work.digests.recent(20 * LISTED) if office or person.id in one.people][:LISTED]

    def _behind(self, person: Person, digest: Digest, told: Told, rest: bool, page: int) -> Behind:
        with self._bench.storage.reading() as work:
            over, hits = work.digests.behind(digest.id)[told.name]
            others = sorted(set(over) - set(hits))
            wanted = others if rest else hits
            cases = work.cases.many(wanted[page * ROWS : (page + 1) * ROWS])
            rows = [self._pages.row(work, case, person) for case in cases]
            return Behind(told, rows, len(wanted), len(others), page)

    def _file(self, digest: Digest) -> StoredFile | None:
        with self._bench.storage.reading() as work:
            return work.files.get(digest.file_id) if digest.file_id is not None else None

    def _urge(self, person: Person, action: Urge) -> str | None:
        with self._bench.storage.work() as work:
            case, digest = work.cases.get(action.case), work.digests.get(action.digest)
            if case is None or digest is None or case.id not in named(digest, work):
                return None
            ctx = self._pages.context(work, case)
            return urge(case, replace(ctx, person=person)) if may_urge(person, action, work, ctx) else None


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _sheet(content: Content, texts: Texts) -> bytes:
    """Figures, units and days one below the other, every cell as text."""
    names = texts.labels["digest"]["sheet"]
    keys = ("title", "value", "beside", "target", "before", "hits", "over", "formula", "exclusions", "owner")
    lines: list[Sequence[str]] = [[names[key] for key in keys]]
    lines += [[str(getattr(one, key)) for key in keys] for one in content.figures]
    if content.units:
        lines += [[], [names["unit"], names["cases"], *content.columns]]
        lines += [[one.name, str(one.cases), *one.said] for one in content.units]
    lines += [[], [names["day"], names["opened"], names["ended"]]]
    lines += [[day, str(opened), str(ended)] for day, opened, ended in content.days]
    wide = max(map(len, lines))
    return workbook(whole([[*line, *[""] * (wide - len(line))] for line in lines], texts))
