"""What is said to whoever made a move and was told nothing else: what was noted, and who hears of it."""

from __future__ import annotations

from flows.flow import Move
from handlers.scene import Scene
from storage.records import Case


def tell(scene: Scene, case: Case, move: Move) -> None:
    """The flow's own sentence for this step, else its word; nothing where a notice says it already."""
    if scene.work.outbox.is_told(scene.person.id):
        return
    ctx = scene.context_of(case)
    own = (ctx.flow.name, "done", move.verb)
    if scene.rules.texts.has(*own):
        now = scene.work.cases.get(case.id) or case
        scene.say(*own, number=case.number, state=ctx.flow.state_label(now.state, ctx))
    else:
        scene.say("talk", "done", number=case.number, verb=ctx.flow.label(move.verb, ctx))
