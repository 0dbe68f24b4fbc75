"""What falls due about a supervised item: reports, milestones, colours, the look back after closing (I2-I4).

One timer watches an item. What has been told is a line of the trail, so that nothing is told twice, and a restart, a
late calendar or a new deadline changes only when it comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flows.context import Context
from flows.spans import later
from flows.supervising import Shade
from flows.supervision import steps
from flows.supervision.items import Item, item_of, rules_of
from flows.supervision.states import OPEN, UNDER_WAY, Supervision
from flows.supervision.steps import WATCH, flow
from storage.records import Case

SOON = timedelta(seconds=1)
_WEEKS = {"weekly": 1, "biweekly": 2}
_SPREAD = 37
"""Spreads the cases that are asked about evenly, and the same ones each time."""


class Kind(StrEnum):
    """What an alarm is about."""

    NUDGE = "nudge"
    MARK = "mark"
    TURN = "turn"
    ASK_AGAIN = "ask_again"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that falls due; `about` is the colour or the milestone."""

    at: datetime
    kind: Kind
    about: str = ""


def coming(case: Case, ctx: Context) -> list[Alarm]:
    """All that will fall due as things stand, soonest first; always in working time."""
    item = item_of(case, ctx)
    found: list[Alarm] = []
    if case.state in UNDER_WAY:
        found += [_nudge(case, item, ctx), *_marks(item, ctx)]
    if case.state in OPEN and case.state != Supervision.CLAIMED:
        found += _turns(item, ctx)
    if case.state == Supervision.CLOSED and case.closed_at is not None and not item.asked_again:
        found += _again(case, case.closed_at, ctx)
    return sorted(found, key=lambda alarm: alarm.at)


def _nudge(case: Case, item: Item, ctx: Context) -> Alarm:
    """A report is due at the set rhythm, from the last one or the last reminder on (I2)."""
    last = max(at for at in (item.reported, item.nudged, case.opened_at) if at is not None)
    rhythm, here = str(case.answers.get("rhythm")), last.astimezone(ctx.rules.zone)
    month_on = datetime.combine(later(here.date(), 1), here.time(), ctx.rules.zone)
    following = month_on if rhythm == "monthly" else last + timedelta(weeks=_WEEKS.get(rhythm, 1))
    return Alarm(ctx.rules.calendar.next_working(following), Kind.NUDGE)


def _marks(item: Item, ctx: Context) -> Iterator[Alarm]:
    for one in item.milestones:
        if one.key not in item.reached | item.marked:
            yield Alarm(ctx.rules.calendar.next_working(one.until), Kind.MARK, one.key)


def _turns(item: Item, ctx: Context) -> Iterator[Alarm]:
    """Each colour of this deadline that nobody was called for yet (I3)."""
    for shade in rules_of(ctx).shades:
        if shade.colour not in item.called:
            yield Alarm(turns_at(item, shade, ctx), Kind.TURN, shade.colour)


def turns_at(item: Item, shade: Shade, ctx: Context) -> datetime:
    """When so much working time is left; past the end of a day people hear of it the next morning."""
    calendar = ctx.rules.calendar
    if shade.left == 0:
        return calendar.next_working(item.until)
    whole = calendar.between(item.since, item.until)
    return calendar.next_working(calendar.after(item.since, whole * (100 - shade.left) / 100).at)


def _again(case: Case, closed: datetime, ctx: Context) -> Iterator[Alarm]:
    rules = rules_of(ctx)
    if case.id * _SPREAD % 100 < rules.share:
        yield Alarm(ctx.rules.calendar.next_working(closed + rules.recheck), Kind.ASK_AGAIN)


def arm(case: Case, ctx: Context) -> None:
    """Wake when the next thing falls due."""
    found = coming(case, ctx)
    if found:
        ctx.wake(case, WATCH, after=max(found[0].at - ctx.now, SOON))


def moved(case: Case, ctx: Context) -> tuple[datetime, datetime] | None:
    """Tell of a deadline in working days that another calendar has moved; from when to when (F9)."""
    item = item_of(case, ctx)
    days = {at.astimezone(ctx.rules.zone).date() for at in (item.until, item.told)}
    if case.state not in OPEN or len(days) == 1:
        return None
    ahead = [shade.colour for shade in rules_of(ctx).shades if turns_at(item, shade, ctx) > ctx.now]
    facts = {
        "before": item.told.isoformat(),
        "until": item.until.isoformat(),
        "called": [one for one in item.called if one not in ahead],
    }
    flow.perform(steps.redate, case, {}, ctx.as_system(), facts=facts)
    return item.told, item.until


@flow.on(WATCH)
def watch(case: Case, ctx: Context) -> None:
    """Everything that is due now, in order, then the next."""
    moved(case, ctx)
    while (found := coming(case, ctx)) and found[0].at <= ctx.now:
        alarm = found[0]
        match alarm.kind:
            case Kind.TURN:
                flow.perform(steps.turn, case, {}, ctx, facts={"colour": alarm.about})
            case Kind.MARK:
                flow.perform(steps.mark, case, {}, ctx, facts={"milestone": alarm.about})
            case Kind.NUDGE:
                flow.perform(steps.nudge, case, {}, ctx)
            case Kind.ASK_AGAIN:
                flow.perform(steps.ask_again, case, {}, ctx)
    arm(case, ctx)


flow.alarm = arm
flow.moved = moved
