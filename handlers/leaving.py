"""Whoever has left: their turns go to others, their forms end, and nothing is sent to them any more (Q1, D10, F24).

Whoever belongs elsewhere now keeps what is theirs, and no more of what came to them by what they belonged to.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.events import CLOCK, Departed, Relocated, body_to_json, kind_of
from flows.handing import hand_over
from handlers import filling
from handlers.scene import Scene
from storage.records import Admitted, Person
from storage.work import Work

AGAIN = timedelta(hours=1)
LOOKED_AT = timedelta(days=3)
"""Who was changed is looked at every hour for three days: the new head is often entered later than the old one left."""


def announce(work: Work, now: datetime) -> None:
    """Put in line what people without access still hold, each once, and those who may belong elsewhere.

    It is an event of its own, so that access ends whatever becomes of the rest, and so that many who leave at once
    hold up nobody. Whoever let them go need not know of flows.
    """
    work.drafts.flush()
    work.inbox.admit([_departed(id, mark, now) for id, mark in work.leavers.holding().items()], now)
    changed = work.leavers.changed(now - LOOKED_AT)
    work.inbox.admit([_relocated(id, mark, now) for id, mark in changed.items()], now)


def _departed(id: int, mark: str, now: datetime) -> Admitted:
    body = Departed(id)
    return Admitted(CLOCK, f"departed:{id}:{mark}", f"person:{id}", now, kind_of(body), body_to_json(body))


def _relocated(id: int, mark: str, now: datetime) -> Admitted:
    body, hour = Relocated(id), int(now.timestamp() // AGAIN.total_seconds())
    name = f"relocated:{id}:{mark}:{hour}"
    return Admitted(CLOCK, name, f"person:{id}", now, kind_of(body), body_to_json(body))


def relocated(scene: Scene, body: Relocated) -> None:
    """Have each procedure look whether somebody's turns are still theirs (D10)."""
    mover = scene.work.people.get(body.person)
    for task in scene.work.tasks.open_for(mover.id) if mover.active else ():
        case = scene.work.cases.hold(task.case_id)
        still = {mine.id for mine in scene.work.tasks.open_for(mover.id)}
        if case is not None and task.id in still:
            ctx = scene.context_of(case)
            ctx.flow.relocate(task, case, mover, ctx)


def departed(scene: Scene, body: Departed) -> None:
    """Hand over what somebody left behind, unless they are back."""
    leaver = scene.work.people.get(body.person)
    if leaver.active:
        return
    scene.work.leavers.withhold(leaver.id)
    for draft in scene.work.drafts.open_for(leaver.id):
        filling.end(scene, draft, "closing_cancelled")
    _hand_over(scene, leaver)


def _hand_over(scene: Scene, leaver: Person) -> None:
    for task in scene.work.tasks.open_for(leaver.id):
        case = scene.work.cases.hold(task.case_id)
        still = {mine.id for mine in scene.work.tasks.open_for(leaver.id)}
        if case is not None and task.id in still:  # while we waited for the case its last move may have closed it
            hand_over(task, case, leaver, scene.context_of(case))
