"""What is kept from somebody who may see the rest of a case: answers, changes of them, files (C4).

A flow says which answers (`Flow.hides`); everything that is shown of a case to one person goes through here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.forms import Files
from storage.records import Case, Entry, Person

if TYPE_CHECKING:
    from flows.context import Context

CHANGED, SAW = "changed", "saw"
"""What a line of the trail keeps of an answer that was changed, and of the card somebody had before them."""


def seen_by(person: Person, case: Case, ctx: Context) -> Case:
    """The case as somebody may see it."""
    hidden = ctx.flow.hides(person, case, ctx)
    if not hidden:
        return case
    return replace(case, answers={key: value for key, value in case.answers.items() if key not in hidden})


def entry_seen_by(person: Person, entry: Entry, case: Case, ctx: Context) -> Entry:
    """A line of the trail as somebody may see it: no hidden answer, changed or not, and no card others were shown."""
    hidden = ctx.flow.hides(person, case, ctx)
    return replace(entry, facts=_without(entry, hidden, person)) if hidden else entry


def _without(entry: Entry, hidden: Collection[str], person: Person) -> Mapping[str, object]:
    facts = dict(entry.facts)
    answers, saw = facts.get("answers"), facts.get(SAW)
    if isinstance(answers, Mapping):
        facts["answers"] = {key: value for key, value in answers.items() if key not in hidden}
    if changes(entry, hidden):
        facts["answers"] = {}
        del facts[CHANGED]
    if isinstance(saw, Mapping) and entry.person_id != person.id:
        facts[SAW] = {"hash": saw["hash"]}
    return facts


def changes(entry: Entry, keys: Collection[str]) -> bool:
    """Whether a line of the trail changed one of these answers; of an old line that does not say which, it is so."""
    changed = entry.facts.get(CHANGED)
    return isinstance(changed, Mapping) and ("ask" not in changed or changed["ask"] in keys)


def files_hidden(person: Person, case: Case, ctx: Context) -> set[int]:
    """The numbers of files that are among the answers somebody does not see."""
    hidden = ctx.flow.hides(person, case, ctx)
    return {number for key in hidden for number in files_in(case.answers.get(key))}


def files_of(person: Person, case: Case, ctx: Context) -> list[int]:
    """The files among the answers somebody sees, in the order of the questions."""
    seen = seen_by(person, case, ctx)
    fields = [field for field in ctx.matter.form.fields if isinstance(field, Files)]
    return [number for field in fields for number in files_in(seen.answers.get(field.key))]


def files_in(value: object) -> list[int]:
    """The numbers of files in an answer; none in one of another kind."""
    found = value if isinstance(value, (list, tuple)) else ()
    return [int(number) for number in found if isinstance(number, int) or str(number).isdecimal()]
