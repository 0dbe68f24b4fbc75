"""Deputies (代理): who stands in for somebody on leave, by date range (D9)."""

from __future__ import annotations

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

    def end(self, person_id: int, deputy_id: int, now: datetime) -> None:
        """This one does not stand in for that one any more."""
        both = (deputies.c.person_id == person_id, deputies.c.deputy_id == deputy_id, deputies.c.ends > now)
        self._connection.execute(update(deputies).where(*both).values(ends=now))

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
