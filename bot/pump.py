"""The two loops of a running service: inbox -> dispatcher, outbox -> delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from storage.engine import Unreachable

log = structlog.get_logger("pump")

IDLE = 0.5
"""Seconds until a queue is looked at again when nobody says that something came (another process may have)."""
TROUBLE = 1.0
"""Seconds to leave a database alone that does not answer."""


class Pump:
    """Calls `turn` as long as it finds something to do, then waits to be woken."""

    def __init__(self, name: str, turn: Callable[[], Awaitable[bool]]) -> None:
        self._name = name
        self._turn = turn
        self.wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Finish the turn under way, begin no other."""
        self._stopping = True
        self.wake.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        troubled = False
        while not self._stopping:
            self.wake.clear()
            try:
                busy = await self._turn()
                if troubled:
                    log.info("database is back", pump=self._name)
                troubled = False
            except Unreachable as error:
                if not troubled:
                    log.error("database does not answer", pump=self._name, reason=str(error))
                troubled, busy = True, False
            if not busy and not self._stopping:
                await self._rest(TROUBLE if troubled else IDLE, deaf=troubled)

    async def _rest(self, seconds: float, *, deaf: bool) -> None:
        if deaf:
            self.wake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.wake.wait(), seconds)
