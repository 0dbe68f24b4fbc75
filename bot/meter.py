"""Counts what platforms count against a month, in memory between ticks, and says whether it will last."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.config import Config
from bot.health import Metrics
from bot.workers import Workers
from flows.allowance import Allowance, forecast, month_of
from flows.texts import Texts
from storage.engine import Contended, Storage, Unreachable
from storage.usage import Metered

log = structlog.get_logger("meter")

LOOK = timedelta(minutes=1)
"""So often it is looked at what other processes have used."""

Pending = Counter[tuple[str, Metered]]
"""Used and not written down yet, by month and what."""


class Meter:
    """One process's share is added to everybody's with each tick; a kill loses a second's worth at most."""

    def __init__(
        self, config: Config, storage: Storage, workers: Workers, now: Callable[[], datetime], metrics: Metrics
    ) -> None:
        self._limits: Mapping[Metered, int] = config.allowances()
        self._zone = ZoneInfo(config.office.timezone)
        self._storage = storage
        self._workers = workers
        self._now = now
        self._metrics = metrics
        self._pending: Pending = Counter()
        self._month, self._used = "", dict[Metered, int]()
        self._looked_at: datetime | None = None
        self._told: set[tuple[str, Metered]] = set()

    def _local(self) -> datetime:
        return self._now().astimezone(self._zone)

    def spent(self, channel: str, kind: str) -> None:
        """Something was used that the platform counts."""
        self._pending[month_of(self._local()), (channel, kind)] += 1

    async def catch_up(self) -> None:
        """Write down what was used since the last time; what cannot be written now is kept."""
        now = self._local()
        if not self._limits or not (self._pending or self._is_old(now)):
            return
        pending, self._pending = self._pending, Counter()
        month = month_of(now)
        try:
            used = await self._workers.run(_write_down, self._storage, pending, month)
        except (Unreachable, Contended):
            self._pending.update(pending)
            return
        self._month, self._used, self._looked_at = month, dict(used), now
        self._show(month)

    def _is_old(self, now: datetime) -> bool:
        return self._looked_at is None or abs(now - self._looked_at) >= LOOK or month_of(now) != self._month

    def _show(self, month: str) -> None:
        for one in self.allowances():
            labels = (one.channel, one.kind)
            self._metrics.used.labels(*labels).set(one.used)
            self._metrics.limit.labels(*labels).set(one.limit)
            self._metrics.forecast.labels(*labels).set(one.forecast)
            if one.is_short and (month, labels) not in self._told:
                self._told.add((month, labels))
                log.warning("the month's allowance runs short", channel=one.channel, reason=_figures(one))

    async def close(self) -> None:
        """Write down the last of it; a database that hangs is not waited for (F52)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await self.catch_up()

    def allowances(self) -> list[Allowance]:
        """How the month stands, as far as this process knows."""
        now = self._local()
        month = month_of(now)
        found: list[Allowance] = []
        for what, limit in self._limits.items():
            known = self._used.get(what, 0) if month == self._month else 0
            used = known + self._pending[month, what]
            found.append(Allowance(*what, used, limit, forecast(used, now)))
        return found

    def warnings(self) -> list[str]:
        """For /readyz."""
        return [f"quota: {one.channel} {_figures(one)}" for one in self.allowances() if one.is_short]

    def sentences(self, texts: Texts) -> list[str]:
        """The same in the operator's words, with what can be done."""
        return [
            texts.say(
                "usage", "short",
                platform=texts.say("usage", "platform", one.channel), kind=texts.say("usage", "kind", one.kind),
                used=one.used, limit=one.limit, percent=one.percent, forecast=one.forecast, over=one.used >= one.limit,
                then=texts.say("usage", "then", one.kind),
            )
            for one in self.allowances() if one.is_short
        ]  # fmt: skip


def _write_down(storage: Storage, pending: Pending, month: str) -> Mapping[Metered, int]:
    with storage.work() as work:
        for counted in sorted({counted for counted, _ in pending}):
            work.usage.add(counted, {what: count for (one, what), count in pending.items() if one == counted})
        return work.usage.of(month)


def _figures(one: Allowance) -> str:
    return f"{one.kind}: {one.used} of {one.limit} used this month, {one.forecast} expected"
