"""The story of a seal without a card template: action cards whose buttons say their words, and text (A1)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.approval import Approval
from tests.dingtalk import DingOffice
from tests.flows.test_approval import NUMBER, on_leave, people


@pytest.fixture
def bare(empty_sqlite: Path, tmp_path: Path) -> Iterator[DingOffice]:
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    made = DingOffice(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path, template=False)
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_the_story_of_a_seal_without_a_template(bare: DingOffice) -> None:
    """A1, B14, E4: every press is a word; what cannot be frozen is told, and an old button decides nothing (E2)."""
    li, xu, peng, shen, dong, jiang = people(bare, "li", "xu", "peng", "shen", "dong", "jiang")
    tang, gu, fang, zhong, cao, su = people(bare, "tang", "gu", "fang", "zhong", "cao", "su")
    on_leave(bare, "xu", "peng")
    li.says("用印")
    li.presses("合同、协议")
    li.says("校企合作协议")
    li.says("一共25份")
    li.sends_a_photo()
    li.presses("提交")
    assert "已收到，单号 S-0001" in li.saw("已收到").text
    assert "由彭悦代您办" in xu.saw("S-0001").text
    peng.presses("同意")
    assert "彭悦 已同意" in peng.saw("代替之前的卡片").text

    dong.says("加签 S-0001 苏婉清")
    dong.presses("先于我")
    dong.presses("跳过")
    assert "董怀民请您先签" in su.saw("请您先签").text
    su.presses("同意")
    dong.presses("同意")
    assert "董怀民 已同意" in shen.saw("代替之前的卡片").text
    before = len(bare.trail(NUMBER))
    shen.presses("同意")
    assert len(bare.trail(NUMBER)) == before
    assert jiang.saw("代替之前的卡片")

    tang.says("退回 S-0001")
    tang.presses("申请人")
    tang.presses("改好直接回到我")
    tang.says("第三页没有附上")
    assert "第三页没有附上" in li.saw("请您补充").text
    li.presses("补充好了")
    li.says("补了第三页")
    li.sends_a_photo()
    tang.says("同意 S-0001")
    fang.presses("不同意")
    fang.presses("没有必要")
    assert bare.case(NUMBER).state == Approval.RUNNING
    gu.presses("同意")
    zhong.presses("同意")
    cao.presses("已办")
    assert bare.case(NUMBER).state == Approval.GRANTED
    assert "已办结" in li.saw("已办结").text
    assert [entry.verb for entry in bare.trail(NUMBER)] == [
        "open", "agree", "add", "agree", "agree", "send_back", "supplement", "agree", "refuse", "agree", "agree",
        "done",
    ]  # fmt: skip
