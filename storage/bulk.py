"""Statements over many rows, each with one parameter per column: a list of 200 numbers is not 200 parameters.

An expanded `IN (...)` is rendered, parsed and planned anew for each length, and PostgreSQL's driver sends an
`executemany` row by row. Both cost more than the work itself (docs/decisions/0003).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    String,
    Subquery,
    Table,
    TypeDecorator,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class _Json(TypeDecorator[Collection[Any]]):
    """A list as one JSON text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(list(value))


class _Among(FunctionElement[Any]):
    """A column and a list. It has no type: behind a boolean SQLAlchemy writes `= 1`, and no index serves that."""

    name = "among"
    inherit_cache = True


@compiles(_Among, "sqlite")
def _(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values, _ = element.clauses
    left, right = compiler.process(column, **options), compiler.process(values, **options)
    return f"({left} IN (SELECT value FROM json_each({right})))"  # noqa: S608  # compiled parts


@compiles(_Among, "postgresql")
def _(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, _, values = element.clauses
    left, right = compiler.process(column, **options), compiler.process(values, **options)
    return f"({left} = ANY({right}))"


def among(column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column of numbers or texts is one of the values, however many."""
    held = list(values)
    kind: TypeEngine[Any] = column.type
    return _Among(column, bindparam(None, held, _Json()), bindparam(None, held, ARRAY(kind)))


def _rows(table: Table, rows: Sequence[Mapping[str, Any]], **renamed: str) -> Subquery:
    """Rows as a table of arrays, for PostgreSQL; `renamed` are keys that hold another column's type."""
    names = list(rows[0])
    columns = [table.c[renamed.get(name, name)] for name in names]
    arrays = [
        bindparam(None, [row[name] for row in rows], ARRAY(column.type))
        for name, column in zip(names, columns, strict=True)
    ]
    source = func.unnest(*arrays).table_valued(*names).render_derived()
    return select(*(source.c[name] for name in names)).subquery()


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, anew: bool = True) -> None:
    """Add rows, all with the same keys; with `anew` False those that are there already stay as they are."""
    if not rows:
        return
    on_sqlite = connection.dialect.name == "sqlite"
    statement: Any = insert(table)
    if not anew:
        statement = (sqlite if on_sqlite else postgresql).insert(table).on_conflict_do_nothing()
    if on_sqlite:
        connection.execute(statement, rows)
    else:
        source = _rows(table, rows)
        connection.execute(statement.from_select(list(rows[0]), select(source)))


def update_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Change rows by their id, given as `key`; returns how many there were, -1 where the driver does not say."""
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        return connection.execute(update(table).where(table.c.id == bindparam("key")), rows).rowcount
    source = _rows(table, rows, key="id")
    changed = {name: source.c[name] for name in rows[0] if name != "key"}
    return connection.execute(update(table).where(table.c.id == source.c.key).values(changed)).rowcount
