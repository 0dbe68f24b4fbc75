"""The register of opinions (意见台账) and the agenda of the regular meeting, for office staff (H6-H8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from flows.flow import SYSTEM, Context
from flows.opinion.register import Item, Loops, agenda, loops
from handlers.workbench.pages import Pages
from storage.records import Case
from storage.work import Work

if TYPE_CHECKING:
    from handlers.workbench import Workbench

DAYS = 90
LINES = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One opinion, in words."""

    case: Case
    state: str
    shown: dict[str, str]
    others: int = 0
    overdue: bool = False


class Opinions:
    """The page."""

    def __init__(self, bench: Workbench, view: Pages) -> None:
        self._bench = bench
        self._view = view

    async def all(self, request: web.Request) -> web.StreamResponse:
        """What is open first; then the last ones, however they ended."""
        person, session = await self._view.must(request, office=True)
        found, items, lines = await self._bench.run(self._found)
        return self._view.page("opinions.html", person, session, loops=found, items=items, lines=lines, days=DAYS)

    def _found(self) -> tuple[Loops, list[Line], list[Line]]:
        now = self._bench.now()
        with self._bench.storage.reading() as work:
            items = [self._line(one, work) for one in agenda(work, now)]
            since = now - timedelta(days=DAYS)
            lines = [self._line(Item(one, 0, overdue=False), work) for one in work.cases.since("opinion", since, LINES)]
            return loops(work, since), items, lines

    def _line(self, one: Item, work: Work) -> Line:
        case, rules = one.case, self._bench.rules
        matter = rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
        flow = self._bench.flows[case.flow]
        ctx = Context(self._bench.now(), SYSTEM, matter, rules, work, flow)
        shown = {field.key: field.show(case.answers.get(field.key)) for field in matter.form.fields}
        for key in ("unit", "measure"):
            shown[key] = str(case.answers.get(key) or "")
        until = case.answers.get("deadline")
        shown["deadline"] = str(until.get("text") or "") if isinstance(until, dict) else ""
        return Line(case, flow.state_label(case.state, ctx), shown, one.others, one.overdue)
