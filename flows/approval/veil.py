"""Which answers of a request somebody never sees: those that the stages hide in which they are asked (C4)."""

from __future__ import annotations

from collections.abc import Mapping

from flows.approval.standing import route_of, standing
from flows.approval.steps import flow
from flows.context import SYSTEM, Context
from flows.route.folding import Standing
from flows.route.steps import Added, Left, Lent, Moved, Opened, Rebased
from storage.records import Case, Person


def hides(person: Person, case: Case, ctx: Context) -> frozenset[str]:
    """What all of somebody's stages hide; nothing of one's own request, nor from whoever is in no stage at all.

    It is looked up in what has happened each time: whoever stands in, was brought in, or had a turn and passed it on
    belongs to the stage as much as those it names.
    """
    stages = route_of(ctx).stages
    if person.id in (case.requester_id, SYSTEM.id) or not any(stage.hides for stage in stages):
        return frozenset()
    theirs = asked_in(person.id, standing(case, ctx))
    hidden = [stage.hides for stage in stages if stage.name in theirs]
    if theirs and not hidden:  # of a stage that another version of the matter no longer has
        return frozenset().union(*(stage.hides for stage in stages))
    return frozenset.intersection(*hidden) if hidden else frozenset()


flow.hides = hides


def asked_in(person: int, now: Standing) -> set[str]:
    """The stages in which somebody has ever been asked, or told."""
    members: dict[str, set[int]] = {}
    for _, step in now.history:
        match step:
            case Opened(stage=stage, seats=seats):
                members.setdefault(stage, set()).update(seat.person for seat in seats)
            case Moved(stage=stage, to=to) | Lent(stage=stage, to=to):
                members.setdefault(stage, set()).add(to)
            case Added(stage=stage, who=who):
                members.setdefault(stage, set()).update(who)
            case Left(person=gone, to=to):
                _follow(gone, to, members)
            case Rebased(carried=carried):
                members |= {name: {*members.get(name, ()), *members.get(was, ())} for name, was in carried}
    return {stage for stage, people in members.items() if person in people}


def _follow(gone: int, to: int, members: Mapping[str, set[int]]) -> None:
    """Who takes over is of the same stages."""
    for people in members.values():
        if gone in people:
            people.add(to)
