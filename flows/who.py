"""Ways to name people: the requester, the desk, a superior, whoever made a move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from flows.catalogue import ByField, Named, Pointer, Pointing
from flows.succession import heirs, successor
from flows.texts import Texts
from storage.records import Case, Entry, Membership, Person
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.flow import Context, Move

HANDED_OVER = "handed_over"
"""The line of a trail that says who took over somebody's turn: by `person_id`, to `heirs`."""


def would_be(answers: Mapping[str, object], ctx: Context) -> Case:
    """A case that is not there yet, for what goes by who asks and what they answered."""
    flow, matter, now = ctx.flow, ctx.matter, ctx.now
    return Case(0, "", flow.name, matter.name, matter.digest, flow.starts, 0, ctx.person.id, answers, now, now)


Who = Callable[[Case, "Context"], Sequence[Person]]


def requester(case: Case, ctx: Context) -> Sequence[Person]:
    """Who asked for it; once they have left their successor, else the superior, so that nothing waits for them (Q1)."""
    return _still_here([ctx.work.people.get(case.requester_id)], ctx) or superior(case, ctx)


def desk(case: Case, ctx: Context) -> Sequence[Person]:
    """Who does such things at that place; the superior when nobody does, so that nothing stalls (D11)."""
    return point(ctx.matter.desk, case, ctx) or superior(case, ctx)


def superior(case: Case, ctx: Context) -> Sequence[Person]:
    """Whom the office named for what the desk leaves lying; those who run xiaoban when nobody is."""
    return point(ctx.matter.superior, case, ctx) or administrators(case, ctx)


def administrators(case: Case, ctx: Context) -> Sequence[Person]:
    """Those who run xiaoban: the last resort."""
    role = ctx.rules.texts.say("roles", "administrator")
    return ctx.work.people.belonging(Membership.ROLE, role)


def office(case: Case, ctx: Context) -> Sequence[Person]:
    """The office's own people, by its roles, without who asks."""
    roles = ctx.rules.texts.words("roles", "office")
    found = [one for role in roles for one in ctx.work.people.belonging(Membership.ROLE, role)]
    return [one for one in dict.fromkeys(found) if one.id != case.requester_id]


def holders(case: Case, ctx: Context) -> Sequence[Person]:
    """Whose turn it is."""
    return ctx.work.people.many(task.person_id for task in ctx.work.tasks.open_on(case.id))


def whoever(*moves: Move) -> Who:
    """Who made one of these moves last, read from the trail."""
    verbs = {move.verb for move in moves}

    def who(case: Case, ctx: Context) -> Sequence[Person]:
        holders = _holders(ctx.work.trail.of(case_subject(case.id)), verbs)
        found = [one for person in ctx.work.people.many(holders) for one in _or_heirs(person, ctx)]
        return list(dict.fromkeys(found))

    return who


def _holders(entries: Sequence[Entry], verbs: set[str]) -> Sequence[int]:
    """Who made one of these moves last; when it was handed over since, who has it now."""
    holders: list[int] = []
    for entry in entries:
        if entry.verb in verbs and entry.person_id is not None:
            holders = [entry.person_id]
        elif entry.verb == HANDED_OVER and entry.person_id in holders:
            takers = entry.facts.get("heirs", ())
            more = [int(id) for id in takers] if isinstance(takers, (list, tuple)) else []
            holders = [id for id in holders if id != entry.person_id] + more
    return holders


def _or_heirs(person: Person, ctx: Context) -> Sequence[Person]:
    """Somebody, or who has taken over from them."""
    role = ctx.rules.texts.say("roles", "administrator")
    return [person] if person.active else heirs(person, ctx.work.people, role)


def _still_here(people: Sequence[Person], ctx: Context) -> list[Person]:
    """Those who are still here, and the successors that others have named."""
    find = ctx.work.people.get
    found = [person if person.active else successor(person, find) for person in people]
    return list(dict.fromkeys(person for person in found if person is not None))


def is_office(person: Person, texts: Texts) -> bool:
    """Whether somebody has one of the roles that see all cases."""
    return bool({texts.say("roles", "administrator"), *texts.words("roles", "office")} & set(person.roles))


def may_see(person: Person, case: Case, ctx: Context) -> bool:
    """Whether a case concerns somebody: who asked, whose turn it is or was, who acted, who was told of it
    (抄送), whom it goes up to, the office.

    To everybody else there is no such case.
    """
    if person.id == case.requester_id or is_office(person, ctx.rules.texts):
        return True
    if ctx.work.tasks.has_held(case.id, person.id):
        return True
    if person.id in ctx.flow.told(case, ctx):
        return True
    acted = any(entry.person_id == person.id for entry in ctx.work.trail.of(case_subject(case.id)))
    return acted or any(one.id == person.id for one in (*requester(case, ctx), *superior(case, ctx)))


def point(pointer: Pointer, case: Case, ctx: Context) -> Sequence[Person]:
    """The active people a matter points at; nobody when it goes by an answer that was not given (D11)."""
    if isinstance(pointer, ByField):
        answer = case.answers.get(pointer.field)
        named = pointer.table.get(str(answer.get("area") if isinstance(answer, Mapping) else answer))
        return point(named, case, ctx) if named else []
    return [person for person in _named(pointer, case, ctx) if person.active]


def _named(pointer: Named, case: Case, ctx: Context) -> Sequence[Person]:
    people = ctx.work.people
    match pointer.pointing:
        case Pointing.PERSON:
            return people.named(pointer.name) or _still_here(people.named(pointer.name, active=False), ctx)
        case Pointing.ROLE:
            return people.belonging(Membership.ROLE, pointer.name)
        case Pointing.GROUP:
            return people.belonging(Membership.UNIT, pointer.name)
        case Pointing.HEAD_OF if pointer.name == Pointing.REQUESTER:
            units = people.get(case.requester_id).units
            return [head for unit in units for head in people.belonging(Membership.LEAD, unit)]
        case Pointing.HEAD_OF:
            return people.belonging(Membership.LEAD, pointer.name)
        case Pointing.REQUESTER:
            return _still_here([people.get(case.requester_id)], ctx)
