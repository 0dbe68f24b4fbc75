"""Whoever has left, or belongs elsewhere: what they still hold, and what still waits to be sent to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, union_all, update

from storage.columns import EPOCH
from storage.records import NoticeKind, NoticeState
from storage.schema import drafts, outbox, people, tasks

_HOLDERS = select(tasks.c.person_id).where(tasks.c.closed_at.is_(None))


class Leavers:
    """People without access, and those of whom something changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holding(self) -> Mapping[int, str]:
        """Who still has a turn or a form open, each with a mark that is another one when there is more, or again."""
        open_tasks = select(tasks.c.person_id, tasks.c.id).where(tasks.c.closed_at.is_(None))
        open_forms = select(drafts.c.person_id, drafts.c.id).where(drafts.c.ended_at.is_(None))
        held = union_all(open_tasks, open_forms).subquery()
        query = (
            select(people.c.id, people.c.changed_at, func.max(held.c.id))
            .join(held, held.c.person_id == people.c.id)
            .where(~people.c.active)
            .group_by(people.c.id, people.c.changed_at)
            .order_by(people.c.id)
        )
        return {id: f"{_micros(since)}:{newest}" for id, since, newest in self._connection.execute(query)}

    def changed(self, since: datetime) -> Mapping[int, str]:
        """Who has a turn open and was changed in the address book since then, each with a mark of that change."""
        query = (
            select(people.c.id, people.c.changed_at)
            .where(people.c.active, people.c.changed_at > since, people.c.id.in_(_HOLDERS))
            .order_by(people.c.id)
        )
        return {id: str(_micros(at)) for id, at in self._connection.execute(query)}

    def withhold(self, person_id: int) -> None:
        """Send them nothing that nobody has begun to send (Q1); the files they sent us are still fetched."""
        waiting = (
            outbox.c.person_id == person_id,
            outbox.c.state == NoticeState.WAITING,
            outbox.c.kind.in_([NoticeKind.SEND, NoticeKind.FILE]),
            outbox.c.parcel.is_(None),
        )
        self._connection.execute(update(outbox).where(*waiting).values(state=NoticeState.DROPPED, reason="left"))


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
