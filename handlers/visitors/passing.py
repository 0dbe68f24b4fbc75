"""A visitor's pass: how the case stands, in words, and the say that any reporter has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from flows.catalogue import Matter
from flows.flow import Context, Forbidden, Move
from flows.forms import Field, Files, Reading, Unfit
from flows.texts import shown_plainly
from handlers.visitors.desk import Desk
from handlers.workbench import Workbench
from storage.records import Case, Stale
from storage.trail import case_subject
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a move."""

    key: str
    label: str
    text: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """A move that is open to the visitor."""

    verb: str
    label: str
    turn: int
    style: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page shows; who did what is left out: that is between the office and its people."""

    case: Case
    title: str
    state: str
    answers: tuple[tuple[str, str], ...]
    steps: tuple[tuple[datetime, str], ...]
    told: tuple[str, ...]
    deeds: tuple[Deed, ...]


class Passing:
    """Shows a case to who has its pass, and makes moves for the visitor who asked for it."""

    def __init__(self, bench: Workbench, desk: Desk) -> None:
        self._bench = bench
        self._desk = desk

    async def show(self, request: web.Request) -> web.StreamResponse:
        """How the case stands."""
        self._desk.looked(request)
        return await self._page(request)

    async def _page(self, request: web.Request, reason: str = "") -> web.Response:
        standing = await self._bench.run(self._standing, request.match_info["token"])
        if standing is None:
            raise web.HTTPNotFound
        return self._bench.page("pass.html", 400 if reason else 200, it=standing, reason=reason)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Make a move: the address itself is what nobody else has, and no other site may send it."""
        self._desk.same_origin(request)
        self._desk.reported(request)
        form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        token = request.match_info["token"]
        try:
            reason = await self._bench.run(self._perform, token, form)
        except Stale:  # somebody was first: decide anew with fresh records
            reason = await self._bench.run(self._perform, token, form)
        self._bench.replayed()
        if reason:
            return await self._page(request, reason)
        raise web.HTTPSeeOther(request.path)

    def _perform(self, token: str, form: dict[str, str]) -> str:
        """Why the move was not made; nothing when it was."""
        texts = self._bench.rules.texts
        with self._bench.storage.work() as work:
            case, ctx = self._case(work, token)
            move = ctx.flow.moves.get(form.get("verb", "")) if case is not None and ctx is not None else None
            if case is None or ctx is None:
                raise web.HTTPNotFound
            if move is None or move.by_time:
                raise web.HTTPBadRequest
            turn = form.get("turn", "")
            try:
                reading = Reading(ctx.now, ctx.rules.places, ctx.rules.zone, ctx.rules.calendar.works_on)
                answers = {field.key: _read(field, form.get(field.key, ""), reading) for field in move.asks}
                ctx.flow.perform(move, case, answers, ctx, int(turn) if turn.isdecimal() and len(turn) < 10 else -1)
            except Forbidden:
                return texts.say("codes", "pass", "over", state=ctx.flow.state_label(case.state, ctx))
            except Unfit as unfit:
                return texts.say("forms", unfit.reason, **unfit.values)
        return ""

    def _case(self, work: Work, token: str) -> tuple[Case | None, Context | None]:
        """The case of a pass, and its flow as its visitor sees it."""
        id = work.passes.case_of(token, self._bench.now())
        case = work.cases.get(id) if id is not None else None
        if case is None:
            return None, None
        matter: Matter = self._bench.rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
        guest = work.people.get(case.requester_id)
        flow = self._bench.flows[matter.kind]
        return case, Context(self._bench.now(), guest, matter, self._bench.rules, work, flow)

    def _standing(self, token: str) -> Standing | None:
        with self._bench.storage.reading() as work:
            case, ctx = self._case(work, token)
            if case is None or ctx is None:
                return None
            answers = ((f.label, f.show(case.answers.get(f.key))) for f in ctx.matter.form.fields)
            steps = ((entry.at, ctx.flow.label(entry.verb, ctx)) for entry in work.trail.of(case_subject(case.id)))
            moves = ctx.flow.open_moves(ctx.person, case, ctx)
            return Standing(
                case,
                ctx.matter.title,
                ctx.flow.state_label(case.state, ctx),
                tuple((label, value) for label, value in answers if value),
                tuple(steps),
                tuple(ctx.flow.stands(case, ctx)),
                tuple(_deed(move, turn, ctx) for move, turn in moves if _can_be_asked(move)),
            )


def _can_be_asked(move: Move) -> bool:
    """Pictures can be sent with the report, not later."""
    return all(field.optional for field in move.asks if isinstance(field, Files))


def _deed(move: Move, turn: int, ctx: Context) -> Deed:
    asks = [field for field in move.asks if not isinstance(field, Files)]
    told = tuple(Ask(field.key, *ctx.flow.ask(move, field, ctx), field.optional) for field in asks)
    return Deed(move.verb, ctx.flow.label(move.verb, ctx), turn, move.style, told)


def _read(field: Field, said: str, reading: Reading) -> object:
    words = str(shown_plainly(said))
    return None if field.optional and not words else field.read(words, reading).value
