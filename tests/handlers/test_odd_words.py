"""What people send that is no answer: each has a defined, friendly outcome, and the form stays where it is (B1, B6)."""

from __future__ import annotations

import pytest

from tests.handlers.talk import drafts, tells
from tests.office import Office

ODD = {
    "emoji": "😂😂😂",
    "punctuation": "？？？！！！……",
    "invisible": "\u200b\u200d\u2060\u202e",
    "one character": "嗯",
    "very long": "啊" * 600,
    "figures": "8" * 40,
    "markup": "<a href=javascript:1>x</a> [y](z)",
}
"""Words that answer nothing."""


@pytest.mark.parametrize("said", ODD.values(), ids=ODD)
def test_odd_words_begin_nothing(school: Office, said: str) -> None:
    """B10: a sentence and ways on, never a guess."""
    lin = school.person("lin")
    lin.says(said)
    assert not drafts(school, "lin")
    assert lin.sees.buttons


@pytest.mark.parametrize(
    "said", [*ODD.values(), "火星基地", "第九十九教学楼", "东区3号楼502，不，西区4号楼302"], ids=str
)
def test_odd_words_are_no_place(school: Office, said: str) -> None:
    """B1: told what is wrong, and the place is asked for again."""
    lin = school.person("lin")
    tells(lin, "报修", said)
    (draft,) = drafts(school, "lin")
    assert draft.asking == "place"
    assert draft.failures == 1


def test_a_room_that_cannot_be_is_told_with_the_floors_there_are(office: Office) -> None:
    """B1, B11: the building stays, the room is asked for."""
    lin = office.person("lin")
    tells(lin, "报修", "三教901")
    assert "层" in lin.sees.text
    tells(lin, "201", "灯不亮")
    assert drafts(office, "lin")[0].answers["place"]["text"] == "第三教学楼 201"  # type: ignore[index]  # a table


def test_who_greets_or_thanks_is_answered_and_the_form_goes_on(school: Office) -> None:
    """B4: a kind word is no answer to the open question."""
    lin = school.person("lin")
    lin.says("你好")
    assert "我是" in lin.sees.text
    tells(lin, "报修", "东区3号楼502", "谢谢")
    assert "不客气" in lin.saw("不客气").text
    assert "出了什么问题" in lin.sees.text
    assert "fault" not in drafts(school, "lin")[0].answers


@pytest.mark.parametrize(("said", "offered"), [("报秀", "报修"), ("请价", "教职工请假"), ("用因", "用印申请")])
def test_a_name_with_another_last_character_is_offered(school: Office, said: str, offered: str) -> None:
    """B10: too little to ask about, enough for a button beside the others."""
    lin = school.person("lin")
    lin.says(said)
    assert offered in lin.sees.buttons
    assert not drafts(school, "lin")


@pytest.mark.parametrize("said", ["食堂的饭太难吃了", "二食堂的汤总是凉的"])
def test_whoever_complains_without_a_word_of_ours_is_offered_the_form_for_it(school: Office, said: str) -> None:
    """H6: also where the manual has a page that may be meant."""
    lin = school.person("lin")
    lin.says(said)
    assert "提意见" in lin.sees.buttons
    lin.presses("提意见")
    assert drafts(school, "lin")[0].matter == "opinion"


@pytest.mark.parametrize("said", ["办到哪里了？", "我的报修怎么样了?", "办得怎么样了", "进度"])
def test_however_one_asks_how_things_stand_ones_cases_are_shown(school: Office, said: str) -> None:
    """B6: nobody at the office has to answer that."""
    lin = school.person("lin")
    lin.says(said)
    assert "您还没有办件" in lin.sees.text


def test_a_question_mark_hands_nothing_in(school: Office) -> None:
    """B6: "right?" is no "right", and "cancel?" cancels nothing."""
    lin = school.person("lin")
    tells(lin, "报修", "东区3号楼502", "灯不亮", "可以？")
    (draft,) = drafts(school, "lin")
    assert draft.matter == "repair"


def test_who_asks_who_we_are_is_told(school: Office) -> None:
    """B4: not passed on to the office as a question."""
    lin = school.person("lin")
    lin.says("你是谁？")
    assert "我是" in lin.sees.text
