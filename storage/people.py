"""People: who they are, by which account they reach us, and what they belong to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from storage import accounts as holding
from storage.acquaintance import Acquaintance, Key, Seen, changes_so_far, count_a_change, read_people
from storage.bulk import among, insert_many, one_of, update_many
from storage.described import as_listed, belongs, own
from storage.doubles import unite
from storage.records import Listing, Membership, Person
from storage.schema import accounts, memberships, people

T = TypeVar("T")

_REACHED_BY = select(accounts.c.account, accounts.c.person_id)
_REACHED_BY = _REACHED_BY.where(accounts.c.channel == bindparam("channel"), one_of(accounts.c.account, "named"))
_ALL_IN = select(memberships.c.person_id).join(people).order_by(memberships.c.person_id)
_ALL_IN = _ALL_IN.where(
    memberships.c.kind == bindparam("kind"), memberships.c.name == bindparam("named"), people.c.active
)


class People:
    """People as one transaction sees them; read once, then remembered until it ends.

    What others have committed is remembered for the transactions to come as well (`Acquaintance`). A transaction that
    writes people passes nothing on, and one that has changed somebody goes by the database alone.
    """

    def __init__(self, connection: Connection, acquaintance: Acquaintance, *, shared: bool) -> None:
        self._connection = connection
        self._acquaintance = acquaintance
        self._shared = shared
        self._by_id: dict[int, Person] = {}
        self._by_account: dict[Key, int | None] = {}
        self._belonging: dict[tuple[str, str], Sequence[int]] = {}
        self._seen: Seen | None = None
        self._has_written = self._has_changed = False

    def _known(self) -> Seen:
        """What is known from transactions before; nobody once this one has changed anybody."""
        if self._seen is None:
            self._seen = Seen(-1) if self._has_changed else self._acquaintance.as_of(changes_so_far(self._connection))
        return self._seen

    def preload(self, keys: Collection[Key]) -> None:
        """Read many at once, so that a group of events costs three queries at most."""
        self._locate(keys)
        self._load({id for key in keys if (id := self._by_account[key]) is not None})

    def _locate(self, keys: Collection[Key]) -> None:
        """Read whose accounts these are, without who they are."""
        unknown = [key for key in dict.fromkeys(keys) if key not in self._by_account]
        if not unknown:
            return
        known = self._known().accounts
        self._by_account.update({key: known.get(key) for key in unknown})
        unknown = [key for key in unknown if self._by_account[key] is None]
        for channel in {channel for channel, _ in unknown}:
            named = [account for where, account in unknown if where == channel]
            rows = self._connection.execute(_REACHED_BY, {"channel": channel, "named": named})
            found = {(channel, account): id for account, id in rows}
            self._by_account.update(found)
            if not self._has_written:
                known.update(found)

    def _load(self, wanted: Iterable[int]) -> None:
        ids = [id for id in wanted if id not in self._by_id]
        if not ids:
            return
        seen = self._known()
        known = {id: person for id in ids if (person := seen.people.get(id)) is not None}
        self._by_id.update(known)
        unknown = {id for id in ids if id not in known}
        if unknown:
            found = read_people(self._connection, unknown)
            self._by_id.update(found)
            if not self._has_written:
                seen.keep(found)

    def by_account(self, channel: str, account: str) -> Person | None:
        """The person behind an account."""
        if (channel, account) not in self._by_account:
            self.preload([(channel, account)])
        id = self._by_account[channel, account]
        return None if id is None else self.get(id)

    def get(self, id: int) -> Person:
        """The person of that number; raises KeyError when there is none."""
        if id not in self._by_id:
            self._load({id})
        return self._by_id[id]

    def many(self, ids: Iterable[int]) -> Sequence[Person]:
        """People in the order of the numbers given."""
        wanted = list(dict.fromkeys(ids))
        self._load(wanted)
        return [self._by_id[id] for id in wanted]

    def belonging(self, kind: Membership, name: str) -> Sequence[Person]:
        """Active people who belong to something, oldest first."""
        if (kind, name) not in self._belonging:
            known = self._known().belonging
            found = known.get((kind, name))
            self._belonging[kind, name] = self.numbers_of(kind, name) if found is None else found
            if not self._has_written:
                known[kind, name] = self._belonging[kind, name]
        return self.many(self._belonging[kind, name])

    def numbers_of(self, kind: Membership, name: str) -> Sequence[int]:
        """The same by number, without reading who they are."""
        return self._connection.execute(_ALL_IN, {"kind": kind, "named": name}).scalars().all()

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from people alone: made once, and kept under its key until any of them changes."""
        kept = self._known().derived
        found: T = kept[key] if key in kept else make()
        if not self._has_written:
            kept[key] = found
        return found

    def named(self, name: str, *, active: bool = True) -> Sequence[Person]:
        """Active people of that very name; or those who had it and have left."""
        query = select(people.c.id).where(people.c.name == name, people.c.active == active).order_by(people.c.id)
        return self.many(self._connection.execute(query).scalars())

    def accounts_of(self, ids: Collection[int]) -> Mapping[int, Sequence[Key]]:
        """Where each person can be reached, where they were last active first."""
        return holding.of(self._connection, ids)

    def seen(self, keys: Mapping[Key, datetime]) -> None:
        """Somebody was active there: what they are told next is told there (B8)."""
        holding.seen(self._connection, keys)

    def promise(self, person: Person, code: str, until: datetime) -> None:
        """Keep a code with which somebody will say from another platform that they are the same person (Q1)."""
        holding.promise(self._connection, person.id, code, until)

    def redeem(self, code: str, now: datetime) -> Person | None:
        """Whose code this is, once; None for one that is unknown, used or too old."""
        return None if (id := holding.redeem(self._connection, code, now)) is None else self.get(id)

    def detach(self, channel: str, account: str) -> None:
        """Whoever goes by this account is not the person we took them for."""
        self.change()
        self._connection.execute(delete(accounts).where(accounts.c.channel == channel, accounts.c.account == account))
        self._forget()

    def unite(self, person: Person, double: Person) -> None:
        """They have proved to be one, each from a platform of their own."""
        self.change()
        unite(self._connection, person, double, elsewhere=True)
        self._forget()

    def meet(self, channel: str, account: str, now: datetime) -> Person:
        """Know somebody the address book has not told us of yet, by the account's name for now."""
        known = self.by_account(channel, account)
        if known is not None:
            return known
        stranger = Listing(account, account, (), (), (), None, "", active=True)
        self._admit(channel, [stranger], now, listed=False)
        return self.get(self._ids(channel, [account])[account])

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
        self.change()
        here = accounts.c.channel == channel
        if double is not None and double.active and double.id != this.id:
            # whom we met only by this event has no past: it was told before, and the other one is the person
            is_stranger = not this.listed and this.id > double.id
            unite(self._connection, *((double, this) if is_stranger else (this, double)))
            self._connection.execute(delete(accounts).where(here, accounts.c.account == old))
        else:
            self._connection.execute(delete(accounts).where(here, accounts.c.account == new))
            self._connection.execute(update(accounts).where(here, accounts.c.account == old).values(account=new))
        self._forget()

    def welcome(self, name: str, now: datetime) -> Person:
        """A visitor: somebody without an account, whom nobody can write to and no address book knows (G1)."""
        self._has_written = True
        row = {**own(Person(0, name, listed=False)), "changed_at": now}
        return self.get(self._connection.execute(insert(people).values(row).returning(people.c.id)).scalar_one())

    def set_active(self, person: Person, active: bool, now: datetime) -> None:
        """Let somebody in, or out."""
        self.change()
        self._connection.execute(update(people).where(people.c.id == person.id).values(active=active, changed_at=now))
        self._forget()

    def let_go(self, channel: str, gone: Collection[str], now: datetime) -> Mapping[str, int]:
        """Whoever goes by these accounts has left; returns who they were, without those who stay by another account."""
        ids = self._ids(channel, gone)
        if not ids:
            return ids
        self.change()
        out = holding.leave(self._connection, channel, ids)
        left = {"active": False, "changed_at": now}
        self._connection.execute(update(people).where(among(people.c.id, list(out.values()))).values(left))
        self._forget()
        return out

    def change(self) -> None:
        """Nothing that is kept of people holds for this transaction any more."""
        self._has_written = self._has_changed = True
        self._seen = None

    def flush(self) -> None:
        """Nor for others, once this is committed. Told last: until then whoever else would tell it has to wait."""
        if self._has_changed:
            count_a_change(self._connection)

    def _forget(self) -> None:
        self._by_id.clear()
        self._by_account.clear()
        self._belonging.clear()

    def listed_accounts(self, channel: str) -> set[str]:
        """The accounts of active, listed people of one platform."""
        query = select(accounts.c.account).join(people)
        query = query.where(accounts.c.channel == channel, people.c.listed, people.c.active, ~accounts.c.gone)
        return set(self._connection.execute(query).scalars())

    def learn(
        self, channel: str, listings: Sequence[Listing], now: datetime, *, listed: bool = True
    ) -> Sequence[Listing]:
        """Bring people in line with an address book; who is missing from it is left as they are.

        Most have not changed since the last time: those cost nothing, and callbacks do not wait for them (F50).
        Returns those whose superior or successor is nobody we know yet: learnt again after all others, they have one.
        Without `listed` somebody else than the platform says so, and its address book is not held to it.
        """
        wanted = [listing.account for listing in listings]
        wanted += [named for listing in listings for named in (listing.superior, listing.successor) if named]
        known = self._ids(channel, wanted)
        unknown = self._joined(channel, [listing for listing in listings if listing.account not in known])
        self._reunite(channel, [listing for listing in listings if listing.account in known])
        new = self._admit(channel, unknown, now, listed=listed)
        holding.mark(self._connection, channel, listings, numbers=listed)
        ids = self._ids(channel, wanted)
        followers = holding.followers(self._connection, channel, wanted)
        described = [listing for listing in listings if listing.account not in followers]
        before = self.many(ids[listing.account] for listing in described)
        staying = holding.elsewhere(
            self._connection, channel, [ids[one.account] for one in described if not one.active]
        )
        pairs = [
            (person, as_listed(person, listing, ids, listed=listed, stays=person.id in staying))
            for person, listing in zip(before, described, strict=True)
        ]
        pairs = [(person, fresh) for person, fresh in pairs if fresh != person]
        if pairs:
            self.change()
        elsewhere = [fresh for person, fresh in pairs if belongs(fresh) != belongs(person)]
        moved = {person.id for person in elsewhere} - set(new)
        self._write([fresh for person, fresh in pairs if own(fresh) != own(person) or fresh.id in moved], now)
        self._belong(elsewhere)
        self._forget()
        if new and new[0].bit_length() != new[-1].bit_length():
            self._plan_anew()
        return [one for one in listings if not {one.superior, one.successor} <= {*ids, None, ""}]

    def _ids(self, channel: str, named: Collection[str]) -> Mapping[str, int]:
        """Whose these accounts are, those that are somebody's."""
        self._locate([(channel, account) for account in named])
        found = {account: self._by_account[channel, account] for account in named}
        return {account: id for account, id in found.items() if id is not None}

    def _reunite(self, channel: str, listings: Sequence[Listing]) -> None:
        """Who spoke before the address book was read was a stranger, and may be somebody we know (Q1)."""
        strangers = [one for one in listings if not self.get(self._ids(channel, [one.account])[one.account]).listed]
        for account, id in holding.twins(self._connection, channel, strangers).items():
            self.unite(self.get(id), self.get(self._ids(channel, [account])[account]))

    def _joined(self, channel: str, listings: Sequence[Listing]) -> Sequence[Listing]:
        """Know again who has an account on another platform; returns the others (Q1)."""
        found = holding.twins(self._connection, channel, listings)
        if found:
            self.change()
            holding.join(self._connection, channel, found)
            self._by_account.update({(channel, account): id for account, id in found.items()})
        return [listing for listing in listings if listing.account not in found]

    def _admit(self, channel: str, listings: Sequence[Listing], now: datetime, *, listed: bool) -> Sequence[int]:
        """Add people whom nobody knows by these accounts; what they belong to comes after."""
        known = self._ids(channel, [listing.superior for listing in listings if listing.superior])
        fresh = [
            Person(0, one.name, (), (), (), known.get(one.superior or ""), one.position, one.active, listed)
            for one in listings
        ]
        if not fresh:
            return ()
        self._has_written = True
        made = insert(people).returning(people.c.id, sort_by_parameter_order=True)
        ids = self._connection.execute(made, [{**own(one), "changed_at": now} for one in fresh]).scalars().all()
        keys = [(channel, listing.account) for listing in listings]
        insert_many(
            self._connection,
            accounts,
            [
                {"channel": channel, "account": account, "person_id": id}
                for (_, account), id in zip(keys, ids, strict=True)
            ],
        )
        self._by_account.update(zip(keys, ids, strict=True))
        self._by_id.update((id, replace(one, id=id)) for id, one in zip(ids, fresh, strict=True))
        return ids

    def _plan_anew(self) -> None:
        """There are twice as many people: PostgreSQL keeps to the plans it made for few until it has counted again."""
        if self._shared:
            self._connection.execute(text("ANALYZE people, accounts, memberships"))

    def _write(self, changed: Sequence[Person], now: datetime) -> None:
        update_many(self._connection, people, [{"key": one.id, **own(one), "changed_at": now} for one in changed])

    def _belong(self, changed: Sequence[Person]) -> None:
        if not changed:
            return
        ids = [person.id for person in changed]
        self._connection.execute(delete(memberships).where(among(memberships.c.person_id, ids)))
        rows = [
            {"person_id": person.id, "kind": kind, "name": name}
            for person in changed
            for kind, names in zip(Membership, belongs(person), strict=True)
            for name in names
        ]
        insert_many(self._connection, memberships, rows)

    def count(self) -> int:
        """How many active people we know; visitors without an account are none of them."""
        query = select(func.count(accounts.c.person_id.distinct())).join(people)
        return self._connection.execute(query.where(people.c.active)).scalar_one()
