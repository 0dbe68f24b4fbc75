"""A gateway that goes silent, or says goodbye, with the seconds that are really used; only nobody waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.channels.dingtalk import DingTalk, DingTalkSettings
from bot.sandbox import SandboxClock, load_campus
from bot.sandbox.dingtalk import DingBox, DingRunning, DingSettings, serve_ding
from flows.events import Said
from tests.channels.corp import NOW
from tests.channels.ding import Desk
from tests.channels.hurry import hurried

LIMIT = 45.0
"""Seconds within which a silent gateway is noticed and replaced (issue 5)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A channel as the service makes it, connected."""

    channel: DingTalk
    box: DingBox
    desk: Desk

    def said(self) -> list[str]:
        return [event.body.text for event in self.desk.taken if isinstance(event.body, Said)]


@asynccontextmanager
async def connected(**given: object) -> AsyncIterator[Line]:
    """Once the first connection is there."""
    settings = DingSettings(month_pushes=10**6, **given)  # type: ignore[arg-type]  # settings by name
    clock, desk = SandboxClock(stopped_at=NOW), Desk()
    running: DingRunning = await serve_ding("127.0.0.1", 0, settings, load_campus(), clock=clock)
    one = DingTalkSettings(
        settings.client_id, settings.client_secret, settings.robot, "http://127.0.0.1/", settings.corp_id,
        api_base=running.url, oapi_base=running.url,
    )  # fmt: skip
    channel = DingTalk(one, now=clock.now, installation=7)
    try:
        await channel.open(desk.accept)
        await running.box.gateway.until(1)
        yield Line(channel, running.box, desk)
    finally:
        await channel.close()
        await running.cleanup()


@pytest.mark.parametrize("quiet", [0.0, 7.0, 19.9, 20.1, 33.0])
def test_a_silent_gateway_is_replaced_within_45_seconds(quiet: float) -> None:
    """Issue 5, F34: silent without closing, at any moment between two pings."""

    async def told() -> None:
        async with connected() as line:
            await line.box.say("li", "在")
            await asyncio.sleep(quiet)
            loop = asyncio.get_running_loop()
            line.box.gateway.fall_silent()
            began = loop.time()
            await line.box.gateway.until(2, limit=LIMIT)
            assert loop.time() - began < LIMIT
            assert (await line.box.say("li", "报修")).accepted
            assert line.said() == ["在", "报修"]

    hurried(told())


def test_a_gateway_that_is_silent_twice_is_replaced_within_45_seconds() -> None:
    """Issue 5: the connection is dead, and the next one is taken and never answered."""

    async def told() -> None:
        async with connected() as line:
            loop = asyncio.get_running_loop()
            line.box.faults.gateway_hangs = 1
            line.box.gateway.fall_silent()
            began = loop.time()
            await line.box.gateway.until(2, limit=LIMIT)
            assert loop.time() - began < LIMIT
            assert (await line.box.say("li", "报修")).accepted

    hurried(told())


def test_what_was_said_into_the_silence_is_taken_once() -> None:
    """Issue 5, F1: the gateway pushes again what nobody acknowledged."""

    async def told() -> None:
        async with connected(resends=30) as line:
            line.box.gateway.fall_silent()
            pushed = await asyncio.gather(*(line.box.say("li", f"{number}") for number in range(20)))
            assert all(one.accepted for one in pushed)
            assert sorted(line.said(), key=int) == [f"{number}" for number in range(20)]

    hurried(told())


def test_a_quiet_hour_is_no_silence() -> None:
    """A peer that answers pings is never given up, whatever else it does not say."""

    async def told() -> None:
        async with connected() as line:
            await asyncio.sleep(3600)
            assert line.box.gateway.opened == 1
            assert (await line.box.say("li", "在")).statuses == (200,)

    hurried(told())


def test_goodbyes_leave_no_moment_without_a_connection_and_lose_nothing() -> None:
    """Issue 5, F52: the new one is up before the old one is dropped, goodbye after goodbye, while people talk."""

    async def told() -> None:
        async with connected(linger=10.0) as line:
            gateway, loop, least = line.box.gateway, asyncio.get_running_loop(), [1]
            end = loop.time() + 60

            async def watched() -> None:
                while loop.time() < end:
                    least.append(len(gateway.lines))
                    await asyncio.sleep(0.1)

            async def parted() -> None:
                while loop.time() < end:
                    await asyncio.sleep(8)
                    await gateway.part()

            watching = asyncio.gather(watched(), parted())
            number = 0
            while loop.time() < end:
                assert (await line.box.say("li", f"{number}")).statuses == (200,)
                number += 1
                await asyncio.sleep(0.37)
            await watching
            assert min(least) >= 1
            assert gateway.opened > 5
            assert line.said() == [f"{said}" for said in range(number)]

    hurried(told())


def test_a_goodbye_before_a_gateway_that_is_closed_keeps_the_old_connection() -> None:
    """Issue 5: what is still pushed there is taken as long as it lingers."""

    async def told() -> None:
        async with connected(linger=10.0) as line:
            (old,) = line.box.gateway.lines
            line.box.faults.gateway_closed = True
            await line.box.gateway.part()
            await asyncio.sleep(5)
            assert await line.box.gateway.ping(old)
            line.box.faults.gateway_closed = False
            await line.box.gateway.until(2, limit=60)
            assert (await line.box.say("li", "在")).accepted

    hurried(told())
