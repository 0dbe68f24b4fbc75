"""Forms over chat, through a phone: what is asked, what fits, what can be said at any time."""

from __future__ import annotations

import pytest

from flows.events import Event, Said
from tests.handlers.talk import drafts, tells
from tests.office import Office


def test_an_answer_that_does_not_fit_is_told_why_and_then_offered_buttons(office: Office) -> None:
    """B1: the reason each time; after three failures buttons."""
    lin = office.person("lin")
    tells(lin, "报修", "火星")
    assert "在哪里" in lin.sees.text
    assert "没看出是哪里" in lin.sees.text
    tells(lin, "金星", "木星")
    assert lin.sees.buttons == ["东区", "西区", "南区", "上一步", "取消", "转人工"]
    tells(lin, "东区", "楼")
    assert "没看出是哪里" in lin.sees.text
    lin.says("3号楼901")
    assert "东区3号楼只有 6 层，没有「901」" in lin.sees.text
    lin.says("。。。")
    assert "没关系" in lin.sees.text
    assert "东区3号楼哪一间" in lin.sees.text
    assert lin.sees.buttons == ["上一步", "取消", "转人工"]
    lin.says("502")
    assert lin.sees.text.startswith("出了什么问题")


@pytest.mark.parametrize("word", ["取消", "算了", "不报了"])
@pytest.mark.parametrize("until", [1, 2, 3, 4])
def test_a_form_can_be_cancelled_at_every_question(school: Office, word: str, until: int) -> None:
    """B6: nothing was handed in, and the buttons are closed."""
    office = school
    lin = office.person("lin")
    tells(lin, *("报修", "东区", "3号楼502", "灯不亮")[:until], word)
    assert lin.sees.text == "好的，已取消「报修」，什么都没有提交。"
    assert lin.cards == []
    assert not drafts(office, "lin")
    lin.says("我的")
    assert "还没有办件" in lin.sees.text


def test_back_skip_repeat_and_help_in_words(office: Office) -> None:
    """B6: in any state; a required question cannot be skipped, and says why."""
    lin = office.person("lin")
    tells(lin, "报修", "上一步")
    assert "已经是第一个问题了" in lin.sees.text
    tells(lin, "东区", "跳过")
    assert lin.sees.text.startswith("「地点」是必填的")
    tells(lin, "3号楼502", "上一步")
    assert lin.sees.text.startswith("具体在哪")
    lin.says("再说一遍")
    assert lin.sees.text.startswith("具体在哪")
    lin.says("帮助")
    assert "我能帮您" in lin.saw("我能帮您").text
    tells(lin, "2号楼101", "灯不亮")
    assert lin.sees.title == "请看一下，对吗？"
    assert "东区2号楼 101" in lin.sees.text
    lin.says("上一步")
    assert lin.sees.text.startswith("出了什么问题")
    tells(lin, "灯不亮", "没有")
    assert office.case().answers["photo"] is None


def test_back_skip_repeat_and_cancel_by_button(office: Office) -> None:
    """B6: the menu of the app, and buttons where a card has them."""
    office.run(office.service.introduce())
    lin = office.person("lin")
    tells(lin, "报修", "东区", "3号楼502")
    office.act(lambda box: box.click_menu("lin", "c:back:0"))
    assert lin.sees.text.startswith("具体在哪")
    tells(lin, "3号楼503", "灯不亮")
    assert "东区3号楼 503" in lin.sees.text
    office.act(lambda box: box.click_menu("lin", "c:repeat:0"))
    assert lin.sees.title == "请看一下，对吗？"
    lin.presses("取消")
    assert lin.sees.text == "好的，已取消「报修」，什么都没有提交。"


