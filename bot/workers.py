"""Threads for the synchronous heart: one on SQLite, a few on PostgreSQL (design, 1.8)."""

from __future__ import annotations

import asyncio
import itertools
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar

from storage.engine import Contended, Storage

P = ParamSpec("P")
T = TypeVar("T")

ANEW = 5
"""How often a unit is run again that lost its rows to another one."""

SWITCH = 0.0001
"""Seconds until a busy worker lets the event loop in: with Python's 5 ms a callback would wait that long at each

read and write of its socket, several times over.
"""


class Rank(IntEnum):
    """What goes first when the one writer has a choice: a platform waits for its answer, people for theirs."""

    ARRIVAL = 0
    WORK = 1
    STOP = 2


Job = tuple[Rank, int, Callable[[], None] | None]


class Workers:
    """Runs transactions beside the event loop. On SQLite they line up, so that no two ever wait for a lock.

    On PostgreSQL two may wait for each other, and the database ends one of them: that one is run again at once, so a
    unit must leave no mark outside its transaction before the transaction has ended.
    """

    def __init__(self, storage: Storage) -> None:
        sys.setswitchinterval(SWITCH)
        self._jobs: queue.PriorityQueue[Job] = queue.PriorityQueue()
        self._order = itertools.count()
        self._threads = [
            threading.Thread(target=self._work, name=f"work-{number}", daemon=True) for number in range(storage.writers)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, unit: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one unit of work on a worker thread."""
        return await self._run(Rank.WORK, lambda: unit(*args, **kwargs))

    async def run_first(self, unit: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one unit before all that waits and is not an arrival."""
        return await self._run(Rank.ARRIVAL, lambda: unit(*args, **kwargs))

    async def _run(self, rank: Rank, unit: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = _anew(unit)
            except BaseException as error:  # noqa: BLE001  # it is raised again where it is awaited
                _tell(loop, _fail, future, error)
            else:
                _tell(loop, _finish, future, result)

        self._jobs.put((rank, next(self._order), job))
        return await future

    def _work(self) -> None:
        while True:
            _, _, job = self._jobs.get()
            if job is None:
                return
            job()

    def close(self, within: float = 60.0) -> None:
        """Finish what waits, then let the threads go; one that a hung database holds is left behind."""
        for _ in self._threads:
            self._jobs.put((Rank.STOP, next(self._order), None))
        until = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


def _anew(unit: Callable[[], T]) -> T:
    for _ in range(ANEW):
        with suppress(Contended):
            return unit()
    return unit()


def _tell(loop: asyncio.AbstractEventLoop, how: Callable[..., None], *what: object) -> None:
    """Say in the loop how it went; once the loop has ended, nobody waits for that any more."""
    try:
        loop.call_soon_threadsafe(how, *what)
    except RuntimeError:
        if not loop.is_closed():
            raise


def _finish(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
