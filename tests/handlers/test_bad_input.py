"""What nobody should send: each has a defined, friendly outcome, others notice nothing (B1, F31, F36, F41 to F44)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.sandbox import Sandbox
from tests.handlers.talk import drafts, reported, tells
from tests.office import Office, Seen, Someone
from tests.service.doors import heard

ALL = "三教201的灯不亮了，挺急的，我下午都在"
UNREAD = "没看懂"

WORDS = {
    "very long": ("啊" * 5_000, UNREAD),
    "very long, of a fault": ("三教201的灯不亮" + "，一闪一闪" * 400, "请精简到 200 字以内"),
    "empty": ("", ""),
    "only spaces": (" \u3000\t\n", UNREAD),
    "emoji only": ("😂👨\u200d👩\u200d👧🔥", UNREAD),
    "bidi": ("\u202e\u2066\u200f", UNREAD),
    "zero width": ("\u200b\u200c\u2060\ufeff", UNREAD),
    "zero width between": ("报\u200b修", "在哪里"),
    "bidi around": ("\u202e报修\u202c", "在哪里"),
    "a place that does not exist": ("十八教201的灯坏了", "没有找到「十八教」"),
    "a floor that does not exist": ("三教901的灯坏了", "第三教学楼只有 6 层"),
    "a time that is past": ("三教201的灯坏了，我昨天下午三点在", "请看一下，对吗"),
    "urgent and not": ("三教201灯不亮，很急，不急", "急不急"),
}
"""What is said, and what is answered; nothing to what nobody could have sent."""


@pytest.mark.parametrize(("said", "answer"), WORDS.values(), ids=WORDS)
def test_words_of_every_kind_get_a_sentence(school: Office, said: str, answer: str) -> None:
    """B1, B10, F36, F43, F44: outside of a form."""
    lin = school.person("lin")
    assert lin.says(said).statuses == (200,)
    assert answer in (lin.sees.text if lin.items else "")
    lin.says("报修")
    assert lin.sees.text


@pytest.mark.parametrize("said", [said for said, _ in WORDS.values()], ids=WORDS)
def test_words_of_every_kind_amid_a_form(school: Office, said: str) -> None:
    """B1, B6: the form is there afterwards, and can be gone on with or left."""
    lin = school.person("lin")
    tells(lin, "报修", said)
    assert drafts(school, "lin")
    tells(lin, "取消", "取消")
    assert not drafts(school, "lin")


@pytest.mark.parametrize("amid", [False, True], ids=["alone", "amid a form"])
def test_a_voice_message_is_asked_for_in_words(school: Office, amid: bool) -> None:
    """B1: it is kept from nobody's form, and the form stays."""
    lin = school.person("lin")
    if amid:
        lin.says(ALL)
    school.act(lambda box: box.send_voice("lin"))
    assert "麻烦打字告诉我" in lin.saw("语音").text
    assert [draft.answers.get("photo") for draft in drafts(school, "lin")] == ([None] if amid else [])


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "是空的"), (b"MZ\x90\x00 no picture", "已收到，单号 R-0001")],
    ids=["0 bytes", "false type"],
)
def test_a_file_that_is_none_or_something_else(school: Office, content: bytes, told: str) -> None:
    """F41: the report is not lost; an empty one is asked for again, and the next one goes to the case."""
    lin = school.person("lin")
    lin.says(ALL)
    lin.sends_a_photo(content)
    assert lin.saw(told)
    assert school.case().state == "offered"
    lin.sends_a_photo()
    assert "已放进 R-0001" in lin.sees.text


def test_a_time_that_is_past_is_told_wherever_it_is_asked_for(school: Office) -> None:
    """B1, B11: to the reporter and to the repairman."""
    lin, wu = school.person("lin"), school.person("wu")
    tells(lin, "三教201的灯不亮了", "改时间", "昨天下午三点")
    assert "这个时间已经过去了" in lin.sees.text
    lin.says("明天下午三点")
    assert "11月25日周三 15:00" in lin.sees.text
    lin.says("提交")
    tells(wu, "接单 R-0001", "约时间 R-0001", "昨天下午三点")
    assert "这个时间已经过去了" in wu.sees.text


