"""A request that goes by another version of its matter from now on (C9); what it keeps is in `flows.route.moving`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.approval.staff import Staff
from flows.approval.standing import gone_on, ground_of, route_of
from flows.approval.states import state_of
from flows.approval.steps import flow, renew
from flows.catalogue import Matter
from flows.context import Context
from flows.forms import Choice, Form
from flows.moves import Leading, Outcome
from flows.renewing import Unmovable
from flows.route.checks import Ground
from flows.route.folding import after
from flows.route.moving import carry, shifts
from flows.route.steps import to_facts
from storage.records import Case


def go_by(case: Case, matter: Matter, why: str, by: str, ctx: Context) -> Case:
    """Have a request go by this version; raises `Unmovable` with the reason why it cannot."""
    if matter.route is None:
        raise Unmovable("no_stages")
    _check(case.answers, ctx.matter.form, matter.form)
    move = replace(renew, leads=_leading(matter))
    return flow.perform(move, case, {"why": why}, ctx.as_system(), facts={"by": by})


flow.renewing = go_by


def _check(answers: Mapping[str, object], old: Form, new: Form) -> None:
    """Nobody is asked again: what the new version must know has to have been answered, and in its own way."""
    for field in new.put(answers):
        was, given = old.get(field.key), answers.get(field.key)
        if given is None and not (field.optional or field.default):
            raise Unmovable("not_answered", label=field.label)
        if given is None:
            continue
        gone = isinstance(field, Choice) and all(option.value != given for option in field.options)
        if gone or (was is not None and type(was) is not type(field)):
            raise Unmovable("asked_otherwise", label=field.label)


def _leading(matter: Matter) -> Leading:
    """What going by this version comes to: the step, and all that begins by itself because of it."""

    def leading(case: Case, _answers: object, ctx: Context, _turn: int) -> Outcome:
        ground, theirs = ground_of(case, ctx), replace(ctx, matter=matter)
        old, new = ground.route, route_of(theirs)
        answers = matter.form.filled(case.answers)
        step = carry(ground.now, old, new, answers)
        moved = Ground(new, after(ground.now, step, ctx.now, new), case.requester_id, ctx.now)
        moved, found = gone_on(moved, answers, Staff(replace(case, answers=answers), theirs))
        changed = [[one.kind, one.stage, one.was] for one in shifts(old, new, ground.now, moved.now)]
        facts = {
            "steps": [to_facts(one) for one in (step, *found)],
            "was": ctx.matter.digest,
            "now": matter.digest,
            "shifts": changed,
        }
        return Outcome(state_of(moved.now), facts, answers, matter)

    return leading
