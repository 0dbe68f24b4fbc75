"""One request out of time is somebody's; twenty in a minute mean that our own clock is wrong (F5)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

log = structlog.get_logger("door")

MANY = 21
WITHIN = timedelta(minutes=1)


class Staleness:
    """Counts what was signed for another time; `refused` gets the word `clock` when there are too many."""

    def __init__(self, now: Callable[[], datetime], refused: Callable[[str], None]) -> None:
        self._now = now
        self._refused = refused
        self._seen: deque[datetime] = deque(maxlen=MANY)

    def note(self) -> None:
        """Another one."""
        now = self._now()
        self._seen.append(now)
        if len(self._seen) == MANY and now - self._seen[0] <= WITHIN:
            self._seen.clear()
            log.error("many callbacks with an old or future time: is our clock right?")
            self._refused("clock")
