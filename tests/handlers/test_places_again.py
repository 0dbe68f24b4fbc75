"""Where somebody reported from before is one tap away the next time (B9, B2)."""

from __future__ import annotations

from tests.handlers.talk import PLACE, REPORT, reported, tells
from tests.office import Office


def test_the_place_of_the_last_report_is_offered_and_never_assumed(office: Office) -> None:
    """B9, B10: it is a button beside the question, not an answer."""
    reported(office)
    lin = office.person("lin")
    lin.says("报修")
    assert lin.sees.buttons == ["东区3号楼 502"]
    lin.presses("东区3号楼 502")
    assert lin.sees.text.startswith("出了什么问题")
    tells(lin, "窗户关不上", "提交")
    assert office.case("R-0002").answers["place"] == PLACE


def test_another_place_is_simply_said(school: Office) -> None:
    """B2: with the fault in the same breath."""
    reported(school)
    lin = school.person("lin")
    tells(lin, "报修", "三教201的投影仪打不开")
    assert "第三教学楼 201" in lin.sees.text
    lin.presses("提交")
    assert school.case("R-0002").state == "offered"


def test_nobody_is_offered_a_place_of_somebody_else_s(school: Office) -> None:
    reported(school)
    chen = school.person("chen")
    chen.says("报修")
    assert chen.sees.buttons == []


def test_the_fault_may_come_with_the_rest_of_the_place(school: Office) -> None:
    """B2: asked for the building, or the room, both can be answered."""
    lin = school.person("lin")
    tells(lin, REPORT[0], "三教")
    assert "现象也一起说" in lin.sees.text
    lin.says("204的灯不亮")
    assert lin.sees.title == "请看一下，对吗？"
