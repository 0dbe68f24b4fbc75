"""Deputies (代理): who stands in for somebody on leave, by date range (D9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.records import Deputy
from storage.schema import deputies, people


class Deputies:
    """Who stands in for whom; the last word counts where two spans meet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def name(self, deputy: Deputy) -> None:
        """Let somebody stand in."""
        values = {"person_id": deputy.person_id, "deputy_id": deputy.deputy_id}
        self._connection.execute(insert(deputies).values(**values, starts=deputy.starts, ends=deputy.ends))

    def end(self, person_id: int, now: datetime) -> int:
        """Somebody is back: nobody stands in for them from now on; returns how many did."""
        theirs = (deputies.c.person_id == person_id, deputies.c.ends > now)
        return self._connection.execute(update(deputies).where(*theirs).values(ends=now)).rowcount

    def at(self, person_id: int, now: datetime) -> Deputy | None:
        """Who stands in for somebody now, if that one is still here; None for somebody who is there."""
        query = (
            select(deputies)
            .join(people, people.c.id == deputies.c.deputy_id)
            .where(deputies.c.person_id == person_id, deputies.c.starts <= now, deputies.c.ends > now)
            .where(people.c.active)
            .order_by(deputies.c.id.desc())
        )
        row = self._connection.execute(query.limit(1)).first()
        return Deputy(row.person_id, row.deputy_id, row.starts, row.ends) if row else None

    def of(self, person_id: int, now: datetime) -> Sequence[Deputy]:
        """Those named for somebody from now on, soonest first."""
        query = select(deputies).where(deputies.c.person_id == person_id, deputies.c.ends > now)
        rows = self._connection.execute(query.order_by(deputies.c.starts))
        return [Deputy(row.person_id, row.deputy_id, row.starts, row.ends) for row in rows]
