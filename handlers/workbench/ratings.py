"""How people rated, for office staff: never a rate without its number, interval and share of answers (H5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from flows.survey import results
from flows.survey.asking import survey_of
from flows.survey.results import Line
from handlers.workbench.pages import Pages
from storage.surveys import Round

if TYPE_CHECKING:
    from handlers.workbench import Workbench

DAYS = 90


@dataclass(frozen=True, slots=True)
class Asked:
    """A round with what was answered to each of its questions; nothing where few answered anonymously, or still may."""

    round: Round
    title: str
    count: int
    told: list[tuple[str, list[tuple[str, int]], int]] | None


class Ratings:
    """The page."""

    def __init__(self, bench: Workbench, view: Pages) -> None:
        self._bench = bench
        self._view = view

    async def all(self, request: web.Request) -> web.StreamResponse:
        """The last three months, and each round of them."""
        person, session = await self._view.must(request, office=True)
        lines, rounds = await self._bench.run(self._found)
        return self._view.page("ratings.html", person, session, lines=lines, rounds=rounds, days=DAYS)

    def _found(self) -> tuple[list[Line], list[Asked]]:
        rules, now = self._bench.rules, self._bench.now()
        with self._bench.storage.reading() as work:
            rounds: list[Asked] = []
            for round in work.surveys.rounds(now - timedelta(days=DAYS)):
                survey = survey_of(round, rules, work)
                answers = work.surveys.answers_in(round.id)
                if survey is not None:
                    few = results.is_hidden(len(answers), round.closes_at, survey.smallest, now)
                    told = None if round.anonymous and few else results.told(survey, answers)
                    rounds.append(Asked(round, survey.title, len(answers), told))
            return results.lines(rules, work, now, DAYS), rounds
