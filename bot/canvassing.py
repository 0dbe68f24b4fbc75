"""Term surveys while the service runs: drawn once when their day has come, put in line a part at a time (H3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.workers import Workers
from flows.context import Rulebook
from flows.survey import canvassing
from flows.survey.reading import Survey
from handlers.canvassing import ask_some
from storage.engine import Contended, Storage, Unreachable

log = structlog.get_logger("surveys")

EVERY = timedelta(minutes=10)
"""So often it is looked whether a survey's day has come."""


class Canvassing:
    """One process's look at the terms; of several processes one draws, and all put in line."""

    def __init__(self, storage: Storage, workers: Workers, rules: Callable[[], Rulebook]) -> None:
        self._storage = storage
        self._workers = workers
        self._rules = rules
        self._looked_at: datetime | None = None

    async def catch_up(self, now: datetime) -> None:
        """Draw and ask for what has fallen due, and go on with what another process left."""
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < EVERY:
            return
        rules = self._rules()
        terms = [survey for survey in rules.surveys.values() if survey.term is not None]
        with suppress(Unreachable, Contended):
            for survey in terms:
                await self._workers.run(self._open, survey, rules, now)
            for round in await self._workers.run(self._unasked) if terms else ():
                while await self._workers.run(self._ask, round, rules, now):
                    pass
            self._looked_at = now

    def _open(self, survey: Survey, rules: Rulebook, now: datetime) -> None:
        due = canvassing.falls_due(survey, now, rules)
        if due is None:
            return
        name, _, since = due
        with self._storage.work() as work:
            round = canvassing.open_term(survey, name, since, rules, now, work)
        if round is not None:
            log.info("survey drawn", survey=survey.name, period=name, groups=round.drawn.get("groups"))

    def _unasked(self) -> list[int]:
        with self._storage.reading() as work:
            return list(work.surveys.unasked_rounds())

    def _ask(self, round: int, rules: Rulebook, now: datetime) -> int:
        with self._storage.work() as work:
            return ask_some(round, rules, now, work)
