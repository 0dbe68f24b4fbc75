"""Statements over many rows."""

from __future__ import annotations

from sqlalchemy import create_engine, select

from storage.bulk import among, one_of
from storage.schema import outbox

DIALECT = create_engine("postgresql+psycopg://").dialect


def test_a_list_of_numbers_is_of_its_own_type() -> None:
    """Cast from a text, PostgreSQL would read the whole list anew for each row that it is compared with."""
    rows = select(outbox.c.id).where(among(outbox.c.id, [1, 2]), ~one_of(outbox.c.line, "lines"))
    sql = str(rows.compile(dialect=DIALECT))
    assert "(outbox.id = ANY(%(param_1)s::BIGINT[]))" in sql
    assert "NOT (outbox.line = ANY(%(lines)s::BIGINT[]))" in sql


def test_a_list_of_texts_is_too() -> None:
    sql = str(select(outbox.c.id).where(among(outbox.c.about, ["x"])).compile(dialect=DIALECT))
    assert "(outbox.about = ANY(%(param_1)s::TEXT[]))" in sql
