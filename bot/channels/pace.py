"""So many calls in any second and no more: a crowd of them is spread, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import deque

SECOND = 1.25
"""A second as the platform may see it: calls do not all take the same time to get there."""


class Pace:
    """At most `count` turns in any second; exact, where a leaking bucket would allow half as many or twice."""

    def __init__(self, count: int) -> None:
        self._recent: deque[float] = deque(maxlen=count)
        self._lock = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until it is one's turn."""
        async with self._lock:
            loop = asyncio.get_running_loop()
            if len(self._recent) == self._recent.maxlen:
                await asyncio.sleep(max(0.0, self._recent[0] + SECOND - loop.time()))
            self._recent.append(loop.time())
