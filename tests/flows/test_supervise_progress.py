"""What a unit reports of an item: how much is done, which milestones stand, and what each reader can press (I2, I4)."""

from __future__ import annotations

import pytest

from flows.forms import Reading, Unfit
from flows.percent import Percent
from flows.places import Places
from tests.flows.calendars import ZONE, at
from tests.flows.test_supervision import NUMBER, SAID, acknowledged, answers, raised
from tests.flows.test_time_stories import titles, waits_until
from tests.office import Office

READING = Reading(at("2026-11-24T10:05"), Places(()), ZONE)


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("40", "40"), ("40%", "40"), ("33.3%", "33"), ("四成", "40"), ("四成半", "45"), ("一半", "50"),
        ("百分之六十五", "65"), ("１００％", "100"), ("全部完成了", "100"), ("0", "0"),
        ("120", None), ("120%", None), ("-5", None), ("不到一半", None), ("三分之一", None), ("十二成", None),
        ("施工40%，采购60%", None),
    ],
)  # fmt: skip
def test_a_share_is_read_in_any_words(said: str, share: str | None) -> None:
    """I2, bad input: whole hundredths; four tenths are no 4 %, and what is not clear is asked."""
    if share is None:
        with pytest.raises(Unfit):
            Percent("percent").read(said, READING)
    else:
        assert Percent("percent").read(said, READING).value == share


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("完成40%", "40"), ("灯杆到货，完成了四成", "40"), ("进度达到百分之六十五", "65"), ("已完成一半", "50"),
        ("还没完成40%", None), ("换了一半灯杆", None), ("满意率提到90%", None), ("完成率50%", None),
        ("施工完成40%，采购完成60%", None), ("比上周多完成10%", None), ("不到一半", None),
    ],
)  # fmt: skip
def test_a_share_is_heard_only_beyond_doubt(said: str, share: str | None) -> None:
    """I2: another figure in a report is not how much is done."""
    assert Percent("percent").heard(said) == share


def test_a_share_in_the_report_is_not_asked_again(school: Office) -> None:
    """I2: 完成了四成 is 40 %, to everybody who hears of it."""
    shen, liu = acknowledged(school)
    liu.presses("报进展")
    liu.says("灯杆到货，完成了四成")
    assert "有照片就发一张" in liu.sees.text
    liu.presses("跳过")
    assert "40%" in shen.saw("有新进展").text
    shen.says(NUMBER)
    assert "进展：40%" in shen.sees.text


def test_a_share_with_a_fraction_spoils_nothing(school: Office) -> None:
    """I2, bad input: the item can still be looked at, reported on and counted."""
    shen, liu = acknowledged(school)
    liu.presses("报进展")
    answers(liu, "换了一些", "33.3", "跳过")
    shen.says(NUMBER)
    assert "进展：33%" in shen.sees.text
    shen.says("督办情况")
    assert "在办 1" in shen.sees.text


def test_what_is_typed_with_the_word_is_the_report(school: Office) -> None:
    """I2, B13: the first question that is put gets it, whether the item has milestones or not."""
    shen, liu = acknowledged(school)
    liu.says(f"报进展 {NUMBER} 换好了三根灯杆")
    liu.presses("跳过")
    liu.presses("跳过")
    assert "换好了三根灯杆" in shen.saw("有新进展").text


def test_other_milestones_begin_anew(school: Office) -> None:
    """I2: what was reached or told of is so by its words and day, not by its place in the list."""
    _, liu = acknowledged(school)
    liu.says(f"定节点 {NUMBER}")
    liu.says("11月25日前完成设计；12月4日前完成施工")
    liu.says(f"报进展 {NUMBER}")
    liu.presses("完成设计")
    answers(liu, "图纸出来了", "100", "跳过")
    liu.says(f"定节点 {NUMBER}")
    liu.says("11月26日前完成招标；11月25日前完成设计；12月4日前完成施工")
    liu.says(NUMBER)
    assert "✓ 11月25日周三 完成设计" in liu.sees.text
    assert "□ 11月26日周四 完成招标" in liu.sees.text
    liu.says(f"定节点 {NUMBER}")
    liu.says("11月25日前完成勘察；11月26日前完成招标")
    waits_until(school, "2026-11-26T09:00")
    assert "完成勘察" in liu.saw("节点到期").text


