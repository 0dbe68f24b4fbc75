"""Twelve people, one power cut: one incident, everybody informed, and the plan that goes with it (G11, G12)."""

from __future__ import annotations

from flows.repair import Repair
from tests.flows.reports import report, verbs
from tests.office import Office

REPORTERS = ("lin", "chen", "li", "yu", "fan", "peng", "dong", "xu", "su", "jiang", "shen", "cao")


def power_cut(office: Office, count: int) -> None:
    """So many people report it, one after the other."""
    for userid in REPORTERS[:count]:
        report(office, userid, "停电了")


def test_twelve_people_report_the_same_power_cut(office: Office) -> None:
    """G11: one main incident, everyone told at once, on the way, and at the end."""
    power_cut(office, 12)
    wu, lin, cao = office.person("wu"), office.person("lin"), office.person("cao")
    assert [seen.title for seen in wu.all if seen.title.startswith("新报修")] == ["新报修 R-0001"]
    assert cao.sees.title == "R-0012 和 R-0001 一起修"
    assert "现在是「等人接单」" in cao.sees.text
    assert cao.sees.buttons == ["撤回", "不是同一件"]
    assert wu.saw("已有 10 人报").title == "R-0001 已有 10 人报"
    assert office.case("R-0012").main_id == office.case().id

    wu.presses("接单")
    assert "吴建国接了 R-0001" in cao.sees.text
    wu.presses("约时间")
    wu.says("今天下午三点")
    assert "约了时间" in cao.sees.text
    assert "15:00" in cao.sees.text
    for said in ("修好了 R-0001", "合上了总闸", "跳过"):
        wu.says(said)
    wu.sends_a_photo()
    assert "合上了总闸" in cao.sees.text
    lin.presses("没修好")
    lin.says("又跳了")
    assert "有人说还没好" in cao.sees.text
    for said in ("修好了 R-0001", "换了空开", "跳过"):
        wu.says(said)
    wu.sends_a_photo()
    lin.presses("确认修好")
    assert {office.case(f"R-{n:04d}").state for n in range(1, 13)} == {Repair.CLOSED}
    assert "您这一件也一起结束" in cao.sees.text
    assert verbs(office, "R-0012") == ["open", "join", "close_along"]


def test_who_means_something_else_says_so(office: Office) -> None:
    """G11: joined wrongly, one tap makes it a case of its own, and it stays one."""
    power_cut(office, 2)
    chen, wu = office.person("chen"), office.person("wu")
    chen.presses("不是同一件")
    assert verbs(office, "R-0002") == ["open", "join", "split", "offer"]
    assert office.case("R-0002").main_id is None
    assert wu.sees.title == "新报修 R-0002"
    wu.says("接单 R-0001")
    assert "R-0001" not in chen.sees.text


def test_only_the_same_thing_at_the_same_place_joins(school: Office) -> None:
    """G11: another building, another fault, or long ago, is another case; nobody has to split anything."""
    power_cut(school, 1)
    assert verbs(school, report(school, "chen", "停电了", at="t1"))[1] == "offer"
    assert verbs(school, report(school, "li", "灯不亮"))[1] == "offer"
    assert verbs(school, report(school, "yu", "停水了", "water"))[1] == "offer"
    school.passes(hours=7)
    assert verbs(school, report(school, "fan", "停电了"))[1] == "offer"


def test_the_first_reporter_withdraws_and_the_others_are_not_forgotten(office: Office) -> None:
    """G11: the next one leads; those behind it go along."""
    power_cut(office, 3)
    office.person("lin").presses("撤回")
    assert office.case().state == Repair.WITHDRAWN
    assert office.case("R-0002").state == Repair.OFFERED
    assert office.case("R-0003").main_id == office.case("R-0002").id
    assert office.person("wu").sees.title == "新报修 R-0002"
    assert "等 2 人" in office.person("wu").sees.text
    assert office.person("li").sees.title == "R-0003 和 R-0002 一起修"
    assert "现在是「等人接单」" in office.person("li").sees.text


def test_silence_ends_all_of_them_apart_from_confirmation(school: Office) -> None:
    """G9, G11: nobody confirmed any of them."""
    power_cut(school, 2)
    wu = school.person("wu")
    wu.presses("接单")
    for said in ("修好了", "合闸", "跳过"):
        wu.says(said)
    wu.sends_a_photo()
    school.passes(days=7)
    assert {school.case(number).state for number in ("R-0001", "R-0002")} == {Repair.UNCONFIRMED}


def test_a_plan_is_begun_by_words_and_ends_when_all_is_ticked(office: Office) -> None:
    """G12: called out, ticked by card, spare parts and phones on it, linked to the repair by number."""
    report(office, fault="水管爆了，走廊都是水", kind="water")
    zhou, liu = office.person("zhou"), office.person("liu")
    assert zhou.saw("爆管应急").title == "爆管应急 E-0001：请马上处置"
    card = liu.saw("请马上处置")
    assert "总阀钥匙" in card.text
    assert "R-0001" in card.text
    assert "第三教学楼 201" in card.text
    assert liu.sees.buttons == ["完成一步"]
    for number in range(5):
        liu.says("完成一步 E-0001")
        liu.presses(liu.sees.buttons[0])
        liu.says("王师傅去的" if number == 0 else "跳过")
    assert office.case("E-0001").state == "ended"
    assert zhou.saw("全部做完").title == "E-0001 爆管应急：全部做完"
    assert "王师傅去的" in zhou.saw("全部做完").text
    assert office.trail()[1].facts["plans"] == ["E-0001"]


def test_a_plan_is_begun_by_words_that_are_taken_for_the_place(school: Office) -> None:
    """G12: that it is the whole building was understood as where, and still sets the plan off."""
    lin = school.person("lin")
    lin.says("三教整栋停电了")
    lin.says("提交")
    assert school.person("zhou").saw("停电应急").title == "停电应急 E-0001：请马上处置"


def test_many_reports_begin_the_plan_once(school: Office) -> None:
    """G12: five of one thing are a plan, seven are the same plan."""
    power_cut(school, 7)
    zhou = school.person("zhou")
    assert [seen.title for seen in zhou.all if "停电应急" in seen.title] == ["停电应急 E-0001：请马上处置"]
    assert school.case("E-0001").answers["source"] == "R-0001"


def test_a_false_alarm_is_called_off_by_who_leads(school: Office) -> None:
    """G12: with the reason, to everybody who was called."""
    report(school, fault="楼道有煤气味", kind="other")
    zhou, liu = school.person("zhou"), school.person("liu")
    liu.says("解除 E-0001")
    assert school.case("E-0001").state == "running"
    zhou.says("解除 E-0001")
    zhou.says("是油漆味")
    assert school.case("E-0001").state == "called_off"
    assert "是油漆味" in liu.sees.text
    assert liu.saw("请马上处置").buttons == []


def test_a_plan_nobody_touches_goes_up(school: Office) -> None:
    """G12, F5: after ten minutes the head is told whom to ring."""
    report(school, fault="有人被困电梯里", kind="lift")
    school.passes(minutes=10)
    assert school.person("liu").sees.title == "E-0001 电梯困人应急：10 分钟了，还没人动手"


def test_nobody_begins_a_plan_by_asking(school: Office) -> None:
    """G12: it is no form that people fill in."""
    lin = school.person("lin")
    lin.says("应急处置")
    assert "哪个预案" not in lin.sees.text
    lin.says("帮助")
    assert "应急处置" not in lin.sees.text
