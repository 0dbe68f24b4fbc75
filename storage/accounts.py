"""Accounts: how a person is reached on each platform; one person may have one on each (Q1, B8).

Two accounts are one person's when both address books name the same staff number, or mobile, and the same name; or when
the person proves it from both sides with a code. Nobody is joined by what they say of themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, bindparam, delete, func, insert, or_, select, update

from storage import apart
from storage.acquaintance import Key
from storage.bulk import among, insert_many
from storage.records import Listing
from storage.schema import accounts, bindings, people

_TOLD = ("number", "mobile", "alias")
"""What an address book tells of an account besides who has it."""


def twins(connection: Connection, channel: str, listings: Sequence[Listing]) -> Mapping[str, int]:
    """Of these unknown accounts, those of people we know from another platform: account -> person.

    Only who is the same by number or mobile and by name, and is the only one on both sides; nobody who has an account
    here already, and no account that was taken apart.
    """
    parted = apart.of(connection, channel, [one.account for one in listings])
    listings = [one for one in listings if one.account not in parted]
    numbers = {one.number.lower() for one in listings if one.number}
    mobiles = {one.mobile for one in listings if one.mobile}
    if not numbers and not mobiles:
        return {}
    here = accounts.alias()
    known = select(here.c.person_id).where(here.c.channel == channel)
    query = (
        select(accounts.c.account, accounts.c.number, accounts.c.mobile, people.c.id, people.c.name)
        .join(people)
        .where(accounts.c.channel != channel, people.c.active, people.c.id.not_in(known))
        .where(
            or_(
                among(func.lower(accounts.c.number, type_=Text), numbers),
                among(func.lower(accounts.c.account, type_=Text), numbers),
                among(accounts.c.mobile, mobiles),
            )
        )
    )
    by_mark: dict[tuple[str, str], set[int]] = defaultdict(set)
    for account, number, mobile, id, name in connection.execute(query):
        for mark in {account.lower(), number.lower(), mobile} - {""}:
            by_mark[mark, name].add(id)
    found: dict[str, int] = {}
    for one in listings:
        ids: set[int] = set()
        for mark in {one.number.lower(), one.mobile} - {""}:
            ids |= by_mark[mark, one.name]
        if len(ids) == 1:
            found[one.account] = ids.pop()
    taken = [id for id in found.values() if list(found.values()).count(id) > 1]
    return {account: id for account, id in found.items() if id not in taken}


def join(connection: Connection, channel: str, found: Mapping[str, int]) -> None:
    """Give people we know another account; the address book it is of says nothing else of them."""
    rows = [{"channel": channel, "account": account, "person_id": id, "leads": False} for account, id in found.items()]
    insert_many(connection, accounts, rows)


def followers(connection: Connection, channel: str, named: Collection[str]) -> set[str]:
    """Of these accounts, those of people whom another platform's address book describes."""
    query = select(accounts.c.account).where(accounts.c.channel == channel, among(accounts.c.account, named))
    return set(connection.execute(query.where(~accounts.c.leads)).scalars())


def mark(connection: Connection, channel: str, listings: Sequence[Listing], *, numbers: bool) -> None:
    """Keep what tells who has which account, where it has changed; who is listed is here again.

    Without `numbers` who says so knows none.
    """
    named = [one.account for one in listings]
    query = select(accounts.c.account, *(accounts.c[name] for name in _TOLD), accounts.c.gone)
    query = query.where(accounts.c.channel == channel, among(accounts.c.account, named))
    known = {account: (tuple(told), gone) for account, *told, gone in connection.execute(query)}
    told = {
        one.account: ((one.number, one.mobile, one.alias) if numbers else known[one.account][0], not one.active)
        for one in listings
        if one.account in known
    }
    changed = [
        {"at": account, "gone_": gone, **{f"{name}_": value for name, value in zip(_TOLD, names, strict=True)}}
        for account, (names, gone) in told.items()
        if known[account] != (names, gone)
    ]
    if changed:
        statement = update(accounts).where(accounts.c.channel == channel, accounts.c.account == bindparam("at"))
        values: dict[str, Any] = {name: bindparam(f"{name}_") for name in (*_TOLD, "gone")}
        connection.execute(statement.values(values), changed)


def elsewhere(connection: Connection, channel: str, ids: Collection[int]) -> set[int]:
    """Of these people, those who have an account on another platform."""
    if not ids:
        return set()
    query = select(accounts.c.person_id).where(among(accounts.c.person_id, ids), accounts.c.channel != channel)
    return set(connection.execute(query.where(~accounts.c.gone)).scalars())


def leave(connection: Connection, channel: str, ids: Mapping[str, int]) -> Mapping[str, int]:
    """These accounts are no more; returns those of people who have none left.

    Where somebody has one on another platform, its address book describes them from now on.
    """
    gone = (accounts.c.channel == channel, among(accounts.c.account, list(ids)))
    connection.execute(update(accounts).where(*gone).values(gone=True, leads=False))
    left = select(accounts.c.person_id).where(among(accounts.c.person_id, list(ids.values())), ~accounts.c.gone)
    staying = set(connection.execute(left).scalars())
    if staying:
        there = update(accounts).where(among(accounts.c.person_id, staying), ~accounts.c.gone)
        connection.execute(there.values(leads=True))
    out = {account: id for account, id in ids.items() if id not in staying}
    again = (accounts.c.channel == channel, among(accounts.c.account, list(out)))
    connection.execute(update(accounts).where(*again).values(leads=True))
    return out


def of(connection: Connection, ids: Collection[int]) -> Mapping[int, Sequence[Key]]:
    """Where each person can be reached: where they were last active first, then by the address book that describes
    them; where they have left last.
    """
    one = accounts.c
    query = select(one.person_id, one.channel, one.account, one.gone, one.leads, one.seen_at)
    found: dict[int, list[tuple[bool, float, bool, Key]]] = defaultdict(list)
    rows = connection.execute(query.where(among(one.person_id, ids)).order_by(one.channel)).all()
    for person, channel, account, gone, leads, seen in rows:
        found[person].append((gone, -seen.timestamp() if seen else 0.0, not leads, (channel, account)))
    return {id: [key for *_, key in sorted(keys)] for id, keys in found.items()}


def seen(connection: Connection, keys: Mapping[Key, datetime]) -> None:
    """Somebody was active there: what they are told next is told there."""
    older = or_(accounts.c.seen_at.is_(None), accounts.c.seen_at < bindparam("since"))
    statement = update(accounts).where(
        accounts.c.channel == bindparam("on"), accounts.c.account == bindparam("by"), older
    )
    rows = [{"on": channel, "by": account, "since": at, "at_": at} for (channel, account), at in sorted(keys.items())]
    if rows:
        connection.execute(statement.values(seen_at=bindparam("at_")), rows)


def promise(connection: Connection, person: int, code: str, until: datetime) -> None:
    """Keep a code with which this person will say from elsewhere that they are the same; only the newest counts."""
    connection.execute(delete(bindings).where(or_(bindings.c.person_id == person, bindings.c.code == code)))
    connection.execute(insert(bindings).values(code=code, person_id=person, until=until))


def redeem(connection: Connection, code: str, now: datetime) -> int | None:
    """Whose code this is, once; None for one that is unknown, used or too old."""
    found = connection.execute(delete(bindings).where(bindings.c.code == code).returning(bindings)).first()
    connection.execute(delete(bindings).where(bindings.c.until <= now))
    return found.person_id if found is not None and found.until > now else None
