"""The metronome: looks for what has fallen due, and for housekeeping. Due times live in our tables."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from flows.events import Elapsed, body_to_json, kind_of
from storage.engine import Storage
from storage.records import Admitted, Timer

CHANNEL = "clock"
"""Time is a channel like any other."""


def fire(storage: Storage, now: datetime, limit: int = 500) -> int:
    """Turn timers that have run out into arrivals, in order, each exactly once (F7)."""
    with storage.work() as work:
        due = work.timers.due(now, limit)
        if due:
            work.inbox.admit([_elapsed(timer) for timer in due], now)
            work.timers.remove(due)
        return len(due)


def _elapsed(timer: Timer) -> Admitted:
    body = Elapsed(timer.name, timer.subject)
    return Admitted(
        channel=CHANNEL,
        event_id=f"{timer.id}",
        account=timer.subject,
        at=timer.due_at,
        kind=kind_of(body),
        body=body_to_json(body),
    )


def prune(storage: Storage, now: datetime, keep: timedelta) -> None:
    """Forget handled arrivals and sent notices that are old enough."""
    with storage.work() as work:
        work.inbox.prune(now - keep)
        work.outbox.prune(now - keep)
        work.sessions.prune(now)


def metronome(*, seconds: float, tick: Callable[[], Awaitable[object]]) -> AsyncIOScheduler:
    """A scheduler that calls `tick` again and again, never twice at once; add rarer jobs to it."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(tick, "interval", seconds=seconds, max_instances=1, coalesce=True)
    return scheduler
