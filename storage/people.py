"""People: who they are, by which account they reach us, and what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.bulk import among, insert_many
from storage.outbox import LINES
from storage.records import Listing, Membership, Person
from storage.schema import accounts, cases, drafts, files, memberships, outbox, people, sessions, shown, tasks, trail

Key = tuple[str, str]
"""A channel and an account on it; two schools' equal names never meet (one channel is one corp)."""

FOLLOWS = (
    accounts.c.person_id, cases.c.requester_id, drafts.c.person_id, files.c.person_id, outbox.c.person_id,
    people.c.superior_id, sessions.c.person_id, shown.c.person_id, tasks.c.person_id,
)  # fmt: skip
"""What goes over to the person when somebody turns out to be their double."""
STAYS = (memberships.c.person_id, trail.c.person_id)
"""What does not: memberships are the address book's to say, and the trail is never rewritten."""


class People:
    """People as one transaction sees them; read once, then remembered until it ends."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._insert = postgresql.insert if shared else sqlite.insert
        self._by_id: dict[int, Person] = {}
        self._by_account: dict[Key, int | None] = {}

    def preload(self, keys: Collection[Key]) -> None:
        """Read many at once, so that a group of events costs two queries."""
        unknown = [key for key in dict.fromkeys(keys) if key not in self._by_account]
        if not unknown:
            return
        found: dict[Key, int] = {}
        for channel in {channel for channel, _ in unknown}:
            named = [account for where, account in unknown if where == channel]
            query = select(accounts.c.account, accounts.c.person_id)
            query = query.where(accounts.c.channel == channel, among(accounts.c.account, named))
            found.update({(channel, row.account): row.person_id for row in self._connection.execute(query)})
        self._by_account.update({key: found.get(key) for key in unknown})
        self._load(set(found.values()) - self._by_id.keys())

    def _load(self, ids: Collection[int]) -> None:
        if not ids:
            return
        belongs: dict[tuple[int, str], list[str]] = defaultdict(list)
        query = select(memberships).where(among(memberships.c.person_id, ids)).order_by(memberships.c.name)
        for row in self._connection.execute(query):
            belongs[row.person_id, row.kind].append(row.name)
        for row in self._connection.execute(select(people).where(among(people.c.id, ids))):
            self._by_id[row.id] = Person(
                id=row.id,
                name=row.name,
                units=tuple(belongs[row.id, Membership.UNIT]),
                leads=tuple(belongs[row.id, Membership.LEAD]),
                roles=tuple(belongs[row.id, Membership.ROLE]),
                superior_id=row.superior_id,
                position=row.position,
                active=row.active,
                listed=row.listed,
            )

    def by_account(self, channel: str, account: str) -> Person | None:
        """The person behind an account."""
        if (channel, account) not in self._by_account:
            self.preload([(channel, account)])
        id = self._by_account[channel, account]
        return None if id is None else self._by_id[id]

    def get(self, id: int) -> Person:
        """The person of that number; raises KeyError when there is none."""
        self._load({id} - self._by_id.keys())
        return self._by_id[id]

    def many(self, ids: Iterable[int]) -> Sequence[Person]:
        """People in the order of the numbers given."""
        wanted = list(dict.fromkeys(ids))
        self._load(set(wanted) - self._by_id.keys())
        return [self._by_id[id] for id in wanted]

    def belonging(self, kind: Membership, name: str) -> Sequence[Person]:
        """Active people who belong to something, oldest first."""
        query = (
            select(memberships.c.person_id)
            .join(people)
            .where(memberships.c.kind == kind, memberships.c.name == name, people.c.active)
            .order_by(memberships.c.person_id)
        )
        return self.many(self._connection.execute(query).scalars())

    def named(self, name: str) -> Sequence[Person]:
        """Active people of that very name."""
        query = select(people.c.id).where(people.c.name == name, people.c.active).order_by(people.c.id)
        return self.many(self._connection.execute(query).scalars())

    def accounts_of(self, ids: Collection[int]) -> Mapping[int, Sequence[Key]]:
        """Where each person can be reached."""
        query = select(accounts).where(among(accounts.c.person_id, ids)).order_by(accounts.c.channel)
        found: dict[int, list[Key]] = defaultdict(list)
        for row in self._connection.execute(query):
            found[row.person_id].append((row.channel, row.account))
        return found

    def meet(self, channel: str, account: str, now: datetime) -> Person:
        """Know somebody the address book has not told us of yet, by the account's name for now."""
        known = self.by_account(channel, account)
        if known is not None:
            return known
        id = self._add(account, "", active=True, listed=False, now=now)
        self._connection.execute(insert(accounts).values(channel=channel, account=account, person_id=id))
        self._by_account.pop((channel, account))
        return self.get(id)

    def _add(self, name: str, position: str, *, active: bool, listed: bool, now: datetime) -> int:
        values = {"name": name, "position": position, "active": active, "listed": listed, "changed_at": now}
        id: int = self._connection.execute(insert(people).values(values).returning(people.c.id)).scalar_one()
        return id

    def rename(self, channel: str, old: str, new: str) -> None:
        """The platform renamed an account: the same person, rights, and open tasks (F15).

        The address book may have been read before this was told. Then who goes by the new account seems to be
        somebody else, and the two are made one again.
        """
        if old == new:
            return
        this, double = self.by_account(channel, old), self.by_account(channel, new)
        if this is None:
            return
        here = accounts.c.channel == channel
        if double is not None and double.active and double.id != this.id:
            # whom we met only by this event has no past: it was told before, and the other one is the person
            is_stranger = not this.listed and this.id > double.id
            self._unite(*((double, this) if is_stranger else (this, double)))
            self._connection.execute(delete(accounts).where(here, accounts.c.account == old))
        else:
            self._connection.execute(delete(accounts).where(here, accounts.c.account == new))
            self._connection.execute(update(accounts).where(here, accounts.c.account == old).values(account=new))
        self._forget()

    def _unite(self, person: Person, double: Person) -> None:
        """Give one person all that hangs on their double, and what the address book says of it; the trail stays."""
        ours, theirs = tasks.alias(), tasks.c.person_id == double.id
        twice = select(ours.c.id).where(
            ours.c.person_id == person.id,
            ours.c.closed_at.is_(None),
            ours.c.case_id == tasks.c.case_id,
            ours.c.state == tasks.c.state,
        )
        self._connection.execute(delete(tasks).where(theirs, tasks.c.closed_at.is_(None), twice.exists()))
        lines = outbox.c.line + (person.id - double.id) * LINES
        self._connection.execute(update(outbox).where(outbox.c.person_id == double.id).values(line=lines))
        for column in FOLLOWS:
            moved = update(column.table).where(column == double.id)
            self._connection.execute(moved.values({column.name: person.id}))
        if double.listed:
            self._take_over(person, double)
        self._connection.execute(update(people).where(people.c.id == double.id).values(active=False, superior_id=None))
        self._connection.execute(delete(memberships).where(memberships.c.person_id == double.id))

    def _take_over(self, person: Person, double: Person) -> None:
        columns = ("name", "position", "superior_id", "active", "listed", "changed_at")
        found = self._connection.execute(select(*(people.c[c] for c in columns)).where(people.c.id == double.id)).one()
        self._connection.execute(update(people).where(people.c.id == person.id).values(found._asdict()))
        self._connection.execute(delete(memberships).where(memberships.c.person_id == person.id))
        theirs = update(memberships).where(memberships.c.person_id == double.id)
        self._connection.execute(theirs.values(person_id=person.id))

    def set_active(self, person: Person, active: bool, now: datetime) -> None:
        """Let somebody in, or out."""
        self._connection.execute(update(people).where(people.c.id == person.id).values(active=active, changed_at=now))
        self._forget()

    def _forget(self) -> None:
        self._by_id.clear()
        self._by_account.clear()

    def listed_accounts(self, channel: str) -> set[str]:
        """The accounts of active, listed people of one platform."""
        query = select(accounts.c.account).join(people)
        query = query.where(accounts.c.channel == channel, people.c.listed, people.c.active)
        return set(self._connection.execute(query).scalars())

    def learn(self, channel: str, listings: Sequence[Listing], now: datetime) -> None:
        """Bring people in line with an address book; who is missing from it is left as they are.

        Most have not changed since the last time: those cost nothing, and callbacks do not wait for them (F50).
        """
        self.preload([(channel, listing.account) for listing in listings])
        ids: dict[str, int] = {}
        for listing in listings:
            ids[listing.account] = self._put(channel, listing, now)
        changed = [listing for listing in listings if not self._is_known(ids, listing)]
        for listing in changed:
            superior = ids.get(listing.superior or "")
            self._connection.execute(
                update(people).where(people.c.id == ids[listing.account]).values(superior_id=superior)
            )
        self._belong([(ids[listing.account], listing) for listing in changed])
        self._forget()

    def _is_known(self, ids: Mapping[str, int], listing: Listing) -> bool:
        """Whether nothing about somebody has changed."""
        person = self._by_id.get(ids[listing.account])
        return (
            person is not None
            and _is_named(person, listing)
            and person.superior_id == ids.get(listing.superior or "")
            and set(person.units) == set(listing.units)
            and set(person.leads) == set(listing.leads)
            and set(person.roles) == set(listing.roles)
        )

    def _put(self, channel: str, listing: Listing, now: datetime) -> int:
        known = self._by_account[channel, listing.account]
        if known is None:
            known = self._add(listing.name, listing.position, active=listing.active, listed=True, now=now)
            self._connection.execute(insert(accounts).values(channel=channel, account=listing.account, person_id=known))
        elif not _is_named(self._by_id[known], listing):
            self._connection.execute(
                update(people)
                .where(people.c.id == known)
                .values(
                    name=listing.name,
                    position=listing.position,
                    active=listing.active,
                    listed=True,
                    changed_at=now,
                )
            )
        return known

    def _belong(self, listings: Sequence[tuple[int, Listing]]) -> None:
        rows = [
            {"person_id": id, "kind": kind, "name": name}
            for id, listing in listings
            for kind, names in (
                (Membership.UNIT, listing.units),
                (Membership.LEAD, listing.leads),
                (Membership.ROLE, listing.roles),
            )
            for name in names
        ]
        ids = [id for id, _ in listings]
        self._connection.execute(delete(memberships).where(among(memberships.c.person_id, ids)))
        insert_many(self._connection, memberships, rows, anew=False)

    def count(self) -> int:
        """How many active people we know."""
        return self._connection.execute(select(func.count()).where(people.c.active)).scalar_one()


def _is_named(person: Person, listing: Listing) -> bool:
    """Whether somebody's own row is as the address book has it."""
    here = (person.name, person.position, person.active, person.listed)
    return here == (listing.name, listing.position, listing.active, True)
