"""The names of departments, as the address book has them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.people import People
from storage.records import Membership
from storage.schema import memberships

_NAMES = select(memberships.c.name).where(memberships.c.kind.in_([Membership.UNIT, Membership.LEAD])).distinct()


class Units:
    """Read once and kept until people change."""

    def __init__(self, connection: Connection, people: People) -> None:
        self._connection = connection
        self._people = people

    def names(self) -> Sequence[str]:
        """Every department somebody is in or heads, in order."""
        return self._people.derived(("units",), self._read)

    def _read(self) -> Sequence[str]:
        return sorted(self._connection.execute(_NAMES).scalars())
