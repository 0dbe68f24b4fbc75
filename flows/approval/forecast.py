"""What somebody should know before handing a request in: the way it goes, by whom, until when (C6, C11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flows import deadlines
from flows.approval.silence import own_limit
from flows.approval.staff import Staff
from flows.approval.standing import ground_of, route_of
from flows.approval.steps import flow
from flows.context import Context
from flows.declaring import declared, late_in
from flows.explaining import within
from flows.forms import Answers
from flows.limits import Limit
from flows.route.checks import Ground
from flows.route.conditions import Both, Late
from flows.route.folding import after, begin
from flows.route.opening import CONDITION, openings
from flows.route.sound import PROMISED
from flows.route.stages import Deed, Mode, Stage
from flows.route.steps import Asked, Decided, Opened, Returned, Skipped, Step, Why
from flows.who import would_be
from storage.records import Case

NAMED = 3
"""So many people are named, of more there is the number."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One stage on the way: who is asked, or why it is left out; with `nobody` it would come back."""

    stage: Stage
    seats: tuple[Asked, ...] = ()
    skipped: str = ""
    nobody: bool = False


def way(ground: Ground, answers: Answers, staff: Staff) -> list[Leg]:
    """The stages still to come, in the order they begin, if everybody agrees."""
    legs: list[Leg] = []
    for _ in range(len(ground.route.stages) * 100):
        ground, steps = openings(ground, answers, staff)
        legs += [leg for step in steps if (leg := _leg(step, ground)) is not None]
        turns = list(ground.now.turns(ground.route))
        if not turns or any(leg.nobody for leg in legs):
            break
        for stage, seat in turns:
            ground = _with(ground, Decided(stage.name, seat.person, agrees=True))
    return legs


def _with(ground: Ground, step: Step) -> Ground:
    return replace(ground, now=after(ground.now, step, ground.at, ground.route))


def _leg(step: Step, ground: Ground) -> Leg | None:
    stage = ground.route.get(getattr(step, "stage", ""))
    match step:
        case Opened(seats=seats) if stage:
            return Leg(stage, seats)
        case Skipped(why=why) if stage:
            return Leg(stage, skipped=why)
        case Returned() if stage:
            return Leg(stage, nobody=True)
        case _:
            return None


def to_come(case: Case, ctx: Context) -> dict[str, Leg]:
    """The stages still ahead of a request under way, by their names."""
    return {leg.stage.name: leg for leg in way(ground_of(case, ctx), case.answers, Staff(case, ctx))}


def foretell(answers: Answers, ctx: Context) -> Sequence[str]:
    """The way of a request that is about to be handed in, a line each."""
    answers = declared(ctx.matter.form.filled(answers), ctx)
    case = would_be(answers, ctx)
    ground = Ground(route_of(ctx), begin(route_of(ctx)), case.requester_id, ctx.now)
    legs = way(ground, answers, Staff(case, ctx))
    return [*_warnings(answers, legs, case, ctx), *_path(legs, case, ctx), *_until(legs, case, ctx)]


flow.foretells = foretell


def _say(ctx: Context, part: str, **values: object) -> str:
    return ctx.rules.texts.say("approval", "foretell", part, **values)


def _warnings(answers: Answers, legs: Sequence[Leg], case: Case, ctx: Context) -> Iterator[str]:
    """What is out of the ordinary about it, and what comes of that."""
    for field, limit in late_in(answers, ctx):
        stages = [leg.stage.name for leg in legs if leg.seats and _is_for_late(leg.stage, field.key)]
        yield _say(ctx, "late", label=field.label, span=within(limit, ctx.rules.texts), stages=stages)
    if deadlines.is_urgent_now(case, ctx):
        yield _say(ctx, "urgent", ceaseless=deadlines.is_ceaseless(case, ctx))


def _is_for_late(stage: Stage, ask: str) -> bool:
    test = stage.when.then if isinstance(stage.when, Both) else stage.when
    return isinstance(test, Late) and test.ask == ask


