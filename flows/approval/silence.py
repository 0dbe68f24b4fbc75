"""What comes of silence about a request: the next alarm, and to whom a turn goes by time (D13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flows import deadlines
from flows.approval.staff import Staff
from flows.approval.standing import route_of, standing, taken
from flows.context import Context
from flows.flow import Outcome, Wake
from flows.forms import Unfit
from flows.limits import Limit
from flows.route.seats import Seat
from flows.route.stages import Stage, Then
from flows.route.steps import Step
from flows.route.timing import Alarm, Reckon, alarms, outcome
from flows.who import point, superior
from storage.records import Case

ALARM = Wake("alarm")
RESPOND = "respond"
SOON = timedelta(seconds=1)


def arm(case: Case, ctx: Context) -> None:
    """Wake when the next silence means something; what that is, the trail says then."""
    coming = alarms(route_of(ctx), standing(case, ctx), _reckon(case, ctx))
    if coming:
        ctx.wake(case, ALARM, after=max(coming[0].at - ctx.now, SOON))


def _reckon(case: Case, ctx: Context) -> Reckon:
    """By the calendar, and told in working time where the limit is one of working time (F6)."""
    own = own_limit(case, ctx)
    return lambda start, limit, share: deadlines.told_after(own or limit, start, share, case, ctx)


def own_limit(case: Case, ctx: Context) -> Limit | None:
    """What each stage of an urgent request has instead of its own time, where the matter says so (C11)."""
    own = ctx.matter.urgent.limits.get(RESPOND) if ctx.matter.urgent else None
    return own if own is not None and deadlines.is_urgent_now(case, ctx) else None


def limits_now(case: Case, ctx: Context) -> Mapping[str, deadlines.Deadline]:
    """Until when each stage that waits for somebody should be through (F8), by the seat that waits longest."""
    found: dict[str, deadlines.Deadline] = {}
    own = own_limit(case, ctx)
    for stage, seat in standing(case, ctx).turns(route_of(ctx)):
        if stage.lapse is not None and seat.since is not None:
            one = deadlines.since(own or stage.lapse.after, seat.since, case, ctx)
            known = found.get(stage.name)
            if known is None or one.running.since < known.running.since:
                found[stage.name] = one
    return found


def due(case: Case, ctx: Context) -> Alarm | None:
    """The first alarm whose time has come."""
    coming = alarms(route_of(ctx), standing(case, ctx), _reckon(case, ctx))
    return coming[0] if coming and coming[0].at <= ctx.now else None


def step_of(alarm: Alarm, case: Case, ctx: Context) -> Step:
    """What is to be done about it."""
    return outcome(alarm, lambda stage, seat: _whom(stage, seat, case, ctx), case.requester_id)


def lapsed(case: Case, _answers: object, ctx: Context, _turn: int) -> Outcome:
    """What the silence whose time has come leads to."""
    alarm = due(case, ctx)
    if alarm is None:
        raise Unfit("not_due")
    return taken(step_of(alarm, case, ctx), case, ctx)


def _whom(stage: Stage, seat: Seat, case: Case, ctx: Context) -> int | None:
    """As the stage says, else upwards; never back to who was silent, nor to the applicant."""
    able: Sequence[int | None] = [Staff(case, ctx).superior(seat.person), *(one.id for one in superior(case, ctx))]
    if stage.lapse is not None and stage.lapse.then is Then.TRANSFER and stage.lapse.to is not None:
        able = [*(one.id for one in point(stage.lapse.to, case, ctx)), *able]
    barred = {seat.person, *seat.held, case.requester_id}
    return next((one for one in able if one is not None and one not in barred), None)
