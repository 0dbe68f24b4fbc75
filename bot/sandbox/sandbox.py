"""The stand-in as a whole, as a program or a test holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from bot.sandbox.api import LARGEST, Api
from bot.sandbox.beside import Beside
from bot.sandbox.callbacks import Deliverer
from bot.sandbox.campus import Campus
from bot.sandbox.changes import Changes
from bot.sandbox.clock import SandboxClock
from bot.sandbox.control import Control, ControlApi, Handler, Link, refusals
from bot.sandbox.corp import Corp
from bot.sandbox.faults import Faults
from bot.sandbox.forge import Forge
from bot.sandbox.journal import Journal
from bot.sandbox.kept import StateFile
from bot.sandbox.oauth import Authorize
from bot.sandbox.phones import Phone
from bot.sandbox.settings import Settings
from bot.sandbox.state import restore, snapshot

PAGE = Path(__file__).with_name("page")
VERIFY_PAUSE = 0.5


class Sandbox(Changes):
    """A stand-in of the WeCom server for one corp and one app. `app` is to be run on loopback by the caller, which
    then sets `Settings.callback_url` beforehand or calls `call_back_to`. People's acts (say, tap, ...) and changes of
    the directory are methods; each returns when the app has answered or the platform has given up."""

    def __init__(
        self,
        campus: Campus,
        *,
        settings: Settings | None = None,
        clock: SandboxClock | None = None,
        state_file: Path | None = None,
        controls: Sequence[Control] = (),
        links: Sequence[Link] = (),
        beside: Beside | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.clock = clock or SandboxClock()
        corp = Corp(campus, self.settings, self.clock)
        self.forge = Forge(
            corp_id=self.settings.corp_id,
            agent_id=self.settings.agent_id,
            token=self.settings.token,
            encoding_aes_key=self.settings.encoding_aes_key,
            now=corp.now,
        )
        deliverer = Deliverer(corp, self.settings.callback_url, self.forge)
        super().__init__(corp, deliverer, _contacts(corp))
        corp.callback_ready = deliverer.ready
        self._api = Api(corp)
        self._state = StateFile(state_file, lambda: snapshot(corp, self)) if state_file else None
        if self._state is not None:
            corp.media.keep_in(self._state.media)
            if (kept := self._state.read()) is not None:
                restore(kept, corp, self)
            corp.feed.watch(self._state.touch)
        if beside is not None:
            beside.listen(lambda userid, item: corp.feed.tell("item", userid, item))
        self.clock.on_move(self._time_moved)
        self.app = self._application(ControlApi(corp, self, controls, links, beside=beside))

    @property
    def faults(self) -> Faults:
        """Switchable faults."""
        return self.corp.faults

    @property
    def journal(self) -> Journal:
        """Everything that went over the wire."""
        return self.corp.journal

    def phone(self, userid: str) -> Phone:
        """What this person sees."""
        return self.corp.phones.of(userid)

    def call_back_to(self, url: str) -> None:
        """The administrator enters another callback address; it has to be verified anew."""
        self.deliverer.url, self.deliverer.verified = url, False

    async def verify(self) -> bool:
        """URL verification now; also tried by itself before the first delivery. protocol/wecom.md 1.2"""
        return await self.deliverer.verify()

    async def keep_verifying(self) -> None:
        """Try again and again until the app is there and its address verified."""
        while not await self.deliverer.ready():  # noqa: ASYNC110  # another process has to come up
            await asyncio.sleep(VERIFY_PAUSE)

    async def close(self) -> None:
        """End streams, hanging calls and deliveries, and write the state. May be called twice."""
        self._api.close()
        self.corp.feed.close()
        await self.deliverer.close()
        if self.contacts is not None:
            await self.contacts.close()
        if self._state is not None:
            self._state.write()

    def _time_moved(self) -> None:
        self.corp.feed.tell("time")

    def _application(self, control: ControlApi) -> web.Application:
        app = web.Application(client_max_size=LARGEST, middlewares=[_empty_404, refusals])
        app.router.add_route("*", "/cgi-bin/{path:.*}", self._api.handle)
        app.router.add_get("/connect/oauth2/authorize", Authorize(self.corp).handle)
        app.add_routes(control.routes())
        app.router.add_get("/", _index)
        app.router.add_static("/static/", PAGE)
        app.on_response_prepare.append(_guard_the_page)
        app.on_shutdown.append(self._shut)
        app.on_cleanup.append(self._shut)
        return app

    async def _shut(self, _app: web.Application) -> None:
        await self.close()


def _contacts(corp: Corp) -> Deliverer | None:
    """The way to the contacts-sync callback, where one is set."""
    settings = corp.settings.contacts
    if settings.callback_url is None:
        return None
    forge = Forge(
        corp_id=corp.settings.corp_id,
        agent_id=None,
        token=settings.token,
        encoding_aes_key=settings.encoding_aes_key,
        now=corp.now,
    )
    return Deliverer(corp, settings.callback_url, forge)


POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
"""What people send is shown on this page: nothing of it may run or fetch anything (F41)."""


async def _index(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": POLICY})


async def _guard_the_page(request: web.Request, response: web.StreamResponse) -> None:
    """After an update a browser must not mix old scripts with new ones."""
    if request.path == "/" or request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"


@web.middleware
async def _empty_404(request: web.Request, handler: Handler) -> web.StreamResponse:
    """An unknown path: 404 with an empty body. protocol/wecom.md 6.2"""
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return web.Response(status=404)
