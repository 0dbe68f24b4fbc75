"""The calendar while the service runs: open cases re-dated when it is another, missing years told of (F9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

import structlog

from bot.workers import Workers
from flows.flow import Flow, Rulebook
from flows.redating import Change
from handlers import redating
from storage.engine import Storage, Unreachable

log = structlog.get_logger("calendar")


class SchoolYear:
    """One process's calendar."""

    def __init__(
        self, storage: Storage, workers: Workers, rules: Callable[[], Rulebook], flows: Mapping[str, Flow]
    ) -> None:
        self._storage = storage
        self._workers = workers
        self._rules = rules
        self._flows = flows
        self._looked = False
        self._changed = False
        """While others may have followed it already, we have set timers by the one before."""

    def look_again(self, *, changed: bool) -> None:
        """The rules were read again; `changed` is whether the calendar is another than the one before."""
        self._looked = False
        self._changed |= changed

    async def catch_up(self, now: datetime) -> None:
        """Once after each reading: if the calendar is another, re-date what is open and tell the office."""
        if self._looked:
            return
        with suppress(Unreachable):
            if await self._workers.run(redating.is_due, self._storage, self._rules()) or self._changed:
                await self._redate(now)
            self._looked, self._changed = True, False

    async def _redate(self, now: datetime) -> None:
        changes: list[Change] = []
        beyond, rules = "", self._rules()
        while True:
            batch = (self._storage, rules, self._flows, now, beyond)
            beyond, found = await self._workers.run(redating.redate_some, *batch)
            changes += found
            if not beyond:
                break
        await self._workers.run(redating.tell, self._storage, rules, now, changes)
        log.warning("calendar changed, cases re-dated", changes=len(changes))

    def warnings(self, now: datetime) -> list[str]:
        """For /readyz."""
        return [f"calendar: the holidays of {year} are not known" for year in self._rules().calendar.missing(now)]

    def sentences(self, now: datetime) -> list[str]:
        """The same in the operator's words."""
        rules = self._rules()
        return [rules.texts.say("calendar", "missing", year=year) for year in rules.calendar.missing(now)]
