"""What these tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import Office
from tests.service.doors import OwnWords


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """A fresh SQLite database, where the kind of database makes no difference."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    return f"sqlite:///{tmp_path / 'xiaoban.db'}"


@pytest.fixture
def school(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """A school with xiaoban, on SQLite only."""
    opened = Office(sqlite_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def own(url: str, tmp_path: Path) -> Iterator[OwnWords]:
    """Such a school, on each database."""
    opened = OwnWords(url, tmp_path)
    yield opened
    opened.close()
