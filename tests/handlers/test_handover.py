"""Hand-over to a person: the talk goes along, the bot is silent, and everybody knows where they stand (B12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.catalogue import SHIPPED
from flows.flow import Context
from flows.handover import Handover, flow, say
from storage.records import Case, Stale
from tests.handlers.conftest import OwnMatters
from tests.handlers.talk import REPORT, drafts, reported, tells
from tests.office import JPEG, Office, Someone
from tests.workbench.browser import signed_in


def people(office: Office) -> tuple[Someone, Someone, Someone]:
    """Who asks, and the two at the desk."""
    return office.person("lin"), office.person("shen"), office.person("cao")


def taken(office: Office) -> tuple[Someone, Someone]:
    """Somebody has asked for a person and got one."""
    lin, shen, _ = people(office)
    lin.says("转人工")
    shen.presses("我来接")
    return lin, shen


def since(person: Someone, before: int) -> list[str]:
    """What somebody has been shown since then."""
    return [seen.text for seen in person.all[before:]]


def test_somebody_talks_with_a_person_and_goes_on_with_the_form(office: Office) -> None:
    """B12: transcript, taken by one, words both ways, handed back, and the form goes on where it stood."""
    lin, shen, cao = people(office)
    tells(lin, *REPORT[:2])
    lin.says("转人工")
    assert lin.sees.title == "正在找老师，单号 H-0001"
    assert "小办：具体在哪" in shen.sees.text or "小办：出了什么问题" in shen.sees.text
    assert "林小雨：转人工" in shen.sees.text
    assert shen.sees.buttons == cao.sees.buttons == ["我来接"]

    shen.presses("我来接")
    assert cao.cards == []
    assert "已接" in cao.saw("找人工").closing
    assert lin.saw("来答您了").buttons == ["结束人工"]
    assert shen.saw("归您答").buttons == ["回复", "结束人工"]

    lin.says("图书馆几点关门")
    assert shen.sees.text == "林小雨（H-0001）：图书馆几点关门"
    shen.says("回复 晚上十点")
    assert lin.sees.text.endswith("：晚上十点")
    assert shen.sees.text == "已转给林小雨。"
    shen.presses("回复")
    shen.says("周日也开")
    assert lin.sees.text.endswith("：周日也开")

    shen.presses("结束人工")
    assert "人工已结束" in shen.saw("人工已结束").text
    assert office.case("H-0001").state == Handover.ENDED
    assert "人工已结束，小办接着为您服务。" in since(lin, -2)
    assert "出了什么问题" in lin.sees.text
    assert lin.cards == []
    lin.says("灯不亮")
    assert "照片" in lin.sees.text
    verbs = [entry.verb for entry in office.trail("H-0001")]
    assert verbs == ["open", "take", "say", "reply", "reply", "hand_back"]


@pytest.mark.parametrize("word", ["转人工", "人工", "找人", "找老师"])
def test_a_word_is_enough(school: Office, word: str) -> None:
    """B12: commands in the texts, also amid a form."""
    lin = school.person("lin")
    tells(lin, "报修", word)
    assert school.case("H-0001").state == Handover.WAITING


def test_it_is_offered_where_the_bot_is_of_no_help(school: Office) -> None:
    """B1, B12: by help, by what is not understood, after answers that do not fit; and it stands in no list."""
    lin = school.person("lin")
    lin.says("帮助")
    assert "转人工" in lin.sees.buttons
    assert "人工：" not in lin.sees.text
    tells(lin, "报修", "火星", "火星", "火星")
    lin.presses("转人工")
    assert lin.sees.title == "正在找老师，单号 H-0001"


def test_the_bot_is_silent_until_the_talk_is_over(school: Office) -> None:
    """B12: commands, answers, questions, numbers: all of it is for the person."""
    lin, shen = taken(school)
    before = len(lin.items)
    words = ["报修", "帮助", "取消", "我的", "3号楼502", "H-0001", "天苍苍", "转人工"]
    tells(lin, *words)
    assert len(lin.items) == before
    assert since(shen, -len(words)) == [f"林小雨（H-0001）：{each}" for each in words]
    assert not drafts(school, "lin")


def test_before_anybody_takes_it_words_are_noted_once(school: Office) -> None:
    """B12: one line, then silence; who takes it reads them, and gets the photos."""
    lin, shen, _ = people(school)
    lin.says("找人")
    before = len(lin.items)
    tells(lin, "投影仪坏了", "下午要开会")
    lin.sends_a_photo()
    assert [words.startswith("已记下（H-0001）") for words in since(lin, before)] == [True]
    shen.presses("我来接")
    assert "林小雨：投影仪坏了" in shen.saw("归您答").text
    assert shen.items[-1].kind == "image"


def test_a_tap_is_no_talk(school: Office) -> None:
    """B12, B14: buttons of older cards work, and typed ones with a number; words that a question wants go over."""
    lin, wu = school.person("lin"), school.person("wu")
    reported(school)
    wu.presses("接单")
    wu.presses("修好了")
    tells(wu, "换了灯管", "跳过")
    wu.sends_a_photo()
    _, shen = taken(school)
    lin.presses("没修好")
    assert "现在您打的字都转给人工" in lin.sees.text
    lin.says("还是不亮")
    assert shen.sees.text == "林小雨（H-0001）：还是不亮"
    lin.presses("确认修好")
    assert school.case().state == "closed"


def test_a_typed_button_with_a_number_is_no_talk_either(school: Office) -> None:
    """B12, B14."""
    reported(school)
    lin, shen = taken(school)
    lin.says("接单 R-0001")
    assert shen.sees.text == "林小雨（H-0001）：接单 R-0001"
    lin.says("撤回 R-0001")
    assert school.case().state == "withdrawn"


def test_photos_go_both_ways(office: Office) -> None:
    """B12: the person's to whoever took it; theirs straight back, also in place of an answer in words."""
    lin, shen = taken(office)
    lin.sends_a_photo()
    office.passes(seconds=3)
    assert shen.items[-1].kind == "image"
    assert "发来 1 个文件" in shen.saw("发来").text
    shen.sends_a_photo(JPEG + b"map")
    office.passes(seconds=3)
    assert [item.kind for item in lin.items].count("image") == 1
    shen.presses("回复")
    shen.sends_a_photo(JPEG + b"way")
    office.passes(seconds=3)
    assert [item.kind for item in lin.items].count("image") == 2
    assert not drafts(office, "shen")
    assert lin.sees.item.kind == "image"


