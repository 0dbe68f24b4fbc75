"""Brings a database to the newest schema, in one transaction: it is done whole or not at all (F47)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from storage.engine import unreachable
from storage.schema import metadata

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7263546
"""Any number: two replicas that start at once upgrade one after the other."""


class TooNew(Exception):
    """The database was written by a newer xiaoban; this one must not touch it (F47)."""


class Outdated(Exception):
    """The database has an older schema; run `xiaoban migrate` first."""


def upgrade(url: str) -> None:
    """Upgrade; raises `TooNew` when the database is ahead of this version."""
    with _opened(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = _config(connection)
        _refuse_newer(connection, config)
        command.upgrade(config, "head")


def downgrade(url: str) -> None:
    """Undo every step; for the tests of the steps."""
    with _opened(url) as connection:
        command.downgrade(_config(connection), "base")


def differences(url: str) -> list[object]:
    """How the database differs from the tables; empty when it is up to date."""
    with _opened(url) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def is_newest(url: str) -> bool:
    """Whether the database has the newest schema; raises `TooNew` when it is ahead of this version."""
    with _opened(url) as connection:
        _refuse_newer(connection, _config(connection))
        now = MigrationContext.configure(connection).get_current_revision()
    return now == ScriptDirectory(str(_FOLDER)).get_current_head()


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    """One transaction on a connection of its own; raises `Unreachable` like any other."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        if trouble := unreachable(error):
            raise trouble from error
        raise
    finally:
        engine.dispose()


def _refuse_newer(connection: Connection, config: Config) -> None:
    now = MigrationContext.configure(connection).get_current_revision()
    try:
        if now is not None:
            ScriptDirectory.from_config(config).get_revision(now)
    except CommandError as error:
        raise TooNew(now) from error


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> Engine:
    """SQLite's driver would commit before each CREATE TABLE; begun explicitly, an upgrade is one transaction."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _(connection: object, _record: object) -> None:
            connection.isolation_level = None  # type: ignore[attr-defined]

        @event.listens_for(engine, "begin")
        def _(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
