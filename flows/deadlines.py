"""When something falls due: from the trail, a limit and the calendar; computed each time, kept nowhere (F4, F5, F9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from flows.calendar import Calendar, Due
from flows.calendar.days import ZERO
from flows.limits import Limit, Unit
from storage.records import Case, Entry
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.catalogue import Matter
    from flows.context import Context
    from flows.flow import Flow
    from flows.moves import Move, Wake


@dataclass(frozen=True, slots=True)
class Clock:
    """For which states of a flow a limit runs.

    It begins on coming into one of `runs`, stands still in those `paused` and keeps what is left, and is over
    anywhere else; a move of `anew` begins it again.
    """

    limit: str
    runs: frozenset[str]
    paused: frozenset[str] = frozenset()
    anew: frozenset[str] = frozenset()


def clock(flow: Flow, limit: str, *runs: str, paused: Iterable[str] = (), anew: Iterable[Move] = ()) -> None:
    """Declare a clock of a flow."""
    verbs = frozenset(move.verb for move in anew)
    flow.clocks[limit] = Clock(limit, frozenset(runs), frozenset(paused), verbs)


@dataclass(frozen=True, slots=True)
class Pause:
    """While time did not count; `verb` is the move that began it, and without an end it still lasts."""

    begins: datetime
    ends: datetime | None
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock as the trail has it."""

    since: datetime
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit, or a part of it, laid on the calendar: one stretch between two pauses each.

    While it stands still there is no `at`, and `left` is what will run on.
    """

    limit: Limit
    running: Running
    total: timedelta
    stretches: tuple[Due, ...]
    left: timedelta = ZERO

    @property
    def at(self) -> datetime | None:
        """When it is due."""
        return None if self.left else self.stretches[-1].at


def running(clock: Clock, entries: Iterable[Entry]) -> Running | None:
    """Whether a clock runs at the end of a trail, since when, and what it stood still."""
    since: datetime | None = None
    pauses: list[Pause] = []
    for entry in entries:
        state = entry.facts.get("to")
        if state is None:
            continue
        stands_still = bool(pauses) and pauses[-1].ends is None
        if state in clock.paused and since is not None:
            if not stands_still:
                pauses.append(Pause(entry.at, None, entry.verb))
        elif state not in clock.runs:
            since, pauses = None, []
        elif since is None or entry.verb in clock.anew:
            since, pauses = entry.at, []
        elif stands_still:
            pauses[-1] = replace(pauses[-1], ends=entry.at)
    return Running(since, tuple(pauses)) if since is not None else None


def deadline(limit: Limit, running: Running, calendar: Calendar, part: int = 100) -> Deadline:
    """Lay so many hundredths of a limit on the calendar, around the pauses."""
    total = limit.total(running.since, calendar)
    start, left = running.since, total * part / 100
    stretches: list[Due] = []
    for pause in running.pauses:
        passed = calendar.between(start, pause.begins)
        if passed >= left:
            break  # it was due before
        stretches.append(calendar.after(start, passed))
        left -= passed
        if pause.ends is None:
            return Deadline(limit, running, total, tuple(stretches), left)
        start = pause.ends
    return Deadline(limit, running, total, (*stretches, calendar.after(start, left)))


def calendar_of(limit: Limit, calendar: Calendar, *, urgent: bool) -> Calendar:
    """Which hours count: day and night for limits of the clock, and for whatever is urgent (F3)."""
    return Calendar(calendar.zone, None) if urgent or limit.unit is Unit.CLOCK else calendar


def is_urgent(matter: Matter, case: Case, entries: Iterable[Entry]) -> bool:
    """Whether the matter calls it urgent, by what was answered last, also after it was opened (F4)."""
    if matter.urgent is None:
        return False
    given = dict(case.answers)
    for entry in entries:
        if entry.verb == "open":  # what was put right since is among the case's answers
            continue
        answers = entry.facts.get("answers")
        given |= answers if isinstance(answers, Mapping) else {}
    return all(given.get(key) == value for key, value in matter.urgent.when.items())


def limit_of(matter: Matter, name: str, *, urgent: bool) -> Limit | None:
    """The limit that holds; an urgent case may have its own."""
    own = matter.urgent.limits.get(name) if urgent and matter.urgent else None
    return own or matter.limits.get(name)


def limits_of(case: Case, ctx: Context) -> Mapping[str, Limit]:
    """The limits that hold for a case now."""
    own = ctx.matter.urgent.limits if ctx.matter.urgent else {}
    return {**ctx.matter.limits, **own} if own and is_urgent_now(case, ctx) else ctx.matter.limits


def is_urgent_now(case: Case, ctx: Context) -> bool:
    """Whether a case is urgent as it stands."""
    if ctx.matter.urgent is None:
        return False
    return is_urgent(ctx.matter, case, ctx.work.trail.of(case_subject(case.id)))


def is_ceaseless(case: Case, ctx: Context) -> bool:
    """Whether every hour counts, day and night (F3): for what is urgent, unless its matter says otherwise."""
    return ctx.matter.urgent is not None and ctx.matter.urgent.ceaseless and is_urgent_now(case, ctx)


def of(case: Case, name: str, ctx: Context, part: int = 100) -> Deadline | None:
    """A case's deadline of that name, or None when none runs; a limit without a clock runs from now."""
    urgent = is_urgent_now(case, ctx)
    limit = limit_of(ctx.matter, name, urgent=urgent)
    clock = ctx.flow.clocks.get(name)
    run = running(clock, ctx.work.trail.of(case_subject(case.id))) if clock else Running(ctx.now)
    if limit is None or run is None:
        return None
    return deadline(limit, run, calendar_of(limit, ctx.rules.calendar, urgent=is_ceaseless(case, ctx)), part)


