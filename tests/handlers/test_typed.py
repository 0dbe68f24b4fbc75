"""What is typed in place of a button, and words that mean the same in another shape."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import OwnMatters
from tests.handlers.talk import PLACE, drafts, reported, tells
from tests.office import Office

NETWORK = """
kind   = "repair"
title  = "WiFi报修"
series = "W"
words  = ["WLAN", "eduroam"]
ask = [
  { key = "fault", label = "现象", as = "text", text = "怎么了？" },
]
desk     = "role:维修调度"
superior = "role:维修调度"
limits   = { respond = "4h", finish = "3d", confirm = "7d" }
"""


@pytest.mark.parametrize("said", ["WIFI报修", "wifi 报修", "ＷｉＦｉ报修", "Eduroam", "wlan"])
def test_a_matter_is_found_in_whatever_case_and_width(own_matters: OwnMatters, said: str) -> None:
    """B10: Latin names are written in many ways."""
    lin = own_matters(network=NETWORK).person("lin")
    lin.says(said)
    assert lin.sees.text == "怎么了？"


def test_a_matter_s_name_within_a_sentence_that_tells_the_fault(own_matters: OwnMatters) -> None:
    """B2, B10: nothing is left to ask."""
    lin = own_matters(network=NETWORK).person("lin")
    lin.says("我的WLAN上不去")
    assert lin.sees.title == "请看一下，对吗？"
    assert "上不去" in lin.sees.text


@pytest.mark.parametrize("said", ["ｒ－０００１ 接单", "接单 Ｒ1"])
def test_a_number_is_read_in_whatever_width(school: Office, said: str) -> None:
    """B14: Chinese keyboards also write full width."""
    reported(school)
    school.person("wu").says(said)
    assert school.case().state == "taken"


def test_who_holds_several_is_asked_which_and_told_how_to_type_it(school: Office) -> None:
    """B14: the cases are buttons, and one of them is spelt out."""
    for _ in range(2):
        reported(school)
    wu = school.person("wu")
    wu.says("接单")
    assert wu.sees.buttons == ["R-0001 灯不亮", "R-0002 灯不亮"]
    assert "也可以回复：接单 R-0001" in wu.sees.text
    wu.says("接单 R-0002")
    assert (school.case().state, school.case("R-0002").state) == ("offered", "taken")


def copies(options: str, *, optional: bool = False) -> str:
    """A matter that asks how many, and then why."""
    return f"""
