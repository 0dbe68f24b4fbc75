"""Killed while a model thinks, and started again: who asked is answered, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.model import KEY, Model, hangs, means
from tests.processes.child import LEASE, Outside

ODD = "我那屋晚上黑咕隆咚的"
PROPOSED = "您是想办「报修」吗？"


class _WithModel(Outside):
    model: Model

    def _config(self) -> str:
        return f'{super()._config()}[model]\nurl = "{self.model.url}"\nname = "small"\nkey = "{KEY}"\ntimeout = 20\n'


@pytest.fixture
async def outside(url: str, tmp_path: Path) -> AsyncIterator[_WithModel]:
    """The stand-ins of the platform and of a model listen."""
    opened = _WithModel(tmp_path, url)
    opened.model = Model(says=means("repair", place="东区3号楼502", fault="灯不亮"))
    await opened.model.start()
    await opened.open()
    yield opened
    await opened.close()
    await opened.model.stop()


async def test_killed_while_the_model_thinks_the_proposal_comes_once(outside: _WithModel) -> None:
    """F32, B10: the question is asked again by whoever comes next, and shown once."""
    model = outside.model
    child = await outside.started()
    lin = outside.person("lin")
    model.does = hangs
    await lin.says(ODD)
    await outside.until(lambda: bool(model.asked), "the model is asked")
    child.kill()
    model.does = None
    await outside.rises(child)
    await lin.sees(PROPOSED)
    await outside.calms(child)
    assert lin.titles == [PROPOSED]
    assert model.words == [ODD, ODD]
    await lin.presses("对")
    await lin.sees("请看一下，对吗？")
    await lin.says("提交")
    await lin.sees("已收到，单号 R-0001")
    await outside.calms(child)
    assert await outside.checks(child) == (0, "没有发现问题。\n")
    assert KEY not in child.log()


async def test_a_stop_does_not_wait_for_a_model(outside: _WithModel) -> None:
    """F52: ten seconds are enough to end, and the words are answered afterwards."""
    model = outside.model
    child = await outside.started()
    lin = outside.person("lin")
    model.does = hangs
    await lin.says(ODD)
    await outside.until(lambda: bool(model.asked), "the model is asked")
    child.process.terminate()
    assert await child.ended() == 0
    model.does = None
    outside.clock.advance(LEASE)
    await child.start()
    await lin.sees(PROPOSED)
    await outside.calms(child)
    assert lin.titles == [PROPOSED]
