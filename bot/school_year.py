"""The calendar while the service runs: read again when asked, open cases re-dated, missing years told of (F9)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.config import Config
from bot.workers import Workers
from flows.calendar import load_calendar
from flows.flow import Flow, Rulebook
from flows.misfiled import Misfiled
from flows.redating import Change
from handlers import redating
from storage.engine import Storage, Unreachable

log = structlog.get_logger("calendar")


class SchoolYear:
    """One process's calendar."""

    def __init__(
        self, config: Config, storage: Storage, workers: Workers, rules: Rulebook, flows: Mapping[str, Flow]
    ) -> None:
        self._config = config
        self._storage = storage
        self._workers = workers
        self._rules = rules
        self._flows = flows
        self._looked = False
        self._changed = False
        """While others may have followed it already, we have set timers by the one before."""

    def reread(self) -> None:
        """Read the file again; one that cannot be read leaves everything as it is."""
        try:
            office, before = self._config.office, self._rules.calendar.digest
            self._rules.calendar.follow(load_calendar(office.calendar, ZoneInfo(office.timezone)))
        except (Misfiled, OSError, UnicodeDecodeError) as error:
            log.error("calendar not read, the one before goes on", reason=str(error))
            return
        self._looked = False
        self._changed |= self._rules.calendar.digest != before
        log.info("calendar read", changed=self._changed)

    async def catch_up(self, now: datetime) -> None:
        """Once after each reading: if the calendar is another, re-date what is open and tell the office."""
        if self._looked:
            return
        with suppress(Unreachable):
            if await self._workers.run(redating.is_due, self._storage, self._rules) or self._changed:
                await self._redate(now)
            self._looked, self._changed = True, False

    async def _redate(self, now: datetime) -> None:
        changes: list[Change] = []
        beyond = ""
        while True:
            batch = (self._storage, self._rules, self._flows, now, beyond)
            beyond, found = await self._workers.run(redating.redate_some, *batch)
            changes += found
            if not beyond:
                break
        await self._workers.run(redating.tell, self._storage, self._rules, now, changes)
        log.warning("calendar changed, cases re-dated", changes=len(changes))

    def warnings(self, now: datetime) -> list[str]:
        """For /readyz."""
        return [f"calendar: the holidays of {year} are not known" for year in self._rules.calendar.missing(now)]

    def sentences(self, now: datetime) -> list[str]:
        """The same in the operator's words."""
        texts = self._rules.texts
        return [texts.say("calendar", "missing", year=year) for year in self._rules.calendar.missing(now)]
