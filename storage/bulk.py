"""Statements over many rows, each with one parameter per column: a list of 200 numbers is not 200 parameters.

An expanded `IN (...)` is rendered, parsed and planned anew for each length, and PostgreSQL's driver sends an
`executemany` row by row. Both cost more than the work itself (docs/decisions/0003).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Integer,
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
from sqlalchemy.types import TypeEngine, UserDefinedType


class _Numbers(UserDefinedType[str]):
    """An array of whole numbers as PostgreSQL writes it: its driver takes ten times as long over a list.

    It is the parameter's own type. Cast from a text it would be read anew for every row it is compared with.
    """

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        """What it is called in SQL."""
        return "BIGINT[]"


class _Many(TypeDecorator[Collection[Any]]):
    """A list of values of a kind: an array where there are arrays, else one JSON text."""

    impl = String
    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(_Numbers() if isinstance(self.kind, Integer) else ARRAY(self.kind))

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        held = list(value or ())
        if dialect.name == "sqlite":
            return json.dumps(held)
        return "{" + ",".join([str(int(one)) for one in held]) + "}" if isinstance(self.kind, Integer) else held


_many = cache(_Many)


class _Among(FunctionElement[Any]):
    """A column and a list. It has no type: behind a boolean SQLAlchemy writes `= 1`, and no index serves that."""

    name = "among"
    inherit_cache = True


@compiles(_Among, "sqlite")
def _(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    left, right = compiler.process(column, **options), compiler.process(values, **options)
    return f"({left} IN (SELECT value FROM json_each({right})))"  # noqa: S608  # compiled parts


@compiles(_Among, "postgresql")
def _(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    left, right = compiler.process(column, **options), compiler.process(values, **options)
    return f"({left} = ANY({right}))"


def among(column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column of numbers or texts is one of the values, however many."""
    return _Among(column, bindparam(None, list(values), _many(column.type)))


def one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same in a statement that is written once: the values are given under this name whenever it is run.

    Writing a statement and finding the SQL it was compiled to costs three times what running it does.
    """
    return _Among(column, bindparam(name, type_=_many(column.type)))


@cache
def _source(table: Table, names: tuple[str, ...]) -> Subquery:
    """Rows given as one JSON text under the name `rows`, for PostgreSQL; `key` holds ids.

    Arrays would do as well, were it not that the driver quotes each text of theirs by regular expressions.
    """
    columns = [column(name, _kind(table, name)) for name in names]
    given = cast(bindparam("rows", type_=Text()), postgresql.JSON)
    source = func.json_to_recordset(given).table_valued(*columns).render_derived(with_types=True)
    return select(*(source.c[name] for name in names)).subquery()


def _kind(table: Table, name: str) -> TypeEngine[Any]:
    """A column's; an id's where no column is called so."""
    return table.c[name if name in table.c else "id"].type


def _written(dialect: Dialect, table: Table, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterator[Any]:
    """The rows as the driver wants their values, each in the order of the names."""
    columns = []
    for name in names:
        write = _kind(table, name).dialect_impl(dialect).bind_processor(dialect)
        columns.append([write(row[name]) for row in rows] if write else [row[name] for row in rows])
    return zip(*columns, strict=True)


def _rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    names = list(rows[0])
    plain = [dict(zip(names, row, strict=True)) for row in _written(connection.dialect, table, rows, names)]
    return {"rows": json.dumps(plain, ensure_ascii=False)}


def _each(connection: Connection, table: Table, made: Any, rows: Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
    """Run a statement for each row, past SQLAlchemy's own reading of every parameter, which took longer than SQLite."""
    sql, names = _said(made, tuple(rows[0]))
    return connection.exec_driver_sql(sql, list(_written(connection.dialect, table, rows, names)))


@cache
def _said(made: Any, given: tuple[str, ...]) -> tuple[str, Sequence[str]]:
    """A statement as SQLite reads it, and which of the given names stands at which of its question marks."""
    compiled = made.compile(dialect=_SQLITE, column_keys=list(given))
    return str(compiled), tuple(compiled.positiontup)


_AT_ONCE = 64
"""So many rows one statement adds: each number of them is a statement of its own, which SQLite and we remember."""
_SQLITE = sqlite.dialect(paramstyle="qmark")
"""For writing statements down only; values are written by the dialect of the connection."""


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, anew: bool = True) -> None:
    """Add rows in their order, all with the same keys; with `anew` False those there already stay as they are."""
    if rows:
        _insert(connection, table, rows, anew=anew)


def insert_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *wanted: Column[Any]
) -> Sequence[Sequence[Any]]:
    """Add those rows that are not there yet; returns the wanted columns, texts or numbers, of the new ones."""
    if not rows:
        return ()
    if connection.dialect.name != "sqlite":
        return _insert(connection, table, rows, *wanted, anew=False).all()
    sql, names = _said(_adding(table, (), wanted, anew=False), tuple(rows[0]))
    found: list[Sequence[Any]] = []
    for at in range(0, len(rows), _AT_ONCE):
        some = list(_written(connection.dialect, table, rows[at : at + _AT_ONCE], names))
        found += connection.exec_driver_sql(_repeated(sql, len(names), len(some)), tuple(chain(*some))).all()
    return found


@lru_cache(2 * _AT_ONCE)
def _repeated(sql: str, values: int, rows: int) -> str:
    """A statement that adds a row, for so many rows."""
    one = f"({', '.join('?' * values)})"
    return sql.replace(f"VALUES {one}", f"VALUES {', '.join([one] * rows)}", 1)


def _insert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *wanted: Column[Any], anew: bool
) -> CursorResult[Any]:
    if connection.dialect.name == "sqlite":
        return _each(connection, table, _adding(table, (), wanted, anew), rows)
    return connection.execute(_adding(table, tuple(rows[0]), wanted, anew), _rows(connection, table, rows))


@cache
def _adding(table: Table, names: tuple[str, ...], wanted: tuple[Column[Any], ...], anew: bool) -> Any:
    """The statement that adds rows: from a source of these names, or each by itself where there are none."""
    made: Any = sqlite.insert(table)
    if names:
        made = postgresql.insert(table).from_select(list(names), select(_source(table, names)))
    made = made if anew else made.on_conflict_do_nothing()
    return made.returning(*wanted) if wanted else made


def update_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Change rows by their id, given as `key`; returns how many there were, -1 where the driver does not say."""
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        return _each(connection, table, _changing(table, ()), rows).rowcount
    return connection.execute(_changing(table, tuple(rows[0])), _rows(connection, table, rows)).rowcount


@cache
def _changing(table: Table, names: tuple[str, ...]) -> Any:
    """The statement that changes rows: from a source of these names, or each by itself where there are none."""
    if not names:
        return update(table).where(table.c.id == bindparam("key"))
    source = _source(table, names)
    changed = {name: source.c[name] for name in names if name != "key"}
    return update(table).where(table.c.id == source.c.key).values(changed)
