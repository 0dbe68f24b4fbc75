"""Opinions: one register, a department and a date for each, an answer to everyone who raised it (H6-H8)."""

from __future__ import annotations

import pytest

from flows.opinion import Opinion
from flows.opinion.register import Loops
from tests.office import Office, Someone
from tests.service.doors import opened

DESK, HEAD = "shen", "liu"


def raised(office: Office, userid: str = "lin", text: str = "食堂三楼的灯太暗", words: str = "提建议") -> None:
    who = office.person(userid)
    for said in (words, text, "署名", "提交"):
        who.says(said)


def given(office: Office, number: str = "YJ-0001", until: str = "跳过") -> None:
    """The desk gives it to the general services department."""
    desk = office.person(DESK)
    desk.says(f"分办 {number} 总务处")
    desk.says("一般")
    desk.says(until)


def test_an_opinion_goes_its_way(office: Office) -> None:
    """H7, H8: received, given to a department, a measure with a date, done, and it helped."""
    lin, desk, head = (office.person(one) for one in ("lin", DESK, HEAD))
    raised(office)
    assert lin.saw("已收到，单号 YJ-0001")
    assert "食堂三楼的灯太暗" in desk.saw("新的意见 YJ-0001").text
    given(office)
    assert lin.saw("YJ-0001 已分给")
    assert "食堂" in head.saw("YJ-0001 请您的部门办").text
    head.says("定措施 YJ-0001 换成更亮的灯")
    head.says("12月4日")
    assert "换成更亮的灯" in lin.saw("YJ-0001 有措施了").text
    assert "12月4日" in lin.saw("YJ-0001 有措施了").text
    head.says("办好了 YJ-0001 十二盏都换了")
    head.presses("跳过")
    assert "十二盏都换了" in lin.saw("YJ-0001 办好了").text
    lin.presses("帮上忙了")
    assert head.saw("YJ-0001 帮上忙了")
    assert office.case("YJ-0001").state == Opinion.CLOSED


def test_what_cannot_be_done_is_explained(office: Office) -> None:
    """H7: a few words are no explanation; the sender reads it, and may say no."""
    lin, head = office.person("lin"), office.person(HEAD)
    raised(office)
    given(office)
    head.says("办不了 YJ-0001 没钱")
    assert office.case("YJ-0001").state == Opinion.ASSIGNED
    head.says("今年的改造预算已经用完，明年三月列入计划")
    assert lin.saw("YJ-0001 暂时办不了")
    lin.says("没解决问题 YJ-0001 太久了")
    assert office.case("YJ-0001").state == Opinion.ASSIGNED
    assert "太久了" in head.saw("YJ-0001 没解决问题").text


def test_everyone_who_said_so_hears_the_result(office: Office) -> None:
    """H8: three say the same; each is asked, and one "no" opens it for all."""
    lin, desk, head, li = (office.person(one) for one in ("lin", DESK, HEAD, "li"))
    raised(office)
    raised(office, "li", "三楼吃饭看不清菜")
    desk.says("并入另一件 YJ-0002 YJ-0001")
    assert office.case("YJ-0002").state == Opinion.JOINED
    assert li.saw("YJ-0002 和别人提的是同一件")
    given(office)
    head.says("办好了 YJ-0001 都换了")
    head.presses("跳过")
    assert "都换了" in li.saw("YJ-0002 有结果了").text
    lin.says("帮上忙了 YJ-0001")
    li.says("没解决问题 YJ-0002 还是看不清")
    assert office.case("YJ-0001").state == Opinion.ASSIGNED
    assert office.case("YJ-0002").state == Opinion.JOINED
    assert head.saw("YJ-0001 没解决问题")
    head.says("办好了 YJ-0001 又加了一排灯")
    head.presses("跳过")
    assert "又加了一排灯" in li.sees.text


def joined(office: Office) -> Someone:
    """Two say the same, and the second is joined to the first."""
    raised(office)
    raised(office, "li", "三楼吃饭看不清菜")
    office.person(DESK).says("并入另一件 YJ-0002 YJ-0001")
    return office.person("li")


