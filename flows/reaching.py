"""Levels reached: whoever a matter names is told before a limit, at it, and after it (F5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows import deadlines
from flows.explaining import name_of, within
from flows.levels import Level
from flows.moves import Notice
from flows.nudging import SEVERAL
from flows.who import point, superior
from storage.records import Case, Person
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.context import Context

ALSO = {"what": "-", "span": "-", "part": 80}
NEAR, PAST = (Notice("time", name, look=True, also=ALSO, nudge=True) for name in ("near", "past"))
NOTICES = (NEAR, PAST, SEVERAL)
"""Told in every procedure."""

PREFIX = "level"


def timer_of(name: str, level: Level, case: Case) -> str:
    """What the timer of a level is called."""
    return f"{PREFIX}.{name}.{level.part}@{case.version}"


def level_of(timer: str, ctx: Context) -> tuple[str, Level] | None:
    """The limit and the level of a timer's name, as far as the matter still has it."""
    name, _, part = timer.removeprefix(f"{PREFIX}.").rpartition(".")
    levels = ctx.matter.levels.get(name, ()) if timer.startswith(f"{PREFIX}.") else ()
    return next(((name, level) for level in levels if str(level.part) == part), None)


def arm(case: Case, ctx: Context) -> None:
    """Set a timer for each level that is still to come, of each clock that runs in the state just entered."""
    wanted = [name for name in ctx.matter.levels if case.state in _runs(name, ctx)]
    present = ctx.work.cases.get(case.id) if wanted else None
    if present is None or present.version != case.version:
        return  # the reaction has moved it on already
    for name in wanted:
        for level in ctx.matter.levels[name]:
            found = deadlines.of(case, name, ctx, level.part)
            at = deadlines.told_at(found, case, ctx) if found else None
            if at is not None and at > ctx.now:
                ctx.work.timers.set(case_subject(case.id), timer_of(name, level, case), at)


def _runs(name: str, ctx: Context) -> frozenset[str]:
    clock = ctx.flow.clocks.get(name)
    return clock.runs if clock else frozenset()


def reach(case: Case, name: str, level: Level, ctx: Context) -> None:
    """A level's time has come: tell whom it names."""
    texts = ctx.rules.texts
    urgent = deadlines.is_urgent(ctx.matter, case, ctx.work.trail.of(case_subject(case.id)))
    limit = deadlines.limit_of(ctx.matter, name, urgent=urgent)
    if limit is None:
        return
    also = {"what": name_of(name, texts), "span": within(limit, texts), "part": level.part}
    ctx.flow.tell(_whom(case, level, ctx), NEAR if level.part < 100 else PAST, case, ctx, also)


def _whom(case: Case, level: Level, ctx: Context) -> Sequence[Person]:
    named = point(level.tell, case, ctx) if level.tell else []
    if not named and level.part < 100:
        named = ctx.work.people.many(task.person_id for task in ctx.work.tasks.open_on(case.id))
    return named or superior(case, ctx)
