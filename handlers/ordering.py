"""A sentence that begins with the word of a matter whose flow reads sentences itself, or names a case to start from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from flows.catalogue import Catalogue, Matter
from flows.clauses import is_question
from flows.facts import gist
from flows.flow import Flow
from flows.forms import Text, Value
from flows.understanding import Understood
from flows.units import value_of
from flows.veils import seen_by
from flows.vocabulary import any_of
from flows.who import may_see
from handlers import beginning
from handlers.progress import look
from handlers.refusals import unknown
from handlers.scene import Scene
from handlers.typed import BETWEEN, numbered
from storage.records import Case, Draft

_MOST = 10_000
"""So many open items are looked through."""
_TELLING = ("what", "lead", "until")


def ordered(scene: Scene, words: str, draft: Draft | None) -> bool:
    """Begin such a matter with all that the sentence says; False when it is none of these."""
    if draft is not None and draft.case_id is not None:
        return False
    found = _led_by(scene, words.strip())
    if found is None and draft is None:
        return _implied(scene, words)
    if found is None or (draft is not None and draft.matter == found[0].name):
        return False
    matter, rest = found
    reads = scene.flows[matter.kind].reads
    if reads is None or not rest:
        return False
    number, besides = numbered(rest)
    if number is not None and not besides:
        return _from_case(scene, matter, number)
    understood = reads(rest, matter.form, scene.reading, {}, None)
    if draft is not None and not {"lead", "until"} & understood.answers.keys():
        return False  # an answer that begins with the word
    beginning.begin_with(scene, matter, understood)
    return True


def _implied(scene: Scene, words: str) -> bool:
    """A decision told without the word for it, by somebody who may supervise: who leads, what, and until when (I1)."""
    if not re.search(any_of("supervision", "marks", "implied"), words) or is_question(words):
        return False
    for matter in scene.rules.catalogue.all():
        ctx = scene.context(matter)
        if ctx.flow.reads is None or ctx.flow.admits(ctx):
            continue
        understood = ctx.flow.reads(words, matter.form, scene.reading, {}, None)
        if all(understood.answers.get(key) for key in _TELLING):
            beginning.begin_with(scene, matter, understood)
            return True
    return False


def _led_by(scene: Scene, words: str) -> tuple[Matter, str] | None:
    """The matter whose word a sentence begins with, the longest such word, and what follows it."""
    known = _leads(scene.rules.catalogue, tuple(scene.flows.values()))
    if not words.startswith(tuple(known)):
        return None
    word = next(word for word in known if words.startswith(word))
    return known[word], words[len(word) :].strip(BETWEEN)


@lru_cache(8)
def _leads(catalogue: Catalogue, flows: tuple[Flow, ...]) -> Mapping[str, Matter]:
    """The words of such matters, the longest first."""
    reading = {flow.name for flow in flows if flow.reads is not None}
    matters = [matter for matter in catalogue.all() if matter.kind in reading]
    found = {word: matter for matter in reversed(matters) for word in (matter.title, *matter.words)}
    return {word: found[word] for word in sorted(found, key=len, reverse=True)}


def _from_case(scene: Scene, matter: Matter, number: str) -> bool:
    """Supervise a case that is under way: what it is about, whose turn it is, and its number are known (I1)."""
    case = scene.work.cases.by_number(number)
    ctx = scene.context_of(case) if case is not None else None
    if case is None or ctx is None or not may_see(scene.person, case, ctx):
        unknown(scene, number)
        return True
    known = case if case.flow == matter.kind else _supervised(scene, matter, number)
    if known is not None and may_see(scene.person, known, scene.context_of(known)):
        look(scene, known)
        return True
    what = scene.text("supervision", "from_case", number=number, what=gist(seen_by(scene.person, case, ctx), ctx))
    field = matter.form.get("what")
    short = what[: field.at_most] if isinstance(field, Text) else what
    answers: dict[str, Value] = {"what": short, "origin": number, "source": "overdue"}
    units = _units_of(scene, case)
    if units:
        answers["lead"] = value_of(units[:1])
    asked = {key: value for key, value in answers.items() if matter.form.get(key) is not None}
    beginning.begin_with(scene, matter, Understood(asked))
    return True


def _supervised(scene: Scene, matter: Matter, number: str) -> Case | None:
    """The open item that was raised from a case already."""
    found = scene.work.cases.open_under(matter.name, 0, _MOST)
    return next((one for one in found if one.answers.get("origin") == number), None)


def _units_of(scene: Scene, case: Case) -> list[str]:
    """The departments of those whose turn it is."""
    people = scene.work.people.many(task.person_id for task in scene.work.tasks.open_on(case.id))
    return list(dict.fromkeys(unit for person in people for unit in person.units))
