"""Whose turn it is stands on DingTalk's to-do list, and leaves it in step; a mirror, never the truth (E6)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows import test_approval
from tests.mirrored import MirroredOffice


@pytest.fixture
def both(url: str, tmp_path: Path) -> Iterator[MirroredOffice]:
    """On each database."""
    made = MirroredOffice(url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def lite(empty_sqlite: Path, tmp_path: Path) -> Iterator[MirroredOffice]:
    """On SQLite, for variants."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    made = MirroredOffice(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    yield made
    made.close()


def test_a_turn_appears_with_its_words_its_day_and_the_way_to_it(both: MirroredOffice) -> None:
    """E6: once the card has lain for a while; the link leads to the case's page, the day is that of its limit."""
    test_approval.apply(both)
    assert both.listed("xu") == []
    both.waits()
    [todo] = both.ding.todos("xu")
    assert str(todo["subject"]).startswith("S-0001 用印申请")
    assert str(todo["url"]).endswith("/workbench/cases/S-0001")
    due = both.due("xu")
    assert due is not None
    assert due > both.clock.now()
    assert both.in_step()


def test_what_is_decided_on_the_other_platform_leaves_as_done(both: MirroredOffice) -> None:
    """E6, E7: the word was said on WeCom; DingTalk's list is in step, and the next one's turn appears."""
    test_approval.apply(both)
    both.waits()
    both.on_wecom("xu").says("同意 S-0001")
    both.mirrors()
    assert (both.listed("xu"), both.ticked("xu")) == ([], ["S-0001"])
    both.waits()
    assert both.in_step()
    assert both.all_listed()


def test_what_is_withdrawn_leaves_without_a_trace(both: MirroredOffice) -> None:
    """E6, D7: nobody did it, so it is nobody's done."""
    test_approval.apply(both)
    both.waits()
    both.on_wecom("peng").says("撤回 S-0001")
    both.on_wecom("peng").says("写错了")
    assert both.case("S-0001").closed_at is not None
    both.mirrors()
    assert (both.listed("xu"), both.ticked("xu")) == ([], [])
    assert both.rows() == []
