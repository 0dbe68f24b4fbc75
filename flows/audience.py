"""People as a file names them where there is no case to go by: a person, a role, a group, a head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flows.misfiled import Misfiled
from flows.pointers import Named, Pointing, named
from storage.people import People
from storage.records import Membership, Person

_KINDS = {Pointing.ROLE: Membership.ROLE, Pointing.GROUP: Membership.UNIT, Pointing.HEAD_OF: Membership.LEAD}


def read_audience(file: str, key: str, value: Any) -> tuple[Named, ...]:
    """A list of people as a file writes them; raises `Misfiled`."""
    if not isinstance(value, list) or not value:
        raise Misfiled(file, "missing_key", key=key)
    found = tuple(named(file, key, one) for one in value)
    for one in found:
        if Pointing.REQUESTER in (one.pointing, one.name):
            raise Misfiled(file, "bad_pointer", key=key, text=f"{one.pointing}:{one.name}")
    return found


def audience(pointers: Iterable[Named], people: People) -> Sequence[Person]:
    """Those who are here now, each once."""
    found = (one for pointer in pointers for one in _named(pointer, people))
    return list(dict.fromkeys(one for one in found if one.active))


def _named(pointer: Named, people: People) -> Sequence[Person]:
    if pointer.pointing is Pointing.PERSON:
        return people.named(pointer.name)
    return people.belonging(_KINDS[pointer.pointing], pointer.name)
