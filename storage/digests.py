"""Digests (简报): what was asked for, and what was counted then, kept as it was sent (P2)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Row, Table, Text, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import Id, Instant, metadata, number

digests = Table(
    "digests",
    metadata,
    number(),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("made_at", Instant),
    Column("content", Text),
    Column("behind", Text),
    Column("file_id", Id, ForeignKey("files.id")),
    UniqueConstraint("name", "scope", "until"),
    sqlite_autoincrement=True,
)

_SHORT = [column for column in digests.c if column.name != "behind"]


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest: the period, whom it is for, what is wanted of it; `content` is what was sent, None until then."""

    id: int
    name: str
    scope: str
    since: datetime
    until: datetime
    wanted: Mapping[str, Any]
    people: tuple[int, ...]
    asked_at: datetime
    made_at: datetime | None = None
    content: Mapping[str, Any] | None = None
    file_id: int | None = None


class Digests:
    """Each is asked for once and made once, whoever comes second."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._insert = postgresql.insert if shared else sqlite.insert

    def ask(self, digest: Digest) -> int | None:
        """Want a digest; its number, or None when it was asked for before."""
        row = {
            "name": digest.name,
            "scope": digest.scope,
            "since": digest.since,
            "until": digest.until,
            "wanted": json.dumps(dict(digest.wanted), ensure_ascii=False),
            "people": json.dumps(digest.people),
            "asked_at": digest.asked_at,
        }
        statement = self._insert(digests).values(row).on_conflict_do_nothing().returning(digests.c.id)
        found: int | None = self._connection.execute(statement).scalar_one_or_none()
        return found

    def get(self, id: int) -> Digest | None:
        """The digest of that number."""
        row = self._connection.execute(select(*_SHORT).where(digests.c.id == id)).first()
        return _digest(row) if row else None

    def behind(self, id: int) -> Mapping[str, list[list[int]]]:
        """The cases below and above the line of each of its figures."""
        text = self._connection.execute(select(digests.c.behind).where(digests.c.id == id)).scalar_one_or_none()
        found: dict[str, list[list[int]]] = json.loads(text) if text else {}
        return found

    def finish(
        self, id: int, content: Mapping[str, Any], behind: Mapping[str, Any], file: int | None, now: datetime
    ) -> bool:
        """Keep what was counted; False when somebody else was first."""
        statement = update(digests).where(digests.c.id == id, digests.c.made_at.is_(None))
        made = {
            "content": json.dumps(dict(content), ensure_ascii=False),
            "behind": json.dumps(dict(behind)),
            "file_id": file,
            "made_at": now,
        }
        return self._connection.execute(statement.values(made)).rowcount == 1

    def before(self, digest: Digest, limit: int) -> Sequence[Digest]:
        """The made ones of the same name and scope before this, newest first."""
        query = select(*_SHORT).where(digests.c.name == digest.name, digests.c.scope == digest.scope)
        query = query.where(digests.c.until < digest.until, digests.c.made_at.is_not(None))
        return [_digest(row) for row in self._connection.execute(query.order_by(digests.c.until.desc()).limit(limit))]

    def recent(self, limit: int) -> Sequence[Digest]:
        """The newest of all that were made."""
        query = select(*_SHORT).where(digests.c.made_at.is_not(None)).order_by(digests.c.id.desc()).limit(limit)
        return [_digest(row) for row in self._connection.execute(query)]


def _digest(row: Row[Any]) -> Digest:
    return Digest(
        row.id,
        row.name,
        row.scope,
        row.since,
        row.until,
        json.loads(row.wanted),
        tuple(json.loads(row.people)),
        row.asked_at,
        row.made_at,
        json.loads(row.content) if row.content else None,
        row.file_id,
    )
