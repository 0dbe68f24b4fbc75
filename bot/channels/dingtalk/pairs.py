"""A signature that does not cover the body belongs to one body (F17; protocol/dingtalk.md 2.1, 6.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

MOST = 100_000
TOGETHER = timedelta(seconds=5)
"""How far apart two messages of one millisecond may arrive."""


class Pairs:
    """Each pair of time and signature, with the bodies it came with; remembered by this process alone."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._held: dict[str, tuple[datetime, dict[bytes, str]]] = {}

    def fits(self, signature: str, body: bytes, id: str) -> bool:
        """Whether this may come with that signature; `id` is the body's own number, where it has one.

        What comes again as it was, may. Other words at once may be honest, for what is signed is a millisecond, and in
        a rush several messages share one; but never under the same number, and never later: somebody caught the pair.
        """
        now = self._now()
        first, bodies = self._held.setdefault(signature, (now, {}))
        digest = hashlib.sha256(body).digest()
        if digest not in bodies:
            if now - first > TOGETHER or (id and id in bodies.values()):
                return False
            bodies[digest] = id
            if len(self._held) > MOST:
                del self._held[next(iter(self._held))]  # the oldest
        return True
