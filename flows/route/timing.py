"""When silence means something: reminders, and what comes of it in the end (D13); computed from the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from flows.calendar import Calendar
from flows.limits import Limit
from flows.route.folding import Standing
from flows.route.seats import Kind, Seat
from flows.route.stages import Deed, Route, Stage, Then
from flows.route.steps import Decided, How, Moved, Reminded, Step

Reckon = Callable[[datetime, Limit, Fraction], datetime]
"""When such a share of a limit that begins then is over; a calendar knows which hours count."""
Whom = Callable[[Stage, Seat], int | None]
"""To whom a turn goes by time; None when there is nobody else."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to be done about somebody's silence."""

    at: datetime
    stage: Stage
    seat: Seat
    final: bool


def on_the_clock(start: datetime, limit: Limit, share: Fraction) -> datetime:
    """Every hour counts."""
    return start + limit.total(start, Calendar(ZoneInfo("UTC"), None)) * share.numerator / share.denominator


def alarms(route: Route, now: Standing, reckon: Reckon = on_the_clock) -> list[Alarm]:
    """What comes next for each turn, soonest first."""
    return sorted(_alarms(route, now, reckon), key=lambda alarm: alarm.at)


def _alarms(route: Route, now: Standing, reckon: Reckon) -> Iterator[Alarm]:
    for stage, seat in now.turns(route):
        if stage.lapse is None or seat.since is None:
            continue
        left = stage.lapse.reminders - seat.silent
        if left > 0:
            share = Fraction(seat.silent + 1, stage.lapse.reminders + 1)
            yield Alarm(reckon(seat.since, stage.lapse.after, share), stage, seat, final=False)
        elif not seat.still:
            yield Alarm(reckon(seat.since, stage.lapse.after, Fraction(1)), stage, seat, final=True)


def outcome(alarm: Alarm, whom: Whom, applicant: int) -> Step:
    """The step that time takes; it is marked as time's own and never looks like somebody's word (Steedos 463)."""
    stage, seat = alarm.stage, alarm.seat
    if not alarm.final:
        return Reminded(stage.name, seat.person)
    match _then(stage, seat):
        case Then.PASS:
            return Decided(stage.name, seat.person, agrees=True, by_time=True)
        case Then.REFUSE:
            return Decided(stage.name, seat.person, agrees=False, by_time=True)
        case Then.TRANSFER | Then.ESCALATE:
            to = whom(stage, seat)
            if to is not None and to not in (seat.person, applicant):
                return Moved(stage.name, seat.person, to, How.LAPSE)
    return Reminded(stage.name, seat.person, last=True)


def _then(stage: Stage, seat: Seat) -> Then:
    """An opinion that does not come is done without; what is to be done is not done by silence."""
    if seat.kind is Kind.ADVICE:
        return Then.PASS
    then = stage.lapse.then if stage.lapse else Then.WAIT
    return Then.WAIT if stage.does is Deed.HANDLE and then in (Then.PASS, Then.REFUSE) else then