def test_a_restart_in_the_middle_loses_nothing(office: Office) -> None:
    """B12, F7: who talks with whom is rows."""
    lin, shen = taken(office)
    office.restarts()
    lin.says("还在吗")
    assert "还在吗" in shen.sees.text
    office.restarts()
    shen.says("回复 在的")
    assert "在的" in lin.sees.text


def test_the_one_who_asked_ends_it(office: Office) -> None:
    """B12: by word or button; both are told."""
    lin, shen = taken(office)
    lin.says("结束人工")
    assert lin.sees.text == "人工已结束，小办接着为您服务。"
    assert "林小雨 结束了人工" in shen.sees.text
    assert shen.cards == []
    lin.says("天苍苍")
    assert "没看懂" in lin.sees.text


def test_who_waits_for_nobody_takes_it_back(school: Office) -> None:
    """B12: the desk's cards are closed."""
    lin, shen, _ = people(school)
    tells(lin, "报修", "东区", "转人工")
    lin.presses("结束人工")
    assert "林小雨 已结束" in shen.saw("找人工").closing
    assert "具体在哪" in lin.sees.text


def test_nobody_answers(office: Office) -> None:
    """B12: a reminder, then the superior, who sees what it is about."""
    lin, shen, _ = people(office)
    lin.says("转人工")
    office.passes(minutes=15)
    assert shen.sees.title == "H-0001 林小雨 在等回复"
    office.passes(minutes=15)
    zhao = office.person("zhao")
    assert zhao.sees.title == "H-0001 超过 30 分钟没人回复"
    shen.presses("我来接")
    shen.says("回复 来了")
    before = len(zhao.items)
    office.passes(hours=1)
    assert len(zhao.items) == before
    lin.says("您好")
    office.passes(minutes=30)
    assert len(zhao.items) == before + 1


