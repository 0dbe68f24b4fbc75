"""What the form of a supervised item proposes by itself; all of it is shown, and can be put right in words (I1)."""

from __future__ import annotations

from flows.context import Context
from flows.forms import Answers, Choice
from flows.supervision.items import rules_of
from flows.supervision.reading import read
from flows.supervision.steps import flow
from flows.supervision.whom import heads
from flows.units import units_in
from flows.vocabulary import vocabulary
from flows.who import point, would_be


def propose(answers: Answers, whole: bool, ctx: Context) -> Answers:
    """The head of the lead unit, evidence that suits, each week; of one sentence also that nothing else was said."""
    wanted: dict[str, object] = {"source": "typed", "rhythm": "weekly"}
    leads = heads(units_in(answers.get("lead")), ctx)
    if leads:
        wanted["person"] = {"id": leads[0].id, "text": leads[0].name}
    if answers.get("what"):
        wanted["evidence"] = _evidence(str(answers["what"]))
    if whole:
        wanted |= {"support": None, "asker": None}
    found = {key: value for key, value in wanted.items() if key not in answers}
    return {key: value for key, value in found.items() if _fits(key, value, ctx)}


def _evidence(what: str) -> str:
    """The kind of evidence that such a task ends in."""
    known = vocabulary("supervision")["evidence"]
    return next((kind for kind, words in known.items() if any(word in what for word in words)), "words")


def _fits(key: str, value: object, ctx: Context) -> bool:
    """Whether the matter asks this, and knows the answer."""
    field = ctx.matter.form.get(key)
    if field is None or (value is None and not field.optional):
        return False
    return not isinstance(field, Choice) or any(option.value == value for option in field.options)


def admit(ctx: Context) -> str:
    """Only who supervises may begin one."""
    allowed = point(rules_of(ctx).by, would_be({}, ctx), ctx)
    if any(one.id == ctx.person.id for one in allowed):
        return ""
    return ctx.rules.texts.say(flow.name, "not_allowed", names=[one.name for one in allowed[:3]])


flow.proposes = propose
flow.admits = admit
flow.reads = read
