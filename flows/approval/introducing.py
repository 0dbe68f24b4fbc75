"""What somebody hears who asks for a matter: what is needed, who will be asked, and how long it takes (C1, C6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flows.approval.forecast import Leg, latest, way, what_of
from flows.approval.staff import Staff
from flows.approval.standing import route_of
from flows.approval.steps import flow
from flows.context import Context
from flows.forms import Files
from flows.route.checks import Ground
from flows.route.folding import begin
from flows.route.stages import Deed
from flows.who import would_be


def introduce(ctx: Context) -> Sequence[str]:
    """A line each; whether a stage with a condition comes is known once the questions are answered."""
    case, route = would_be({}, ctx), route_of(ctx)
    sometimes = {one.name for one in route.stages if one.when is not None}
    route = replace(route, stages=tuple(replace(one, when=None) for one in route.stages))
    legs = way(Ground(route, begin(route), case.requester_id, ctx.now), {}, Staff(case, ctx))
    shown = [leg for leg in legs if leg.seats and leg.stage.does is not Deed.READ]
    lines = [*_needed(ctx), *([_say(ctx, "way")] if shown else [])]
    lines += [_stage(number, leg, leg.stage.name in sometimes, ctx) for number, leg in enumerate(shown, start=1)]
    at = latest(legs, case, ctx)
    return [*lines, _say(ctx, "until", at=at)] if at is not None else lines


flow.introduces = introduce


def _needed(ctx: Context) -> Iterator[str]:
    asked = [one for one in ctx.matter.form.fields if not one.quiet and one.when is None]
    words = [one.label for one in asked if not isinstance(one, Files) and not one.optional]
    files = [one.label for one in asked if isinstance(one, Files) and not one.optional]
    if words or files:
        yield _say(ctx, "needed", words=words, files=files)


def _stage(number: int, leg: Leg, sometimes: bool, ctx: Context) -> str:
    return _say(ctx, "stage", number=number, name=leg.stage.name, who=what_of(leg, ctx), sometimes=sometimes)


def _say(ctx: Context, part: str, **values: object) -> str:
    return ctx.rules.texts.say("approval", "introduce", part, **values)
