"""The manual for reading, and for the office what it does not answer yet (O1, O4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from flows.pages import Page, Part
from flows.question import flow
from handlers.workbench.markdown import Block, blocks
from storage.records import Case, Feedback
from storage.trail import case_subject
from storage.work import Work

if TYPE_CHECKING:
    from handlers.workbench import Workbench
    from handlers.workbench.pages import Pages

RECENT = timedelta(days=30)
MOST = 200


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page as it is set."""

    heading: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Passed:
    """A question that was passed on, and what was answered, by whom, if it was."""

    case: Case
    state: str
    reply: str
    by: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the manual lacks: questions without a page, answers that were of no use, how each page fares."""

    passed: list[Passed]
    unhelpful: list[tuple[Feedback, str]]
    counts: list[tuple[Page, int, int]]


class ManualPages:
    """Views of the manual."""

    def __init__(self, bench: Workbench, pages: Pages) -> None:
        self._bench = bench
        self._pages = pages

    async def all(self, request: web.Request) -> web.StreamResponse:
        """Every page, or those that answer what was asked."""
        person, session = await self._pages.must(request)
        manual, asked = self._bench.rules.manual, request.query.get("q", "").strip()[:200]
        found = [hit.page for hit in manual.find(asked).hits] if asked else manual.all()
        values = {"found": found, "asked": asked, "unfit": self._unfit()}
        return self._pages.page("manual.html", person, session, **values)

    async def one(self, request: web.Request) -> web.StreamResponse:
        """One page with all its parts."""
        person, session = await self._pages.must(request)
        page = self._bench.rules.manual.get(request.match_info["name"])
        if page is None:
            raise web.HTTPNotFound
        values = {
            "page": page,
            "lead": blocks(page.lead),
            "steps": self._section(page, Part.STEPS),
            "sections": [self._section(page, part) for part in (Part.DEPARTMENT, Part.FORMS, Part.LIMIT)],
            "heading": self._bench.rules.texts.say("manual", "parts", Part.QUESTIONS),
            "questions": [Section(question.asked, blocks(question.answer)) for question in page.questions],
        }
        return self._pages.page("manual_page.html", person, session, **values)

    async def questions(self, request: web.Request) -> web.StreamResponse:
        """For the office: what the last thirty days' questions say about the manual."""
        person, session = await self._pages.must(request, office=True)
        gaps = await self._bench.run(self._gaps, self._bench.now() - RECENT)
        return self._pages.page("questions.html", person, session, gaps=gaps, days=RECENT.days)

    def _section(self, page: Page, part: Part) -> Section:
        return Section(self._bench.rules.texts.say("manual", "parts", part), blocks(page.parts[part]))

    def _unfit(self) -> list[str]:
        """Why pages are not published; the template shows it to the office only."""
        say = self._bench.rules.texts.say
        return [say("check", f.problem, file=f.file, **f.values) for f in self._bench.rules.manual.faults]

    def _gaps(self, since: datetime) -> Gaps:
        manual = self._bench.rules.manual
        with self._bench.storage.reading() as work:
            passed = [self._passed(work, case) for case in work.cases.since(flow.name, since, MOST)]
            unhelpful = [(told, self._title(told.page)) for told in work.feedback.unhelpful(since, MOST)]
            counted = work.feedback.counts(since)
        counts = [(page, *counted[page.name]) for page in manual.all() if page.name in counted]
        return Gaps(passed, unhelpful, sorted(counts, key=lambda row: (-row[2], row[1], row[0].name)))

    def _title(self, name: str) -> str:
        page = self._bench.rules.manual.get(name)
        return page.title if page else name

    def _passed(self, work: Work, case: Case) -> Passed:
        entries = [entry for entry in work.trail.of(case_subject(case.id)) if entry.verb == "answer"]
        state = self._bench.rules.texts.say(flow.name, "states", case.state)
        if not entries:
            return Passed(case, state, "", "")
        said, who = entries[-1].facts.get("answers"), entries[-1].person_id
        reply = str(said.get("reply", "")) if isinstance(said, dict) else ""
        return Passed(case, state, reply, work.people.get(who).name if who else "")
