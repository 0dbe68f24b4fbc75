"""How supervision stands in a period: per unit and per who asked, each with the items that are open (I5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from flows.supervising import KIND
from flows.supervision.bulletin import Bulletin
from handlers.supervising import Period, bounds, context, dated_in, of_period, seeing
from handlers.workbench.pages import Pages
from storage.records import Person

if TYPE_CHECKING:
    from handlers.workbench import Workbench

_FIRST = "this_month"


@dataclass(frozen=True, slots=True)
class Shown:
    """A roll-up as somebody may see it; `units` are those whose figures are theirs, None for all."""

    found: Bulletin
    units: Collection[str] | None


class SupervisionPage:
    """The page; who supervises, urges or is of the office sees all, a head their own units."""

    def __init__(self, bench: Workbench, view: Pages) -> None:
        self._bench = bench
        self._view = view

    async def figures(self, request: web.Request) -> web.StreamResponse:
        """The roll-up of the period in the address."""
        person, session = await self._view.must(request)
        periods = self._bench.rules.texts.labels[KIND]["periods"]
        period = request.query.get("period", _FIRST)
        now, rules = self._bench.now(), self._bench.rules
        span = bounds(period, now, rules.zone) if period in periods else dated_in(period, now, rules.zone)
        if span is None:
            raise web.HTTPNotFound
        shown = await self._bench.run(self._shown, person, span)
        if shown is None:
            raise web.HTTPForbidden
        names = {key: words[0] for key, words in periods.items()}
        return self._view.page(
            "supervision.html", person, session, shown=shown, period=period, periods=names, found=shown.found
        )

    def _shown(self, person: Person, span: Period) -> Shown | None:
        now = self._bench.now()
        with self._bench.storage.reading() as work:
            ctx = context(work, self._bench.rules, self._bench.flows, now, person)
            if ctx is None:
                return None
            may = seeing(person, ctx)
            if may is not None and not may:
                return None
            return Shown(of_period(span, ctx), may)
