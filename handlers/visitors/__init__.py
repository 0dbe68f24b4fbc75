"""What happens when somebody scans the code on a door: a form in the chat for members, a page for visitors (G1)."""

from __future__ import annotations

from aiohttp import web

from flows.codes import BOX
from handlers.visitors.arriving import Arriving
from handlers.visitors.desk import Desk
from handlers.visitors.opining import Opining
from handlers.visitors.passing import Passing
from handlers.visitors.reporting import Reporting
from handlers.visitors.seal import Seal
from handlers.workbench import HEADERS, Handler, Workbench

_WORDS = {403: "closed", 404: "unknown", 413: "too_much", 429: "too_often", 503: "busy"}
"""Which sentence a refusal is told in; all others get one of their own."""


class Visitors:
    """The pages under /r, for everybody, and the one page of the workbench that opens a form in the chat."""

    def __init__(self, bench: Workbench, seal: Seal, accept: Arriving.Accept) -> None:
        self._bench = bench
        desk = Desk(bench)
        self._reporting = Reporting(bench, desk, seal)
        self._passing = Passing(bench, desk)
        self._opining = Opining(bench, desk, seal)
        self._arriving = Arriving(bench, desk, accept)

    def add_to(self, app: web.Application) -> None:
        """Hang the pages into the app."""
        app.middlewares.append(self._kept_to_itself)
        reporting, passing, opining = self._reporting, self._passing, self._opining
        app.add_routes(
            [
                web.get("/r/s/{token:[A-Za-z0-9_-]{43}}", passing.show),
                web.post("/r/s/{token:[A-Za-z0-9_-]{43}}", passing.act),
                web.get(f"/r/{BOX}", opining.show),
                web.post(f"/r/{BOX}", opining.take),
                web.get("/r/{code:[A-Za-z0-9-]{1,40}(/[A-Za-z0-9-]{1,12})?}", self._scanned),
                web.post("/r/{code:[A-Za-z0-9-]{1,40}(/[A-Za-z0-9-]{1,12})?}", reporting.take),
                web.get("/workbench/report/{code:[A-Za-z0-9-]{1,40}(/[A-Za-z0-9-]{1,12})?}", self._arriving.arrive),
            ]
        )

    async def _scanned(self, request: web.Request) -> web.StreamResponse:
        """Members go on in the chat; everybody else, and whom the platform does not know, gets the form."""
        elsewhere = self._arriving.platform_of(request)
        if elsewhere is not None and "visitor" not in request.query:
            raise web.HTTPFound(f"/workbench/report/{request.match_info['code']}?by={elsewhere}")
        return await self._reporting.show(request)

    @web.middleware
    async def _kept_to_itself(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A refusal is a sentence; the address of a page may hold a pass, so it is told to no other site.

        Not to ourselves either would be too much: browsers then say of our own forms that they come from nowhere.
        """
        if not request.path.startswith("/r/"):
            return await handler(request)
        try:
            answer = await handler(request)
        except web.HTTPRedirection as led:
            led.headers.update(HEADERS)
            raise
        except web.HTTPClientError as refused:
            answer = self._refused(refused.status)
        except web.HTTPServiceUnavailable as refused:
            answer = self._refused(refused.status)
        answer.headers.update(HEADERS)
        return answer

    def _refused(self, status: int) -> web.Response:
        reason = self._bench.rules.texts.say("codes", "refused", _WORDS.get(status, "wrong"))
        return self._bench.page("visitor_refused.html", status, reason=reason)


__all__ = ["Seal", "Visitors"]
