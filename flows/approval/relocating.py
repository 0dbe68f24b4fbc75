"""Somebody belongs elsewhere now: turns that came to them by that go to whoever the rule names instead (D10)."""

from __future__ import annotations

from collections.abc import Iterator

from flows.approval.staff import Staff
from flows.approval.standing import ground_of
from flows.approval.steps import flow, follow
from flows.catalogue import Named, Pointing
from flows.context import Context
from flows.route.checks import turns_of
from flows.route.deputies import stand_in
from flows.route.seats import Kind, Seat
from flows.route.stages import Stage
from flows.succession import successor
from storage.records import Case, Membership, Person, Task


def pass_on(task: Task, case: Case, mover: Person, ctx: Context) -> None:
    """One turn; what came to them by name, from a colleague, or in somebody's place stays theirs.

    Without anybody to take over they keep it: nothing waits for nobody.
    """
    ground = ground_of(case, ctx)
    stage = ground.route.get(task.stage)
    seats = [seat for seat in turns_of(mover.id, task.stage, ground) if _came_by_rule(seat, mover)]
    staff = Staff(case, ctx)
    if stage is None or not seats or _is_named(stage, mover, staff):
        return
    asked = {seat.person for seat in ground.now.rounds[stage.name].seats}
    barred = asked | {case.requester_id}
    found = (stand_in(one, staff.substitute, barred) for one in _instead(stage, mover, staff) if one not in barred)
    to = next((one for one in found if one is not None), None)
    if to is None:
        return
    who = ctx.work.people.get(to)
    seat = f"{ground.route.index(stage.name)}.{mover.id}"
    answers = {"seat": seat, "who": {"id": who.id, "text": who.name}, "why": mover.name}
    flow.perform(follow, case, answers, ctx.as_system())


flow.relocate = pass_on


def _came_by_rule(seat: Seat, mover: Person) -> bool:
    return seat.kind is Kind.NAMED and seat.asked == mover.id and not seat.held


def _is_named(stage: Stage, mover: Person, staff: Staff) -> bool:
    """Whether the rule names them still; a rule that never did (who is asked as a last resort) is not lost."""
    by_place = any(not isinstance(one, Named) or one.pointing in _PLACES for one in stage.who)
    return not by_place or any(mover.id in staff.named(one) for one in stage.who)


_PLACES = {Pointing.HEAD_OF: Membership.LEAD, Pointing.GROUP: Membership.UNIT, Pointing.ROLE: Membership.ROLE}


def _instead(stage: Stage, mover: Person, staff: Staff) -> Iterator[int]:
    """Whoever the rule names now, the successor of a table, the head of the department whose members are asked."""
    people = staff.ctx.work.people
    for pointer in stage.who:
        yield from staff.named(pointer)
    named = successor(mover, people.get)
    if named is not None:
        yield named.id
    for pointer in stage.who:
        if isinstance(pointer, Named) and pointer.pointing is Pointing.GROUP:
            yield from (head.id for head in people.belonging(Membership.LEAD, pointer.name))
