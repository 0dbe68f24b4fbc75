"""The office staff's pages: signed in through the platform, read from storage, acting through moves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flows.allowance import Allowance
from flows.flow import Flow, Rulebook
from flows.texts import is_visible, shown_plainly
from handlers.workbench import manual, pages
from handlers.workbench.codes import Codes
from handlers.workbench.digests import DigestPages
from handlers.workbench.exporting import Exporting
from handlers.workbench.opinions import Opinions
from handlers.workbench.ratings import Ratings
from handlers.workbench.seals import Seals
from handlers.workbench.sign_in import Platform, SignIn
from handlers.workbench.supervision import SupervisionPage
from storage.engine import Storage
from storage.files import Shelf

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

Run = Callable[..., Awaitable[Any]]
"""Runs a unit of work on a worker thread."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What keeps a page to itself; an answer that says otherwise about itself is left as it is."""


class Workbench:
    """Routes and what they share."""

    def __init__(
        self,
        storage: Storage,
        run: Run,
        rules: Callable[[], Rulebook],
        flows: Mapping[str, Flow],
        shelf: Shelf,
        now: Callable[[], datetime],
        platforms: Mapping[str, Platform],
        public_url: str,
        *,
        replayed: Callable[[], None],
        warnings: Callable[[], Sequence[str]],
        usage: Callable[[], Sequence[Allowance]],
    ) -> None:
        self.storage = storage
        self.run = run
        self._rules = rules
        self.flows = flows
        self.shelf = shelf
        self.now = now
        self.replayed = replayed
        self.warnings = warnings
        self.usage = usage
        self.public_url = public_url.rstrip("/")
        self.is_secure = urlsplit(public_url).scheme == "https"
        self.sign_in = SignIn(storage, run, now, platforms, public_url, secure=self.is_secure)
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_shown,
        )
        self._environment.filters["moment"] = self._moment

    def _moment(self, at: datetime) -> str:
        return self.rules.texts.moment(at)

    @property
    def rules(self) -> Rulebook:
        """What is in force now."""
        return self._rules()

    def add_to(self, app: web.Application) -> None:
        """Hang the pages into the app."""
        view = pages.Pages(self)

        @web.middleware
        async def kept_to_itself(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not request.path.startswith("/workbench"):
                return await handler(request)
            try:
                answer = await handler(request)
            except web.HTTPRedirection as led:
                led.headers.update({name: value for name, value in HEADERS.items() if name not in led.headers})
                raise
            except web.HTTPClientError as refused:
                answer = await view.refused(request, refused.status)
                if isinstance(refused, web.HTTPMethodNotAllowed):
                    answer.headers["Allow"] = refused.headers["Allow"]
            for name, value in HEADERS.items():
                answer.headers.setdefault(name, value)
            return answer

        app.middlewares.append(kept_to_itself)
        app.add_routes(self._routes(view))

    def _routes(self, view: pages.Pages) -> list[web.AbstractRouteDef]:
        guide = manual.ManualPages(self, view)
        codes, exporting = Codes(self, view), Exporting(self, view)
        return [
            *DigestPages(self, view).routes(),
            web.get("/workbench", view.home),
            web.get("/workbench/", view.cases),
            web.get("/workbench/enter", self.sign_in.enter),
            web.get("/workbench/sign-in/{channel}", self.sign_in.leave),
            web.post("/workbench/leave", view.leave),
            web.get("/workbench/cases.xlsx", exporting.xlsx),
            web.get("/workbench/cases.csv", exporting.csv),
            web.get("/workbench/cases/{number}", view.case),
            web.get("/workbench/files/{id}", view.file),
            web.get("/workbench/running", view.running),
            web.post("/workbench/replay", view.replay),
            web.get("/workbench/manual", guide.all),
            web.get("/workbench/manual/{name}", guide.one),
            web.get("/workbench/questions", guide.questions),
            web.get("/workbench/seals", Seals(self, view).ledger),
            web.get("/workbench/surveys", Ratings(self, view).all),
            web.get("/workbench/supervision", SupervisionPage(self, view).figures),
            web.get("/workbench/opinions", Opinions(self, view).all),
            web.get("/workbench/codes", codes.choose),
            web.get("/workbench/codes/{code:[A-Za-z0-9-]{1,40}(/[A-Za-z0-9-]{1,12})?}.svg", codes.label),
            web.static("/workbench/static", Path(__file__).parent / "static"),
        ]

    def is_ours(self, request: web.Request) -> bool:
        """Whether a form comes from a page of ours, as far as the browser says where from."""
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc in (urlsplit(self.public_url).netloc, request.host)

    def ways_in(self) -> dict[str, str]:
        """The platforms through which one can sign in, with what people call them."""
        return {one: self.rules.texts.say("usage", "platform", one) for one in self.sign_in.platforms}

    def page(self, name: str, status: int = 200, **values: object) -> web.Response:
        """A page from its template."""
        text = self._environment.get_template(name).render(values)
        return web.Response(text=text, content_type="text/html", status=status)


def _shown(value: object) -> object:
    """What people wrote, without what would turn a line around or hide in it (F44); our own markup keeps its lines."""
    if isinstance(value, Markup):
        return Markup("".join(filter(is_visible, value)))  # noqa: S704  # it was escaped, or is ours
    return shown_plainly(value)


__all__ = ["Workbench"]