def test_who_has_joined_hears_the_measure(office: Office) -> None:
    """H8: in the words of the department, also where the main one was entered for somebody else."""
    desk, head, wu = office.person(DESK), office.person(HEAD), office.person("wu")
    for said in ("登记意见", "座谈", "食堂三楼太暗", "吴建国", "跳过", "改类别", "建议", "提交"):
        desk.says(said)
    raised(office, "li", "三楼吃饭看不清菜")
    desk.says("并入另一件 YJ-0002 YJ-0001")
    given(office)
    head.says("定措施 YJ-0001 换成更亮的灯")
    head.says("12月4日")
    for one, number in ((wu, "YJ-0001"), (office.person("li"), "YJ-0002")):
        told = one.saw(f"{number} 有措施了").text
        assert "换成更亮的灯" in told
        assert "12月4日" in told
    assert not [seen for seen in wu.all if "YJ-0002" in seen.text]


def test_when_the_main_one_is_withdrawn_the_others_go_on(office: Office) -> None:
    """H8: nobody waits for an answer that never comes."""
    li = joined(office)
    office.person("lin").says("撤回 YJ-0001")
    assert office.case("YJ-0002").state == Opinion.RECEIVED
    assert "三楼吃饭看不清菜" in office.person(DESK).saw("新的意见 YJ-0002").text
    assert "已收到，单号 YJ-0002" in li.sees.text
    given(office, "YJ-0002")
    office.person(HEAD).says("办好了 YJ-0002 都换了")
    office.person(HEAD).presses("跳过")
    li.says("帮上忙了 YJ-0002")
    assert office.case("YJ-0002").state == Opinion.CLOSED


def test_what_was_joined_to_what_is_joined_is_answered_too(office: Office) -> None:
    """H8: three in a chain; a "no" opens the main one, with why, and all who still wait hear the second answer."""
    li, head = joined(office), office.person(HEAD)
    raised(office, "zheng", "食堂太暗")
    office.person(DESK).says("并入另一件 YJ-0001 YJ-0003")
    given(office, "YJ-0003")
    head.says("办好了 YJ-0003 都换了")
    head.presses("跳过")
    assert "都换了" in li.saw("YJ-0002 有结果了").text
    assert "YJ-0003" in li.sees.text
    li.says("没解决问题 YJ-0002 还是看不清")
    assert office.case("YJ-0003").state == Opinion.ASSIGNED
    assert "还是看不清" in head.saw("YJ-0003 没解决问题").text
    head.says("办好了 YJ-0003 又加了一排灯")
    head.presses("跳过")
    assert "又加了一排灯" in li.sees.text
    assert "又加了一排灯" in office.person("lin").saw("YJ-0001 有结果了").text


def test_praise_said_by_two_is_passed_on_to_both(school: Office) -> None:
    """H8: nobody stays joined for ever."""
    raised(school, text="吴师傅修得又快又好", words="我要表扬")
    raised(school, "li", "吴师傅真不错", "我要表扬")
    desk = school.person(DESK)
    desk.says("并入另一件 YJ-0002 YJ-0001")
    desk.says("转达 YJ-0001 已经告诉吴师傅")
    assert school.case("YJ-0002").state == Opinion.NOTED
    assert "已经告诉吴师傅" in school.person("li").saw("YJ-0002 有结果了").text


def test_only_praise_ends_without_a_measure(school: Office) -> None:
    """H7, H8: what is called an opinion is not passed on and done with; it is answered, and its sender asked."""
    raised(school, words="提意见")
    assert school.case("YJ-0001").answers["class"] == "opinion"
    desk = school.person(DESK)
    desk.says("转达 YJ-0001 已经说了")
    assert school.case("YJ-0001").state == Opinion.RECEIVED


def test_a_later_date_that_was_set_is_the_one_that_counts(school: Office) -> None:
    """H7: not overdue after ten working days where a month was given."""
    raised(school)
    given(school, until="2027年1月15日")
    school.passes(days=20)
    assert not [seen for seen in school.person(HEAD).all if "过了期限" in seen.text]
    school.passes(days=35)
    assert school.person(HEAD).saw("YJ-0001 过了期限还没答复")


def test_more_time_than_was_given_is_told_to_who_gave_it(school: Office) -> None:
    """H7: the department may set another date, but not in silence; an earlier one bothers nobody."""
    raised(school)
    given(school, until="12月4日")
    desk, head = school.person(DESK), school.person(HEAD)
    for until in ("12月2日", "12月18日"):
        head.says("定措施 YJ-0001 换灯")
        head.says(until)
    [told] = [seen.text for seen in desk.all if "期限往后改了" in seen.text]
    assert "原来 12月2日" in told
    assert "现在 12月18日" in told


