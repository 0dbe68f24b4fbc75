"""The program and the schema of its database are of different ages; or two programs want one file."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Cluster
from tests.processes.child import Child, Outside

FUTURE = "9999_future"


def execute(url: str, statement: str) -> None:
    """Work on a database from outside."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        with connection:
            connection.execute(statement)
        connection.close()
        return
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as lent:
        lent.execute(statement.encode())


@pytest.fixture
async def untouched(postgres: Cluster, tmp_path: Path) -> AsyncIterator[Outside]:
    """An empty PostgreSQL database, never migrated."""
    name = postgres.fresh()
    opened = Outside(tmp_path, postgres.url(name))
    await opened.open()
    yield opened
    await opened.close()
    postgres.drop(name)


async def test_an_old_program_refuses_a_newer_schema(outside: Outside) -> None:
    """F47: whatever it is asked to do, it says why in a sentence, and changes nothing."""
    execute(outside.url, f"UPDATE alembic_version SET version_num = '{FUTURE}'")
    child = outside.child()
    for command in ("serve", "migrate", "check", "replay"):
        status, said = await outside.runs(child, command)
        assert (status, said.count("\n")) == (2, 1), (command, said)
        assert FUTURE in said
        assert "请升级小办" in said
    execute(outside.url, "UPDATE alembic_version SET version_num = '0001'")
    assert await outside.checks(child) == (0, "没有发现问题。\n")


async def test_an_outdated_schema_is_not_served(untouched: Outside) -> None:
    """F47: on PostgreSQL nobody upgrades by surprise; the sentence names the command, and with it all is well."""
    child = untouched.child()
    status, said = await untouched.runs(child, "serve")
    assert status == 2
    assert said.count("\n") == 1
    assert "xiaoban migrate --config config.toml" in said
    assert (await untouched.runs(child, "migrate"))[0] == 0
    await child.start()
    await untouched.calls_back(child)
    await untouched.person("lin").says("报修")
    await untouched.person("lin").sees("在哪里")


@pytest.mark.parametrize("command", ["serve", "migrate", "check", "replay"])
async def test_a_database_that_is_away_is_said_in_a_sentence(tmp_path: Path, command: str) -> None:
    """F34, F48: without a trace, and without the password."""
    outside = Outside(tmp_path, "postgresql+psycopg://xiaoban:planted@127.0.0.1:1/xiaoban")
    await outside.open()
    status, said = await outside.runs(outside.child(), command)
    await outside.close()
    assert (status, said.count("\n")) == (2, 1)
    assert said.startswith("连不上数据库：")
    assert "planted" not in said


async def test_a_second_process_does_not_touch_the_same_file(on_sqlite: Outside) -> None:
    """F47: two servers on one SQLite file by mistake; the first goes on."""
    child, second = await on_sqlite.started(), on_sqlite.child()
    status, said = await on_sqlite.runs(second, "serve")
    assert (status, said.count("\n")) == (2, 1)
    assert "xiaoban.db" in said
    await on_sqlite.person("lin").says("报修")
    await on_sqlite.person("lin").sees("在哪里")
    child.kill()
    await child.killed()
    await _takes_over(second)


async def _takes_over(second: Child) -> None:
    """The dead one's claim on the file has gone with it."""
    await second.start()
