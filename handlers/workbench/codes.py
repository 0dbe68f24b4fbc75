"""The office's page of codes: type a place, see its labels, print them (G1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from flows.codes import BOX, Mark, find, named
from handlers.workbench.labels import Labels, NoRooms, rooms_in

if TYPE_CHECKING:
    from handlers.workbench import Workbench
    from handlers.workbench.pages import Pages

MOST = 60


class Codes:
    """Views for the office; they only look things up."""

    def __init__(self, bench: Workbench, pages: Pages) -> None:
        self._bench = bench
        self._pages = pages

    async def choose(self, request: web.Request) -> web.StreamResponse:
        """A place, perhaps rooms of it, and the labels for them."""
        person, session = await self._pages.must(request, office=True)
        place, rooms = request.query.get("place", "").strip(), request.query.get("rooms", "").strip()
        marks, reason = self._marks(place, rooms) if place else ([], "")
        places = self._bench.rules.places
        names = [places.name_of(spot) for spot in places.spots.values()]
        return self._pages.page(
            "codes.html", person, session, place=place, rooms=rooms, marks=marks, reason=reason, names=names, most=MOST
        )

    def _marks(self, place: str, rooms: str) -> tuple[list[Mark], str]:
        say, rules = self._bench.rules.texts.say, self._bench.rules
        mark = named(place[:60], rules)
        if mark is None:
            return [], say("codes", "unknown_place", place=place[:60])
        if not rooms:
            return [mark], ""
        try:
            found = [find(f"{mark.code}/{room}", rules) for room in rooms_in(rooms[:200], MOST)]
        except NoRooms:
            found = [None]
        if None in found:
            return [], say("codes", "bad_rooms", most=MOST)
        return [one for one in found if one is not None], ""

    async def label(self, request: web.Request) -> web.StreamResponse:
        """One label as a picture; it holds no script and loads nothing."""
        await self._pages.must(request, office=True)
        code, say = request.match_info["code"], self._bench.rules.texts.say
        mark = Mark(BOX, say("codes", BOX, "name"), {}) if code == BOX else find(code, self._bench.rules)
        if mark is None:
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        labels = Labels(self._bench.rules.texts, self._bench.public_url)
        return web.Response(text=labels.svg(mark), content_type="image/svg+xml", headers=headers)
