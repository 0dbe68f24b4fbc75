"""Taking rows from a queue in order: within a line (one person, one case) nothing overtakes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from storage.bulk import among


def take(
    connection: Connection,
    table: Table,
    order: Sequence[ColumnElement[int]],
    ready: ColumnElement[bool],
    now: datetime,
    *,
    limit: int,
    shared: bool,
) -> Sequence[Any]:
    """(id, line) of rows that may be handled now, at most `limit`.

    A line with a row that is held (leased, or waiting for its next try) is left alone. With `shared`, rows are
    locked and rows of other processes skipped; then every row that stands behind one of theirs is dropped
    (engine.md section 2: a `NOT EXISTS` claim collapses under a backlog).
    """
    pending = table.c.state == 0
    held = select(table.c.line).where(pending, table.c.held_until > now)
    free = or_(table.c.held_until.is_(None), table.c.held_until <= now)
    query = select(table.c.id, table.c.line).where(pending, free, ready, table.c.line.not_in(held))
    query = query.order_by(*order).limit(limit)
    if not shared:
        return connection.execute(query).all()
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    return _without_overtakers(connection, table, rows, ready)


def _without_overtakers(
    connection: Connection, table: Table, rows: Sequence[Any], ready: ColumnElement[bool]
) -> Sequence[Any]:
    if not rows:
        return rows
    ours = {row.id for row in rows}
    lines = {row.line for row in rows}
    others = (
        select(table.c.line, func.min(table.c.id).label("first"))
        .where(and_(table.c.state == 0, ready), among(table.c.line, lines), ~among(table.c.id, ours))
        .group_by(table.c.line)
    )
    first = {row.line: row.first for row in connection.execute(others)}
    return [row for row in rows if row.id < first.get(row.line, row.id + 1)]
