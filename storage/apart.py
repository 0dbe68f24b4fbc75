"""Accounts taken apart: whatever address books say, they are not the other one's; a proof from both sides joins them.

What two address books take for one person may be two: then somebody says so, and it must not be undone by the next
reading (Q1).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.bulk import among
from storage.schema import accounts, apart

Key = tuple[str, str]


class Apart:
    """The accounts that address books join to nobody."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._insert = postgresql.insert if shared else sqlite.insert

    def follower(self, person_id: int) -> Key | None:
        """Of a person's accounts, the one whose address book does not describe them."""
        query = select(accounts.c.channel, accounts.c.account)
        query = query.where(accounts.c.person_id == person_id, ~accounts.c.leads)
        row = self._connection.execute(query.order_by(accounts.c.gone, accounts.c.channel)).first()
        return (row.channel, row.account) if row else None

    def keep(self, key: Key) -> None:
        """From now on this account is joined by its owner's proof alone."""
        channel, account = key
        self._connection.execute(self._insert(apart).values(channel=channel, account=account).on_conflict_do_nothing())


def of(connection: Connection, channel: str, named: Collection[str]) -> set[str]:
    """Of these accounts, those taken apart."""
    query = select(apart.c.account).where(apart.c.channel == channel, among(apart.c.account, named))
    return set(connection.execute(query).scalars())
