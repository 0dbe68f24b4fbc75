"""What tests share: both databases, and nothing from outside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web_app

from storage import migrate
from storage.engine import Storage
from tests.both import BothOffice
from tests.office import Office
from tests.postgres import Cluster, postgres

__all__ = ["postgres"]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """aiohttp remembers a thousand handlers with the applications they are of: services of tests long over."""
    yield
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def empty_postgres(postgres: Cluster) -> str:
    """A migrated database to copy."""
    postgres.execute('CREATE DATABASE "empty"')
    migrate.upgrade(postgres.url("empty"))
    return "empty"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "xiaoban.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.fresh(request.getfixturevalue("empty_postgres"))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    """An open database."""
    opened = Storage(url)
    yield opened
    opened.close()


@pytest.fixture
def office(url: str, tmp_path: Path) -> Iterator[Office]:
    """A school with xiaoban on each database."""
    opened = Office(url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def school(empty_sqlite: Path, tmp_path: Path) -> Iterator[Office]:
    """The same on SQLite only: for variants of what no database makes a difference to."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    opened = Office(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def both(empty_sqlite: Path, tmp_path: Path) -> Iterator[BothOffice]:
    """A school on WeCom and DingTalk; browsers sign in through WeCom."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    opened = BothOffice(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    yield opened
    opened.close()