@pytest.mark.parametrize("answer", ["第四教学楼 302", "四教", "2", "302", "四教302"])
def test_two_places_in_one_sentence_are_both_offered(office: Office, answer: str) -> None:
    """B2, B10: which of the two is asked, with both as buttons; the rest of the sentence stays."""
    lin = office.person("lin")
    lin.says("三教201还是四教302的灯不亮，挺急的")
    assert "您说了两处地点" in lin.sees.text
    assert lin.sees.buttons == ["第三教学楼 201", "第四教学楼 302"]
    if answer == lin.sees.buttons[1]:
        lin.presses(answer)
    else:
        lin.says(answer)
    assert lin.sees.title == "请看一下，对吗？"
    place = drafts(office, "lin")[0].answers["place"]
    assert isinstance(place, dict)
    assert (place["key"], place["room"]) == ("t4", "302")
    assert drafts(office, "lin")[0].answers["urgency"] == "urgent"


def test_two_places_amid_a_form_are_offered_too(school: Office) -> None:
    """B1, B10: asked for a place, and for one that was known already."""
    lin = school.person("lin")
    tells(lin, "报修", "三教201或者四教302")
    assert lin.sees.buttons == ["第三教学楼 201", "第四教学楼 302"]
    tells(lin, "三教", "灯不亮", "不对，是三教301还是四教402来着")
    assert lin.sees.buttons[:2] == ["第三教学楼 301", "第四教学楼 402"]
    lin.presses("第四教学楼 402")
    lin.says("提交")
    assert school.case().answers["place"]["text"] == "第四教学楼 402"  # type: ignore[index]  # a table


def test_six_hundred_messages_a_minute_of_one_person(office: Office) -> None:
    """F31: told once; somebody else reports in between as always, and the crew has the card."""
    chen, lin, wu = office.person("chen"), office.person("lin"), office.person("wu")

    async def storm(box: Sandbox) -> None:
        for number in range(600):
            assert (await box.say("chen", f"喂{number}")).statuses[-1] == 200  # perhaps sent again, on a busy machine
            if number in (200, 400):
                await box.say("lin", ALL if number == 200 else "提交")

    office.act(storm)
    assert [seen.title for seen in lin.all] == ["请看一下，对吗？", "已收到，单号 R-0001"]
    assert "新报修 R-0001" in {seen.title for seen in office.person("zheng").all + wu.all + office.person("sun").all}
    for _ in range(4):
        office.passes(minutes=1)
    assert sum("您发得太快" in words for words in heard(chen)) == 1
    assert len(chen.items) <= 41
    chen.says("报修")
    assert "在哪里" in chen.sees.text


@pytest.mark.parametrize("before", [(), ("报修",)], ids=["alone", "amid a form"])
@pytest.mark.parametrize("words", ["我正在开会，稍后回复您。", "你好"])
def test_two_machines_stop_answering_each_other(school: Office, words: str, before: tuple[str, ...]) -> None:
    """F31: a machine that answers whatever it gets hears from us a few times, once why, and nothing more."""
    dong, lin = school.person("dong"), school.person("lin")
    tells(dong, *before)
    rounds = answers_for_ever(school, dong, lambda _: words)
    assert rounds <= 10
    dong.says("帮助")
    assert "我能帮您" in dong.saw("我能帮您").text
    reported(school)
    assert lin.sees.title == "已收到，单号 R-0001"


def test_a_parrot_is_not_talked_to_for_ever(school: Office) -> None:
    """F31: who only says again what we said."""
    dong = school.person("dong")
    assert answers_for_ever(school, dong, lambda seen: seen.title or str(seen.item.content.get("content"))) <= 30


def answers_for_ever(office: Office, machine: Someone, answer: Callable[[Seen], str]) -> int:
    """Let a machine answer, ten seconds later, as long as we say something; how often it did."""
    machine.says("在忙什么呢")
    for count in range(60):
        before = len(machine.items)
        machine.says(answer(machine.sees))
        office.passes(seconds=10)
        if len(machine.items) == before:
            return count
    return 60
