"""Runs the stand-in as a server of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.sandbox.beside import Beside
from bot.sandbox.campus import Campus
from bot.sandbox.clock import SandboxClock
from bot.sandbox.control import Control, Link
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.settings import Settings

GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Running:
    """A stand-in that listens. `cleanup` ends it within about two seconds, also with open pages."""

    sandbox: Sandbox
    runner: web.AppRunner
    url: str
    port: int
    _verifying: asyncio.Task[None]

    async def cleanup(self) -> None:
        """Stop listening, close everything, write the state."""
        self._verifying.cancel()
        with suppress(asyncio.CancelledError):
            await self._verifying
        await self.runner.cleanup()


async def serve(
    host: str,
    port: int,
    settings: Settings,
    campus: Campus,
    *,
    state_file: Path | None = None,
    clock: SandboxClock | None = None,
    controls: Sequence[Control] = (),
    links: Sequence[Link] = (),
    beside: Beside | None = None,
) -> Running:
    """Listen on this address (port 0: any free one), and verify the callback as soon as the app is there."""
    sandbox = Sandbox(
        campus,
        settings=settings,
        clock=clock,
        state_file=state_file,
        controls=controls,
        links=links,
        beside=beside,
    )
    runner = web.AppRunner(sandbox.app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    bound = int(runner.addresses[0][1])
    wanted = sandbox.keep_verifying() if settings.callback_url else asyncio.sleep(0)
    return Running(sandbox, runner, f"http://{host}:{bound}", bound, asyncio.create_task(wanted))
