"""The database is locked, full, gone or back: F34. Never a 200 without a commit, and it goes on by itself."""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Running, Sandbox, Settings, load_campus, serve
from storage.engine import LOCK_PATIENCE
from tests.office import Office
from tests.postgres import Cluster
from tests.service.doors import ROOT, opened, ready

ASKED = "在哪里"


@pytest.fixture
def impatient_school(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """A school whose database waits for a lock only as long as a test can; the platform sends once."""
    monkeypatch.setattr("storage.engine.LOCK_PATIENCE", 100)
    opened = Office(sqlite_url, tmp_path, resends=0)
    yield opened
    opened.close()


def test_a_locked_database_is_answered_503_and_goes_on_by_itself(impatient_school: Office) -> None:
    """F34: somebody else holds the file's write lock: nothing is taken, the monitor is told, the same message counts
    when it is sent again."""
    school, lin = impatient_school, impatient_school.person("lin")
    with closing(sqlite3.connect(school.folder / "xiaoban.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = school.run(school.sandbox.say("lin", "报修"))
        assert said.statuses == (503,)
        shown = ready(school)
        assert (shown.status, "database: database is locked" in shown.text) == (503, True)
        assert opened(school, "/healthz").status == 200
        assert opened(school, "/metrics").status == 200
        other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    assert ready(school).status == 200
    school.act(lambda box: box.redeliver())
    assert ASKED in lin.sees.text
    assert len(lin.items) == 1


def test_a_lock_is_given_up_before_the_platform_gives_up() -> None:
    """F34, A3: the platform waits five seconds; whoever is before us in line and we ourselves have to fit in."""
    assert 1000 * Settings().answer_limit > 2 * LOCK_PATIENCE


@pytest.fixture
def served(postgres: Cluster, empty_postgres: str, tmp_path: Path) -> Iterator[tuple[Office, Callable[[str], None]]]:
    """A school on PostgreSQL, and a way to say something to its server about its database."""
    name = postgres.fresh(empty_postgres)
    opened = Office(postgres.url(name), tmp_path, resends=0)
    yield opened, lambda statement: postgres.execute(statement.format(name))
    opened.close()
    postgres.drop(name)


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"


def test_connections_that_were_cut_are_opened_anew(served: tuple[Office, Callable[[str], None]]) -> None:
    """F34: PostgreSQL restarted between two messages: nobody notices."""
    office, server = served
    lin = office.person("lin")
    for words in ("报修", "东区3号楼502", "灯不亮"):
        server(CUT)
        assert lin.says(words).statuses == (200,)
    assert len(lin.items) == 3
    assert ready(office).status == 200


def test_a_server_that_takes_no_connections_is_waited_for(served: tuple[Office, Callable[[str], None]]) -> None:
    """F34: PostgreSQL away: 503 and nothing taken; back again: the same message counts."""
    office, server = served
    lin = office.person("lin")
    assert office.run(office.sandbox.say("lin", "报修")).statuses == (200,)
    server('ALTER DATABASE "{}" ALLOW_CONNECTIONS false')
    server(CUT)
    assert office.run(office.sandbox.say("lin", "东区3号楼502")).statuses == (503,)
    shown = ready(office)
    assert (shown.status, "database: " in shown.text) == (503, True)
    office.run(office.service.tick())
    server('ALTER DATABASE "{}" ALLOW_CONNECTIONS true')
    office.act(lambda box: box.redeliver())
    assert "出了什么问题" in lin.sees.text
    assert len(lin.items) == 2
    assert ready(office).status == 200


@dataclass
class Process:
    """The service as a process of its own, between a stand-in and its file."""

    box: Sandbox
    url: str
    pid: int
    database: Path

    async def ready(self) -> tuple[int, list[str]]:
        async with aiohttp.ClientSession() as browser, browser.get(f"{self.url}/readyz") as answer:
            return answer.status, json.loads(await answer.text())["reasons"]

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that shows on a phone."""
        come = asyncio.Event()
        self.box.corp.feed.watch(come.set)
        async with asyncio.timeout(10):
            while not true():
                come.clear()
                await come.wait()

    def limit_files(self, size: int) -> None:
        """From now on no file of the process may grow beyond this."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@asynccontextmanager
async def process(folder: Path, port: int) -> AsyncIterator[Process]:
    """Start both, and end both."""
    url = f"http://127.0.0.1:{port}"
    settings = Settings(callback_url=f"{url}/wecom/callback", resends=0)
    running: Running = await serve("127.0.0.1", 0, settings, load_campus())
    (folder / "config.toml").write_text(
        f'[server]\nport = {port}\npublic_url = "{url}"\n[wecom]\ncorp_id = "{settings.corp_id}"\n'
        f'agent_id = {settings.agent_id}\nsecret = "{settings.secret}"\ntoken = "{settings.token}"\n'
        f'encoding_aes_key = "{settings.encoding_aes_key}"\napi_base = "{running.url}"\n'
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith("XIAOBAN_")}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        cwd=folder,
        env={**own, "PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stderr is not None
    try:
        while b'"serving"' not in await child.stderr.readline():
            assert child.returncode is None
        assert await running.sandbox.verify()
        yield Process(running.sandbox, url, child.pid, folder / "xiaoban.db")
    finally:
        child.terminate()
        await child.communicate()
        await running.cleanup()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit another process")
async def test_a_full_disk_is_answered_503_and_goes_on_by_itself(tmp_path: Path, unused_tcp_port: int) -> None:
    """F34: no file can grow any more: nothing is taken, the monitor is told; with room again the message counts."""
    async with process(tmp_path, unused_tcp_port) as xiaoban:
        lin = xiaoban.box.phone("lin")
        assert (await xiaoban.box.say("lin", "报修")).statuses == (200,)
        await xiaoban.until(lambda: len(lin.received) == 1)
        journal = xiaoban.database.with_name("xiaoban.db-wal")
        xiaoban.limit_files(journal.stat().st_size)
        assert (await xiaoban.box.say("lin", "东区3号楼502")).statuses == (503,)
        status, reasons = await xiaoban.ready()
        assert (status, len(reasons)) == (503, 1)
        assert re.match(r"database: (disk I/O error|database or disk is full)", reasons[0])
        assert len(lin.received) == 1
        xiaoban.limit_files(resource.RLIM_INFINITY)
        assert [again.statuses for again in await xiaoban.box.redeliver()] == [(200,)]
        await xiaoban.until(lambda: len(lin.received) == 2)
        assert (await xiaoban.ready())[0] == 200
