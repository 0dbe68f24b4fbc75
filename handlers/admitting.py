"""Who may ask for a matter, and what its form proposes by itself."""

from __future__ import annotations

from dataclasses import replace

from flows.cards import Card
from flows.catalogue import Matter
from handlers.questions import Filling
from handlers.scene import Scene
from storage.records import Draft


def refused(scene: Scene, matter: Matter) -> bool:
    """Whether somebody may not ask for a matter; then they have been told why."""
    ctx = scene.context(matter)
    why = ctx.flow.admits(ctx)
    if why:
        scene.reply(Card(body=why))
    return bool(why)


def proposed(current: Filling) -> Draft:
    """The form with what its flow proposes for questions that were not answered; all of it is shown."""
    draft, ctx = current.draft, current.ctx
    if current.case is not None or current.form is not ctx.matter.form:
        return draft
    proposes = ctx.flow.proposes(draft.answers, draft.whole, ctx)
    return replace(draft, answers={**draft.answers, **proposes}) if proposes else draft
