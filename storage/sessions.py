"""Browsers that have signed in; the cookie's token is stored only as a hash."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.records import Session
from storage.schema import sessions


class Sessions:
    """Sessions of the workbench."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, token: str, person_id: int | None, csrf: str, wanted: str, until: datetime) -> None:
        """Remember a browser; without a person it is only on its way to sign in."""
        row = {"token": _hash(token), "person_id": person_id, "csrf": csrf, "wanted": wanted, "until": until}
        self._connection.execute(insert(sessions).values(row))

    def get(self, token: str, now: datetime) -> Session | None:
        """The session of a cookie, unless it has ended."""
        query = select(sessions).where(sessions.c.token == _hash(token), sessions.c.until > now)
        row = self._connection.execute(query).first()
        return Session(*row) if row else None

    def end(self, token: str) -> None:
        """Forget a browser."""
        self._connection.execute(delete(sessions).where(sessions.c.token == _hash(token)))

    def end_all(self, person_id: int) -> None:
        """Whoever signed in as this person signs in anew."""
        self._connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    def prune(self, now: datetime) -> None:
        """Forget those that have ended."""
        self._connection.execute(delete(sessions).where(sessions.c.until <= now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
