"""The pages: cases, one case, files, and how xiaoban itself is running."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from flows.allowance import Allowance
from flows.catalogue import Matter
from flows.deadlines import is_urgent_now
from flows.explaining import of_case
from flows.facts import deed, gist
from flows.flow import SYSTEM, Context, Move
from flows.transcript import before
from flows.veils import entry_seen_by, files_hidden, seen_by
from flows.who import is_office, may_see
from storage.records import Arrival, Case, FileState, Notice, Person, Session, StoredFile
from storage.trail import case_subject
from storage.work import Work

if TYPE_CHECKING:
    from handlers.workbench import Workbench

SAFE_TO_SHOW = {"image/jpeg", "image/png", "image/gif"}
"""Anything else is only ever downloaded (F41)."""

PAGE = 50
MOST = 100_000
"""A person's own cases, when all are wanted."""


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list."""

    case: Case
    title: str
    about: str
    state: str
    requester: str
    holders: tuple[str, ...]
    urgent: bool
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the trail, in words."""

    at: Any
    who: str
    what: str
    said: tuple[tuple[str, str], ...]


class Pages:
    """Views; each looks up who is asking and what they may see."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    async def home(self, _request: web.Request) -> web.StreamResponse:
        """One address for the bookmark."""
        raise web.HTTPFound("/workbench/")

    async def cases(self, request: web.Request) -> web.StreamResponse:
        """What this person may see: their own and those waiting for them; office staff see all."""
        found = await self._bench.sign_in.who(request)
        if found is None:
            platforms = self._bench.ways_in()
            refused, wanted = "refused" in request.query, request.query.get("next", "")
            return self._bench.page("sign_in.html", platforms=platforms, refused=refused, wanted=wanted, person=None)
        person, session = found
        only_open = request.query.get("all") != "1"
        rows = await self._bench.run(self.rows, person, only_open, _number(request.query.get("before", "")))
        return self.page("cases.html", person, session, rows=rows, only_open=only_open, page=PAGE)

    async def case(self, request: web.Request) -> web.StreamResponse:
        """One case with its trail and pictures."""
        person, session = await self.must(request)
        found = await self._bench.run(self._one, person, request.match_info["number"])
        if found is None:
            raise web.HTTPNotFound
        if found.pop("unseen"):
            await self._bench.run(self._see, person, request.match_info["number"])
        return self.page("case.html", person, session, **found)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes, to those who may see its case."""
        person, _ = await self.must(request)
        id = _number(request.match_info["id"])
        file = None if id is None else await self._bench.run(self._visible_file, person, id)
        if file is None or file.state is not FileState.STORED:
            raise web.HTTPNotFound
        shown = file.mime in SAFE_TO_SHOW
        headers = {
            "Content-Type": file.mime if shown else "application/octet-stream",
            "Content-Disposition": "inline" if shown else f'attachment; filename="{file.id}"',
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "private, no-cache",
        }
        return web.FileResponse(self._bench.shelf.path(file.sha256), headers=headers)

    async def running(self, request: web.Request) -> web.StreamResponse:
        """What was set aside or could not be delivered, for those who run xiaoban."""
        person, session = await self.must(request, office=True)
        odd, dead = await self._bench.run(self._odd)
        usage = [self._used(one) for one in self._bench.usage()]
        warnings = self._bench.warnings()
        return self.page("running.html", person, session, odd=odd, dead=dead, warnings=warnings, usage=usage)

    def _used(self, one: Allowance) -> tuple[str | int, ...]:
        """A line of the table of what is used of the month."""
        say = self._bench.rules.texts.say
        limit = one.limit or say("usage", "unknown")
        return say("usage", "platform", one.channel), say("usage", "kind", one.kind), one.used, limit, one.forecast

    async def replay(self, request: web.Request) -> web.StreamResponse:
        """Put what was set aside back in line."""
        person, session = await self.must(request, office=True)
        form = await self.form(request, session)
        what = form.get("what")
        if what not in ("inbox", "outbox"):
            raise web.HTTPBadRequest
        await self._bench.run(self._replay, person, what)
        self._bench.replayed()
        raise web.HTTPFound("/workbench/running")

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """Sign out."""
        _, session = await self.must(request)
        await self.form(request, session)
        await self._bench.sign_in.forget(request)
        raise web.HTTPFound("/workbench/")

    async def refused(self, request: web.Request, status: int) -> web.StreamResponse:
        """A sentence and the way back, whatever it was that could not be shown or done."""
        found = await self._bench.sign_in.who(request)
        if found is None:
            return self._bench.page("refused.html", status, refusal=status, person=None)
        person, session = found
        page = self.page("refused.html", person, session, refusal=status)
        page.set_status(status)
        return page

    # Who is asking

    async def must(self, request: web.Request, *, office: bool = False) -> tuple[Person, Session]:
        """Who is asking; who has not signed in is led there, and 403 for a page of the office's to anybody else."""
        found = await self._bench.sign_in.who(request)
        if found is None:
            raise web.HTTPFound(f"/workbench/?next={request.path}")
        if office and not self._is_office(found[0]):
            raise web.HTTPForbidden
        return found

    async def form(self, request: web.Request, session: Session) -> Any:
        """A form of our own page: the session's token must come with it, and from nowhere else."""
        if not self._bench.is_ours(request):
            raise web.HTTPForbidden
        form = await request.post()
        given = str(form.get("csrf", ""))
        if not secrets.compare_digest(given.encode(), session.csrf.encode()):
            raise web.HTTPForbidden
        return form

    def _is_office(self, person: Person) -> bool:
        return is_office(person, self._bench.rules.texts)

    def page(self, name: str, person: Person, session: Session, **values: Any) -> web.Response:
        """A page for somebody who has signed in."""
        office = self._is_office(person)
        return self._bench.page(name, person=person, csrf=session.csrf, office=office, **values)

    # What they see

    def _may_see(self, work: Work, person: Person, case: Case) -> bool:
        return may_see(person, case, self.context(work, case))

    def rows(self, person: Person, only_open: bool, before: int | None, limit: int = PAGE) -> list[Row]:
        """What somebody may see of the cases, newest first; office staff by so many before that id."""
        with self._bench.storage.reading() as work:
            if self._is_office(person):
                cases = work.cases.recent(limit, only_open=only_open, before=before)
            else:
                mine = [task.case_id for task in work.tasks.open_for(person.id)]
                own = [case.id for case in work.cases.of(person.id, MOST if limit > PAGE else PAGE)]
                found = [c for c in reversed(work.cases.many({*mine, *own})) if not only_open or c.closed_at is None]
                cases = [c for c in found if before is None or c.id < before][: limit if limit > PAGE else None]
            rows = [self.row(work, case, person) for case in cases]
            return sorted(rows, key=lambda row: not row.urgent)

    def row(self, work: Work, case: Case, person: Person) -> Row:
        """A case as somebody sees it in a list."""
        ctx = self.context(work, case)
        holders = work.people.many(task.person_id for task in work.tasks.open_on(case.id))
        seen = seen_by(person, case, ctx)
        return Row(
            case=case,
            title=ctx.matter.title,
            about=gist(seen, ctx),
            state=ctx.flow.state_label(case.state, ctx),
            requester=ctx.flow.name_of(work.people.get(case.requester_id), ctx),
            holders=tuple(ctx.flow.name_of(person, ctx) for person in holders),
            urgent=case.closed_at is None and is_urgent_now(case, ctx),
            answers=tuple((f.label, f.show(seen.answers.get(f.key))) for f in ctx.matter.form.fields),
        )

    def context(self, work: Work, case: Case) -> Context:
        """What the flow of a case sees while nobody acts."""
        matter: Matter = self._bench.rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
        flow = self._bench.flows[matter.kind]
        return Context(self._bench.now(), SYSTEM, matter, self._bench.rules, work, flow)

    def _one(self, person: Person, number: str) -> dict[str, object] | None:
        with self._bench.storage.reading() as work:
            case = work.cases.by_number(number)
            if case is None or not self._may_see(work, person, case):
                return None
            ctx = self.context(work, case)
            hidden, row = files_hidden(person, case, ctx), self.row(work, case, person)
            return {
                "row": row,
                "answers": row.answers,
                "steps": self._steps(work, case, person, ctx),
                "limits": [(what, why.sentence, why.full(ctx.rules.texts)) for what, why in of_case(case, ctx)],
                "files": [file for file in work.files.of_case(case.id) if file.id not in hidden],
                "before": before(case),
                "aside": ctx.flow.aside(case, replace(ctx, person=person)),
                "unseen": any(
                    task.person_id == person.id and task.seen_at is None for task in work.tasks.open_on(case.id)
                ),
            }

    def _see(self, person: Person, number: str) -> None:
        """It was opened by whose turn it is (D8)."""
        with self._bench.storage.work() as work:
            case = work.cases.by_number(number)
            if case is not None:
                work.tasks.see(case.id, person.id, self._bench.now())

    def _steps(self, work: Work, case: Case, person: Person, ctx: Context) -> list[Step]:
        steps = []
        for line in work.trail.of(case_subject(case.id)):
            entry = entry_seen_by(person, line, case, ctx)
            who = work.people.get(entry.person_id) if entry.person_id else SYSTEM
            move = ctx.flow.moves.get(entry.verb)
            words = _words(move, entry.facts.get("answers"), ctx) if move else ()
            words += tuple(ctx.flow.explain(entry, ctx))
            steps.append(Step(entry.at, ctx.flow.name_of(who, ctx), deed(entry, ctx), words))
        return steps

    def _visible_file(self, person: Person, id: int) -> StoredFile | None:
        with self._bench.storage.reading() as work:
            file = work.files.get(id)
            case = work.cases.get(file.case_id) if file and file.case_id else None
            if file is None or (case is None and file.person_id != person.id):
                return None
            if case is None:
                return file
            hidden = files_hidden(person, case, self.context(work, case))
            return file if self._may_see(work, person, case) and file.id not in hidden else None

    def _odd(self) -> tuple[list[Arrival], list[tuple[Notice, str]]]:
        with self._bench.storage.reading() as work:
            return list(work.inbox.odd()), list(work.outbox.dead())

    def _replay(self, person: Person, what: str) -> None:
        with self._bench.storage.work() as work:
            count = work.inbox.replay(None) if what == "inbox" else work.outbox.replay(None)
            facts = {"what": what, "count": count}
            work.trail.append("office", "replay", at=self._bench.now(), person_id=person.id, facts=facts)


def _number(text: str) -> int | None:
    """A row's number in an address; nothing for what cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else None


def _words(move: Move, said: object, ctx: Context) -> tuple[tuple[str, str], ...]:
    """What was answered with a move, by its label."""
    answers = said if isinstance(said, dict) else {}
    shown = [(ctx.flow.ask(move, field, ctx)[0], field.show(answers.get(field.key))) for field in move.asks]
    return tuple((label, value) for label, value in shown if value)
