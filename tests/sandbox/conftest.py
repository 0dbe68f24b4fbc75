"""A stand-in with three people and an app that takes its callbacks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.sandbox import Campus, Sandbox, SandboxClock, Settings, small_campus
from tests.sandbox.world import Receiver, World

START = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)

Build = Callable[..., Awaitable[World]]


@pytest.fixture
async def build() -> AsyncIterator[Build]:
    """Makes worlds; settings by name, `campus=`, `state_file=`."""
    made: list[World] = []
    receivers: list[TestServer] = []

    async def make(campus: Campus | None = None, **given: Any) -> World:
        extra = {name: given.pop(name) for name in ("state_file", "controls", "links", "clock") if name in given}
        extra.setdefault("clock", SandboxClock(stopped_at=START))
        settings = Settings(**{"resend_spacing": 0.0, "answer_limit": 0.5, "verify_limit": 0.5, **given})
        receiver = Receiver(settings)
        callback = TestServer(receiver.application())
        await callback.start_server()
        receivers.append(callback)
        sandbox = Sandbox(campus or small_campus("lin", "wu", "zheng"), settings=settings, **extra)
        if "callback_url" not in given:
            sandbox.call_back_to(str(callback.make_url("/callback")))
        server = TestServer(sandbox.app)
        await server.start_server()
        world = World(sandbox, server, receiver, aiohttp.ClientSession())
        made.append(world)
        return world

    yield make
    for world in made:
        await world.http.close()
        await world.server.close()
    for each in receivers:
        await each.close()


@pytest.fixture
async def world(build: Build) -> World:
    """The usual one."""
    return await build()
