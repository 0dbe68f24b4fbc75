"""Who stands in for somebody who has left: their successor, their superior, the head of their unit (Q1, D10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from storage.people import People
from storage.records import Membership, Person

REACH = 20
"""How many steps are followed: a longer chain is a mistake, and a circle has no end (F26)."""

Find = Callable[[int], Person]


def successor(person: Person, find: Find) -> Person | None:
    """The first active one among the successor, the successor's successor, and so on."""
    seen = {person.id}
    while person.successor_id is not None and person.successor_id not in seen and len(seen) <= REACH:
        person = find(person.successor_id)
        if person.active:
            return person
        seen.add(person.id)
    return None


def heir(person: Person, find: Find) -> Person | None:
    """Who takes over from somebody by name: the successor, else the superior or theirs, and so on upwards."""
    seen = {person.id}
    found = successor(person, find)
    while found is None and person.superior_id is not None and person.superior_id not in seen and len(seen) <= REACH:
        person = find(person.superior_id)
        seen.add(person.id)
        found = person if person.active else successor(person, find)
    return found


def heirs(person: Person, people: People, administrator: str) -> Sequence[Person]:
    """Who takes over: one person, as near as can be; those who run xiaoban when there is nobody."""
    found = heir(person, people.get)
    if found is not None:
        return [found]
    heads = [head for unit in person.units for head in people.belonging(Membership.LEAD, unit) if head.id != person.id]
    return heads[:1] or people.belonging(Membership.ROLE, administrator)
