"""The channel and the stand-in, joined on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.channels.wecom import WeCom, WeComSettings
from bot.sandbox import Running, Sandbox, SandboxClock, Settings, load_campus, serve
from tests.channels.corp import NOW


@dataclass
class Wire:
    """The channel on one side, the stand-in on the other."""

    channel: WeCom
    running: Running
    clock: SandboxClock

    @property
    def box(self) -> Sandbox:
        return self.running.sandbox


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    clock = SandboxClock(stopped_at=NOW)
    settings = Settings(callback_url="http://127.0.0.1:9/wecom/callback")
    running = await serve("127.0.0.1", 0, settings, load_campus(), clock=clock)
    app = WeComSettings(
        settings.corp_id,
        settings.agent_id,
        settings.secret,
        settings.token,
        settings.encoding_aes_key,
        page_url="http://127.0.0.1:8080/workbench/",
        api_base=running.url,
        authorize_base=running.url,
    )
    channel = WeCom(app, now=clock.now, installation=7)
    running.sandbox.deliverer.verified = True
    yield Wire(channel, running, clock)
    await channel.close()
    await running.cleanup()
