"""Somebody's turn goes to others because they have left (D10, F24): in one place, whatever the procedure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.flow import Context, Notice, about_turn
from flows.succession import heirs, successor
from flows.veils import files_of
from flows.who import HANDED_OVER, requester, superior
from storage.records import Case, Person, Task
from storage.trail import case_subject

YOURS, THEIRS = Notice("leaving", "yours"), Notice("leaving", "theirs")
NOTICES = (YOURS, THEIRS)
"""Told in every procedure."""


class Nobody(Exception):
    """There is nobody who could take over: an office without anybody who runs xiaoban."""


def hand_over(task: Task, case: Case, leaver: Person, ctx: Context) -> None:
    """Close somebody's turn and open it for who takes over; raises `Nobody` when there is no one.

    The case must be held, since it is not moved: its state, its version and its timers stay as they are. Colleagues
    who share the turn have it anyway.
    """
    ctx = replace(ctx, person=leaver)
    open_tasks = ctx.work.tasks.open_on(case.id)
    others = [other for other in open_tasks if other.person_id != leaver.id and other.state == task.state]
    colleagues = [] if ctx.flow.each_counts else others
    takers = _takers(case, leaver, bool(colleagues), ctx)
    if not takers and not colleagues:
        raise Nobody(f"{case.number}: {leaver.name}")
    if takers:
        numbers = [person.id for person in takers]
        facts = {"heirs": numbers}
        ctx.work.trail.append(case_subject(case.id), HANDED_OVER, at=ctx.now, person_id=leaver.id, facts=facts)
    ctx.work.tasks.pass_on(task, [person.id for person in takers], ctx.now)
    ctx.flow.close_cards(about_turn(case, task.turn), [leaver.id], _closing(leaver, takers, ctx), ctx)
    _tell(takers, case, leaver, ctx)


def _takers(case: Case, leaver: Person, shared: bool, ctx: Context) -> Sequence[Person]:
    """Who takes over: for a requester, who speaks for them now; for others their heirs, unless colleagues have it."""
    if leaver.id == case.requester_id:
        return requester(case, ctx)
    people = ctx.work.people
    if shared:
        named = successor(leaver, people.get)
        return [named] if named else []
    found = heirs(leaver, people, ctx.rules.texts.say("roles", "administrator"))
    if not ctx.flow.each_counts:
        return found
    able = [person for person in (*found, *superior(case, ctx)) if person.id != case.requester_id]
    return able[:1]  # one word for one word, and never the requester's own (F21)


def _closing(leaver: Person, takers: Sequence[Person], ctx: Context) -> str:
    names = [ctx.flow.name_of(person, ctx) for person in takers]
    return ctx.rules.texts.say("leaving", "closing", actor=ctx.flow.name_of(leaver, ctx), names=names, now=ctx.now)


def _tell(takers: Sequence[Person], case: Case, leaver: Person, ctx: Context) -> None:
    """The card with its buttons and pictures to who takes over; who has it now to who asked for it."""
    if not takers:
        return
    ctx.flow.tell(takers, YOURS, case, ctx)
    for taker in takers:
        ctx.flow.show_files([taker], files_of(taker, case, ctx), ctx)
    told = {person.id for person in takers} | {leaver.id}
    ctx.flow.tell([person for person in requester(case, ctx) if person.id not in told], THEIRS, case, ctx)
