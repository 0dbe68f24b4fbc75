"""What tests of the talk share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Config, OfficeConfig
from tests.office import Office

OwnMatters = Callable[..., Office]
"""A school with matters of its own besides what ships, each `name="TOML"`."""


class _Own(Office):
    def config(self) -> Config:
        return replace(super().config(), office=OfficeConfig(catalogue=self.folder / "school"))


@pytest.fixture
def own_matters(empty_sqlite: Path, tmp_path: Path) -> Iterator[OwnMatters]:
    """Opens such a school."""
    opened: list[Office] = []

    def open_with(**matters: str) -> Office:
        folder = tmp_path / "school" / "matters"
        folder.mkdir(parents=True)
        for name, source in matters.items():
            (folder / f"{name}.toml").write_text(source, "utf-8")
        shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
        opened.append(_Own(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path))
        return opened[0]

    yield open_with
    for office in opened:
        office.close()
