"""Threads for the synchronous heart: one on SQLite, a few on PostgreSQL (design, 1.8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from storage.engine import Storage

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Runs transactions beside the event loop. On SQLite they line up, so that no two ever wait for a lock."""

    def __init__(self, storage: Storage) -> None:
        self._pool = ThreadPoolExecutor(storage.writers, thread_name_prefix="work")

    async def run(self, unit: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one unit of work on a worker thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: unit(*args, **kwargs))

    def close(self) -> None:
        """Wait for what is running, then let the threads go."""
        self._pool.shutdown()
