"""A form begun with what is known already: scanned on a door, or as it was the last time (G1, B9)."""

from __future__ import annotations

import pytest

from tests.handlers.talk import drafts, tells
from tests.office import Office


def scans(office: Office, userid: str, given: str) -> None:
    """The code on a door was scanned."""
    key = f"b:repair:{given}"
    office.act(lambda box: box.raw_event(box.inner.event(userid, office.clock.now(), "click", {"EventKey": key})))


def test_a_code_on_a_door_answers_the_place_and_a_photo_hands_it_in(office: Office) -> None:
    """G1: two messages: what is broken, and the photo; all is seen before it is handed in."""
    lin = office.person("lin")
    scans(office, "lin", "t3/201")
    assert "出了什么问题" in lin.sees.text
    assert "第三教学楼 201" in lin.sees.text
    lin.says("灯不亮")
    assert lin.sees.title == "请看一下，对吗？"
    assert "发了就直接提交" in lin.sees.text
    lin.sends_a_photo()
    case = office.case()
    assert case.answers["fault"] == "灯不亮"
    assert len(case.answers["photo"]) == 1  # type: ignore[arg-type]  # a list of file numbers
    assert not drafts(office, "lin")


@pytest.mark.parametrize("said", ["提交", "没有照片", "跳过"])
def test_without_a_photo_it_is_handed_in_all_the_same(school: Office, said: str) -> None:
    """G1, B6: in words."""
    lin = school.person("lin")
    scans(school, "lin", "t3/201")
    tells(lin, "灯不亮", said)
    assert school.case().answers["photo"] is None


def test_a_line_is_corrected_before_the_photo(school: Office) -> None:
    """B6: the summary comes again, and the photo hands in what it says."""
    lin = school.person("lin")
    scans(school, "lin", "t3/201")
    tells(lin, "灯不亮", "改现象", "灯一闪一闪")
    assert lin.sees.title == "请看一下，对吗？"
    lin.sends_a_photo()
    assert school.case().answers["fault"] == "灯一闪一闪"


def test_a_code_of_a_place_that_is_gone_asks_for_the_place(school: Office) -> None:
    """G1: an old label, or one nobody ever printed."""
    lin = school.person("lin")
    scans(school, "lin", "nowhere/1")
    assert lin.sees.text.startswith("在哪里")


def test_a_second_code_is_a_second_report(school: Office) -> None:
    """G1, B5."""
    lin = school.person("lin")
    scans(school, "lin", "t3/201")
    scans(school, "lin", "t3/202")
    assert len(drafts(school, "lin")) == 2
    assert "先放着" in lin.sees.text


def test_how_to_reach_somebody_is_taken_from_the_last_report_and_marked(school: Office) -> None:
    """B9: until they change it."""
    lin = school.person("lin")
    tells(lin, "报修", "东区3号楼502", "灯不亮", "改联系", "13900000001", "提交")
    assert school.case().answers["contact"] == "13900000001"
    tells(lin, "报修", "东区3号楼502", "门锁坏了")
    assert "13900000001（按上次填的）" in lin.sees.text
    tells(lin, "改联系", "13900000002")
    assert "按上次填的" not in lin.sees.text
    lin.says("提交")
    assert school.case("R-0002").answers["contact"] == "13900000002"
