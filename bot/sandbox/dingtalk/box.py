"""The stand-in as a whole, as a program or a test holds it, and as a server of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.sandbox.campus import Campus
from bot.sandbox.clock import SandboxClock
from bot.sandbox.dingtalk.acts import DingActs
from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.faults import DingFaults
from bot.sandbox.dingtalk.gateway import Gateway
from bot.sandbox.dingtalk.hosts import Hosts
from bot.sandbox.dingtalk.journal import DingJournal
from bot.sandbox.dingtalk.phones import Bubble
from bot.sandbox.dingtalk.pushing import Pusher
from bot.sandbox.dingtalk.settings import DingSettings
from bot.sandbox.dingtalk.signin import authorize
from bot.sandbox.dingtalk.web_push import WebPush
from bot.sandbox.kept import StateFile
from bot.sandbox.wire import Json

LARGEST = 32 * 1024 * 1024
GRACE = 2.0


class DingBox(DingActs):
    """A stand-in of the DingTalk server for one corp and one app. `app` is to be run on loopback by the caller, who
    then sets `url`. What people do are methods; each returns when the app has answered or the platform gives up."""

    def __init__(
        self,
        campus: Campus,
        *,
        settings: DingSettings | None = None,
        clock: SandboxClock | None = None,
        elapsed: Callable[[], float] = time.monotonic,
        state_file: Path | None = None,
    ) -> None:
        corp = DingCorp(campus, settings or DingSettings(), clock or SandboxClock(), elapsed)
        self.gateway = Gateway(corp)
        self.web = WebPush(corp)
        super().__init__(corp, Pusher(corp, self.gateway, self.web))
        self._hosts = Hosts(corp)
        self._state = StateFile(state_file, corp.dump) if state_file else None
        if self._state is not None:
            self._remember(self._state)
        self.app = self._application()

    def _remember(self, state: StateFile) -> None:
        self.corp.store.keep_in(state.media)
        if (kept := state.read()) is not None:
            self.corp.load(kept)
        self.corp.phones.watchers.append(lambda _line: state.touch())

    @property
    def settings(self) -> DingSettings:
        """How the app is set up."""
        return self.corp.settings

    @property
    def faults(self) -> DingFaults:
        """Switchable faults."""
        return self.corp.faults

    @property
    def journal(self) -> DingJournal:
        """What the app asked."""
        return self.corp.journal

    def userid(self, who: str) -> str:
        """What somebody of the campus file is called here."""
        return self.corp.staff.member(who).userid

    def phone(self, who: str) -> list[Bubble]:
        """What this person has in the chat."""
        return self.corp.phones.of(self.userid(who))

    def received(self, who: str) -> list[Bubble]:
        """What of it came from the app."""
        return [bubble for bubble in self.phone(who) if bubble.sender == "app"]

    def todos(self, who: str, *, done: bool | None = None) -> list[Json]:
        """This person's to-do list as the phone shows it: open ones first, those soonest due before the others."""
        return [todo.shown() for todo in self.corp.todos.of(self.corp.staff.member(who)) if done in (None, todo.done)]

    async def verify(self) -> bool:
        """The administrator saves the address of events. protocol/dingtalk.md 1.1"""
        return (await self.event("check_url")).accepted

    async def close(self) -> None:
        """End connections and write the state. May be called twice."""
        await self.gateway.close()
        await self.web.close()
        if self._state is not None:
            self._state.write()

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post("/v1.0/gateway/connections/open", self.gateway.open)
        app.router.add_get("/connect", self.gateway.connect)
        app.router.add_get("/oauth2/auth", self._authorize)
        app.router.add_get("/store/{once}", self._fetched)
        for path in ("/v1.0/{tail:.*}", "/topapi/{tail:.*}", "/media/upload", "/robot/{tail:.*}"):
            app.router.add_route("*", path, self._hosts.handle)
        app.on_shutdown.append(self._shut)
        return app

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        return authorize(self.corp, request)

    async def _fetched(self, request: web.Request) -> web.StreamResponse:
        stored = self.corp.store.take(request.match_info["once"])
        if stored is None or "Signature" not in request.query:
            return web.Response(status=403, text="<Error/>", content_type="application/xml")
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _shut(self, _app: web.Application) -> None:
        await self.close()


@dataclass(frozen=True, slots=True)
class DingRunning:
    """A stand-in that listens."""

    box: DingBox
    runner: web.AppRunner
    url: str

    async def cleanup(self) -> None:
        """Stop listening and close everything."""
        await self.runner.cleanup()


async def serve_ding(
    host: str,
    port: int,
    settings: DingSettings,
    campus: Campus,
    *,
    clock: SandboxClock | None = None,
    state_file: Path | None = None,
) -> DingRunning:
    """Listen on this address (port 0: any free one)."""
    elapsed = asyncio.get_running_loop().time
    box = DingBox(campus, settings=settings, clock=clock, elapsed=elapsed, state_file=state_file)
    runner = web.AppRunner(box.app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    bound = int(runner.addresses[0][1])
    box.corp.url = f"http://{host}:{bound}"
    return DingRunning(box, runner, box.corp.url)
