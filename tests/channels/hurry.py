"""Loops in which time passes at once when nothing else is to be done: real waits of minutes take a moment."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

GRACE = 0.004
"""Real seconds for which something may still come over loopback before time is moved."""


class _Selector(selectors.DefaultSelector):
    """Waits no longer than `GRACE`, and tells how much of the waiting it has left out."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= GRACE:
            return super().select(timeout)
        ready = super().select(GRACE)
        if not ready:
            self.skipped += timeout - GRACE
        return ready


class Hurried(asyncio.SelectorEventLoop):
    """Its time is the real one and what was left out of it."""

    def __init__(self) -> None:
        self._left_out = _Selector()
        super().__init__(self._left_out)

    def time(self) -> float:
        return super().time() + self._left_out.skipped


class _Waitless(selectors.DefaultSelector):
    """Waits for nothing; what a wait would have taken is its time."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0 if timeout is not None else None)
        if not ready and timeout is not None:
            self.now += max(timeout, 0.0)
        return ready


class Imagined(asyncio.SelectorEventLoop):
    """Its time passes by waiting alone, however busy the machine is; for what speaks to nobody outside."""

    def __init__(self) -> None:
        self._waits = _Waitless()
        super().__init__(self._waits)

    def time(self) -> float:
        return self._waits.now


def imagined(what: Coroutine[Any, Any, None]) -> None:
    """Run a test in such a loop."""
    with asyncio.Runner(loop_factory=Imagined) as runner:
        runner.run(what)


def hurried(what: Coroutine[Any, Any, None]) -> None:
    """Run a test in such a loop."""
    with asyncio.Runner(loop_factory=Hurried) as runner:
        runner.run(what)
