"""Deputies (代理): who stands in for somebody on leave, by date range (D9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.columns import Instant
from storage.records import Deputy
from storage.schema import deputies, people

_NOW = bindparam("now", type_=Instant())
_IN_FORCE = (
    select(deputies.c.person_id, deputies.c.deputy_id, deputies.c.starts, deputies.c.ends)
    .join(people, people.c.id == deputies.c.deputy_id)
    .where(deputies.c.ends > _NOW, deputies.c.starts <= _NOW, people.c.active)
    .order_by(deputies.c.id)
)


class Deputies:
    """Who stands in for whom; the last word counts where two spans meet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[datetime, dict[int, Deputy]] = {}

    def name(self, deputy: Deputy) -> None:
        """Let somebody stand in."""
        self._known.clear()
        values = {"person_id": deputy.person_id, "deputy_id": deputy.deputy_id}
        self._connection.execute(insert(deputies).values(**values, starts=deputy.starts, ends=deputy.ends))

    def end(self, person_id: int, deputy_id: int, now: datetime) -> None:
        """This one does not stand in for that one any more."""
        self._known.clear()
        both = (deputies.c.person_id == person_id, deputies.c.deputy_id == deputy_id, deputies.c.ends > now)
        self._connection.execute(update(deputies).where(*both).values(ends=now))

    def at(self, person_id: int, now: datetime) -> Deputy | None:
        """Who stands in for somebody now, if that one is still here; None for somebody who is there.

        Few are on leave at a time: all of them are read at once.
        """
        if now not in self._known:
            found = [Deputy(*row) for row in self._connection.execute(_IN_FORCE, {"now": now})]
            self._known[now] = {one.person_id: one for one in found}
        return self._known[now].get(person_id)
