"""What a text about a case may speak of, and what its trail says in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flows.deadlines import is_urgent_now, limits_of
from flows.explaining import within
from flows.forms import Field, Files, Text
from flows.texts import shown_plainly
from flows.transcript import before, latest
from flows.veils import entry_seen_by
from flows.words import fold
from storage.records import Case, Entry, Person
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.flow import Context


def facts(case: Case, ctx: Context) -> dict[str, object]:
    """Names and values for a notice; answers are as people read them."""
    flow, people = ctx.flow, ctx.work.people
    limits = limits_of(case, ctx)
    texts = ctx.rules.texts
    tasks = ctx.work.tasks.open_on(case.id)
    form = [field for field in ctx.matter.form.fields if not isinstance(field, Files)]
    return {
        "number": case.number,
        "title": ctx.matter.title,
        "state": flow.state_label(case.state, ctx),
        "requester": flow.name_of(people.get(case.requester_id), ctx),
        "actor": flow.name_of(ctx.person, ctx),
        "holders": [flow.name_of(p, ctx) for p in people.many(task.person_id for task in tasks)],
        "answer": _shown(ctx.matter.form.fields, case.answers),
        "asked": [(field.label, shown) for field in form if (shown := field.show(case.answers.get(field.key)))],
        "said": _shown(_asks(ctx), ctx.said(case)),
        "talk": latest(case, ctx),
        "limit": {name: limit.minutes for name, limit in limits.items()},
        "within": {name: within(limit, texts) for name, limit in limits.items()},
        "urgent": texts.say("urgent", "mark") if is_urgent_now(case, ctx) else "",
        "since": case.changed_at,
        "opened": case.opened_at,
        "now": ctx.now,
        "opening": ctx.rules.calendar.next_working(ctx.now),
    }


def said_to(reader: Person, case: Case, ctx: Context) -> dict[str, str]:
    """What was said with the last move, to somebody who does not see all answers."""
    entries = [
        entry for entry in ctx.work.trail.of(case_subject(case.id)) if entry.person_id and "answers" in entry.facts
    ]
    said = entry_seen_by(reader, entries[-1], case, ctx).facts["answers"] if entries else {}
    return _shown(_asks(ctx), said if isinstance(said, Mapping) else {})


def _asks(ctx: Context) -> list[Field]:
    """Everything that moves ask for."""
    return [field for move in ctx.flow.moves.values() for field in move.asks]


def gist(case: Case, ctx: Context) -> str:
    """What a case is about, in one line for a list: as its flow's texts say it, else its first answer in words."""
    texts, form = ctx.rules.texts, ctx.matter.form
    answers = _shown(form.fields, case.answers)
    said = next((answers[field.key] for field in form.fields if isinstance(field, Text) and answers[field.key]), "")
    if texts.has(ctx.flow.name, "gist"):
        spoken = [line.words for line in before(case) if not line.ours and fold(line.words) not in texts.commands]
        asked = spoken[-1] if spoken else ""
        said = texts.say(ctx.flow.name, "gist", answer=answers, asked=asked).strip() or said
    return str(shown_plainly(said)) or ctx.matter.title


def deed(entry: Entry, ctx: Context) -> str:
    """What a line of the trail says was done: the word of a move, or of what happens in every procedure."""
    if ctx.rules.texts.has(ctx.flow.name, "moves", entry.verb):
        return ctx.flow.label(entry.verb, ctx)
    numbers = entry.facts.get("heirs", ())
    people = ctx.work.people.many(numbers if isinstance(numbers, (list, tuple)) else ())
    return ctx.rules.texts.say("trail", entry.verb, heirs=[ctx.flow.name_of(person, ctx) for person in people])


def _shown(fields: Sequence[Field], answers: Mapping[str, object]) -> dict[str, str]:
    return {field.key: field.show(answers.get(field.key)) for field in fields}
