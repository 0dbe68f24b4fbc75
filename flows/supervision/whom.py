"""The people of a supervised item: who does it, who supports, who checks, who asked, whom a colour calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flows.context import Context
from flows.succession import heir
from flows.supervising import Near, Shade
from flows.supervision.items import item_of, rules_of
from flows.units import units_in
from flows.who import desk, point, requester, superior
from storage.records import Case, Membership, Person


def heads(units: Iterable[str], ctx: Context) -> list[Person]:
    """Who heads these departments."""
    return _once(head for unit in units for head in ctx.work.people.belonging(Membership.LEAD, unit))


def _once(people: Iterable[Person]) -> list[Person]:
    return list({person.id: person for person in people if person.active}.values())


def _named(answer: object, ctx: Context) -> list[Person]:
    """The person in an answer; once they have left, who took over from them, as their turns did (Q1)."""
    if not isinstance(answer, Mapping) or not answer.get("id"):
        return []
    person = ctx.work.people.get(int(str(answer["id"])))
    found = person if person.active else heir(person, ctx.work.people.get)
    return [found] if found is not None else []


def person_of(case: Case, ctx: Context) -> Sequence[Person]:
    """Who is to do it, else who heads the lead unit, so that it is always somebody's."""
    return _named(case.answers.get("person"), ctx) or heads(units_in(case.answers.get("lead")), ctx)


def lead_heads(case: Case, ctx: Context) -> Sequence[Person]:
    """Who heads the lead unit."""
    return heads(units_in(case.answers.get("lead")), ctx)


def responsible(case: Case, ctx: Context) -> Sequence[Person]:
    """Who acts for the lead unit; the superior where nobody is left there."""
    return _once((*person_of(case, ctx), *lead_heads(case, ctx))) or superior(case, ctx)


def supporting(case: Case, ctx: Context) -> Sequence[Person]:
    """Who heads the supporting units; one that leads by now does not support itself."""
    leading = units_in(case.answers.get("lead"))
    return heads([unit for unit in units_in(case.answers.get("support")) if unit not in leading], ctx)


def still_supporting(case: Case, ctx: Context) -> Sequence[Person]:
    """Those of them who have not said that their share is done."""
    shared = item_of(case, ctx).shared
    return [person for person in supporting(case, ctx) if person.id not in shared]


def bureau(case: Case, ctx: Context) -> Sequence[Person]:
    """Who supervises: checks, rules, grants."""
    return desk(case, ctx)


def named_asker(case: Case, ctx: Context) -> Sequence[Person]:
    """The leader who asked for it, where one is named."""
    return _named(case.answers.get("asker"), ctx)


def asker(case: Case, ctx: Context) -> Sequence[Person]:
    """Who gets the result: the leader who asked for it, else who wrote it down."""
    return named_asker(case, ctx) or requester(case, ctx)


def leaders(case: Case, ctx: Context) -> Sequence[Person]:
    """Whom the lead unit's heads report to, as the address book says."""
    above = [head.superior_id for head in lead_heads(case, ctx)]
    return _once(ctx.work.people.get(id) for id in above if id is not None)


def appointers(case: Case, ctx: Context) -> Sequence[Person]:
    """Who may name somebody else to do it: the lead unit's heads, and the office."""
    return _once((*lead_heads(case, ctx), *bureau(case, ctx)))


def granters(case: Case, ctx: Context) -> Sequence[Person]:
    """Who may grant more time: the office, and from the second time on the leader who asked after it (I2)."""
    return named_asker(case, ctx) if item_of(case, ctx).halfway else bureau(case, ctx)


def urgers(case: Case, ctx: Context) -> Sequence[Person]:
    """Who may urge it."""
    told = point(rules_of(ctx).urged_by, case, ctx)
    return _once((*bureau(case, ctx), *named_asker(case, ctx), *leaders(case, ctx), *told))


def checkers(case: Case, ctx: Context) -> Sequence[Person]:
    """Who is asked whether it still holds, and may open it again."""
    return _once((*asker(case, ctx), *bureau(case, ctx)))


def called(shade: Shade, case: Case, ctx: Context) -> Sequence[Person]:
    """Whom a colour calls; the superior where that is nobody."""
    found: list[Person] = []
    for one in shade.tell:
        match one:
            case Near.RESPONSIBLE:
                found += person_of(case, ctx)
            case Near.HEAD:
                found += lead_heads(case, ctx)
            case Near.LEADER:
                found += leaders(case, ctx)
            case Near.ASKER:
                found += asker(case, ctx)
            case _:
                found += point(one, case, ctx)
    return _once(found) or superior(case, ctx)


def concerned(case: Case, ctx: Context) -> frozenset[int]:
    """Who may see it beside those it is or was the turn of: its units' people, who asked, the office, the leaders."""
    people = (
        *responsible(case, ctx),
        *supporting(case, ctx),
        *heads(item_of(case, ctx).refusals, ctx),
        *urgers(case, ctx),
    )
    return frozenset(person.id for person in people)
