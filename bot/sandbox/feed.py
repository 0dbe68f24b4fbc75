"""One numbered stream of what changed, for the page: items, updates, state and time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

KEPT = 5000

What = Literal["item", "update", "state", "time"]


@dataclass(frozen=True, slots=True)
class Change:
    """`item` is the id of the phone item concerned, read anew when it is told."""

    seq: int
    type: What
    userid: str | None = None
    item: str | None = None


class Feed:
    """Gives numbers and passes changes to whoever listens. A listener's queue ends with None."""

    def __init__(self) -> None:
        self.seq = 0
        self._kept: deque[Change] = deque(maxlen=KEPT)
        self._queues: set[asyncio.Queue[Change | None]] = set()
        self._watchers: list[Callable[[], None]] = []
        self._closed = False

    def tell(self, what: What, userid: str | None = None, item: str | None = None) -> int:
        """Number a change and pass it on."""
        self.seq += 1
        change = Change(self.seq, what, userid, item)
        self._kept.append(change)
        for queue in self._queues:
            queue.put_nowait(change)
        for watcher in self._watchers:
            watcher()
        return self.seq

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call this after every change."""
        self._watchers.append(watcher)

    def listen(self, since: int) -> asyncio.Queue[Change | None]:
        """A queue that begins with what came after `since`, as far as it is still kept."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        for change in self._kept:
            if change.seq > since:
                queue.put_nowait(change)
        if self._closed:
            queue.put_nowait(None)
        self._queues.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[Change | None]) -> None:
        """This listener has gone."""
        self._queues.discard(queue)

    def close(self) -> None:
        """End every stream at once."""
        self._closed = True
        for queue in self._queues:
            queue.put_nowait(None)
