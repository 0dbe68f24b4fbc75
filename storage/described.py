"""Somebody as an address book describes them: what of it is kept, and what it leaves as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storage.acquaintance import PLACES
from storage.records import Listing, Person


def own(person: Person) -> dict[str, Any]:
    """Somebody's own row."""
    return {
        "name": person.name,
        "position": person.position,
        "superior_id": person.superior_id,
        "active": person.active,
        "listed": person.listed,
        "successor_id": person.successor_id,
    }


def belongs(person: Person) -> tuple[tuple[str, ...], ...]:
    """What somebody belongs to, in the order of `Membership`."""
    return tuple(getattr(person, place) for place in PLACES.values())


def as_listed(person: Person, listing: Listing, ids: Mapping[str, int], *, listed: bool, stays: bool) -> Person:
    """Somebody as the address book has them; who `stays` is still here by another account."""
    said = {place: getattr(listing, place) for place in PLACES.values()}
    told = {place: now for place, now in said.items() if now is not None}
    belonging: dict[str, Any] = {place: _names(getattr(person, place), now) for place, now in told.items()}
    return replace(
        person,
        name=listing.name,
        superior_id=ids.get(listing.superior or ""),
        successor_id=person.successor_id if listing.successor is None else ids.get(listing.successor),
        position=listing.position,
        active=listing.active or stays,
        listed=listed or person.listed,
        **belonging,
    )


def _names(before: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """Names have no order of their own: each database sorts them by its own rules."""
    return before if set(before) == set(now) else tuple(dict.fromkeys(now))
