"""Statements over many rows, each with one parameter per column: a list of 200 numbers is not 200 parameters.

An expanded `IN (...)` is rendered, parsed and planned anew for each length, and PostgreSQL's driver sends an
`executemany` row by row. Both cost more than the work itself (docs/decisions/0003).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Row,
    String,
    Subquery,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    column,
    func,
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


def among_given(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same in a statement that is written once: the values come with each execution, as `given(name, values)`."""
    kind: TypeEngine[Any] = column.type
    return _Among(column, bindparam(f"{name}_json", type_=_Json()), bindparam(f"{name}_array", type_=ARRAY(kind)))


def given(name: str, values: Collection[Any]) -> dict[str, Any]:
    """The values of such a statement."""
    held = list(values)
    return {f"{name}_json": held, f"{name}_array": held}


def _rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], **renamed: str) -> Subquery:
    """Rows as one JSON text, for PostgreSQL; `renamed` are keys that hold another column's values.

    Arrays would do as well, were it not that the driver quotes each text of theirs by regular expressions.
    """
    kinds = {name: table.c[renamed.get(name, name)].type for name in rows[0]}
    written = {
        name: kind.dialect_impl(connection.dialect).bind_processor(connection.dialect) for name, kind in kinds.items()
    }
    plain = [{name: write(row[name]) if write else row[name] for name, write in written.items()} for row in rows]
    given = bindparam(None, json.dumps(plain, ensure_ascii=False), Text())
    columns = [column(name, kind) for name, kind in kinds.items()]
    source = func.json_to_recordset(cast(given, postgresql.JSON)).table_valued(*columns).render_derived(with_types=True)
    return select(*(source.c[name] for name in kinds)).subquery()


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, anew: bool = True) -> None:
    """Add rows in their order, all with the same keys; with `anew` False those there already stay as they are."""
    if rows:
        _insert(connection, table, rows, lambda statement: statement if anew else statement.on_conflict_do_nothing())


def insert_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *wanted: Column[Any]
) -> Sequence[Row[Any]]:
    """Add those rows that are not there yet; returns the wanted columns of the new ones."""
    if not rows:
        return ()
    return _insert(connection, table, rows, lambda made: made.on_conflict_do_nothing().returning(*wanted)).all()


def _insert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], finish: Callable[[Any], Any]
) -> CursorResult[Any]:
    if connection.dialect.name == "sqlite":
        return connection.execute(finish(sqlite.insert(table)), rows)
    source = _rows(connection, table, rows)
    return connection.execute(finish(postgresql.insert(table).from_select(list(rows[0]), select(source))))


def update_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Change rows by their id, given as `key`; returns how many there were, -1 where the driver does not say."""
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        return connection.execute(update(table).where(table.c.id == bindparam("key")), rows).rowcount
    source = _rows(connection, table, rows, key="id")
    changed = {name: source.c[name] for name in rows[0] if name != "key"}
    return connection.execute(update(table).where(table.c.id == source.c.key).values(changed)).rowcount