def test_nobody_is_told_of_a_button_they_do_not_have(school: Office) -> None:
    """I4: who can open it again is told so; the units are told whom to tell."""
    shen, liu, pan = *acknowledged(school), school.person("pan")
    liu.presses("报办结")
    liu.says("好了")
    liu.sends_a_photo()
    shen.presses("核对通过")
    assert "点「又坏了」" in shen.saw("已核对通过").text
    for unit in (liu, pan):
        assert "点「又坏了」" not in unit.saw("已核对通过").text
        assert "要是又坏了，请告诉沈洁" in unit.saw("已核对通过").text


def test_urging_and_milestones_speak_to_their_reader(school: Office) -> None:
    """I3: before it is acknowledged there is nothing to report; the office is not asked to report."""
    raised(school)
    liu, shen = school.person("liu"), school.person("shen")
    school.person("fang").says(f"催办 {NUMBER}")
    assert "请先点「认领」" in liu.saw("方静催办").text
    liu.presses("认领")
    liu.says(f"定节点 {NUMBER}")
    liu.says("11月25日前完成设计")
    waits_until(school, "2026-11-26T09:00")
    assert "点「报进展」" in liu.saw("节点到期").text
    assert "点「报进展」" not in shen.saw("节点到期").text


def test_a_unit_that_leads_does_not_support_itself(school: Office) -> None:
    """I6: a supporting unit that it was passed on to has one card, not two."""
    raised(school)
    liu, pan = school.person("liu"), school.person("pan")
    liu.presses("不归我")
    answers(liu, "基建处", "路灯是基建的")
    pan.presses("认领")
    assert not any("请配合" in title for title in titles(school, "pan"))


def test_who_asked_hears_that_it_is_open_again(school: Office) -> None:
    """I4, I5: also where the office opens it, once each."""
    shen = school.person("shen")
    shen.says(SAID)
    shen.says("不对，交办人是顾明远")
    shen.presses("提交")
    liu = school.person("liu")
    liu.presses("认领")
    liu.presses("报办结")
    liu.says("好了")
    liu.sends_a_photo()
    shen.presses("核对通过")
    shen.says(f"又坏了 {NUMBER}")
    shen.says("又灭了三盏")
    for who in ("liu", "pan", "gu", "shen"):
        assert titles(school, who).count(f"{NUMBER} 又坏了，已重开") == 1, who


def test_a_milestone_lies_before_the_deadline(school: Office) -> None:
    """I2, bad input: one after it is refused with what to do instead."""
    _, liu = acknowledged(school)
    liu.says(f"定节点 {NUMBER}")
    liu.says("12月20日前完成施工")
    assert "在期限 12月8日周二 17:30 之后" in liu.sees.text
    school.passes(minutes=5)
    liu.says(f"定节点 {NUMBER}")
    liu.says("12月8日前完成施工")
    liu.says(NUMBER)
    assert "□ 12月8日周二 完成施工" in liu.sees.text


def test_what_is_supervised_already_is_shown(school: Office) -> None:
    """I1, bad input: neither a second item from the same case, nor one about an item."""
    lin, shen = school.person("lin"), school.person("shen")
    answers(lin, "报修", "东区3号楼502", "灯不亮", "提交")
    school.person("wu").presses("接单")
    shen.says("督办 R-0001")
    answers(shen, "三天内")
    shen.presses("提交")
    for number in ("R-0001", NUMBER):
        shen.says(f"督办 {number}")
        assert "等牵头单位认领" in shen.sees.text, number
        assert "提交" not in shen.sees.buttons
