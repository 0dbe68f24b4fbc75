"""What these tests share."""

from __future__ import annotations

import io
import logging
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from bot import logs
from tests.service.doors import OwnWords


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """A fresh SQLite database, where the kind of database makes no difference."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    return f"sqlite:///{tmp_path / 'xiaoban.db'}"


@pytest.fixture
def own(url: str, tmp_path: Path) -> Iterator[OwnWords]:
    """Such a school, on each database."""
    opened = OwnWords(url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """The log of a real service, at its most talkative; logs are as they were afterwards."""
    handlers, level, registered = logging.root.handlers[:], logging.root.level, set(logs._secrets)
    for module, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("debug", "json")
    yield stream.getvalue
    logging.captureWarnings(False)
    logging.root.handlers[:], logging.root.level = handlers, level
    logs._secrets.clear()
    logs._secrets.update(registered)
    structlog.reset_defaults()
