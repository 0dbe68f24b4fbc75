"""Answers that people of a stage may change: which, how, and what is told of it (C4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.approval.standing import entries_of, ground_of, taken
from flows.approval.turns import acts, turns
from flows.colleagues import as_options
from flows.context import Context
from flows.declaring import declared
from flows.forms import Answers, Choice, Field, Files, Option, Reading, Unfit
from flows.moves import Outcome
from flows.route import steps
from flows.route.opening import newly_needed
from flows.veils import CHANGED
from storage.records import Case, Entry


@dataclass(frozen=True, slots=True)
class Change:
    """An answer as it was and as it is, in words."""

    ask: str
    label: str
    was: str
    now: str


def editable(case: Case, ctx: Context, turn: int = 0) -> list[Field]:
    """What whoever acts may change now, of what was asked at all."""
    keys = {key for one in turns(case, ctx, turn) if one.stage and acts(one) for key in one.stage.edits}
    return [one for one in ctx.matter.form.put(case.answers) if one.key in keys]


def may_edit(case: Case, ctx: Context, turn: int) -> bool:
    """Whether there is anything."""
    return bool(editable(case, ctx, turn))


def lines_to_edit(case: Case, ctx: Context) -> Sequence[Option]:
    """The same as answers to choose from, with what stands there now."""
    texts = ctx.rules.texts
    return [
        Option(
            one.key,
            texts.say("approval", "line", label=one.label, value=one.show(case.answers.get(one.key))),
            (one.label,),
        )
        for one in editable(case, ctx)
    ]


def put_right(field: Field | None, said: str, case: Case, ctx: Context) -> tuple[dict[str, object], Change]:
    """All answers with one read anew from words; raises `Unfit` where these do not fit, or change nothing."""
    if field is None or isinstance(field, Files):
        raise Unfit("not_to_change")
    if isinstance(field, Choice) and any(option.value == said for option in field.options):
        value: object = said
    else:
        read = field.read(said, _reading(ctx), None)
        if read.unfit is not None:
            raise read.unfit
        value = read.value
    if field.lacks(value) is not None:
        raise Unfit("say_it_whole")
    was, now = field.show(case.answers.get(field.key)), field.show(value)
    if was == now:
        raise Unfit("is_so_already", label=field.label, value=now)
    given = declared(ctx.matter.form.filled({**case.answers, field.key: value}), ctx, anew={field.key})
    return given, Change(field.key, field.label, was, now)


def _reading(ctx: Context) -> Reading:
    people, texts = ctx.work.people, ctx.rules.texts
    works = ctx.rules.calendar.works_on
    return Reading(ctx.now, ctx.rules.places, ctx.rules.zone, works, lambda name: as_options(people.named(name), texts))


def kept(change: Change) -> dict[str, object]:
    """A change as a line of the trail keeps it."""
    return {CHANGED: {"ask": change.ask, "label": change.label, "was": change.was, "now": change.now}}


def change_in(entry: Entry) -> Change | None:
    """The change a line of the trail made."""
    found = entry.facts.get(CHANGED)
    if not isinstance(found, Mapping):
        return None
    return Change(str(found.get("ask", "")), str(found["label"]), str(found["was"]), str(found["now"]))


def revise(case: Case, answers: Answers, ctx: Context, turn: int) -> Outcome:
    """One answer changed by somebody of a stage that may; whoever has it before them is asked once more."""
    key = str(answers.get("line"))
    mine = next((one for one in turns(case, ctx, turn) if one.stage and key in one.stage.edits), None)
    if mine is None or mine.stage is None:
        raise Unfit("not_to_change")
    field = next((one for one in editable(case, ctx, turn) if one.key == key), None)
    given, change = put_right(field, str(answers.get("value") or ""), case, ctx)
    needed = newly_needed(ground_of(case, ctx), given)
    outcome = taken(steps.Revised(mine.stage.name, ctx.person.id, key, needed), case, ctx, given)
    return Outcome(outcome.to, {**outcome.facts, **kept(change)}, outcome.answers, anew=_readers(key, case, ctx))


def _readers(key: str, case: Case, ctx: Context) -> frozenset[int]:
    """Those whose turn it is and who have the answer before them."""
    holders = ctx.work.people.many(task.person_id for task in ctx.work.tasks.open_on(case.id))
    return frozenset(one.id for one in holders if key not in ctx.flow.hides(one, case, ctx))


def changes_since_return(case: Case, ctx: Context) -> list[Change]:
    """What the applicant put right since it was sent back."""
    found: list[Change] = []
    for entry in reversed(entries_of(case, ctx)):
        if entry.verb == "send_back":
            break
        change = change_in(entry) if entry.verb == "amend" else None
        found += [change] if change else []
    return found[::-1]
