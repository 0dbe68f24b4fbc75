"""The story of the desk, told as one: talking like a colleague, dispatching like a good foreman."""

from __future__ import annotations

from flows.repair import Repair
from tests.flows.reports import verbs
from tests.flows.test_dispatch import on_duty
from tests.office import Office, Someone

SENTENCE = "三教201的灯不亮了，挺急的，我下午都在"
TWELVE = ("chen", "li", "yu", "fan", "peng", "dong", "xu", "su", "jiang", "shen", "cao", "tang")


def test_the_desk_story(office: Office) -> None:
    """B1-B7, B9-B14, G1-G5, G9-G11, O1: the issue's story, sentence by sentence, through the phones."""
    on_duty(office, "zheng")
    says_it_in_one_sentence(office)
    asks_something_in_the_middle(office)
    changes_only_the_room(office)
    begins_a_second_report_and_goes_on_with_the_first_by_name(office)
    would_rather_talk_to_somebody(office)
    the_right_electrician_is_told_why(office)
    refusal_silence_and_the_dispatcher_s_word(office)
    twelve_people_and_one_power_cut(office)
    silence_is_counted_apart(office)


def says_it_in_one_sentence(office: Office) -> None:
    """Place, fault, urgency and time are understood and said; only the photo is asked (B2, B9, B11)."""
    lin = office.person("lin")
    lin.says(SENTENCE)
    assert lin.sees.title == "请看一下，对吗？"
    for line in ("我是这样理解的", "第三教学楼 201", "灯不亮了", "急", "11月24日周二 13:00–18:00"):
        assert line in lin.sees.text
    assert "还可以发照片，发了就直接提交" in lin.sees.text


def asks_something_in_the_middle(office: Office) -> None:
    """She gets the answer, from a page that says whose it is, and is back where she was (B4, O1, O2)."""
    lin = office.person("lin")
    lin.says("图书馆几点关门")
    answer = lin.saw("22:30 关门")
    assert "2026-09-10" in answer.text
    assert "回到刚才的「报修」" in lin.sees.text
    assert lin.sees.title == "请看一下，对吗？"


def changes_only_the_room(office: Office) -> None:
    """The rest stands; a room that cannot be is said to be none (B1, B3)."""
    lin = office.person("lin")
    lin.says("不对，是901")
    assert "第三教学楼只有 6 层" in lin.sees.text
    lin.says("不对，是301")
    assert lin.sees.title == "请看一下，对吗？"
    for line in ("第三教学楼 301", "灯不亮了", "急", "11月24日周二 13:00–18:00"):
        assert line in lin.sees.text


def begins_a_second_report_and_goes_on_with_the_first_by_name(office: Office) -> None:
    """At most three places to choose from; she is reminded, and names the first; a photo hands it in (B5, B7, B10)."""
    lin, zheng = office.person("lin"), office.person("zheng")
    lin.says("另外，3号楼502的水龙头漏水")
    assert "「报修」先放着" in lin.sees.text
    assert lin.sees.buttons[:3] == ["东区3号楼 502", "西区3号楼 502", "南区3号楼 502"]
    office.passes(minutes=31)
    assert "已经替您留着" in lin.sees.text
    lin.says("继续三教那个")
    assert "第三教学楼 301" in lin.sees.text
    lin.sends_a_photo()
    assert lin.saw("已收到，单号 R-0001").title
    first = office.case()
    assert (first.answers["urgency"], len(first.answers["photo"])) == ("urgent", 1)  # type: ignore[arg-type]  # numbers
    assert [item.kind for item in zheng.items] == ["template_card", "image"]
    assert "接着填「报修」" in lin.sees.text


def would_rather_talk_to_somebody(office: Office) -> None:
    """She asks for a person, and is back at the second report, which she gives up; a card amid it is no answer."""
    lin, shen, zheng = (office.person(userid) for userid in ("lin", "shen", "zheng"))
    lin.says("转人工")
    assert "H-0001" in shen.sees.title
    shen.presses("我来接")
    tells(shen, "回复 H-0001 您好", "结束人工 H-0001")
    assert "您好" in lin.saw("沈洁").text or lin.saw("您好").text
    zheng.says("接单 R-0001")  # B14: typed
    assert "有人来修了" in lin.sees.title  # B13: it lies in front of the open question
    lin.says("东区")
    assert lin.sees.title == "请看一下，对吗？"
    lin.says("取消")  # B6
    assert lin.cards == [] or "已取消「报修」" in lin.sees.text
    assert office.case().state == Repair.TAKEN