def test_who_is_not_in_the_chat_is_told_by_staff(office: Office) -> None:
    """H6, H8: each step comes to whoever entered it, with where to pass it on; the other's word is said for them."""
    desk, head = office.person(DESK), office.person(HEAD)
    for said in ("登记意见", "来访", "校门口的路灯太暗", "跳过", "王先生 13800001111", "改类别", "建议", "提交"):
        desk.says(said)
    case = office.case("YJ-0001")
    assert (case.answers["source"], case.answers["contact"]) == ("visit", "王先生 13800001111")
    given(office)
    head.says("办好了 YJ-0001 换了灯头")
    head.presses("跳过")
    told = desk.saw("YJ-0001 办好了").text
    assert "请转告" in told
    assert "王先生 13800001111" in told
    desk.says("没解决问题 YJ-0001 他说还有两盏不亮")
    assert "两盏不亮" in head.saw("YJ-0001 没解决问题").text
    page = opened(office, "/workbench/opinions", of=DESK).text
    assert "王先生 13800001111" in page


def test_an_opinion_cannot_join_what_is_not_open(school: Office) -> None:
    """H8: itself, or none."""
    raised(school)
    desk = school.person(DESK)
    for number in ("YJ-0001", "YJ-0009"):
        desk.says(f"并入另一件 YJ-0001 {number}")
        assert "没有还在办的" in desk.sees.text
    assert school.case("YJ-0001").state == Opinion.RECEIVED


def test_a_department_that_is_not_there_is_asked_again(school: Office) -> None:
    """H7: given to nobody."""
    raised(school)
    desk = school.person(DESK)
    desk.says("分办 YJ-0001 云游四方司")
    assert "没有「云游四方司」" in desk.sees.text  # at once, not after all other questions
    for said in ("总务处", "一般", "跳过"):
        desk.says(said)
    assert school.case("YJ-0001").answers["unit"] == "总务处"


def test_a_department_goes_by_its_other_name(school: Office) -> None:
    """H7: what the office calls it when it supervises, it may call it here; the sender hears the right one."""
    raised(school)
    desk, lin = school.person(DESK), school.person("lin")
    for said in ("分办 YJ-0001 后勤处", "一般", "跳过"):
        desk.says(said)
    assert school.case("YJ-0001").state == Opinion.ASSIGNED
    assert lin.saw("YJ-0001 已分给总务处")
    assert "刘建平" not in lin.saw("YJ-0001 已分给总务处").text
    assert "已分出去" in desk.sees.text


def test_the_department_reads_what_was_said_before_it_had_it(school: Office) -> None:
    """H10: an answer to the office's question reaches whoever has to do something about it."""
    raised(school)
    desk, lin, head = (school.person(one) for one in (DESK, "lin", HEAD))
    desk.says("问提的人 YJ-0001 是哪一排灯")
    lin.says("补充 YJ-0001 靠窗的那一排")
    given(school)
    assert "靠窗的那一排" in head.saw("请您的部门办").text


def test_an_answer_asks_whether_it_helped(school: Office) -> None:
    """H8: in words, not by two buttons alone; a reason that is too short is told how long it has to be."""
    raised(school)
    given(school)
    lin, head = school.person("lin"), school.person(HEAD)
    head.says("办不了 YJ-0001 人手不够")
    assert "至少 10 个字" in head.sees.text
    head.says("编制不够，二十四点以后没有人值班")
    assert "帮上忙了吗" in lin.saw("YJ-0001 暂时办不了").text


def test_the_sender_is_asked_and_answers(office: Office) -> None:
    """H10: a question on the way, in the same chat."""
    lin, head = office.person("lin"), office.person(HEAD)
    raised(office)
    given(office)
    head.says("问提的人 YJ-0001 是哪一排灯")
    assert "是哪一排灯" in lin.saw("YJ-0001 想问您一句").text
    lin.says("补充 YJ-0001 靠窗的那一排")
    assert "靠窗的那一排" in head.saw("YJ-0001 有补充").text


