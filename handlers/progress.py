"""How a case stands: what was asked for, whose turn it is, and what has happened (C6)."""

from __future__ import annotations

from collections.abc import Iterator

from flows.cards import Card, Line
from flows.explaining import of_case
from flows.facts import deed
from flows.flow import Context
from flows.forms import Files
from flows.veils import seen_by
from flows.who import may_see
from handlers.refusals import unknown
from handlers.scene import Scene
from storage.records import Case
from storage.trail import case_subject

STEPS = 8
"""The latest are shown; all are on the case's page."""


def look(scene: Scene, case: Case) -> None:
    """Show a case to whom it concerns, with the moves that are open to them."""
    ctx = scene.context_of(case)
    if not may_see(scene.person, case, ctx):
        unknown(scene, case.number)
        return
    scene.work.tasks.see(case.id, scene.person.id, scene.now)
    seen = seen_by(scene.person, case, ctx)
    facts = ctx.flow.facts(seen, ctx)
    parts = [scene.text("look", "holders", **facts)] if facts["holders"] else []
    parts += [scene.text("due", "line", name=what, sentence=why.sentence) for what, why in of_case(case, ctx)]
    card = Card(
        title=scene.text("look", "title", **facts),
        body="\n".join([*parts, *ctx.flow.stands(case, ctx), *ctx.flow.aside(case, ctx), *_steps(scene, case, ctx)]),
        lines=tuple(_answers(scene, seen, ctx)),
    )
    scene.reply(*ctx.flow.with_moves(card, case, scene.person, ctx))


def _answers(scene: Scene, case: Case, ctx: Context) -> Iterator[Line]:
    for field in ctx.matter.form.fields:
        shown = field.show(case.answers.get(field.key))
        if shown:
            yield Line(field.label, scene.text("summary", "files", count=shown) if isinstance(field, Files) else shown)


def _steps(scene: Scene, case: Case, ctx: Context) -> Iterator[str]:
    entries = scene.work.trail.of(case_subject(case.id))[-STEPS:]
    names = {person.id: person for person in scene.work.people.many(e.person_id for e in entries if e.person_id)}
    for entry in entries:
        actor = names.get(entry.person_id or 0)
        name = ctx.flow.name_of(actor, ctx) if actor else scene.text("roles", "system")
        yield scene.text("look", "step", at=entry.at, actor=name, verb=deed(entry, ctx))
