"""The metronome: looks for what has fallen due, and for housekeeping. Due times live in our tables."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.workers import Workers
from flows.events import CLOCK, Elapsed, body_to_json, kind_of
from storage.engine import Storage
from storage.files import Shelf
from storage.records import Admitted

PATIENCE = timedelta(minutes=30)
"""So long a question stays open before whoever left it is reminded, once; the form is kept all the same (B7)."""

MIXED = timedelta(days=120)
"""Longer than any anonymous round takes answers: a month's, asked about at its end, and as long as it is open."""


def fire(storage: Storage, now: datetime, limit: int = 500) -> int:
    """Turn what has run out into arrivals, in order, each exactly once: timers, and patience with questions (F7)."""
    with storage.work() as work:
        due = work.timers.due(now, limit)
        silent = work.drafts.silent(now - PATIENCE, limit)
        fallen = [_elapsed(f"{timer.id}", timer.name, timer.subject, timer.due_at) for timer in due]
        fallen += [_elapsed(f"{draft}@{now.isoformat()}", "silent", f"draft:{draft}", now) for draft in silent]
        if fallen:
            work.inbox.admit(fallen, now)
            work.timers.remove(due)
        return len(fallen)


def _elapsed(id: str, name: str, subject: str, at: datetime) -> Admitted:
    body = Elapsed(name, subject)
    return Admitted(channel=CLOCK, event_id=id, account=subject, at=at, kind=kind_of(body), body=body_to_json(body))


def prune(storage: Storage, now: datetime, keep: timedelta) -> None:
    """Forget what is over and old enough: arrivals, notices, cards, forms; rights to change a card once they end."""
    before = now - keep
    with storage.work() as work:
        work.inbox.prune(before)
        work.outbox.prune(before)
        work.shown.prune(before, now)
        work.drafts.prune(before)
        work.files.prune(now)
        work.duties.prune(before)
        work.sessions.prune(now)
        work.passes.prune(now)
        work.surveys.mix(now - MIXED)


def clear_shelf(storage: Storage, shelf: Shelf, now: datetime, keep: timedelta) -> int:
    """Delete the files of cases closed longer than `keep`; returns how many contents are off the shelf.

    First the rows say so, then the bytes go, then the rows forget where they were: a kill in between leaves
    something to do, never a row that promises bytes that are not there.
    """
    with storage.work() as work:
        work.files.expire(now - keep)
        wanted = work.files.over()
    gone = [digest for digest in wanted if shelf.remove(digest, now - timedelta(days=1))]
    with storage.work() as work:
        work.files.done_with(gone)
    return len(gone)


async def sweep_shelf(storage: Storage, workers: Workers, shelf: Shelf, now: datetime) -> int:
    """Delete contents that no file has, a day after they came: a form that was cut off, a kill in between."""
    before = now - timedelta(days=1)
    found = await asyncio.to_thread(shelf.old, before)
    swept = 0
    for start in range(0, len(found), 500):
        for digest in await workers.run(_unknown, storage, found[start : start + 500]):
            swept += await asyncio.to_thread(shelf.remove, digest, before)
    return swept


def _unknown(storage: Storage, digests: Sequence[str]) -> Sequence[str]:
    with storage.reading() as work:
        return work.files.unknown(digests)


def metronome(*jobs: tuple[timedelta, Callable[[], Awaitable[object]]]) -> AsyncIOScheduler:
    """A scheduler that calls each job at the start and after its span again and again, never one twice at once.

    A job that fails is logged and called again after its span all the same.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    for span, job in jobs:
        repeated = IntervalTrigger(seconds=span.total_seconds())
        scheduler.add_job(
            _ending_calmly(job),
            repeated,
            next_run_time=datetime.now(UTC),  # the scheduler goes by the machine's clock, what it calls by ours
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    return scheduler


def _ending_calmly(job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """The end of the service cancels what runs; that is no failure, and must not look like one in the log."""

    async def run() -> None:
        with suppress(asyncio.CancelledError):
            await job()

    return run
