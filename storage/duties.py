"""The duty roster (值班表): who is on duty when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, delete, func, select

from storage.bulk import insert_many
from storage.records import Duty
from storage.schema import duties

_ON = and_(duties.c.starts <= bindparam("now"), duties.c.ends > bindparam("now"))
_ROSTER = (
    select(duties.c.person_id, func.max(case((_ON, 1), else_=0)))
    .where(duties.c.ends > bindparam("before"), duties.c.starts < bindparam("after"))
    .group_by(duties.c.person_id)
)


class Duties:
    """Spans of duty, each from an instant until another."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, spans: Sequence[Duty], starts: datetime, ends: datetime) -> None:
        """Make these the whole roster of a period: what began in it before is forgotten."""
        self._connection.execute(delete(duties).where(duties.c.starts >= starts, duties.c.starts < ends))
        rows = [{"person_id": d.person_id, "starts": d.starts, "ends": d.ends, "post": d.post} for d in spans]
        insert_many(self._connection, duties, rows, anew=False)

    def during(self, starts: datetime, ends: datetime) -> Sequence[Duty]:
        """The spans that touch a period, in order."""
        query = select(duties.c.person_id, duties.c.starts, duties.c.ends, duties.c.post)
        query = query.where(duties.c.ends > starts, duties.c.starts < ends).order_by(duties.c.starts, duties.c.id)
        return [Duty(*row) for row in self._connection.execute(query)]

    def on(self, now: datetime) -> frozenset[int]:
        """Who is on duty at an instant."""
        query = select(duties.c.person_id).where(duties.c.starts <= now, duties.c.ends > now)
        return frozenset(self._connection.execute(query).scalars())

    def roster(self, now: datetime, around: timedelta) -> Mapping[int, bool]:
        """Who has a duty so shortly before or after an instant, and whether they are on duty at it."""
        told = {"now": now, "before": now - around, "after": now + around}
        return {id: bool(on) for id, on in self._connection.execute(_ROSTER, told).all()}

    def prune(self, before: datetime) -> None:
        """Forget duties that ended before that instant."""
        self._connection.execute(delete(duties).where(duties.c.ends < before))
