"""A timer that ran out: a reminder, an escalation, a silent end, something that is done at set times."""

from __future__ import annotations

from dataclasses import replace

from flows.events import Elapsed
from flows.reaching import level_of, reach
from flows.survey.asking import PREFIX
from flows.waking import is_due
from handlers import filling, rating, scheduled
from handlers.scene import Scene


def elapsed(scene: Scene, body: Elapsed) -> None:
    """Run what was set for this moment, unless the case has moved on since (F25)."""
    kind, _, id = body.subject.partition(":")
    if kind == "draft":
        _remind(scene, int(id))
        return
    if kind == scheduled.KIND:
        scheduled.come(scene, id)
        return
    if kind == "survey":
        rating.overdue(scene, id)
        return
    name, _, version = body.timer.partition("@")
    case = scene.work.cases.get(int(id)) if kind == "case" and id.isdecimal() else None
    if case is None or not version.isdecimal():
        return
    ctx = scene.context_of(case)
    level = level_of(name, ctx)
    if level is not None and case.version == int(version):
        reach(case, *level, ctx)
    if name.startswith(PREFIX) and case.version == int(version):
        rating.ask(scene, name.removeprefix(PREFIX), case, ctx)
    timer, reaction = ctx.flow.wakes.get(name, (None, None))
    if timer and reaction and is_due(timer, case, int(version), ctx):
        reaction(case, ctx)


def _remind(scene: Scene, id: int) -> None:
    """Ask an open question once more, of somebody who has left it; unless they have gone on since (B7)."""
    draft = scene.work.drafts.get(id)
    if draft is None or not draft.nudged:
        return
    theirs = replace(scene, person=scene.work.people.get(draft.person_id))
    in_hand = theirs.draft()
    if theirs.person.active and in_hand is not None and in_hand.id == id:
        filling.remind(theirs, draft)
