"""Timers: what falls due is a row, so that a restart loses nothing (F7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.bulk import among
from storage.records import Timer
from storage.schema import timers

_OF = timers.c.subject == bindparam("of")
_CLEARED = delete(timers).where(_OF)
_CLEARED_ONE = _CLEARED.where(timers.c.name == bindparam("one"))
_PENDING = select(timers).where(_OF).order_by(timers.c.due_at)


class Timers:
    """Pending timers; one of each name for a subject."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._set = _SET[shared]
        self._shared = shared

    def set(self, subject: str, name: str, due_at: datetime) -> None:
        """Set, or set anew."""
        self._connection.execute(self._set, {"subject": subject, "name": name, "due_at": due_at})

    def move(self, timer: Timer, due_at: datetime) -> bool:
        """Have a timer run out at another time; False when it has fired meanwhile."""
        changed = self._connection.execute(update(timers).where(timers.c.id == timer.id).values(due_at=due_at))
        return changed.rowcount == 1

    def clear(self, subject: str, name: str | None = None) -> None:
        """Forget one timer of a subject, or all of them."""
        if name is None:
            self._connection.execute(_CLEARED, {"of": subject})
        else:
            self._connection.execute(_CLEARED_ONE, {"of": subject, "one": name})

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """Those that have run out, in the order they did; locked, and passed over by other processes."""
        query = select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at, timers.c.id).limit(limit)
        if self._shared:
            query = query.with_for_update(skip_locked=True)
        return [Timer(*row) for row in self._connection.execute(query)]

    def remove(self, fired: Sequence[Timer]) -> None:
        """Forget timers that have become events."""
        if fired:
            self._connection.execute(delete(timers).where(among(timers.c.id, [timer.id for timer in fired])))

    def subjects(self, beyond: str, limit: int) -> Sequence[str]:
        """Whatever waits for something, by name, so many after that one."""
        query = select(timers.c.subject).distinct().where(timers.c.subject > beyond)
        return self._connection.execute(query.order_by(timers.c.subject).limit(limit)).scalars().all()

    def kind(self, kind: str) -> Sequence[str]:
        """The subjects of one kind that wait for something."""
        query = select(timers.c.subject).distinct().where(timers.c.subject.startswith(f"{kind}:", autoescape=True))
        return self._connection.execute(query.order_by(timers.c.subject)).scalars().all()

    def of(self, subject: str) -> Sequence[Timer]:
        """What is pending for a subject, soonest first."""
        return [Timer(*row) for row in self._connection.execute(_PENDING, {"of": subject})]


def _setting(insert: Any) -> Any:
    made = insert(timers)
    return made.on_conflict_do_update(index_elements=["subject", "name"], set_={"due_at": made.excluded.due_at})


_SET = {True: _setting(postgresql.insert), False: _setting(sqlite.insert)}