def test_what_both_forget_ends_by_itself(office: Office) -> None:
    """B12: a day after the last word, and both are told; the form goes on."""
    lin, shen, _ = people(office)
    tells(lin, "报修", "东区", "转人工")
    shen.presses("我来接")
    office.passes(hours=20)
    shen.says("回复 还需要吗")
    office.passes(hours=20)
    assert office.case("H-0001").state == Handover.TAKEN
    office.passes(hours=6)
    assert office.case("H-0001").state == Handover.FORGOTTEN
    assert shen.saw("已自动结束")
    assert lin.saw("人工很久没有人说话")
    assert "具体在哪" in lin.sees.text


def test_outside_office_hours_it_says_when_somebody_answers(office: Office) -> None:
    """B12: Friday evening; nobody is reminded at the weekend, and nothing ends before Monday is over."""
    lin, shen, _ = people(office)
    office.clock.advance(timedelta(days=3, hours=10))
    lin.says("转人工")
    assert lin.sees.title == "现在是下班时间，11月30日周一 08:00 有人回复"
    before = len(shen.items)
    office.passes(days=2)
    assert len(shen.items) == before
    office.passes(hours=12, minutes=15)
    assert shen.saw("在等回复")
    assert office.case("H-0001").state == Handover.WAITING


def test_what_was_said_is_for_those_who_may_see_the_case(school: Office) -> None:
    """Q2, B12: the asker, the desk; not the next student, nor another crew."""
    lin, _, _ = people(school)
    tells(lin, "我的密码忘了", "转人工")
    school.person("shen").presses("我来接")
    page = signed_in(school, "shen").get("/workbench/cases/H-0001")
    assert "我的密码忘了" in page.text
    assert "转人工之前说的" in page.text
    seen = {who: signed_in(school, who).get("/workbench/cases/H-0001").status for who in ("lin", "cao", "chen", "wu")}
    assert seen == {"lin": 200, "cao": 200, "chen": 404, "wu": 404}
    chen = school.person("chen")
    chen.says("H-0001")
    assert "没有您能办的" in chen.sees.text


def test_the_page_tells_what_both_said(school: Office) -> None:
    """B12, G10: on the trail, in their words."""
    lin, shen = taken(school)
    lin.says("投影仪坏了")
    shen.says("回复 马上来")
    page = signed_in(school, "shen").get("/workbench/cases/H-0001").text
    assert "投影仪坏了" in page
    assert "马上来" in page


def test_a_reply_names_its_case_where_there_are_several(school: Office) -> None:
    """B12, B14: with a number it is one message; without it nobody guesses."""
    lin, shen = taken(school)
    chen = school.person("chen")
    chen.says("转人工")
    shen.presses("我来接")
    before = len(lin.items), len(chen.items)
    shen.says("回复 您好")
    assert "请带上单号" in shen.sees.text
    assert (len(lin.items), len(chen.items)) == before
    shen.says("回复 H-0002 您好")
    assert chen.sees.text.endswith("：您好")
    shen.says("H-0001 回复：请讲")
    assert lin.sees.text.endswith("：请讲")


def test_nobody_else_answers_in_it(school: Office) -> None:
    """F19, F20: neither somebody who has not taken it, nor one who has nothing to do with it."""
    lin, _ = taken(school)
    before = len(lin.items)
    for other in ("cao", "chen"):
        school.person(other).says("回复 H-0001 我是老师")
        school.person(other).says("结束人工 H-0001")
        school.person(other).says("回复 我是老师")
    assert len(lin.items) == before
    assert school.case("H-0001").state == Handover.TAKEN


def test_nobody_talks_to_themselves(school: Office) -> None:
    """F31: one of the desk who asks gets another of the desk."""
    shen, cao = school.person("shen"), school.person("cao")
    shen.says("转人工")
    assert shen.sees.title == "正在找老师，单号 H-0001"
    assert cao.sees.buttons == ["我来接"]


def test_two_machines_do_not_answer_each_other_for_long(school: Office) -> None:
    """F31: the same words again and again are kept and go no further."""
    lin, shen = taken(school)
    before = len(shen.items)
    for _ in range(10):
        lin.says("我正在开会，稍后回复您。")
    assert len(shen.items) == before + 2
    lin.says("开完了")
    assert shen.sees.text.endswith("：开完了")


