"""People this process has read already, kept from one transaction to the next until anybody changes.

Every change of people counts up one counter in its own transaction, so that who reads it knows whether what is kept
still holds, whichever process made the change (docs/architecture.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.bulk import one_of
from storage.records import Membership, Person
from storage.schema import counters, memberships, people

Key = tuple[str, str]
"""A channel and an account on it; two schools' equal names never meet (one channel is one corp)."""
CHANGES = "people:changes"
"""The counter; no series of cases has a colon in its name."""
MOST = 50_000
"""So many people are kept at most; beyond that all are forgotten and those who come are read anew."""
PLACES = {
    Membership.UNIT: "units",
    Membership.LEAD: "leads",
    Membership.ROLE: "roles",
    Membership.SKILL: "skills",
    Membership.LICENCE: "licences",
    Membership.AREA: "areas",
}
"""Where a person keeps what they belong to."""
_SO_FAR = select(counters.c.value).where(counters.c.name == CHANGES)
_OWN = ("id", "name", "superior_id", "position", "active", "listed", "successor_id")
_BELONGS = select(memberships.c.person_id, memberships.c.kind, memberships.c.name)
_BELONGS = _BELONGS.where(one_of(memberships.c.person_id, "ids")).order_by(memberships.c.name)
_THEMSELVES = select(*(people.c[c] for c in _OWN)).where(one_of(people.c.id, "ids"))


@dataclass(slots=True)
class Seen:
    """Who was read while so many changes had been made. Only what is there is kept, never that somebody is not."""

    changes: int
    people: dict[int, Person] = field(default_factory=dict)
    accounts: dict[Key, int] = field(default_factory=dict)
    belonging: dict[tuple[str, str], Sequence[int]] = field(default_factory=dict)
    derived: dict[Hashable, Any] = field(default_factory=dict)

    def keep(self, found: dict[int, Person]) -> None:
        """Remember people whom others have written, and committed."""
        if len(self.people) + len(found) > MOST:
            self.people.clear()
            self.accounts.clear()
        self.people.update(found)


class Acquaintance:
    """What all transactions of a process share; threads may meet here, and at worst read something twice."""

    def __init__(self) -> None:
        self._newest = Seen(-1)

    def as_of(self, changes: int) -> Seen:
        """Who was seen after so many changes; nobody yet for one who still sees how it was before."""
        if changes > self._newest.changes:
            self._newest = Seen(changes)
        newest = self._newest
        return newest if newest.changes == changes else Seen(changes)


def changes_so_far(connection: Connection) -> int:
    """How often people were changed, as this transaction sees it."""
    return connection.execute(_SO_FAR).scalar() or 0


def count_a_change(connection: Connection) -> None:
    """What anybody keeps of people holds no longer, once this transaction is committed."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(counters).values(name=CHANGES, value=1)
    more = {"value": counters.c.value + 1}
    connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=more))


def read_people(connection: Connection, ids: Collection[int]) -> dict[int, Person]:
    """People with all that they belong to, by number."""
    belongs: dict[tuple[int, str], list[str]] = defaultdict(list)
    for id, kind, name in connection.execute(_BELONGS, {"ids": ids}).all():
        belongs[id, kind].append(name)
    found = {}
    for row in connection.execute(_THEMSELVES, {"ids": ids}).all():
        own: dict[str, Any] = dict(zip(_OWN, row, strict=True))
        for kind, place in PLACES.items():
            own[place] = tuple(belongs.get((own["id"], kind), ()))
        found[own["id"]] = Person(**own)
    return found