def the_right_electrician_is_told_why(office: Office) -> None:
    """Area, licence, on duty, least in hand: on one card (G2, G3, G4)."""
    on_duty(office, "wu", "zheng", "he")
    li, wu = office.person("li"), office.person("wu")
    li.says("三教102的配电箱冒烟了，赶紧来人")
    li.sends_a_photo()
    assert wu.saw("新报修 R-0002").title
    why = "派给您，因为：本片区的、是电工、有高压电工证、在班、手上最少（0 件）。"
    assert why in wu.saw("新报修 R-0002").text
    assert office.person("sun").items == []


def refusal_silence_and_the_dispatcher_s_word(office: Office) -> None:
    """With a reason to the next; unanswered to the dispatcher, who sees why, and overrides (G5, G10)."""
    wu, he, zhou = (office.person(userid) for userid in ("wu", "he", "zhou"))
    wu.presses("拒单")
    wu.says("手上忙不开")
    assert "邻近片区的、是电工、有高压电工证、在班" in he.saw("新报修 R-0002").text
    office.passes(minutes=10)
    assert zhou.sees.title == "R-0002 没有派出去，请您派单"
    for line in ("吴建国（不派）", "拒过单", "何大力（不派）", "没应答", "郑国强（不派）", "没有高压电工证"):
        assert line in zhou.sees.text
    tells(zhou, "派单 R-0002 吴建国", "本人同意")
    assert "本人同意" in wu.saw("新报修 R-0002").text
    wu.says("接单 R-0002")
    assert verbs(office, "R-0002") == ["open", "offer", "decline", "offer", "pass_on", "call", "assign", "take"]
    declined, silent = (office.trail("R-0002")[number] for number in (2, 5))
    assert declined.facts["answers"] == {"why": "手上忙不开"}
    assert silent.facts["considered"] == 7


def twelve_people_and_one_power_cut(office: Office) -> None:
    """One main incident; everyone hears at once, when somebody comes, and at the end (G11)."""
    for number, userid in enumerate(TWELVE, start=1):
        tells(office.person(userid), f"三教{200 + number}停电了", "没有照片")
    wu, tang = office.person("wu"), office.person("tang")
    assert {office.case(f"R-{n:04d}").main_id for n in range(4, 15)} == {office.case("R-0003").id}
    assert tang.sees.title == "R-0014 和 R-0003 一起修"
    assert wu.saw("已有 10 人报").title
    wu.says("接单 R-0003")
    assert {"吴建国接了 R-0003" in office.person(userid).sees.text for userid in TWELVE[1:]} == {True}
    tells(wu, "修好了 R-0003", "合上了总闸", "跳过")
    wu.sends_a_photo()
    assert {"合上了总闸" in office.person(userid).saw("合上了总闸").text for userid in TWELVE} == {True}


def silence_is_counted_apart(office: Office) -> None:
    """She confirms hers; of the others nobody says a word for seven days (G9)."""
    lin, zheng = office.person("lin"), office.person("zheng")
    tells(zheng, "修好了 R-0001", "换了灯管", "灯管 1 根")
    zheng.sends_a_photo()
    lin.says("确认修好")
    office.passes(days=7)
    with office.service.storage.reading() as work:
        states = [work.cases.by_number(f"R-{n:04d}") for n in range(1, 15)]
    ended = [case.state for case in states if case is not None]
    assert (ended.count(Repair.CLOSED), ended.count(Repair.UNCONFIRMED)) == (1, 12)
    assert office.trail("R-0003")[-1].verb == "lapse"
    office.person("chen").says("我的")
    assert "已结束（无人确认）" in office.person("chen").sees.text


def tells(person: Someone, *words: str) -> None:
    """Type one message after the other."""
    for each in words:
        person.says(each)
