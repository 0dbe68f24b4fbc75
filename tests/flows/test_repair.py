"""The story of the spine: from a message to a repaired lamp (G1, G9)."""

from __future__ import annotations

from flows.repair import Repair
from tests.office import Office


def test_a_lamp_is_reported_taken_repaired_and_confirmed(office: Office) -> None:
    """The whole story, with a correction, a photo each way, and the last word."""
    lin, wu, zheng = (office.person(userid) for userid in ("lin", "wu", "zheng"))
    lin.says("报修")
    assert lin.sees.text == "在哪里？比如「东区3号楼502」。现象也一起说，就不用再问了。"
    lin.says("东区")
    lin.says("3号楼502")
    lin.says("灯不亮")
    assert lin.sees.title == "请看一下，对吗？"
    lin.presses("改现象")
    lin.says("灯一闪一闪")
    assert "灯一闪一闪" in lin.sees.text
    lin.sends_a_photo()
    assert lin.sees.title == "已收到，单号 R-0001"
    assert wu.saw("新报修").title == zheng.saw("新报修").title == "新报修 R-0001"
    assert [item.kind for item in wu.items] == ["template_card", "image"]

    wu.presses("接单")
    assert zheng.cards == []
    assert zheng.saw("新报修").closing == "吴建国 已接单 · 11月24日周二 10:05"
    assert lin.sees.title == "R-0001 有人来修了"

    wu.presses("修好了")
    wu.says("换了灯管")
    wu.presses("跳过")
    wu.sends_a_photo()
    assert "换了灯管" in lin.saw("修好了吗").text
    lin.presses("确认修好")
    assert office.case().state == Repair.CLOSED
    assert [entry.verb for entry in office.trail()] == ["open", "offer", "take", "fix", "confirm"]


def reported(office: Office) -> None:
    lin = office.person("lin")
    for said in ("报修", "东区3号楼502", "灯不亮", "提交"):
        lin.says(said)


def test_what_does_not_work_reopens_the_same_case(office: Office) -> None:
    """G9: not fixed reopens the same number, with the same crew."""
    lin, wu = office.person("lin"), office.person("wu")
    reported(office)
    wu.presses("接单")
    wu.presses("修好了")
    wu.says("换了灯管")
    wu.presses("跳过")
    wu.sends_a_photo()
    lin.presses("没修好")
    lin.says("还是不亮")
    assert office.case().state == Repair.TAKEN
    assert "还是不亮" in wu.sees.text
    assert wu.sees.buttons == ["修好了", "约时间", "退单", "先等等"]


def test_an_unanswered_repair_is_reminded_and_escalated(office: Office) -> None:
    """F7 and the story's two hours: first a reminder, then the dispatcher, in this order."""
    wu, zhou = office.person("wu"), office.person("zhou")
    reported(office)
    office.passes(minutes=20)
    office.person("zheng").presses("拒单")
    office.person("zheng").says("走不开")
    office.passes(hours=2)
    assert wu.sees.title == "R-0001 还没有人接单"
    assert "周二 10:05 起" in wu.sees.text
    assert "报修于\n11月24日周二 10:05" in zhou.saw("超过 2 小时").text
    assert zhou.sees.title == "R-0001 超过 2 小时没人接单"
    office.passes(hours=2)
    assert len([seen for seen in zhou.all if "没人接单" in seen.title]) == 1


def test_a_taken_repair_is_not_escalated(office: Office) -> None:
    reported(office)
    office.person("wu").presses("接单")
    office.passes(hours=3)
    assert office.person("zhou").items == []


def test_silence_ends_a_repair_apart_from_confirmation(office: Office) -> None:
    """G9: after seven days it ends, and is not counted as confirmed."""
    wu = office.person("wu")
    reported(office)
    wu.presses("接单")
    wu.presses("修好了")
    wu.says("换了灯管")
    wu.presses("跳过")
    wu.sends_a_photo()
    office.passes(days=7)
    assert office.case().state == Repair.UNCONFIRMED
    assert office.trail()[-1].person_id is None
    assert office.person("lin").saw("R-0001 已结束")


def test_a_reporter_may_withdraw_until_somebody_comes(office: Office) -> None:
    lin, wu = office.person("lin"), office.person("wu")
    reported(office)
    lin.presses("撤回")
    assert office.case().state == Repair.WITHDRAWN
    assert wu.cards == []
    assert "林小雨 已撤回" in wu.saw("新报修").closing


def test_a_crew_member_gives_a_repair_back(office: Office) -> None:
    wu, zheng = office.person("wu"), office.person("zheng")
    reported(office)
    wu.presses("接单")
    wu.presses("退单")
    wu.says("没有梯子")
    assert office.case().state == Repair.OFFERED
    assert zheng.sees.buttons == ["接单", "拒单"]


def test_the_crew_of_the_area_is_called_and_nobody_else(office: Office) -> None:
    """G1: who takes it goes by area."""
    reported(office)
    assert office.person("qian").items == office.person("ma").items == []
    assert office.person("wu").items
