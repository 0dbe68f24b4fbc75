"""One sentence says it all, is put right in a word, and is left for a question and come back to (B2 to B5, B9, B10)."""

from __future__ import annotations

import pytest

from tests.handlers.talk import drafts, tells
from tests.office import Office

ALL = "三教201的灯不亮了，挺急的，我下午都在"


def test_a_report_in_two_messages(office: Office) -> None:
    """B2: place, fault, urgency and time from one sentence, shown; the photo is all that is asked, and hands it in."""
    lin = office.person("lin")
    lin.says(ALL)
    assert lin.sees.title == "请看一下，对吗？"
    for line in ("第三教学楼 201", "灯不亮", "急", "11月24日周二 13:00–18:00"):
        assert line in lin.sees.text
    assert "照片" in lin.sees.text
    lin.sends_a_photo()
    answers = office.case().answers
    assert answers["place"]["key"] == "t3"  # type: ignore[index]  # a table
    assert (answers["urgency"], answers["kind"]) == ("urgent", "electric")
    assert not drafts(office, "lin")


def test_a_room_is_put_right_and_nothing_else_changes(office: Office) -> None:
    """B3: the building stays, so does all the rest."""
    lin = office.person("lin")
    tells(lin, ALL, "不对，是301")
    assert "地点改成「第三教学楼 301」" in lin.sees.text
    lin.sends_a_photo()
    answers = office.case().answers
    assert answers["place"]["room"] == "301"  # type: ignore[index]  # a table
    assert answers["urgency"] == "urgent"


def test_a_question_on_the_way_is_answered_and_the_form_goes_on(office: Office) -> None:
    """B4: back at the same question, which is not asked twice."""
    lin = office.person("lin")
    tells(lin, "报修", "东区3号楼502", "图书馆几点关门")
    assert "图书馆" in lin.saw("图书馆").text
    assert "回到刚才的「报修」" in lin.sees.text
    assert "出了什么问题" in lin.sees.text
    (draft,) = drafts(office, "lin")
    assert "fault" not in draft.answers
    lin.says("灯不亮")
    assert drafts(office, "lin")[0].answers["fault"] == "灯不亮"


def test_only_what_is_missing_is_asked(school: Office) -> None:
    """B2: a fault without a place."""
    lin = school.person("lin")
    lin.says("水龙头一直滴水")
    assert "水龙头一直滴水" in lin.sees.text
    assert "在哪里" in lin.sees.text
    assert "也一起说" not in lin.sees.text
    lin.says("三教201")
    assert lin.sees.title == "请看一下，对吗？"


def test_a_second_report_amid_the_first(school: Office) -> None:
    """B5: the first is put aside, and gone on with by name."""
    lin = school.person("lin")
    tells(lin, ALL, "另外，图书馆二楼的水龙头漏水")
    assert len(drafts(school, "lin")) == 2
    assert "先放着" in lin.sees.text
    lin.says("继续三教那个")
    assert "第三教学楼 201" in lin.sees.text


@pytest.mark.parametrize("said", ["三教的灯没坏", "昨天的灯修好了"])
def test_what_is_not_broken_is_not_reported(school: Office, said: str) -> None:
    """B10: never a silent guess."""
    lin = school.person("lin")
    lin.says(said)
    assert not drafts(school, "lin")


def test_what_nobody_knows_goes_to_the_office(school: Office) -> None:
    """O2: an honest answer, and a task."""
    lin = school.person("lin")
    lin.says("校长办公室的电话是多少？")
    assert school.case("Q-0001").answers["question"] == "校长办公室的电话是多少？"


def test_a_room_that_cannot_be_is_asked_for_before_anything_is_shown_whole(school: Office) -> None:
    """B1, B2: what is right of the sentence stays."""
    lin = school.person("lin")
    lin.says("三教901空调不制冷")
    assert "第三教学楼只有 6 层" in lin.sees.text
    (draft,) = drafts(school, "lin")
    assert draft.asking == "place"
    assert draft.answers["fault"] == "空调不制冷"
    lin.says("301")
    assert lin.sees.title == "请看一下，对吗？"


def test_another_report_while_a_place_is_asked_for_is_another_form(school: Office) -> None:
    """B5: what was said of the first is not written over."""
    lin = school.person("lin")
    tells(lin, "三教901空调不制冷", "四教302的灯坏了")
    first, second = drafts(school, "lin")
    assert (first.answers["fault"], second.answers["fault"]) == ("空调不制冷", "灯坏了")
    assert second.answers["place"]["key"] == "t4"  # type: ignore[index]  # a table


def test_a_building_that_does_not_exist_is_told(school: Office) -> None:
    """B10, B11: never a guess."""
    lin = school.person("lin")
    lin.says("十八教的灯坏了")
    assert "没有找到「十八教」" in lin.sees.text
    assert drafts(school, "lin")[0].asking == "place"
