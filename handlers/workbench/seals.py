"""The ledger of seals (用印台账), for office staff: who granted which, for which bytes, used or withdrawn when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from flows.sealing.verdicts import in_groups
from handlers.workbench.pages import Pages
from storage.papers import Paper

if TYPE_CHECKING:
    from handlers.workbench import Workbench

LINES = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One grant, with names in place of numbers."""

    paper: Paper
    case: str
    code: str
    granted_by: str
    withdrawn_by: str


class Seals:
    """The page; what it shows is also a chain of the trail, which `xiaoban check` reads through."""

    def __init__(self, bench: Workbench, view: Pages) -> None:
        self._bench = bench
        self._view = view

    async def ledger(self, request: web.Request) -> web.StreamResponse:
        """The latest grants."""
        person, session = await self._view.must(request, office=True)
        lines = await self._bench.run(self._lines)
        return self._view.page("seals.html", person, session, lines=lines, most=LINES)

    def _lines(self) -> list[Line]:
        with self._bench.storage.reading() as work:
            papers = work.papers.recent(LINES)
            cases = {case.id: case.number for case in work.cases.many({paper.case_id for paper in papers})}
            people = {id for paper in papers for id in (paper.granted_by, paper.withdrawn_by) if id is not None}
            names = {person.id: person.name for person in work.people.many(sorted(people))}
            return [
                Line(
                    paper, cases.get(paper.case_id, ""), in_groups(paper.code),
                    names.get(paper.granted_by or 0, ""), names.get(paper.withdrawn_by or 0, ""),
                )
                for paper in papers
            ]  # fmt: skip
