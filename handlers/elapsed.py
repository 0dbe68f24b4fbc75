"""A timer that ran out: a reminder, an escalation, a silent end."""

from __future__ import annotations

from flows.events import Elapsed
from handlers.scene import Scene


def elapsed(scene: Scene, body: Elapsed) -> None:
    """Run what was set for this moment, unless the case has moved on since (F25)."""
    kind, _, id = body.subject.partition(":")
    name, _, version = body.timer.partition("@")
    case = scene.work.cases.get(int(id)) if kind == "case" and id.isdecimal() else None
    if case is None or str(case.version) != version:
        return
    ctx = scene.context_of(case)
    if name in ctx.flow.wakes:
        _, reaction = ctx.flow.wakes[name]
        reaction(case, ctx)
