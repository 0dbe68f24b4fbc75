"""Taking rows from a queue in order: within a line (one person, one case) nothing overtakes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, bindparam, func, or_, select

from storage.bulk import one_of
from storage.columns import Instant

NOW = bindparam("now", type_=Instant())
"""The instant of taking, in what makes a row ready."""


class Queue:
    """A table of things to do; `ready` is what is asked of a row besides, `wanted` what is read of it."""

    def __init__(
        self,
        table: Table,
        order: Sequence[ColumnElement[int]],
        ready: ColumnElement[bool],
        wanted: Sequence[Column[Any]] = (),
    ) -> None:
        pending = table.c.state == 0
        held = select(table.c.line).where(pending, table.c.held_until > NOW)
        free = or_(table.c.held_until.is_(None), table.c.held_until <= NOW)
        query = select(table.c.id, table.c.line, *wanted).where(pending, free, ready, table.c.line.not_in(held))
        self._oldest = query.order_by(*order).limit(bindparam("limit"))
        self._locked = self._oldest.with_for_update(skip_locked=True)
        others = select(table.c.line, func.min(table.c.id).label("first"))
        before = table.c.id < bindparam("last")  # what comes after all of ours overtakes nothing
        theirs = one_of(table.c.line, "lines"), before, ~one_of(table.c.id, "ours")
        others = others.where(and_(pending, ready), *theirs)
        self._others = others.group_by(table.c.line)

    def take(self, connection: Connection, now: datetime, *, limit: int, shared: bool) -> Sequence[Any]:
        """(id, line, what is wanted) of rows that may be handled now, at most `limit`.

        A line with a row that is held (leased, or waiting for its next try) is left alone. With `shared`, rows are
        locked and rows of other processes skipped; then every row that stands behind one of theirs is dropped
        (engine.md section 2: a `NOT EXISTS` claim collapses under a backlog).
        """
        rows = connection.execute(self._locked if shared else self._oldest, {"now": now, "limit": limit}).all()
        return self._without_overtakers(connection, rows, now) if shared and rows else rows

    def _without_overtakers(self, connection: Connection, rows: Sequence[Any], now: datetime) -> Sequence[Any]:
        ours, lines = {row[0] for row in rows}, {row[1] for row in rows}
        given = {"now": now, "lines": lines, "ours": ours, "last": max(ours)}
        others = connection.execute(self._others, given)
        first = dict(list(others))
        return [row for row in rows if row[0] < first.get(row[1], row[0] + 1)]
