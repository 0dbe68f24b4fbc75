"""Brings people up to date from the platforms' address books."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

import structlog

from bot.channels.channel import Channel
from bot.sentences import sentence
from bot.tags import listings
from bot.workers import Workers
from handlers.leaving import announce
from storage.engine import Storage
from storage.records import Listing
from storage.trail import OFFICE

T = TypeVar("T")
R = TypeVar("R")
log = structlog.get_logger("directory")

MOST_GONE = 0.05
"""More people missing than this share is taken for a broken listing, and nothing of it is learnt (F50).

People do leave in such numbers once a year: `xiaoban people --let-go NUMBER` says that it is so.
"""
SLICE = 500
"""People learnt in one transaction: callbacks go in between, so none of them waits for a whole school."""
BREATH = 0.01
"""Seconds between two of them, so that another process on the same SQLite file gets its turn."""


class Implausible(Exception):
    """The address book suddenly lacks so many people that it is more likely broken than true."""

    def __init__(self, gone: int, before: int) -> None:
        super().__init__(f"{gone} of {before} are missing; if they left: xiaoban people --let-go {gone}")
        self.gone = gone
        self.before = before


def guard(gone: int, before: int, let_go: int) -> None:
    """Refuse to let so many go; `let_go` is how many an administrator says have left."""
    if gone > max(3, MOST_GONE * before, let_go):
        raise Implausible(gone, before)


class Directory:
    """The people of all platforms, as their address books have them."""

    def __init__(self, storage: Storage, workers: Workers) -> None:
        self._storage = storage
        self._workers = workers
        self._refused: dict[str, Implausible] = {}

    @property
    def blocked(self) -> str | None:
        """Why people are no longer kept up to date: somebody has to say whether so many really left (F50)."""
        return "; ".join(f"{channel}: {reason}" for channel, reason in sorted(self._refused.items())) or None

    def warnings(self) -> list[str]:
        """The same in the operator's words."""
        return [sentence("people", "blocked", gone=e.gone, before=e.before) for _, e in sorted(self._refused.items())]

    async def read(self, channel: Channel, now: datetime, let_go: int = 0) -> int:
        """Read one platform's people and learn them; returns how many there are.

        Nothing is learnt unless all could be read. Who is no longer listed loses access (Q1), at most `let_go` at once
        when they are very many.
        """
        before = await self._workers.run(self.listed, channel.name)
        entries = [entry async for entry in channel.staff()]
        after = await self._workers.run(self.listed, channel.name)
        active = {entry.account for entry in entries if entry.active}
        try:
            guard(len(before - active), len(before), let_go)
        except Implausible as error:
            self._refused[channel.name] = error
            raise
        self._refused.pop(channel.name, None)
        # who left, or got another account, while we were reading: what was told meanwhile is newer than the listing
        overtaken = before - after
        gone = (before & after) - active
        await self.let_go(channel.name, gone, now)
        await self.learn(channel.name, [one for one in listings(entries) if one.account not in overtaken], now)
        await self.pass_on(now)
        log.info("directory read", channel=channel.name, people=len(entries), gone=len(gone))
        return len(entries)

    def listed(self, channel: str) -> set[str]:
        """The accounts of whom an address book has confirmed and who have not left."""
        with self._storage.reading() as work:
            return work.people.listed_accounts(channel)

    async def learn(self, channel: str, told: Sequence[Listing], now: datetime, *, listed: bool = True) -> None:
        """Bring people in line with what is said of them, and their superiors once all are known."""

        def some(part: Sequence[Listing]) -> Sequence[Listing]:
            with self._storage.work() as work:
                return work.people.learn(channel, part, now, listed=listed)

        waiting = await self._in_slices(some, told)
        if len(told) > SLICE:
            await self._in_slices(some, [listing for part in waiting for listing in part])

    async def let_go(self, channel: str, accounts: Collection[str], now: datetime) -> None:
        """Whoever goes by these accounts has left."""

        def some(part: Sequence[str]) -> None:
            with self._storage.work() as work:
                for account, id in work.people.let_go(channel, part, now).items():
                    facts = {"channel": channel, "account": account}
                    work.trail.append(OFFICE, "left", at=now, person_id=id, facts=facts)

        await self._in_slices(some, sorted(accounts))

    async def pass_on(self, now: datetime) -> None:
        """Have what people without access still hold handed over, by the dispatcher and in order (D10).

        Once all is learnt, since that says who takes over; and with each reading, so that nothing stays lying.
        """

        def some() -> None:
            with self._storage.work() as work:
                announce(work, now)

        await self._workers.run(some)

    async def _in_slices(self, unit: Callable[[Sequence[T]], R], whole: Sequence[T]) -> list[R]:
        """Run a transaction for each slice, with room in between for whoever else waits for the one writer."""
        done: list[R] = []
        rest = iter(whole)
        while part := list(islice(rest, SLICE)):
            if done:
                await asyncio.sleep(BREATH)
            done.append(await self._workers.run(unit, part))
        return done


async def read_now(channels: Mapping[str, Channel], storage: Storage, now: datetime, let_go: int) -> int:
    """One reading at an administrator's word, beside a running service; returns how many people there are."""
    workers = Workers(storage)
    directory = Directory(storage, workers)
    try:
        return sum([await directory.read(channel, now, let_go) for channel in channels.values()])
    finally:
        workers.close()
        for channel in channels.values():
            await channel.close()
