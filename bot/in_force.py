"""The rules in force in this process: read again when asked, all of them or none (C9)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from bot.config import Config
from bot.health import Metrics
from bot.rulebook import Refused, kept_faults, read_again, rulebook
from bot.workers import Workers
from flows.flow import Rulebook
from handlers import rereading, scheduled
from storage.engine import Storage, Unreachable

log = structlog.get_logger("rules")

SET_UP_AGAIN = timedelta(minutes=10)
"""So often it is made sure that every schedule waits for its next time."""


class InForce:
    """Gives out the rulebook in force. Whoever handles an event takes it once, and keeps to it until the end."""

    def __init__(self, config: Config, storage: Storage, workers: Workers, metrics: Metrics) -> None:
        self._config = config
        self._storage = storage
        self._workers = workers
        self._metrics = metrics
        with storage.reading() as work:
            self._rules = rulebook(config, work.cases.last_source)
        self.faults = kept_faults(self._rules, config)
        for fault in self.faults:
            log.error("matter not read, the version before goes on", reason=fault)
        self._told = False
        self._set_up = datetime.min.replace(tzinfo=UTC)
        self._reading = asyncio.Lock()

    def __call__(self) -> Rulebook:
        return self._rules

    async def reread(self) -> bool:
        """Read everything again; whether it is in force now. What cannot be put in force leaves all as it was."""
        async with self._reading:
            self._told = False
            try:
                found = await asyncio.to_thread(read_again, self._config, self._rules)
            except Refused as refused:
                self.faults = refused.faults
                self._metrics.rules.labels("refused").inc()
                for fault in self.faults:
                    log.error("rules not read, the ones before go on", reason=fault)
                return False
            self._rules, self.faults = found, []
            self._metrics.rules.labels("read").inc()
            log.info("rules read", matters=len(found.catalogue.every()))
            return True

    async def catch_up(self, now: datetime) -> None:
        """Once after each reading: tell the office what could not be read, or which cases go by older versions.

        Schedules are set up then, and looked at again from time to time.
        """
        with suppress(Unreachable):
            if not self._told:
                await self._workers.run(rereading.tell, self._storage, self._rules, now, tuple(self.faults))
            if not self._told or abs(now - self._set_up) >= SET_UP_AGAIN:
                await self._workers.run(scheduled.set_up, self._storage, self._rules, now)
                self._set_up = now
            self._told = True

    def warnings(self) -> list[str]:
        """For /readyz."""
        return [f"rules: {fault}" for fault in self.faults]
