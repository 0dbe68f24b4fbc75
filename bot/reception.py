"""Event -> inbox: arrivals that come while a commit is under way share the next one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.channels.channel import Unavailable
from bot.workers import Workers
from flows.events import Event, Unread, body_to_json, kind_of
from storage.engine import Storage, Unreachable
from storage.records import Admitted

WINDOW = 0.2
"""Seconds over which arrivals are counted."""
CALM = 0.5
"""Seconds without a full window after which a rush is over."""
RUSH = 800
"""Arrivals a second from which on acknowledging them goes before handling them."""
GATHER = 0.005
"""Seconds that a few arrivals wait for company in a rush: a transaction costs the same for one as for many."""
ENOUGH = 40
"""Arrivals that are company enough."""

Waiting = tuple[Admitted, "asyncio.Future[None]"]


class Reception:
    """The one function that channels are given: `accept` returns once the event is committed."""

    def __init__(
        self,
        storage: Storage,
        workers: Workers,
        now: Callable[[], datetime],
        *,
        arrived: Callable[[str, int], None],
        most: int = 256,
        room: int = 4096,
    ) -> None:
        self._storage = storage
        self._workers = workers
        self._now = now
        self._arrived = arrived
        self._most = most
        self._room = room
        self._waiting: list[Waiting] = []
        self._draining: asyncio.Task[None] | None = None
        self._since, self._count, self._rushed = 0.0, 0, False

    def is_rushed(self) -> bool:
        """Whether arrivals come faster than the rest of us could handle them at the same time."""
        return self._rushed and asyncio.get_running_loop().time() - self._since < CALM

    def _note(self) -> None:
        """Count an arrival. A rush ends at half the rate at which it begins: handling slows arrivals down, so at one
        rate for both a rush that is left too early would not be noticed again."""
        now = asyncio.get_running_loop().time()
        self._count += 1
        took = now - self._since
        if took >= WINDOW:
            rate = self._count / took
            self._rushed = rate >= RUSH or (self._rushed and rate >= RUSH / 2)
            self._since, self._count = now, 0

    async def accept(self, event: Event) -> None:
        """Take an event for good; raises `Unavailable` when it cannot be committed now."""
        if len(self._waiting) >= self._room:
            raise Unavailable("too many arrivals at once")
        self._note()
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((_admitted(event), future))
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        await future

    async def _drain(self) -> None:
        try:
            while self._waiting:
                if len(self._waiting) < ENOUGH and self.is_rushed():
                    await asyncio.sleep(GATHER)
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._admit(batch)
        finally:
            self._draining = None

    async def _admit(self, batch: Sequence[Waiting]) -> None:
        events = [event for event, _ in batch]
        try:
            new = await self._workers.run_first(self._write, events)
        except Unreachable as error:
            _fail(batch, Unavailable(str(error)))
        except Exception as error:  # noqa: BLE001  # one that cannot be written must not keep its neighbours out
            if len(batch) == 1:
                _fail(batch, error)
                return
            for one in batch:
                await self._admit([one])
        else:
            for _, future in batch:
                if not future.done():
                    future.set_result(None)
            for channel, count in Counter(channel for channel, _ in new).items():
                self._arrived(channel, count)

    def _write(self, events: Sequence[Admitted]) -> set[tuple[str, str]]:
        with self._storage.work() as work:
            return work.inbox.admit(events, self._now())


def _fail(batch: Sequence[Waiting], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)


def _admitted(event: Event) -> Admitted:
    return Admitted(
        channel=event.channel,
        event_id=event.id,
        account=event.account,
        at=event.at,
        kind=kind_of(event.body),
        body=body_to_json(event.body),
        room=event.room,
        unread=isinstance(event.body, Unread),
        twin=event.twin,
    )
