"""The two loops of a running service: inbox -> dispatcher, outbox -> delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import IntEnum

import structlog

from storage.engine import Unreachable

log = structlog.get_logger("pump")

IDLE = 0.5
"""Seconds until a queue is looked at again when nobody says that something came (another process may have)."""
GATHER = 0.02
"""Seconds between two turns: what comes meanwhile shares one transaction. Nobody notices a fiftieth of a second."""
YIELD = 20
"""How many times as long as it worked a pump pauses in a rush."""
MOST_PAUSE = 3.0
LOOK = 0.1
"""Seconds after which a pausing pump looks whether the rush is over, or it is to stop."""
TROUBLE = 1.0
"""Seconds to leave a database alone that does not answer."""


class Found(IntEnum):
    """What a turn found: nothing to do, something, or so much that more is waiting."""

    NOTHING = 0
    SOME = 1
    PLENTY = 2


class Pump:
    """Calls `turn` as long as it finds something to do, then waits to be woken."""

    def __init__(
        self, name: str, turn: Callable[[], Awaitable[Found]], *, rush: Callable[[], bool] = lambda: False
    ) -> None:
        self._name = name
        self._turn = turn
        self._rush = rush
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
        now = asyncio.get_running_loop().time
        while not self._stopping:
            self.wake.clear()
            began = now()
            try:
                found = await self._turn()
                if troubled:
                    log.info("going on", pump=self._name)
                troubled = False
            except Unreachable as error:
                if not troubled:
                    log.error("database does not answer", pump=self._name, reason=str(error))
                troubled, found = True, Found.NOTHING
            except Exception:  # a queue that stands still is worse than any mistake of ours
                log.exception("turn failed", pump=self._name)
                troubled, found = True, Found.NOTHING
            worked = now() - began
            if found is Found.NOTHING and not self._stopping:
                await self._rest(TROUBLE if troubled else IDLE, deaf=troubled)
            if not self._stopping:
                await self._pause(found, worked)

    async def _pause(self, found: Found, worked: float) -> None:
        """While arrivals rush in, their answers come first: a platform gives up after seconds, people wait longer."""
        if not self._rush():
            await asyncio.sleep(0.0 if found is Found.PLENTY else GATHER)
            return
        now = asyncio.get_running_loop().time
        until = now() + min(MOST_PAUSE, max(GATHER, YIELD * worked))
        while self._rush() and not self._stopping and (left := until - now()) > 0:  # noqa: ASYNC110  # that nobody comes is no event
            await asyncio.sleep(min(left, LOOK))

    async def _rest(self, seconds: float, *, deaf: bool) -> None:
        if deaf:
            self.wake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.wake.wait(), seconds)
