"""The people of the office as a route knows them: by number, with their superiors and stand-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.context import Context
from flows.pointers import Pointer
from flows.succession import heir, heirs
from flows.who import administrators, point, superior
from storage.records import Case, Membership


@dataclass(frozen=True, slots=True)
class Staff:
    """What `flows.route.opening.Office` asks for, as one case sees it."""

    case: Case
    ctx: Context

    def named(self, pointer: Pointer) -> Sequence[int]:
        """The active people a rule names."""
        return [person.id for person in point(pointer, self.case, self.ctx)]

    def name(self, person: int) -> str:
        """What somebody is called."""
        return self.ctx.work.people.get(person).name

    def superior(self, person: int) -> int | None:
        """Who stands above somebody: as the address book says, else the head of their department."""
        people = self.ctx.work.people
        found = people.get(person)
        if found.superior_id is not None:
            above = people.get(found.superior_id)
            standing = above if above.active else heir(above, people.get)
            if standing is not None and standing.id != person:
                return standing.id
        heads = [head.id for unit in found.units for head in people.belonging(Membership.LEAD, unit)]
        return next((head for head in heads if head != person), None)

    def administrators(self) -> Sequence[int]:
        """Who answers for the whole, then those who run xiaoban."""
        return [one.id for one in (*superior(self.case, self.ctx), *administrators(self.case, self.ctx))]

    def substitute(self, person: int) -> int | None:
        """Who stands in for somebody now."""
        deputy = self.ctx.work.deputies.at(person, self.ctx.now)
        return deputy.deputy_id if deputy else None

    def successor(self, person: int) -> int | None:
        """Who takes over from somebody who has left; None for somebody who is here."""
        people = self.ctx.work.people
        found = people.get(person)
        if found.active:
            return None
        takers = heirs(found, people, self.ctx.rules.texts.say("roles", "administrator"))
        able = [one.id for one in takers] + list(self.administrators())
        return next((one for one in able if one not in (person, self.case.requester_id)), None)