kind   = "repair"
title  = "印章"
series = "Y"
words  = ["印章"]
ask = [
  {{ key = "count", label = "份数", as = "choice", text = "几份？", optional = {str(optional).lower()}, options = [
{options}
  ] }},
  {{ key = "why", label = "用途", as = "text", text = "做什么用？", at_least = 1, optional = true }},
]
desk     = "role:维修调度"
superior = "role:维修调度"
limits   = {{ respond = "4h", finish = "3d", confirm = "7d" }}
"""


def options(*labels: str) -> str:
    """Choices by their labels; what is stored for them is no word of theirs."""
    return ",\n".join(f'{{ value = "v{label}", label = "{label}" }}' for label in labels)


SEVEN = [*("一份", "两份", "三份", "四份", "五份", "六份"), "跳过"]
NUMBERS = ("2", "4", "6", "8", "10", "12")


@pytest.mark.parametrize("number", range(1, 8))
def test_the_number_beside_a_button_is_the_button(own_matters: OwnMatters, number: int) -> None:
    """B14: a question with more buttons than a card holds is words; its last button, skip, has a number too."""
    office = own_matters(seal=copies(options(*SEVEN[:6]), optional=True))
    lin = office.person("lin")
    lin.says("印章")
    assert f"{number}. {SEVEN[number - 1]}" in lin.sees.text.splitlines()
    lin.says(str(number))
    (draft,) = drafts(office, "lin")
    assert draft.answers["count"] == (None if number == 7 else f"v{SEVEN[number - 1]}")


@pytest.mark.parametrize("typed", ["７", "7.", "7、", " 7 "])
def test_a_number_is_typed_in_many_ways(own_matters: OwnMatters, typed: str) -> None:
    """B14."""
    office = own_matters(seal=copies(options(*SEVEN[:6]), optional=True))
    tells(office.person("lin"), "印章", typed)
    assert drafts(office, "lin")[0].answers == {"count": None}


@pytest.mark.parametrize("label", NUMBERS)
def test_a_choice_that_is_a_number_means_itself(own_matters: OwnMatters, label: str) -> None:
    """B14: its buttons are lettered, so that a number can only mean the choice; the letter means the button."""
    office = own_matters(seal=copies(options(*NUMBERS), optional=True))
    lin = office.person("lin")
    letter = "ABCDEF"[NUMBERS.index(label)]
    lin.says("印章")
    assert f"{letter}. {label}" in lin.sees.text.splitlines()
    assert "G. 跳过" in lin.sees.text.splitlines()
    lin.says(label)
    assert drafts(office, "lin")[0].answers["count"] == f"v{label}"
    tells(lin, "改份数", letter.lower())
    assert drafts(office, "lin")[0].answers["count"] == f"v{label}"
    tells(lin, "改份数", "g")
    assert drafts(office, "lin")[0].answers["count"] is None


@pytest.mark.parametrize(("said", "meant"), [("要12份", "v12"), ("2 份就行", "v2"), ("20份", None), ("2或4", None)])
def test_a_number_amid_words_is_read_as_a_whole(own_matters: OwnMatters, said: str, meant: str | None) -> None:
    """B2: the 2 of 20 is no 2."""
    office = own_matters(seal=copies(options(*NUMBERS)))
    tells(office.person("lin"), "印章", said)
    assert drafts(office, "lin")[0].answers.get("count") == meant


def test_a_button_is_what_it_says_whatever_is_stored_for_it(own_matters: OwnMatters) -> None:
    """B14: stored values that look like other buttons' numbers or labels mislead nobody."""
    crossed = '{ value = "2", label = "甲" },\n{ value = "1", label = "乙" },\n{ value = "甲", label = "丙" }'
    office = own_matters(seal=copies(crossed))
    lin = office.person("lin")
    for label, value in (("甲", "2"), ("乙", "1"), ("丙", "甲")):
        lin.says("印章")
        lin.presses(label)
        assert drafts(office, "lin")[0].answers["count"] == value
        lin.says("取消")
    for typed, value in (("1", "2"), ("2", "1"), ("甲", "2")):
        tells(lin, "印章", typed)
        assert drafts(office, "lin")[0].answers["count"] == value
        lin.says("取消")


def test_a_choice_that_is_also_a_command_is_the_choice(own_matters: OwnMatters) -> None:
    """B6, B14: who reads yes and no on buttons and types them means the buttons."""
    office = own_matters(seal=copies(options("可以", "没有")))
    lin = office.person("lin")
    for said in ("可以", "没有"):
        tells(lin, "印章", said)
        assert drafts(office, "lin")[0].answers["count"] == f"v{said}"
        lin.says("取消")


def test_a_number_in_words_of_one_s_own_is_an_answer(own_matters: OwnMatters) -> None:
    """B14: a question that is answered in words shows no numbers, so a number typed there is what one says."""
    office = own_matters(seal=copies(options("一份")))
    tells(office.person("lin"), "印章", "1", "1")
    assert drafts(office, "lin")[0].answers == {"count": "v一份", "why": "1"}


def test_after_three_failures_the_buttons_offered_have_numbers_too(own_matters: OwnMatters) -> None:
    """B1, B14: seven buttons are more than a card holds."""
    office = own_matters(seal=copies(options(*SEVEN[:5])))
    lin = office.person("lin")
    tells(lin, "印章", "很多", "很多", "很多")
    assert "7. 取消" in lin.sees.text.splitlines()
    lin.says("7")
    assert lin.sees.text == "好的，已取消「印章」，什么都没有提交。"


@pytest.mark.parametrize(
    "said", ["东区3号楼502", "东区，3 号楼 502", "3号楼502，东 区", "３号楼５０２ 东区", "东校区三栋五零二"]
)
def test_campus_building_and_room_are_understood_together(school: Office, said: str) -> None:
    """B2, B11: in any order, width and kind of figures."""
    tells(school.person("lin"), "报修", said)
    assert drafts(school, "lin")[0].answers == {"place": PLACE}