def since(limit: Limit, start: datetime, case: Case, ctx: Context) -> Deadline:
    """A limit of a case's own, such as a stage's, that began then."""
    return deadline(limit, Running(start), calendar_of(limit, ctx.rules.calendar, urgent=is_ceaseless(case, ctx)))


def all_of(case: Case, ctx: Context) -> Mapping[str, Deadline]:
    """Every limit of a case that runs or stands still now, by its name."""
    found = {name: of(case, name, ctx) for name in ctx.flow.clocks}
    own = ctx.flow.limits_now(case, ctx) if ctx.flow.limits_now else {}
    return {**{name: one for name, one in found.items() if one is not None}, **own}


def falls_due(case: Case, timer: Wake, ctx: Context) -> datetime | None:
    """When a timer goes off: None while its clock stands still, or when it had gone off before a pause."""
    found = of(case, timer.limit, ctx, timer.part)
    return None if found is None else told_at(found, case, ctx)


def told_at(found: Deadline, case: Case, ctx: Context) -> datetime | None:
    """When people hear that it is due."""
    pauses = found.running.pauses
    if found.at is None or (pauses and found.at <= pauses[-1].begins):
        return None
    return _in_hours(found.at, found.limit, case, ctx)


def told_after(limit: Limit, start: datetime, share: Fraction, case: Case, ctx: Context) -> datetime:
    """When people hear that such a share of a limit has passed since it began."""
    calendar = calendar_of(limit, ctx.rules.calendar, urgent=is_ceaseless(case, ctx))
    span = limit.total(start, calendar) * share.numerator / share.denominator
    return _in_hours(calendar.after(start, span).at, limit, case, ctx)


def _in_hours(at: datetime, limit: Limit, case: Case, ctx: Context) -> datetime:
    """Of what is not urgent people hear in working time only (F6), and never in the office's quiet hours (A9)."""
    if not (is_ceaseless(case, ctx) or (limit.unit is Unit.CLOCK and not ctx.matter.by_day)):
        at = ctx.rules.calendar.next_working(at)
    return at if is_urgent_now(case, ctx) else ctx.rules.reminding.opens(at, ctx.rules.zone)
