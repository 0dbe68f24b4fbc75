"""Timers of a case: which a move clears, and whether one that runs out still means anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.moves import Wake
from storage.records import Case
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.context import Context
    from flows.flow import Flow


def clear_timers(flow: Flow, subject: str, ctx: Context, *, stays: bool) -> None:
    """Forget what waits for a case; while it stays in its state, what lasts goes on."""
    lasting = {name for name, (wake, _) in flow.wakes.items() if wake.lasts}
    if not stays or not lasting:
        ctx.work.timers.clear(subject)
        return
    for timer in ctx.work.timers.of(subject):
        if timer.name.partition("@")[0] not in lasting:
            ctx.work.timers.clear(subject, timer.name)


def is_due(timer: Wake, case: Case, version: int, ctx: Context) -> bool:
    """Whether a timer set at that version still means anything; the case may have moved on since (F25)."""
    if case.version == version or not timer.lasts:
        return case.version == version
    flow = ctx.flow
    entries = ctx.work.trail.of(case_subject(case.id))
    moves = [entry for entry in entries if entry.verb in flow.moves and not flow.moves[entry.verb].stays]
    since = moves[len(moves) - (case.version - version) :]
    return all(entry.facts.get("from") == entry.facts.get("to") for entry in since)