def test_other_channels_land_in_the_same_register(office: Office) -> None:
    """H6: staff enter a letter on somebody's behalf, who hears every step."""
    desk, wu = office.person(DESK), office.person("wu")
    for said in ("登记意见", "邮件", "宿舍热水停得太早", "吴建国", "跳过", "改类别", "投诉"):
        desk.says(said)
    desk.says("提交")
    case = office.case("YJ-0001")
    assert (case.answers["source"], case.answers["class"]) == ("mail", "complaint")
    assert wu.saw("已收到，单号 YJ-0001")
    given(office)
    head = office.person(HEAD)
    head.says("办好了 YJ-0001 延到十一点半")
    head.presses("跳过")
    wu.presses("帮上忙了")
    assert office.case("YJ-0001").state == Opinion.CLOSED
    assert "邮件" in opened(office, "/workbench/opinions", of=DESK).text


def test_silence_is_counted_apart(school: Office) -> None:
    """H8: nobody said it helped."""
    raised(school)
    given(school)
    head = school.person(HEAD)
    head.says("办好了 YJ-0001 都换了")
    head.presses("跳过")
    school.passes(days=8)
    assert school.case("YJ-0001").state == Opinion.UNRATED
    desk = school.person(DESK)
    desk.says("会议议题")
    assert "收到 1 件：办结闭环 0 件（0%），到期没人评 1 件" in desk.sees.text
    assert Loops(0, 0, 0, 0).share is None


def test_the_agenda_lists_what_is_open(office: Office) -> None:
    """H8: urgent ones first, with department, measure and date; nobody else reads it."""
    desk, lin, head = office.person(DESK), office.person("lin"), office.person(HEAD)
    raised(office)
    raised(office, "li", "二号楼的消防门锁着", "我要投诉")
    given(office)
    head.says("定措施 YJ-0001 换灯")
    head.says("12月4日")
    for said in ("分办 YJ-0002 总务处", "紧急", "跳过"):
        desk.says(said)
    desk.says("会议议题")
    lines = desk.sees.text.splitlines()
    told = [line for line in lines if line.startswith("YJ-")]
    assert told[0].startswith("YJ-0002 【紧急】")
    assert "总务处，换灯，12月4日" in told[1]
    office.passes(days=12)
    desk.says("会议议题")
    assert "已过期限" in desk.sees.text
    page = opened(office, "/workbench/opinions", of=DESK)
    assert page.status == 200
    assert "二号楼的消防门锁着" in page.text
    assert "聊天" in page.text
    assert head.saw("YJ-0001 过了期限还没答复")
    lin.says("会议议题")
    assert "只给办公室的人看" in lin.sees.text
    assert opened(office, "/workbench/opinions", of="lin").status == 403


def test_praise_is_passed_on(school: Office) -> None:
    """H7: nothing to be done, and still told."""
    lin, desk = school.person("lin"), school.person(DESK)
    raised(school, text="吴师傅修得又快又好", words="我要表扬")
    desk.says("转达 YJ-0001 已经告诉吴师傅和他的组长")
    assert "已经告诉吴师傅" in lin.saw("YJ-0001 已转达").text
    assert school.case("YJ-0001").state == Opinion.NOTED


@pytest.mark.parametrize(("days", "who", "words"), [(2, "zhao", "还没分办"), (16, HEAD, "过了期限还没答复")])
def test_nothing_stays_lying(school: Office, days: int, who: str, words: str) -> None:
    """H7: what is not given out goes to the head, what is not answered is told of."""
    raised(school)
    if who == HEAD:
        given(school)
    for _ in range(days):
        school.passes(days=1)
    assert school.person(who).saw(words)


def test_a_deadline_is_said_as_people_say_it(school: Office) -> None:
    """H7: within a week is five working days, shown as a day."""
    raised(school)
    desk = school.person(DESK)
    desk.says("分办 YJ-0001 总务处")
    desk.presses("一般")
    desk.says("一周内")
    assert "12月1日" in school.person("liu").saw("YJ-0001 请您的部门办").text


def test_only_the_desk_enters_for_others(school: Office) -> None:
    """H6, Q2: nobody says in somebody else's name what they did not say."""
    lin = school.person("lin")
    lin.says("登记意见")
    assert "要请办公室的人来做" in lin.sees.text
    assert "沈洁" in lin.sees.text
    lin.says("提意见")
    assert "您想说什么" in lin.sees.text
