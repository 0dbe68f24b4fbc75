"""A stand-in with room for processes of xiaoban around it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.processes.child import Outside


@pytest.fixture
async def outside(url: str, tmp_path: Path) -> AsyncIterator[Outside]:
    """The stand-in listens; a test starts the processes it needs on each database."""
    opened = Outside(tmp_path, url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def on_sqlite(empty_sqlite: Path, tmp_path: Path) -> AsyncIterator[Outside]:
    """The same, where the kind of database makes no difference."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    opened = Outside(tmp_path, f"sqlite:///{tmp_path / 'xiaoban.db'}")
    await opened.open()
    yield opened
    await opened.close()
