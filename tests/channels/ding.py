"""The DingTalk channel and its stand-in, joined on loopback, and somebody behind who takes what comes in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.channel import Unavailable
from bot.channels.dingtalk import DingTalk, DingTalkSettings
from bot.sandbox import SandboxClock, load_campus
from bot.sandbox.dingtalk import DingBox, DingRunning, DingSettings, serve_ding
from bot.sandbox.wire import Json
from flows.events import Event
from tests.channels.corp import NOW
from tests.ports import free_port

CARD_SECRET = "cardsecretcardsecret"


@dataclass
class Desk:
    """Takes events, unless `closed`; with a `gate`, not before it opens."""

    taken: list[Event] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    spent: list[str] = field(default_factory=list)
    closed: bool = False
    gate: asyncio.Event | None = None

    async def accept(self, event: Event) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.closed:
            raise Unavailable("no database")
        self.taken.append(event)


@dataclass
class DingWire:
    """The channel on one side, the stand-in on the other."""

    channel: DingTalk
    running: DingRunning
    clock: SandboxClock
    desk: Desk
    server: TestServer | None = None

    @property
    def box(self) -> DingBox:
        return self.running.box

    def id(self, who: str) -> str:
        """What somebody is called on DingTalk."""
        return self.box.userid(who)

    def message(self, who: str = "li", text: str = "你好", **changes: object) -> Json:
        """A robot message as the platform would push it."""
        member = self.box.corp.staff.member(who)
        whole = self.box._message(member, "text", {"text": {"content": text}}, "") | changes
        return {key: value for key, value in whole.items() if value is not None}


Build = Callable[..., Awaitable[DingWire]]


@pytest.fixture
async def ding_build() -> AsyncIterator[Build]:
    """Makes wires: `mode`, `template=False`, `ping`, and settings of the stand-in by name."""
    made: list[DingWire] = []

    async def build(mode: str = "stream", *, template: bool = True, ping: float = 20.0, **given: Any) -> DingWire:
        clock, desk = SandboxClock(stopped_at=NOW), Desk()
        app = web.Application(client_max_size=1024**2)
        server = TestServer(app, port=free_port())
        doors = f"http://127.0.0.1:{server.port}"
        ways: dict[str, Any] = {"robot_mode": mode, "event_mode": mode, "answer_limit": 2.0, "linger": 0.3, **given}
        urls = {"robot_url": f"{doors}/dingtalk/robot", "event_url": f"{doors}/dingtalk/events"}
        settings = DingSettings(**(ways | urls))
        running = await serve_ding("127.0.0.1", 0, settings, load_campus(), clock=clock)
        one = DingTalkSettings(
            settings.client_id,
            settings.client_secret,
            settings.robot,
            page_url=f"{doors}/workbench/",
            corp_id=settings.corp_id,
            mode=mode,
            token=settings.token,
            aes_key=settings.aes_key,
            card_secret=CARD_SECRET,
            card_template=settings.templates[0].id if template else "",
            api_base=running.url,
            oapi_base=running.url,
            login_base=running.url,
        )
        channel = DingTalk(
            one, now=clock.now, installation=7, refused=desk.refused.append, spent=desk.spent.append, ping=ping
        )
        app.add_routes(channel.routes(desk.accept))
        await server.start_server()
        wire = DingWire(channel, running, clock, desk, server)
        made.append(wire)
        await channel.open(desk.accept)
        if mode == "stream":
            await running.box.gateway.until(1)
        return wire

    yield build
    for wire in made:
        await wire.channel.close()
        await wire.running.cleanup()
        assert wire.server is not None
        await wire.server.close()


@pytest.fixture
async def ding(ding_build: Build) -> DingWire:
    """The usual one: by Stream."""
    return await ding_build()


@pytest.fixture
async def doors(ding_build: Build) -> DingWire:
    """By HTTP, its card door registered."""
    wire = await ding_build("http")
    url = wire.box.settings.robot_url.replace("/robot", "/card")
    wire.box.corp.cards.routes[wire.box.settings.client_id] = (url, CARD_SECRET)
    return wire