@pytest.mark.parametrize("said", ["改现象", "修改现象", "更正现象"])
def test_one_line_of_the_summary_is_corrected(school: Office, said: str) -> None:
    """B6, B14: all other answers stay."""
    lin = school.person("lin")
    tells(lin, "报修", "东区3号楼502", "灯不亮", said)
    assert lin.sees.text.startswith("出了什么问题")
    lin.says("灯一闪一闪")
    assert lin.sees.title == "请看一下，对吗？"
    assert "灯一闪一闪" in lin.sees.text
    assert "东区3号楼 502" in lin.sees.text


def test_a_form_survives_a_restart(office: Office) -> None:
    """B6, F7: drafts are rows."""
    lin = office.person("lin")
    tells(lin, "报修", "东区", "3号楼502")
    office.restarts()
    lin.says("灯不亮")
    assert "照片" in lin.sees.text
    office.restarts()
    lin.says("跳过")
    assert office.case().answers["fault"] == "灯不亮"


def test_a_card_that_comes_amid_a_form_is_no_answer_to_it(office: Office) -> None:
    """B13: and what is typed next is no comment on the card."""
    wu, lin = office.person("wu"), office.person("lin")
    tells(wu, "报修", "西区")
    tells(lin, "报修", "东区3号楼502", "灯不亮", "提交")
    assert wu.sees.title == "新报修 R-0001"
    wu.says("行政楼一楼大厅")
    assert wu.sees.text.startswith("出了什么问题")
    assert office.case().state == "offered"
    wu.presses("接单")
    assert office.case().state == "taken"
    (draft,) = drafts(office, "wu")
    assert (draft.matter, draft.asking) == ("repair", "fault")
    wu.says("门关不上")
    assert "照片" in wu.sees.text


@pytest.mark.parametrize("word", ["接单 R-0001", "接单r1", "R-0001 接单", "接单"])
def test_every_button_can_be_typed(school: Office, word: str) -> None:
    """B14: with a number, or without where there is only one."""
    office = school
    tells(office.person("lin"), "报修", "东区3号楼502", "灯不亮", "提交")
    wu = office.person("wu")
    assert wu.saw("新报修").buttons == ["接单", "拒单"]
    wu.says(word)
    assert office.case().state == "taken"


def test_a_choice_can_be_typed_by_word_or_by_number(office: Office) -> None:
    """B14."""
    lin = office.person("lin")
    tells(lin, "报修", "西边")
    assert lin.sees.text.startswith("具体在哪")
    tells(lin, "取消", "报修", "哪", "哪", "哪", "2")
    assert lin.sees.text.startswith("具体在哪")
    assert drafts(office, "lin")[0].answers["place"] == {
        "key": "", "area": "west", "room": "", "text": "西区", "lacks": "building"
    }  # fmt: skip


def test_words_that_mean_nothing_get_a_sentence_and_a_few_ways_on(office: Office) -> None:
    """Bad input of the issue: never silence, never a stack trace."""
    lin = office.person("lin")
    lin.says("天苍苍野茫茫")
    assert "没看懂" in lin.sees.text
    assert lin.sees.buttons == ["报修", "提意见", "我的办件", "帮助", "转人工"]


def test_what_is_said_in_a_room_is_answered_in_private_and_fills_only_the_speaker_s_form(office: Office) -> None:
    """A8: a channel says where something was said; the answer goes to the speaker, and so does the form."""

    def says(userid: str, words: str, number: int) -> None:
        event = Event(f"room-{number}", "wecom", userid, office.clock.now(), Said(words), room="wr1")
        office.run(office.service.reception.accept(event))
        office.settles()

    lin, chen = office.person("lin"), office.person("wu")
    says("lin", "报修", 1)
    before = len(chen.items)
    says("wu", "东区", 2)
    assert not drafts(office, "wu")
    assert len(chen.items) == before + 1
    assert drafts(office, "lin")[0].asking == "place"
    says("lin", "东区", 3)
    assert lin.sees.text.startswith("具体在哪")
    calls = office.sandbox.journal.calls("message/send")
    assert not [call for call in calls if "chatid" in str(call)]
