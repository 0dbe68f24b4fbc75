"""The database: how it is opened, and one transaction at a time as `Work`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from storage.acquaintance import Acquaintance
from storage.work import Work

LOCK_PATIENCE = 2000
"""Milliseconds to wait for somebody else's lock: two such waits fit into the five seconds a platform gives us (F34)."""


class Occupied(Exception):
    """Another xiaoban already owns this SQLite database; stop that one first, or move to PostgreSQL."""


class Unreachable(Exception):
    """The database does not answer, or cannot write."""


def random_id() -> int:
    """A number that no other process hands out, small enough for every database and for JSON."""
    return secrets.randbits(52)


class Contended(Exception):
    """Another transaction was in the way and the database ended this one; nothing of it happened: run it anew."""


class _Rehearsed(Exception):
    """It was only tried; nothing of it is to stay."""


class Storage:
    """One database. On SQLite a single thread may hold a `work` at a time; `writers` says how many."""

    def __init__(self, url: str, *, new_id: Callable[[], int] = random_id) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.writers = 1 if self.is_sqlite else 4
        self._new_id = new_id
        self._acquaintance = Acquaintance()
        self._engine = _sqlite(url, "BEGIN IMMEDIATE") if self.is_sqlite else _postgres(url)
        self._reader = _sqlite(url, "BEGIN") if self.is_sqlite else self._engine
        self._lock: FileLock | None = None
        self.address_key: bytes | None = None

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction: commits on a clean exit, undoes everything on any exception.

        Raises `Unreachable` when the database is gone, full, locked or read-only (F34), `Contended` when another
        process or thread had rows of ours and waited for others of ours, or added what we were adding.
        """
        with self._transaction(self._engine) as connection:
            yield (work := self._begun(connection, shared=not self.is_sqlite))
            work.flush()

    @contextmanager
    def rehearsal(self) -> Iterator[Work]:
        """The same, undone at the end whatever happens: to see what something would come to."""
        with suppress(_Rehearsed), self.work() as work:
            yield work
            work.flush()
            raise _Rehearsed

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A consistent view that changes nothing; on SQLite it never waits for the writer."""
        with self._transaction(self._reader) as connection:
            yield self._begun(connection, shared=False)

    def _begun(self, connection: Connection, *, shared: bool) -> Work:
        return Work(connection, self._new_id, self._acquaintance, shared=shared, address_key=self.address_key)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            if _state(error) in _CONTENDED:
                raise Contended(type(error.orig).__name__) from error
            if trouble := unreachable(error):
                raise trouble from error
            raise

    def own(self) -> None:
        """Claim a SQLite file for this process; raises `Occupied` when another one serves it (F47)."""
        path = make_url(self.url).database if self.is_sqlite else None
        if not path or path == ":memory:":
            return
        self._lock = FileLock(Path(path).with_name(Path(path).name + ".lock"))
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise Occupied(path) from error

    def answers(self) -> bool:
        """Whether the database can be written to right now."""
        try:
            with self.work() as work:
                work.touch()
        except Unreachable:
            return False
        return True

    def close(self) -> None:
        """Let go of every connection, and of the file."""
        self._engine.dispose()
        self._reader.dispose()
        if self._lock is not None:
            self._lock.release()


_TROUBLE_SQLITE = ("locked", "full", "disk i/o", "readonly", "read-only", "unable to open", "malformed")
_TROUBLE_POSTGRES = ("08", "53", "57", "58", "XX", "25006", "55P03")
"""No connection, no room, an operator at work, a failing disk, corruption, a standby, a lock that is not given."""
_CONTENDED = {"40001", "40P01", "23505"}
"""Serialization failure, deadlock, and a row that was not there when we looked: somebody else has just added it."""


def unreachable(error: DBAPIError) -> Unreachable | None:
    """What to say when it is the database itself that is in trouble."""
    return Unreachable(str(error.orig).strip().splitlines()[0]) if _is_trouble(error) else None


def _state(error: DBAPIError) -> str:
    """PostgreSQL's SQLSTATE; empty where there is none (SQLite, or no server that could have said one)."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def _is_trouble(error: DBAPIError) -> bool:
    """Whether the database itself is in trouble, rather than our statement being wrong."""
    if error.connection_invalidated:
        return True
    if state := _state(error):
        return state.startswith(_TROUBLE_POSTGRES)
    if type(error.orig).__name__ != "OperationalError":
        return False
    words = str(error.orig).lower()
    return "psycopg" in type(error.orig).__module__ or any(word in words for word in _TROUBLE_SQLITE)


def _sqlite(url: str, begin: str) -> Engine:
    """The driver must not begin transactions by itself: its savepoints would commit on release."""
    engine = create_engine(url, pool_size=1 if begin != "BEGIN" else 4, max_overflow=0 if begin != "BEGIN" else 8)

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={LOCK_PATIENCE}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgres(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=6,
        max_overflow=6,
        pool_pre_ping=True,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 5,
            "application_name": "xiaoban",
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,  # a server that vanished without a word must not hold a worker for ever (F34)
        },
    )

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'")
        connection.commit()

    return engine
