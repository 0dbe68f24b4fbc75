"""Masks: who an anonymous sender appears as, and where they are reached, which only our key can tell (H10)."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, insert, select, update

from storage.acquaintance import Key
from storage.address_tables import sealed_addresses
from storage.bulk import among
from storage.people import People
from storage.records import Person

NONCE = 12


class Addresses:
    """Masks of one transaction. Without a key there are none, and nobody can be one."""

    def __init__(self, connection: Connection, key: bytes | None, people: People) -> None:
        self._connection = connection
        self._cipher = AESGCM(key) if key else None
        self._people = people

    @property
    def can_be_sealed(self) -> bool:
        """Whether somebody can be anonymous and still be reached."""
        return self._cipher is not None

    def mask(self, name: str, channel: str, account: str, now: datetime) -> Person:
        """Somebody new to stand for this account in one case."""
        person = self._people.welcome(name, now)
        values = {"person_id": person.id, "box": self._closed(person.id, (channel, account))}
        self._connection.execute(insert(sealed_addresses).values(values))
        self._people.change()
        return person

    def of(self, people: Collection[int]) -> Mapping[int, Sequence[Key]]:
        """Where masks are reached; of others nothing."""
        if self._cipher is None or not people:
            return {}
        query = select(sealed_addresses).where(among(sealed_addresses.c.person_id, people))
        rows = self._connection.execute(query).all()
        return {row.person_id: [key] for row in rows if (key := self._opened(row.person_id, row.box)) is not None}

    def masks_of(self, channel: str, account: str) -> Sequence[int]:
        """Whom an account stands behind; known from memory, so that nobody waits for it."""
        if self._cipher is None:
            return ()
        known: Mapping[Key, Sequence[int]] = self._people.derived(("masks",), self._all)
        return known.get((channel, account), ())

    def follow(self, channel: str, old: str, new: str) -> None:
        """The platform renamed an account: masks lead to the new one (F15).

        All boxes are closed anew, so that not even which of them were changed says whose they are.
        """
        if self._cipher is None or old == new or not self.masks_of(channel, old):
            return
        for row in self._connection.execute(select(sealed_addresses)).all():
            key = self._opened(row.person_id, row.box)
            if key is not None:
                key = (channel, new) if key == (channel, old) else key
                mine = update(sealed_addresses).where(sealed_addresses.c.person_id == row.person_id)
                self._connection.execute(mine.values(box=self._closed(row.person_id, key)))
        self._people.change()

    def _closed(self, person_id: int, key: Key) -> str:
        assert self._cipher is not None
        nonce = secrets.token_bytes(NONCE)
        return b64encode(nonce + self._cipher.encrypt(nonce, json.dumps(key).encode(), _bound_to(person_id))).decode()

    def _all(self) -> Mapping[Key, Sequence[int]]:
        found: dict[Key, list[int]] = {}
        for row in self._connection.execute(select(sealed_addresses).order_by(sealed_addresses.c.person_id)):
            key = self._opened(row.person_id, row.box)
            if key is not None:
                found.setdefault(key, []).append(row.person_id)
        return found

    def _opened(self, person_id: int, box: str) -> Key | None:
        """An address; None where it was sealed with another key, or for somebody else."""
        assert self._cipher is not None
        raw = b64decode(box)
        try:
            channel, account = json.loads(self._cipher.decrypt(raw[:NONCE], raw[NONCE:], _bound_to(person_id)))
        except InvalidTag:
            return None
        return str(channel), str(account)


def _bound_to(person_id: int) -> bytes:
    """A box opens for one mask only."""
    return str(person_id).encode()
