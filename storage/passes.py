"""Passes (凭条): the address with which a visitor without an account sees how a case stands; stored only as a hash."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.bulk import insert_many
from storage.schema import passes


class Passes:
    """What a pass is for. Who has the address may see the case: it holds 256 bits that nobody can guess."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def give(self, token: str, case_id: int, until: datetime) -> None:
        """A pass for a case; given again it stays what it was."""
        row = {"token": _hash(token), "case_id": case_id, "until": until}
        insert_many(self._connection, passes, [row], anew=False)

    def case_of(self, token: str, now: datetime) -> int | None:
        """The case a pass is for, unless there is no such pass or its time is over."""
        query = select(passes.c.case_id).where(passes.c.token == _hash(token), passes.c.until > now)
        found: int | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def prune(self, now: datetime) -> None:
        """Forget those whose time is over."""
        self._connection.execute(delete(passes).where(passes.c.until <= now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
