"""Papers (文书): documents that are to be sealed, and the ledger: who granted a seal, for which bytes, used when."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Integer, Row, Table, Text, insert, select, update

from storage.columns import Id, Instant, metadata, number

papers = Table(
    "papers",
    metadata,
    number(),
    Column("code", Text, nullable=False, unique=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("file_id", Id, ForeignKey("files.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("seal", Text, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("hash", Text),
    Column("granted_by", Id, ForeignKey("people.id")),
    Column("granted_at", Instant),
    Column("withdrawn_by", Id, ForeignKey("people.id")),
    Column("withdrawn_at", Instant),
    Column("used_at", Instant),
    Column("sealed_hash", Text, unique=True),
    Column("sealed_file_id", Id, ForeignKey("files.id")),
    sqlite_autoincrement=True,
)

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O and U: whoever types a code from paper does not mistake them."""
LENGTH = 16


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it was made for a case, with the one seal it may be given.

    `hash` is what the seal was granted for, `sealed_hash` what came of it; `source` tells which answers it was made of.
    """

    id: int
    code: str
    case_id: int
    file_id: int
    source: str
    title: str
    seal: str
    copies: int
    at: datetime
    hash: str | None = None
    granted_by: int | None = None
    granted_at: datetime | None = None
    withdrawn_by: int | None = None
    withdrawn_at: datetime | None = None
    used_at: datetime | None = None
    sealed_hash: str | None = None
    sealed_file_id: int | None = None


class Papers:
    """Each change happens once: whoever comes second is told so, and has changed nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(
        self, case_id: int, file_id: int, *, source: str, title: str, seal: str, copies: int, now: datetime
    ) -> Paper:
        """A document that is to be made; its code cannot be guessed."""
        code = "".join(secrets.choice(_SIGNS) for _ in range(LENGTH))
        row = {"code": code, "case_id": case_id, "file_id": file_id, "source": source, "title": title, "seal": seal}
        values = {**row, "copies": copies, "at": now}
        id = self._connection.execute(insert(papers).values(values).returning(papers.c.id)).scalar_one()
        return Paper(id, code, case_id, file_id, source, title, seal, copies, now)

    def grant(self, id: int, hash: str, person_id: int, now: datetime) -> bool:
        """Allow one seal on exactly these bytes; False when it was allowed before."""
        values = {"hash": hash, "granted_by": person_id, "granted_at": now}
        return self._change(id, values, papers.c.granted_at.is_(None))

    def withdraw(self, id: int, person_id: int, now: datetime) -> bool:
        """Take a grant back, used or not; False when there is none."""
        values = {"withdrawn_by": person_id, "withdrawn_at": now}
        return self._change(id, values, papers.c.granted_at.is_not(None), papers.c.withdrawn_at.is_(None))

    def use(self, id: int, sealed_hash: str, now: datetime) -> bool:
        """The seal is on; False when there was no grant, or it is used up, or was withdrawn (K5)."""
        values = {"sealed_hash": sealed_hash, "used_at": now}
        free = (papers.c.granted_at.is_not(None), papers.c.used_at.is_(None), papers.c.withdrawn_at.is_(None))
        return self._change(id, values, *free)

    def keep(self, id: int, file_id: int) -> None:
        """Under which number the sealed file is kept."""
        self._change(id, {"sealed_file_id": file_id}, papers.c.sealed_file_id.is_(None))

    def get(self, id: int) -> Paper | None:
        """A paper by its number."""
        return self._one(papers.c.id == id)

    def latest(self, case_id: int) -> Paper | None:
        """The newest paper of a case."""
        return self._one(papers.c.case_id == case_id)

    def by_code(self, code: str) -> Paper | None:
        """The paper with this code, if it was ever sealed."""
        return self._one(papers.c.code == code, papers.c.used_at.is_not(None))

    def by_hash(self, sealed_hash: str) -> Paper | None:
        """The paper that became exactly these bytes."""
        return self._one(papers.c.sealed_hash == sealed_hash)

    def recent(self, limit: int) -> Sequence[Paper]:
        """The ledger, newest grant first."""
        query = select(papers).where(papers.c.granted_at.is_not(None)).order_by(papers.c.granted_at.desc(), papers.c.id)
        return [_paper(row) for row in self._connection.execute(query.limit(limit))]

    def unused(self, before: datetime) -> int:
        """How many grants from before that instant are waiting to be used."""
        waiting = (papers.c.granted_at < before, papers.c.used_at.is_(None), papers.c.withdrawn_at.is_(None))
        return len(self._connection.execute(select(papers.c.id).where(*waiting)).all())

    def _one(self, *where: ColumnElement[bool]) -> Paper | None:
        row = self._connection.execute(select(papers).where(*where).order_by(papers.c.id.desc()).limit(1)).first()
        return _paper(row) if row else None

    def _change(self, id: int, values: dict[str, object], *where: ColumnElement[bool]) -> bool:
        return self._connection.execute(update(papers).where(papers.c.id == id, *where).values(values)).rowcount == 1


def _paper(row: Row[Any]) -> Paper:
    return Paper(**row._asdict())
