"""Who may ask for a matter, and what its form proposes by itself."""

from __future__ import annotations

from flows.cards import Card
from flows.catalogue import Matter
from flows.forms import Answers
from handlers.questions import Filling
from handlers.scene import Scene


def refused(scene: Scene, matter: Matter) -> bool:
    """Whether somebody may not ask for a matter; then they have been told why."""
    ctx = scene.context(matter)
    why = ctx.flow.admits(ctx)
    if why:
        scene.reply(Card(body=why))
    return bool(why)


def proposed(current: Filling, answers: Answers) -> Answers:
    """The answers with what the form's flow proposes for questions that were not answered; all of it is shown."""
    ctx = current.ctx
    if current.case is not None or current.form is not ctx.matter.form:
        return answers
    proposes = ctx.flow.proposes(answers, current.draft.whole, ctx)
    return {**answers, **proposes} if proposes else answers
