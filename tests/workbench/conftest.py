"""A school with something to see."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import JPEG, Office

NASTY = "<script>alert(1)</script>\"'&{{ 7 * 7 }}"


@pytest.fixture
def school(empty_sqlite: Path, tmp_path: Path) -> Iterator[Office]:
    """A school with xiaoban, on SQLite: the pages do not know the difference."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    opened = Office(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def told(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """After the story of the lamp, and with a second lamp waiting; only to be looked at."""
    folder = tmp_path_factory.mktemp("told")
    shutil.copy(empty_sqlite, folder / "xiaoban.db")
    opened = Office(f"sqlite:///{folder / 'xiaoban.db'}", folder)
    tell(opened)
    yield opened
    opened.close()


def tell(office: Office) -> None:
    """R-0001 of lin is repaired by wu and confirmed; R-0002 of chen waits, with odd words and odd files."""
    lin, wu, chen = office.person("lin"), office.person("wu"), office.person("chen")
    for said in ("报修", "东区3号楼502", "灯一闪一闪"):
        lin.says(said)
    lin.sends_a_photo(JPEG)
    wu.presses("接单")
    wu.presses("修好了")
    wu.says("换了灯管")
    wu.presses("跳过")
    wu.sends_a_photo()
    lin.presses("确认修好")
    for said in ("报修", "东区9号楼101", NASTY):
        chen.says(said)
    chen.sends_a_photo(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    office.settles()