@pytest.mark.parametrize("said", ["东区！！！", "东区。。"])
def test_signs_beside_a_campus_are_nothing_said(school: Office, said: str) -> None:
    """B2: what is still missing is asked."""
    lin = school.person("lin")
    tells(lin, "报修", said)
    assert lin.sees.text.startswith("具体在哪？东区")


def test_a_place_is_answered_bit_by_bit(school: Office) -> None:
    """B1, B2, B11: what was said stays, and only the rest is asked; a building of two campuses is never guessed."""
    lin = school.person("lin")
    tells(lin, "报修", "3号楼502")
    assert "「3号楼 502」是下面哪一个" in lin.sees.text
    assert lin.sees.buttons == ["东区3号楼 502", "西区3号楼 502", "南区3号楼 502"]
    lin.says("东区")
    assert drafts(school, "lin")[0].answers == {"place": PLACE}
    tells(lin, "取消", "报修", "三教")
    assert lin.sees.text.startswith("第三教学楼哪一间")
    lin.says("二零一")
    assert drafts(school, "lin")[0].answers["place"] == {
        "key": "t3", "area": "east", "room": "201", "text": "第三教学楼 201"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told"),
    [("三教901", "第三教学楼只有 6 层，没有「901」"), ("八教201", "没有找到「八教」"), ("西区三教201", "三教不在西区")],
)
def test_a_place_that_cannot_be_is_said_to_be_none(school: Office, said: str, told: str) -> None:
    """B1, B10, B11."""
    lin = school.person("lin")
    tells(lin, "报修", said)
    assert told in lin.sees.text


@pytest.mark.parametrize("said", ["三叫201", "西区三教201"])
def test_what_is_only_likely_is_asked(school: Office, said: str) -> None:
    """B10: never a silent guess; saying yes is enough."""
    lin = school.person("lin")
    tells(lin, "报修", said)
    assert lin.sees.buttons == ["第三教学楼 201"]
    lin.says("是的")
    assert lin.sees.text.startswith("出了什么问题")
    assert drafts(school, "lin")[0].answers["place"]["text"] == "第三教学楼 201"  # type: ignore[index]  # a table


@pytest.mark.parametrize(
    "said", ["退单 R-0001 没有梯子", "退单R1，没有梯子", "R-0001 退单 没有梯子", "退单 ｒ－０００１：没有梯子"]
)
def test_what_a_button_would_ask_is_typed_along_with_it(school: Office, said: str) -> None:
    """B14: a move, the case and the answer in one message."""
    reported(school)
    wu = school.person("wu")
    tells(wu, "接单", said)
    assert school.case().state == "offered"
    assert school.trail()[-2].facts["answers"] == {"why": "没有梯子"}


def test_an_answer_typed_along_has_to_fit_and_the_next_question_is_asked(school: Office) -> None:
    """B1, B14."""
    reported(school)
    wu = school.person("wu")
    tells(wu, "接单", "修好了 R-0001 好")
    assert "怎么修的" in wu.sees.text
    assert school.case().state == "taken"
    tells(wu, "取消", "修好了 R-0001 换了灯管")
    assert "换了什么" in wu.sees.text
    wu.says("跳过")
    wu.sends_a_photo()
    assert school.case().state == "fixed"
    assert "换了灯管" in str(school.trail()[-1].facts["answers"])


def test_a_typed_move_of_somebody_else_is_refused_and_amid_a_form_no_move(school: Office) -> None:
    """F20, B13: nothing changes, and an answer that speaks of a case stays an answer."""
    reported(school)
    chen, wu = school.person("chen"), school.person("wu")
    wu.presses("接单")
    chen.says("退单 R-0001 我说的")
    assert "没有您能办的 R-0001" in chen.sees.text
    tells(chen, "报修", "东区3号楼503", "退单 R-0001 说的就是这盏灯不亮")
    assert drafts(school, "chen")[0].answers["fault"] == "退单 R-0001 说的就是这盏灯不亮"
    assert school.case().state == "taken"