def test_asking_again_by_a_button_changes_nothing(school: Office) -> None:
    """B12: there is one talk at a time."""
    lin = school.person("lin")
    tells(lin, "天苍苍")
    lin.presses("转人工")
    lin.forges("c:human:0", "xb-1-1")
    assert "已经在转人工（H-0001）" in lin.sees.text


@pytest.mark.parametrize("words", ["\u200b\u202e", "   "])
def test_what_cannot_be_seen_is_not_carried(school: Office, words: str) -> None:
    """F44: nothing to read is nothing to carry."""
    lin, shen = taken(school)
    before = len(shen.items)
    lin.says(words)
    assert len(shen.items) == before


def test_long_words_lead_to_the_page_that_holds_them(school: Office) -> None:
    """F43: a message cannot hold them; nothing is lost."""
    lin, shen = taken(school)
    lin.says("很" * 650)
    assert "点开看全文" in shen.sees.text
    assert "很" * 650 in signed_in(school, "shen").get("/workbench/cases/H-0001").text


def test_a_voice_message_goes_to_a_person_who_can_hear(school: Office) -> None:
    """B12: what the bot cannot understand, somebody else may."""
    _, shen = taken(school)
    school.act(lambda box: box.send_voice("lin"))
    school.passes(seconds=3)
    assert shen.items[-1].kind == "voice"


def test_a_place_is_told_in_words(school: Office) -> None:
    """B12."""
    _, shen = taken(school)
    school.act(lambda box: box.send_location("lin", 25.05, 102.7, "图书馆北门"))
    assert shen.sees.text == "林小雨（H-0001）：［位置］图书馆北门"


def test_whoever_has_it_leaves_and_somebody_else_goes_on(school: Office) -> None:
    """D10, B12: the talk goes over with the turn."""
    lin, _ = taken(school)
    school.act(lambda box: box.delete_user("shen"))
    heir = school.person("zhao")
    lin.says("还有人吗")
    assert heir.sees.text == "林小雨（H-0001）：还有人吗"
    heir.says("回复 有的")
    assert lin.sees.text.endswith("：有的")


def test_too_much_at_once_is_told_once_to_the_speaker_only(school: Office) -> None:
    """F31: quotas hold in a talk with a person too."""
    lin, shen = taken(school)
    before = len(shen.items)

    async def storm() -> None:
        for number in range(100):
            await school.sandbox.say("lin", f"第 {number} 句")

    school.run(storm())
    for _ in range(6):
        school.passes(minutes=1)
    assert [seen.text for seen in lin.all if "您发得太快" in seen.text] == [lin.sees.text]
    assert len([seen for seen in shen.all[before:] if "句" in seen.text]) < 41


def speak(office: Office, case: Case, words: str) -> None:
    """Say something about a case as it was read."""
    matter = office.service.rules.catalogue.get("handover")
    assert matter is not None
    with office.service.storage.work() as work:
        ctx = Context(office.clock.now(), work.people.get(case.requester_id), matter, office.service.rules, work, flow)
        flow.perform(say, case, {"words": words}, ctx)


def test_words_and_the_end_of_the_talk_at_once(office: Office) -> None:
    """E2, B12: whoever speaks to a case that has moved on is handled anew."""
    _, shen = taken(office)
    old = office.case("H-0001")
    shen.presses("结束人工")
    with pytest.raises(Stale):
        speak(office, old, "喂")
    assert [entry.verb for entry in office.trail("H-0001")] == ["open", "take", "hand_back"]


def test_it_can_be_switched_off(own_matters: OwnMatters) -> None:
    """B12: an office without anybody to talk says so, and offers nobody."""
    source = (SHIPPED / "handover.toml").read_text("utf-8")
    office = own_matters(handover=source.replace("hidden = true", "hidden = true\nretired = true"))
    lin = office.person("lin")
    lin.says("帮助")
    assert "转人工" not in lin.sees.buttons
    lin.says("转人工")
    assert "现在没有人工" in lin.sees.text