def _path(legs: Sequence[Leg], case: Case, ctx: Context) -> Iterator[str]:
    shown = [leg for leg in legs if leg.skipped != CONDITION]
    if shown:
        yield _say(ctx, "path")
    for number, leg in enumerate(shown, start=1):
        yield _say(ctx, "leg", number=number, stage=leg.stage.name, what=what_of(leg, ctx), span=_span(leg, case, ctx))
    away = [seat for leg in shown for seat in leg.seats if seat.why is Why.DEPUTY]
    for asked, acts in dict.fromkeys((seat.seat, seat.person) for seat in away):
        deputy = ctx.work.deputies.at(asked, ctx.now)
        until = deputy.ends if deputy else None
        yield _say(ctx, "away", name=_name(asked, ctx), deputy=_name(acts, ctx), until=until)


def what_of(leg: Leg, ctx: Context) -> str:
    """Who is asked in a stage, or why nobody is."""
    texts = ctx.rules.texts
    if leg.nobody:
        return _say(ctx, "nobody")
    if leg.skipped:
        return texts.say("approval", "skipped", leg.skipped)
    people = list(dict.fromkeys(_who(seat, ctx) for seat in leg.seats))
    mode = str(leg.stage.mode) if len(people) > 1 and leg.stage.does is not Deed.READ else ""
    names, more = people[:NAMED], len(people) if len(people) > NAMED else 0
    return _say(ctx, "people", names=names, more=more, mode=mode, told=leg.stage.does is Deed.READ)


def _who(seat: Asked, ctx: Context) -> str:
    if seat.seat == seat.person:
        return _name(seat.person, ctx)
    return ctx.rules.texts.say("approval", "for", name=_name(seat.person, ctx), asked=_name(seat.seat, ctx))


def _name(person: int, ctx: Context) -> str:
    return flow.name_of(ctx.work.people.get(person), ctx)


def _limit(leg: Leg, case: Case, ctx: Context) -> Limit | None:
    """The time one person of a stage has."""
    if leg.stage.does is Deed.READ or leg.stage.lapse is None or not leg.seats:
        return None
    return own_limit(case, ctx) or leg.stage.lapse.after


def _span(leg: Leg, case: Case, ctx: Context) -> str:
    limit = _limit(leg, case, ctx)
    return within(limit, ctx.rules.texts) if limit else ""


def _until(legs: Sequence[Leg], case: Case, ctx: Context) -> Iterator[str]:
    at = latest(legs, case, ctx)
    if at is not None:
        yield _say(ctx, "until", at=at)


def latest(legs: Sequence[Leg], case: Case, ctx: Context) -> datetime | None:
    """When it is through at the latest: each stage taking all its time, or what the office has promised."""
    promised = deadlines.limits_of(case, ctx).get(PROMISED)
    at = _ends(legs, case, ctx)
    if promised is not None:
        due = deadlines.since(promised, ctx.now, case, ctx).at
        at = min(at, due) if at is not None and due is not None else due
    return None if any(leg.nobody for leg in legs) else at


def _ends(legs: Sequence[Leg], case: Case, ctx: Context) -> datetime | None:
    ends: dict[str, datetime] = {}
    counted = False
    for leg in legs:
        at = max((ends[name] for name in leg.stage.after if name in ends), default=ctx.now)
        limit = _limit(leg, case, ctx)
        rounds = len(leg.seats) if leg.stage.mode is Mode.IN_ORDER else 1
        for _ in range(rounds if limit else 0):
            at, counted = _after(limit, at, case, ctx), True
        ends[leg.stage.name] = at
    return max(ends.values(), default=None) if counted else None


def _after(limit: Limit | None, at: datetime, case: Case, ctx: Context) -> datetime:
    found = deadlines.since(limit, at, case, ctx).at if limit else None
    return found or at
