"""An answer of a request changed in one sentence: 改 金额 3000, with the request's number or without (C4, C5, B14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.approval import steps
from flows.flow import Move
from flows.forms import Field
from flows.who import may_see
from flows.words import fold
from handlers import filling
from handlers.refusals import refuse, unknown
from handlers.scene import Scene
from handlers.typed import BETWEEN, split_at_number
from storage.records import Case, Draft

MOVES = (steps.revise, steps.amend)
"""By whoever is asked, and by the applicant to whom it was sent back."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants changed: in which request, which answer, to what."""

    case: Case
    move: Move
    field: Field
    value: str


def typed(scene: Scene, words: str, draft: Draft | None) -> bool:
    """Change what these words name; amid a form only where they name the request too."""
    rest = _after_the_word(scene, words)
    if rest is None:
        return False
    number, rest = split_at_number(rest)
    if number is not None and (not rest or number.partition("-")[0] not in scene.rules.catalogue.series()):
        return False
    if number is None and draft is not None:
        return False
    cases = _cases(scene, number)
    if number is not None and not any(may_see(scene.person, case, scene.context_of(case)) for case in cases):
        unknown(scene, number)
        return True
    found = list(_wanted(scene, cases, rest))
    if not found:
        return _refused(scene, cases, rest)
    one = found[0]
    if len(found) == 1:
        filling.move_now(scene, one.case, one.move, 0, {"line": one.field.key, "value": one.value})
    else:
        scene.say("revising", "which", label=one.field.label, number=one.case.number, value=one.value)
    return True


def _refused(scene: Scene, cases: list[Case], rest: str) -> bool:
    """Say why nothing is changed, where the words name something that was asked; False: they mean something else."""
    named = [case for case in cases if _names_an_answer(scene, case, rest)]
    if not named:
        return False
    if any(task.person_id == scene.person.id for case in named for task in scene.work.tasks.open_on(case.id)):
        scene.say("forms", "not_to_change")
    else:
        refuse(scene, named[0], scene.context_of(named[0]))
    return True


def _after_the_word(scene: Scene, words: str) -> str | None:
    """What follows a word that asks for a change; None where none begins the sentence."""
    verbs = scene.rules.texts.words("commands", "edit", "words")
    if not words.startswith(tuple(verbs)):
        return None
    verb = max((one for one in verbs if words.startswith(one)), key=len)
    return words.removeprefix(verb).strip(BETWEEN) or None


def _cases(scene: Scene, number: str | None) -> list[Case]:
    if number is not None:
        case = scene.work.cases.by_number(number)
        return [case] if case is not None else []
    mine = [task.case_id for task in scene.work.tasks.open_for(scene.person.id)]
    return list(scene.work.cases.many(mine))


def _wanted(scene: Scene, cases: list[Case], rest: str) -> Iterator[Wanted]:
    for case in cases:
        ctx = scene.context_of(case)
        if case.flow != steps.flow.name:
            continue
        for move in MOVES:
            if not ctx.flow.may(move, case, ctx):
                continue
            options = {
                option.value for one in ctx.flow.asked(move, case, ctx) for option in one.choices(None, scene.reading)
            }
            for field in ctx.matter.form.fields:
                value = _value(scene, field, rest) if field.key in options else ""
                if value:
                    yield Wanted(case, move, field, value)


def _value(scene: Scene, field: Field, rest: str) -> str:
    """What a sentence that begins with an answer's label makes of it."""
    if not fold(rest).startswith(fold(field.label)):
        return ""
    value = rest[len(field.label) :].strip(BETWEEN)
    word = next((one for one in scene.rules.texts.words("revising", "to") if value.startswith(one)), "")
    return value.removeprefix(word).strip(BETWEEN) or ""


def _names_an_answer(scene: Scene, case: Case, rest: str) -> bool:
    """Whether the words name something that was asked in a request, and what it should be."""
    fields = scene.matter_of(case).form.fields if case.flow == steps.flow.name else ()
    return any(_value(scene, field, rest) for field in fields)
