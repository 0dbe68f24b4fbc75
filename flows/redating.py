"""Timers set anew when the calendar has changed: a late holiday notice re-dates what is open (F9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows import deadlines, reaching
from storage.records import Case
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.context import Context


@dataclass(frozen=True, slots=True)
class Change:
    """A case's limit that is now due at another time."""

    number: str
    title: str
    limit: str
    before: datetime
    after: datetime


def redate(case: Case, ctx: Context) -> list[Change]:
    """Move each timer of a case that its clock now has elsewhere; returns the limits, not their parts, that moved."""
    subject = case_subject(case.id)
    moved = ctx.flow.moved(case, ctx) if ctx.flow.moved else None
    changes = [Change(case.number, ctx.matter.title, "item", *moved)] if moved else []
    changes += _rearmed(case, ctx) if ctx.flow.alarm else []
    for timer in ctx.work.timers.of(subject):
        limit, part = _what(timer.name.partition("@")[0], ctx)
        if limit not in ctx.flow.clocks:
            continue  # it runs from an instant nobody wrote down
        found = deadlines.of(case, limit, ctx, part)
        at = deadlines.told_at(found, case, ctx) if found else None
        if at is None or at == timer.due_at or not ctx.work.timers.move(timer, at):
            continue
        if part == 100:
            changes.append(Change(case.number, ctx.matter.title, limit, timer.due_at, at))
    return changes


def _rearmed(case: Case, ctx: Context) -> list[Change]:
    """What a flow sets itself, by its own reading of the trail; told is where each alarm of its is due now."""
    assert ctx.flow.alarm is not None
    before = {timer.name: timer.due_at for timer in ctx.work.timers.of(case_subject(case.id))}
    ctx.flow.alarm(case, ctx)
    moved = [t for t in ctx.work.timers.of(case_subject(case.id)) if before.get(t.name, t.due_at) != t.due_at]
    alarms = [timer for timer in moved if timer.name.startswith("alarm")]  # others are shares of a deadline that stays
    return [Change(case.number, ctx.matter.title, "respond", before[t.name], t.due_at) for t in alarms]


def _what(name: str, ctx: Context) -> tuple[str, int]:
    """The limit a timer runs for, and which part of it."""
    level = reaching.level_of(name, ctx)
    if level is not None:
        return level[0], level[1].part
    wake, _ = ctx.flow.wakes.get(name, (None, None))
    return (wake.limit, wake.part) if wake else ("", 0)
