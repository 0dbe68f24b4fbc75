"""Masks: who an anonymous sender appears as, and where they are reached, which only our key can tell (H10)."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from storage.acquaintance import Key
from storage.address_tables import sealed_addresses
from storage.bulk import among
from storage.inbox import line_of
from storage.outbox import LINES
from storage.people import People
from storage.records import Lane, NoticeKind, NoticeState, Person
from storage.schema import drafts, files, inbox, outbox, shown

NONCE = 12
_TAPPED = "pressed"


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
        assert self._cipher is not None
        person = self._people.welcome(name, now)
        nonce = secrets.token_bytes(NONCE)
        box = nonce + self._cipher.encrypt(nonce, json.dumps([channel, account]).encode(), _bound_to(person.id))
        values = {"person_id": person.id, "box": b64encode(box).decode()}
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

    def forget_event(self, channel: str, event_id: str, kind: str, body: str) -> None:
        """What somebody did behind a mask: a tap is gone, of words it is only kept that they were here already."""
        which = (inbox.c.channel == channel, inbox.c.event_id == event_id)
        self._forget_arrivals(which, kind, body)

    def forget_form(
        self, person: Person, mask: Person, key: Key, draft_id: int, since: datetime, kind: str, body: str
    ) -> None:
        """Nothing is left of a form that was handed in behind a mask: neither what was said nor that anything was.

        Everything of this transaction has to be written by now. Files go over to the mask.
        """
        mine = (inbox.c.line == line_of(*key), inbox.c.channel == key[0])
        self._forget_arrivals((*mine, inbox.c.done_at >= since), kind, body)
        theirs = (outbox.c.person_id == person.id, outbox.c.created_at >= since)
        fetch = (outbox.c.kind == NoticeKind.FETCH, outbox.c.state == NoticeState.WAITING)
        line = outbox.c.line + (mask.id - person.id) * LINES
        self._connection.execute(update(outbox).where(*theirs, *fetch).values(person_id=mask.id, line=line))
        self.forget_talk(person.id, draft_id, since)
        own = (files.c.person_id == person.id, files.c.at >= since)
        self._connection.execute(update(files).where(*own).values(person_id=mask.id, draft_id=None))

    def forget_talk(self, person_id: int, draft_id: int, since: datetime) -> None:
        """Nothing is left of what we asked somebody to fill a form, since the questions alone may tell (H4).

        What is on its way to the platform just now stays until housekeeping.
        """
        self._connection.execute(delete(drafts).where(drafts.c.id == draft_id))
        self._connection.execute(delete(shown).where(shown.c.about == f"draft:{draft_id}"))
        theirs = (outbox.c.person_id == person_id, outbox.c.created_at >= since)
        over = (outbox.c.state != NoticeState.WAITING) | (outbox.c.parcel.is_(None))
        said = (outbox.c.lane == Lane.TALK) | (outbox.c.kind == NoticeKind.FETCH)
        self._connection.execute(delete(outbox).where(*theirs, over, said))

    def _forget_arrivals(self, which: Sequence[ColumnElement[bool]], kind: str, body: str) -> None:
        self._connection.execute(delete(inbox).where(*which, inbox.c.kind == _TAPPED))
        nobody = {"account": "", "line": "", "kind": kind, "body": body}
        self._connection.execute(update(inbox).where(*which).values(nobody))


def _bound_to(person_id: int) -> bytes:
    """A box opens for one mask only."""
    return str(person_id).encode()
