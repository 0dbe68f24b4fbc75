"""Ways to name people: the requester, the desk, a superior, whoever made a move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from flows.catalogue import ByField, Named, Pointer, Pointing
from flows.texts import Texts
from storage.records import Case, Membership, Person
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.flow import Context, Move

Who = Callable[[Case, "Context"], Sequence[Person]]


def requester(case: Case, ctx: Context) -> Sequence[Person]:
    """Who asked for it."""
    return [ctx.work.people.get(case.requester_id)]


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


def whoever(*moves: Move) -> Who:
    """Who made one of these moves last, read from the trail."""
    verbs = {move.verb for move in moves}

    def who(case: Case, ctx: Context) -> Sequence[Person]:
        entries = ctx.work.trail.of(case_subject(case.id))
        made = [entry.person_id for entry in entries if entry.verb in verbs and entry.person_id is not None]
        if not made:
            return []
        return [found for found in ctx.work.people.many(made[-1:]) if found.active]

    return who


def is_office(person: Person, texts: Texts) -> bool:
    """Whether somebody has one of the roles that see all cases."""
    return bool({texts.say("roles", "administrator"), *texts.words("roles", "office")} & set(person.roles))


def may_see(person: Person, case: Case, ctx: Context) -> bool:
    """Whether a case concerns somebody: who asked, whose turn it is or was, who acted, whom it goes up to, the office.

    To everybody else there is no such case.
    """
    if person.id == case.requester_id or is_office(person, ctx.rules.texts):
        return True
    if ctx.work.tasks.has_held(case.id, person.id):
        return True
    acted = any(entry.person_id == person.id for entry in ctx.work.trail.of(case_subject(case.id)))
    return acted or any(above.id == person.id for above in superior(case, ctx))


def point(pointer: Pointer, case: Case, ctx: Context) -> Sequence[Person]:
    """The active people a matter points at; nobody when it goes by an answer that was not given (D11)."""
    if isinstance(pointer, ByField):
        named = pointer.table.get(str(case.answers.get(pointer.field)))
        return point(named, case, ctx) if named else []
    return [person for person in _named(pointer, case, ctx) if person.active]


def _named(pointer: Named, case: Case, ctx: Context) -> Sequence[Person]:
    people = ctx.work.people
    match pointer.pointing:
        case Pointing.PERSON:
            return people.named(pointer.name)
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
            return [people.get(case.requester_id)]
