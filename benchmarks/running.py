"""Servers and callers as processes of their own, and fresh databases."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.servers import seed
from storage.engine import Storage
from tests.postgres import Cluster, OwnCluster, binaries

DURABLE = ("max_connections=100", "listen_addresses=127.0.0.1")
"""PostgreSQL as it comes, but for the address: fsync and synchronous_commit are on."""


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def python_with(home: Path, requirements: Path) -> Path:
    """A Python of its own with these packages alone, made at the first run."""
    python = home.absolute() / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    wanted = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r"]
    subprocess.run([*wanted, str(requirements)], check=True)
    return python


class Places:
    """Hands out fresh databases of both kinds."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="xiaoban-bench-", dir=Path.cwd()))
        self._cluster: Cluster = OwnCluster(next(binaries()), DURABLE)
        self._count = 0

    def folder(self) -> Path:
        """A fresh folder."""
        self._count += 1
        made = self._folder / str(self._count)
        made.mkdir()
        return made

    def url(self, kind: str, people: int = 0, platform: str = "wecom") -> str:
        """The address of a fresh database with so many people."""
        made = f"sqlite:///{self.folder()}/x.db" if kind == "SQLite" else self._cluster.url(self._cluster.fresh())
        seed(made, people, platform)
        return made

    def postgres_version(self) -> str:
        """What the server calls itself."""
        storage = Storage(self._cluster.url("postgres"))
        with storage._engine.connect() as connection:
            told = str(connection.exec_driver_sql("SHOW server_version").scalar_one())
        storage.close()
        return f"PostgreSQL {told.split()[0]}"

    def close(self) -> None:
        """Leave nothing behind."""
        self._cluster.close()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def running(module: str, *words: object) -> Iterator[subprocess.Popen[str]]:
    """A process of ours that says "up" when it is, and ends when it is sent a line."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "up":
            raise RuntimeError(f"{module} did not start")
        yield process
        process.communicate("\n", timeout=30)
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Driven:
    """What the callers saw: requests a second, latencies, failures; when they began, and each post."""

    rate: float
    p50: float
    p99: float
    bad: int
    began: float
    posted: list[tuple[str, float]]


def drive(
    count: int, people: int, *ports: int, first: int = 1, pace: float | None = None, platform: str = "wecom"
) -> Driven:
    """Let the callers post so many messages by so many people; with several ports a person's go to them in turn."""
    words = [count, people, ",".join(map(str, ports)), first, pace or 0, platform]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.traffic", *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    began = time.time()
    out, _ = process.communicate("\n")
    told: dict[str, Any] = json.loads(out)
    posted = [(str(person), float(at)) for person, at in told.pop("posted")]
    return Driven(**told, began=began, posted=posted)


class Queues:
    """Watches a database from outside until nothing waits."""

    def __init__(self, url: str) -> None:
        self._storage = Storage(url)

    def _count(self, table: str) -> int:
        with self._storage._reader.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE state = 0").scalar_one())

    def handled(self) -> float:
        """When the last arrival was handled (seconds since 1970)."""
        return until(lambda: not self._count("inbox"))

    def delivered(self) -> float:
        """When the last notice was delivered, too."""
        return until(lambda: not self._count("inbox") and not self._count("outbox"))


def until(done: Callable[[], bool], *, every: float = 0.05, within: float = 120) -> float:
    """Wait for something to be so; returns when it was (seconds since 1970)."""
    end = time.time() + within
    while not done():
        if time.time() > end:
            raise TimeoutError
        time.sleep(every)  # a benchmark waits in real time
    return time.time()
