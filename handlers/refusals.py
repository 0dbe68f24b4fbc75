"""A refusal is an answer: one sentence, and how things stand now (E2, E3)."""

from __future__ import annotations

from collections.abc import Sequence

from flows.events import Pressed
from flows.facts import deed
from flows.flow import Context
from flows.who import may_see
from handlers.scene import Scene
from storage.records import Case, Person
from storage.trail import case_subject


def unknown(scene: Scene, number: str) -> None:
    """There is no such case, or none that concerns this person: nobody is told which (F19)."""
    if isinstance(scene.event.body, Pressed):
        scene.say("talk", "unknown_button")
    else:
        scene.say("talk", "no_such_case", number=number)


def refuse(scene: Scene, case: Case, ctx: Context) -> None:
    """The move is not open to this person: it is over, or it is somebody else's."""
    if not may_see(scene.person, case, ctx):
        unknown(scene, case.number)
        return
    state = ctx.flow.state_label(case.state, ctx)
    people = _holders(scene, case)
    holders = [ctx.flow.name_of(p, ctx) for p in people]
    moved = any(entry.person_id for entry in scene.work.trail.of(case_subject(case.id))[1:])
    was_theirs = scene.person not in people and scene.work.tasks.has_held(case.id, scene.person.id)
    if moved or was_theirs:
        scene.say("talk", "stale_move", number=case.number, state=state, last=last_move(scene, case, ctx))
    else:
        waiting = scene.text("talk", "holders", holders=holders) if holders else ""
        scene.say("talk", "forbidden", number=case.number, holders=waiting)


def _holders(scene: Scene, case: Case) -> Sequence[Person]:
    tasks = scene.work.tasks.open_on(case.id)
    return scene.work.people.many(task.person_id for task in tasks)


def last_move(scene: Scene, case: Case, ctx: Context) -> str:
    """Who did what, and when."""
    entry = scene.work.trail.of(case_subject(case.id))[-1]
    actor = scene.work.people.get(entry.person_id) if entry.person_id else None
    name = ctx.flow.name_of(actor, ctx) if actor else scene.text("roles", "system")
    verb = deed(entry, ctx)
    return scene.text("talk", "last_move", actor=name, at=entry.at, verb=verb)
