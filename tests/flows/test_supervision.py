"""Supervision (督办): what was decided does not fade (I1-I6)."""

from __future__ import annotations

from datetime import timedelta

from flows.indicators.lateness import Lateness
from flows.indicators.reckoning import histories_of
from flows.supervision import Supervision
from tests.flows.calendars import ZONE
from tests.flows.test_time_stories import titles, waits_until
from tests.office import Office, Someone

SAID = "督办 两周内完成东区路灯改造，后勤处牵头，基建处配合"
NUMBER = "SV-0001"


def raised(office: Office, said: str = SAID) -> Someone:
    """The secretary writes it down and confirms."""
    shen = office.person("shen")
    shen.says(said)
    shen.presses("提交")
    return shen


def acknowledged(office: Office, said: str = SAID) -> tuple[Someone, Someone]:
    """And the lead unit takes it."""
    shen, liu = raised(office, said), office.person("liu")
    liu.presses("认领")
    return shen, liu


def answers(who: Someone, *said: str) -> None:
    for words in said:
        who.says(words)


def test_a_decision_does_not_fade(office: Office) -> None:
    """The story: raised, acknowledged, reported, coloured, extended, refused without evidence, checked, reopened."""
    shen, liu, pan, gu = (office.person(one) for one in ("shen", "liu", "pan", "gu"))
    shen.says(SAID)
    assert shen.sees.title == "请看一下，对吗？"
    for words in ("完成东区路灯改造", "总务处", "刘建平", "12月8日周二", "照片", "基建处", "每周"):
        assert words in shen.sees.text, words
    shen.says("不对，交办人是顾明远")
    assert "顾明远" in shen.sees.text
    shen.presses("提交")
    assert office.case(NUMBER).state == Supervision.RAISED
    assert gu.sees.title == f"您交办的事已立项 {NUMBER}"

    office.passes(days=1)
    assert f"督办 {NUMBER} 还没有认领" in titles(office, "liu")
    waits_until(office, "2026-11-26T08:00")
    assert f"{NUMBER} 超过 1 个工作日没人认领" in titles(office, "shen")
    liu.presses("认领")
    assert shen.sees.title == f"{NUMBER} 已认领"
    assert pan.sees.title == f"督办 {NUMBER}，请配合"

    waits_until(office, "2026-12-03T09:00")
    assert f"督办 {NUMBER} 该报进展了" in titles(office, "liu")
    liu.presses("报进展")
    answers(liu, "换了一半灯杆", "50%")
    liu.sends_a_photo()
    assert "换了一半灯杆" in shen.saw("有新进展").text
    assert "50%" in gu.saw("有新进展").text
    pan.presses("配合完成")
    pan.says("图纸已交")
    assert "图纸已交" in shen.saw("配合单位来信").text

    waits_until(office, "2026-12-04T17:00")
    assert f"{NUMBER} 已转黄色" in titles(office, "liu")
    assert f"{NUMBER} 已转橙色" not in titles(office, "gu")
    waits_until(office, "2026-12-07T17:00")
    assert f"{NUMBER} 已转橙色" in titles(office, "gu")
    waits_until(office, "2026-12-09T08:00")
    assert f"{NUMBER} 已转红色" in titles(office, "fang")

    liu.presses("申请延期")
    answers(liu, "12月18日前", "灯杆到货晚")
    shen.presses("准予延期")
    assert "12月18日周五 17:30（原定 12月8日周二 17:30，延期 1 次）" in liu.saw("已延期").text
    assert "原定 12月8日周二 17:30" in gu.saw("已延期").text

    liu.presses("报办结")
    liu.says("全换好了")
    liu.presses("跳过")
    assert "没有照片不能报办结" in liu.sees.text
    office.passes(minutes=5)
    liu.presses("报办结")
    liu.says("全换好了")
    liu.sends_a_photo()
    assert office.case(NUMBER).state == Supervision.CLAIMED
    shen.presses("核对通过")
    assert gu.saw("已办结").title == pan.saw("已办结").title == f"{NUMBER} 已办结"

    office.passes(days=16)
    gu.presses("又坏了")
    gu.says("又灭了三盏")
    assert office.case(NUMBER).state == Supervision.DOING
    assert office.case(NUMBER).closed_at is None
    assert "又灭了三盏" in liu.saw("又坏了").text
    assert "重开 1 次" in liu.saw("又坏了").text


def test_only_who_supervises_may_begin_one(school: Office) -> None:
    """I1: others are told who does, whether they use the word alone, a sentence, or the number of a case."""
    lin = school.person("lin")
    for said in ("督办", SAID, "督办 R-0001"):
        lin.says(said)
        assert "督办由督办员立项（沈洁）" in lin.sees.text or "R-0001" in lin.sees.text


def test_saying_the_word_alone_asks_for_the_rest(school: Office) -> None:
    """I1: the questions one by one; the responsible person is the head of the lead unit unless somebody is named."""
    shen = school.person("shen")
    answers(shen, "督办", "修订公文办法", "图书馆", "10个工作日内", "跳过", "跳过")
    text = shen.sees.text
    for words in ("修订公文办法", "图书馆", "江丽", "12月8日周二", "文件", "直接交办", "每周"):
        assert words in text, words
    shen.says("不对，责任人是严飞")
    assert "严飞" in shen.sees.text
    shen.presses("提交")
    assert school.person("Yan.Fei").sees.title == school.person("jiang").sees.title == f"督办 {NUMBER}，请认领"


def test_an_item_without_a_deadline_stays_a_draft(school: Office) -> None:
    """I1, bad input: neither the button nor the word hands it in; a day that has passed is no deadline."""
    shen = school.person("shen")
    shen.says("督办 完成东区路灯改造，后勤处牵头")
    assert "什么时候办完" in shen.sees.text
    shen.says("提交")
    assert "还没填完" in shen.sees.text
    shen.says("11月20日前")
    assert "已经过去" in shen.sees.text
    with school.service.storage.reading() as work:
        assert work.cases.by_number(NUMBER) is None
    shen.says("本周五前")
    shen.presses("提交")
    assert school.case(NUMBER).state == Supervision.RAISED


def test_an_item_without_a_person_stays_a_draft(school: Office) -> None:
    """I1, bad input: a unit without a head has nobody by itself, so the form asks, and takes no unknown name."""
    shen = school.person("shen")
    shen.says("督办 两周内整理学生档案，学生2023级牵头")
    assert "谁来负责" in shen.sees.text
    shen.says("提交")
    assert "还没填完" in shen.sees.text
    shen.says("王不存在")
    assert "谁来负责" in shen.sees.text
    shen.says("于佳")
    shen.presses("提交")
    assert "于佳" in school.person("yu").saw("请认领").text


def test_an_unknown_unit_is_not_guessed(school: Office) -> None:
    """I1, bad input: it is said, and asked; near names are offered."""
    shen = school.person("shen")
    shen.says("督办 两周内完成路灯改造，园林处牵头")
    assert "没有「园林处」" in shen.sees.text
    assert "完成路灯改造" in shen.sees.text
    shen.says("信息学院")
    shen.presses("信息工程学院")
    assert "徐志宏" in shen.sees.text


def test_a_case_that_drags_on_becomes_an_item(school: Office) -> None:
    """I1: what it is about, whose turn it is and its number are filled in."""
    lin, shen = school.person("lin"), school.person("shen")
    answers(lin, "报修", "东区3号楼502", "灯不亮", "提交")
    school.person("wu").presses("接单")
    shen.says("督办 R-0001")
    for words in ("R-0001 ", "灯不亮", "东区维修组", "孙立新", "超时办件"):
        assert words in shen.sees.text, words
    answers(shen, "三天内")
    shen.presses("提交")
    assert school.case(NUMBER).answers["origin"] == "R-0001"


def test_silence_is_reminded_at_the_set_rhythm(school: Office) -> None:
    """I2: each week in working time; a report starts the week anew; the second silence in a row goes to the office."""
    _, liu = acknowledged(school, "督办 三个月内完成东区路灯改造，后勤处牵头")
    due = f"督办 {NUMBER} 该报进展了"
    waits_until(school, "2026-12-01T10:00")
    assert titles(school, "liu").count(due) == 0
    liu.presses("报进展")
    answers(liu, "在招标", "20", "跳过")
    waits_until(school, "2026-12-08T09:00")
    assert titles(school, "liu").count(due) == 0
    waits_until(school, "2026-12-08T10:05")
    assert titles(school, "liu").count(due) == 1
    assert not any("没报进展" in title for title in titles(school, "shen"))
    school.restarts()
    waits_until(school, "2026-12-15T10:05")
    assert titles(school, "liu").count(due) == 2
    assert f"{NUMBER} 连续 2 次没报进展" in titles(school, "shen")


def test_several_that_wait_are_one_reminder(school: Office) -> None:
    """A9: two items nobody has taken yet are one message to the unit, with a button for each."""
    raised(school)
    raised(school, "督办 两周内修好图书馆电梯，后勤处牵头")
    liu = school.person("liu")
    before = len(liu.all)
    school.passes(days=1)
    assert [seen.title for seen in liu.all[before:]] == ["有 2 件事在等"]
    assert liu.sees.buttons == ["SV-0001", "SV-0002"]
    liu.presses("SV-0002")
    assert "认领" in liu.sees.buttons


def test_more_time_needs_consent_and_the_first_date_stays(school: Office) -> None:
    """I2: refused once with a reason, granted by the office, and the second time by the leader who asked as well."""
    shen = school.person("shen")
    shen.says(SAID)
    shen.says("不对，交办人是顾明远")
    shen.presses("提交")
    liu, gu = school.person("liu"), school.person("gu")
    liu.presses("认领")
    liu.presses("申请延期")
    answers(liu, "12月1日前", "忙不开")
    assert "新期限要晚于现在的 12月8日周二 17:30" in liu.sees.text
    school.passes(minutes=5)
    liu.says(f"申请延期 {NUMBER}")
    answers(liu, "12月11日前", "灯杆到货晚")
    shen.presses("不予延期")
    shen.says("先用库存")
    assert "先用库存" in liu.saw("没有同意延期").text
    assert "12月8日周二 17:30" in liu.sees.text
    for day, granted in (("12月11日前", 1), ("12月18日前", 2)):
        liu.presses("申请延期")
        answers(liu, day, "灯杆到货晚")
        shen.presses("准予延期")
        if granted == 2:
            assert school.case(NUMBER).state == Supervision.EXTENDING
            gu.presses("准予延期")
        assert f"延期 {granted} 次" in liu.saw("已延期").text
    assert "12月18日周五 17:30（原定 12月8日周二 17:30，延期 2 次）" in liu.sees.text
    shen.says(NUMBER)
    assert "12月18日周五 17:30（原定 12月8日周二 17:30，延期 2 次）" in shen.sees.text


def test_each_colour_calls_its_level_once(office: Office) -> None:
    """I3: 30 % the person, 15 % the leader above, overdue the heads of school; over restarts, and anew with time."""
    shen, liu = acknowledged(office)
    called = {"liu": "黄色", "gu": "橙色", "fang": "红色"}
    seen = {who: f"{NUMBER} 已转{colour}" for who, colour in called.items()}
    waits_until(office, "2026-12-03T10:00")
    assert [titles(office, who).count(title) for who, title in seen.items()] == [0, 0, 0]
    waits_until(office, "2026-12-04T17:00")
    office.restarts()
    office.passes(hours=1)
    assert [titles(office, who).count(title) for who, title in seen.items()] == [1, 0, 0]
    waits_until(office, "2026-12-07T16:00")
    office.restarts()
    assert [titles(office, who).count(title) for who, title in seen.items()] == [1, 1, 0]
    waits_until(office, "2026-12-10T12:00")
    assert [titles(office, who).count(title) for who, title in seen.items()] == [1, 1, 1]
    liu.presses("申请延期")
    answers(liu, "12月31日前", "灯杆到货晚")
    shen.presses("准予延期")
    waits_until(office, "2026-12-15T12:00")
    assert [titles(office, who).count(title) for who, title in seen.items()] == [1, 1, 1]
    waits_until(office, "2026-12-24T12:00")
    assert [titles(office, who).count(title) for who, title in seen.items()] == [2, 1, 1]


def test_evidence_of_the_named_kind_closes_it(school: Office) -> None:
    """I4: a number where a number was agreed on; the office may return it with a reason."""
    said = "督办 两周内把满意率提到90%，图书馆牵头"
    shen, jiang = raised(school, said), school.person("jiang")
    jiang.presses("认领")
    jiang.presses("报办结")
    answers(jiang, "提上去了", "跳过")
    assert "没有数字不能报办结" in jiang.sees.text
    school.passes(minutes=5)
    jiang.presses("报办结")
    answers(jiang, "提上去了", "89")
    assert "89" in shen.saw("请核对").text
    shen.presses("退回再办")
    shen.says("还差一点")
    assert "还差一点" in jiang.saw("退回再办").text
    jiang.presses("报办结")
    answers(jiang, "提上去了", "91")
    shen.presses("核对通过")
    assert school.case(NUMBER).state == Supervision.CLOSED
    assert jiang.sees.title == f"{NUMBER} 已办结"


def test_two_weeks_later_it_is_asked_whether_it_holds(school: Office) -> None:
    """I4: once; yes is written down, no opens it again with its history, within the months the matter says."""
    shen, jiang = raised(school, "督办 两周内把满意率提到90%，图书馆牵头"), school.person("jiang")
    jiang.presses("认领")
    jiang.presses("报办结")
    answers(jiang, "提上去了", "91")
    shen.presses("核对通过")
    school.passes(days=15)
    asked = f"{NUMBER} 办结有一阵了，还好吗？"
    assert titles(school, "shen").count(asked) == 1
    shen.presses("没问题")
    school.passes(days=30)
    assert titles(school, "shen").count(asked) == 1
    shen.says(f"又坏了 {NUMBER}")
    shen.says("又掉到 80%")
    assert school.case(NUMBER).state == Supervision.DOING
    assert "又掉到 80%" in jiang.saw("又坏了").text
    jiang.presses("报办结")
    answers(jiang, "又提上去了", "92")
    shen.presses("核对通过")
    school.passes(days=200)
    shen.says(f"又坏了 {NUMBER}")
    assert school.case(NUMBER).state == Supervision.CLOSED


def test_after_two_refusals_the_office_rules(school: Office) -> None:
    """I6: each names whose it is; the second goes to the office, whose word is final; the count stays with the item."""
    shen, liu, pan, jiang = raised(school), school.person("liu"), school.person("pan"), school.person("jiang")
    liu.presses("不归我")
    answers(liu, "基建处", "路灯是基建的")
    assert "路灯是基建的" in shen.saw("不归自己").text
    assert pan.saw("请认领").title == f"督办 {NUMBER}，请认领"
    pan.presses("不归我")
    answers(pan, "后勤处", "早就移交了")
    assert school.case(NUMBER).state == Supervision.RULING
    assert "已经推了 2 次：总务处、基建处" in shen.sees.text
    shen.presses("裁定牵头")
    answers(shen, "图书馆", "跳过")
    assert jiang.sees.title == f"督办 {NUMBER}，已裁定由图书馆牵头"
    assert "不归我" not in jiang.sees.buttons
    jiang.says(f"不归我 {NUMBER}")
    assert school.case(NUMBER).state == Supervision.RAISED
    shen.says("督办情况")
    assert "基建处：办结 0，在办 0，超期 0，没有到期的事项，推诿 1 次" in shen.sees.text


def test_a_leader_urges_once_in_a_while(school: Office) -> None:
    """I3: it reaches the responsible person at once, within the limit; others have no such button."""
    acknowledged(school)
    fang, lin = school.person("fang"), school.person("lin")
    fang.says(f"催办 {NUMBER}")
    assert "方静催办" in school.person("liu").sees.title
    fang.says(f"催办 {NUMBER}")
    assert "刚催过" in fang.sees.text
    school.passes(days=1)
    fang.says(f"催办 {NUMBER}")
    assert sum("催办" in title for title in titles(school, "liu")) == 2
    lin.says(f"催办 {NUMBER}")
    assert sum("催办" in title for title in titles(school, "liu")) == 2


def test_milestones_have_dates_of_their_own(school: Office) -> None:
    """I2: one that is reported as reached is not asked about; one that is not is told of on its day."""
    _, liu = acknowledged(school)
    liu.says(f"定节点 {NUMBER}")
    liu.says("11月27日前完成设计；12月2日前完成施工")
    liu.says(f"报进展 {NUMBER}")
    liu.presses("完成设计")
    answers(liu, "图纸出来了", "100", "跳过")
    waits_until(school, "2026-11-30T09:00")
    assert not any("节点到期" in title for title in titles(school, "liu"))
    waits_until(school, "2026-12-03T09:00")
    assert "完成施工" in school.person("shen").saw("节点到期").text


def test_others_do_not_see_it(school: Office) -> None:
    """I1: the office, its units' heads and persons, who asked and the leaders; to everybody else there is none."""
    acknowledged(school)
    for userid in ("shen", "liu", "pan", "gu", "fang"):
        school.person(userid).says(NUMBER)
        assert "完成东区路灯改造" in school.person(userid).sees.text, userid
    for userid in ("lin", "wu", "jiang"):
        school.person(userid).says(NUMBER)
        assert "完成东区路灯改造" not in school.person(userid).sees.text, userid


def test_an_item_can_be_called_off(school: Office) -> None:
    """I1: by the office, with a reason that the unit and who asked hear."""
    shen, liu = acknowledged(school)
    shen.says(f"撤销督办 {NUMBER}")
    shen.says("并入另一件")
    assert school.case(NUMBER).state == Supervision.WITHDRAWN
    assert "并入另一件" in liu.sees.text
    office_only = school.person("liu")
    office_only.says(f"撤销督办 {NUMBER}")
    assert school.case(NUMBER).state == Supervision.WITHDRAWN


def test_a_head_gives_it_to_somebody_of_the_unit(school: Office) -> None:
    """I1: the new person has the buttons; who is not of the unit's heads or the office cannot."""
    shen, liu = acknowledged(school)
    tang = school.person("tang")
    liu.says(f"换责任人 {NUMBER}")
    liu.says("唐晓梅")
    assert tang.sees.title == f"{NUMBER} 由您来办"
    assert "申请延期" in tang.sees.buttons
    tang.says(f"换责任人 {NUMBER}")
    assert "现在是「办理中」" in tang.sees.text
    shen.says(f"换责任人 {NUMBER}")
    shen.says("刘建平")
    assert "刘建平" in str(school.case(NUMBER).answers["person"])
    tang.says(f"报进展 {NUMBER}")
    assert "哪一步" not in tang.sees.text


def test_asking_for_time_disturbs_nobody_elses_cards(school: Office) -> None:
    """I2, E1: the supporting unit keeps its card; a second request finds the first."""
    _, liu = acknowledged(school)
    pan = school.person("pan")
    card = pan.cards[-1]
    liu.presses("申请延期")
    answers(liu, "12月18日前", "灯杆到货晚")
    assert pan.cards[-1] is card
    liu.says(f"申请延期 {NUMBER}")
    assert "办理中，申请延期" in liu.sees.text
    assert len([entry for entry in school.trail(NUMBER) if entry.verb == "extend"]) == 1


def test_a_late_holiday_moves_the_colours(school: Office) -> None:
    """I3, F9: working time is what is left of it; a deadline that was said as a day stays that day."""
    acknowledged(school, "督办 12月8日前完成东区路灯改造，后勤处牵头")
    turned = f"{NUMBER} 已转黄色"
    school.goes_by(calendar='[[closed]]\nname = "校庆"\nday = 2026-12-07\n[[closed]]\nname = "校庆"\nday = 2026-12-08')
    school.passes(seconds=1)
    waits_until(school, "2026-12-01T10:00")
    assert titles(school, "liu").count(turned) == 0
    waits_until(school, "2026-12-03T09:00")  # without the days off it would be the afternoon of the day
    assert titles(school, "liu").count(turned) == 1


def test_help_offers_it_only_to_who_may(school: Office) -> None:
    """I1: nobody is shown what they would be refused."""
    shen, lin = school.person("shen"), school.person("lin")
    for who in (shen, lin):
        who.says("帮助")
    assert "督办" in shen.sees.text
    assert "督办" not in lin.sees.text


def test_what_is_overdue_counts_as_late_everywhere(school: Office) -> None:
    """I3, F8: its own deadline is a limit like others: explained day by day, and late in figures and digests."""
    _, liu = acknowledged(school, "督办 三天内修订公文办法，总务处牵头")
    liu.says(NUMBER)
    assert "办结时限：" in liu.sees.text
    assert "周五 17:30 到期" in liu.sees.text
    waits_until(school, "2026-11-30T10:00")
    now = school.clock.now()
    with school.service.storage.reading() as work:
        [history] = histories_of(now - timedelta(days=7), now, school.service.rules, work)
        late = Lateness(school.service.rules, work.past(), now).date_since(history)
    assert late is not None
    assert f"{late.astimezone(ZONE):%m-%d %H:%M}" == "11-27 17:30"


def test_who_takes_over_from_a_leaver_has_the_item(school: Office) -> None:
    """Q1, D10: the turn and the right to act go to the same person."""
    acknowledged(school)
    gu = school.person("gu")
    school.act(lambda box: box.delete_user("liu"))
    assert f"{NUMBER} 督办由您接着办" in titles(school, "gu")
    gu.says(f"报进展 {NUMBER}")
    answers(gu, "接过来了", "跳过", "跳过")
    assert "接过来了" in school.person("shen").saw("有新进展").text


def test_a_stranger_can_neither_close_nor_open_it(school: Office) -> None:
    """I4, bad input: typed buttons are refused like pressed ones."""
    shen, liu = acknowledged(school)
    for who, words in (("pan", "报办结"), ("jiang", "认领"), ("lin", "又坏了"), ("liu", "核对通过")):
        school.person(who).says(f"{words} {NUMBER}")
        assert school.case(NUMBER).state == Supervision.DOING
    liu.presses("报办结")
    liu.says("好了")
    liu.sends_a_photo()
    shen.presses("核对通过")
    for who in ("liu", "pan", "lin"):
        school.person(who).says(f"又坏了 {NUMBER}")
        assert school.case(NUMBER).state == Supervision.CLOSED


def test_milestones_may_be_given_before_it_is_handed_in(school: Office) -> None:
    """I2: with their dates, in words; one without a date is told of."""
    shen = school.person("shen")
    shen.says(SAID)
    shen.says("改节点")
    shen.says("完成设计")
    assert "没看出日期" in shen.sees.text
    shen.says("11月27日前完成设计；12月2日前完成施工")
    assert "11月27日周五 完成设计；12月2日周三 完成施工" in shen.sees.text
    shen.presses("提交")
    school.person("liu").presses("认领")
    shen.says(NUMBER)
    assert "□ 12月2日周三 完成施工" in shen.sees.text


def test_reminders_to_acknowledge_come_once_for_each_unit(school: Office) -> None:
    """I2, F7: a new person within the unit starts no new count; a new unit does, and the old one's is gone."""
    raised(school)
    liu, pan = school.person("liu"), school.person("pan")
    remind = f"督办 {NUMBER} 还没有认领"
    waits_until(school, "2026-11-25T10:00")
    assert titles(school, "liu").count(remind) == 1
    liu.says(f"换责任人 {NUMBER}")
    liu.says("唐晓梅")
    school.passes(minutes=5)
    assert titles(school, "liu").count(remind) == 1
    liu.says(f"不归我 {NUMBER}")
    answers(liu, "基建处", "早就移交了")
    waits_until(school, "2026-11-25T18:00")
    assert titles(school, "pan").count(remind) == 0
    assert not any("没人认领" in title for title in titles(school, "shen"))
    waits_until(school, "2026-11-27T08:00")
    assert titles(school, "pan").count(remind) == 1
    assert sum("没人认领" in title for title in titles(school, "shen")) == 1
    pan.presses("认领")


def test_the_office_is_reminded_to_check(school: Office) -> None:
    """I4: what lies with the office goes up after its own limit."""
    _, liu = acknowledged(school)
    liu.presses("报办结")
    liu.says("好了")
    liu.sends_a_photo()
    waits_until(school, "2026-11-27T09:00")
    assert f"{NUMBER} 已经等了 2 个工作日" in titles(school, "zhao")


def closed(office: Office) -> tuple[Someone, Someone]:
    """Done with a photo, checked and closed; asked for by 顾明远."""
    shen, liu = acknowledged(office, f"{SAID}，顾明远交办")
    liu.presses("报办结")
    liu.says("全换好了")
    liu.sends_a_photo()
    shen.presses("核对通过")
    return shen, liu


def test_the_leader_hears_when_the_office_opens_it_again(school: Office) -> None:
    """I5: whoever asked for it, as well as the units; who says so is not told by card."""
    shen, liu = closed(school)
    school.passes(days=3)
    shen.presses("又坏了")
    shen.says("又灭了三盏")
    for one in (liu, school.person("gu"), school.person("pan")):
        assert "又灭了三盏" in one.saw("又坏了，已重开").text


def test_what_is_left_is_said_in_working_days(school: Office) -> None:
    """I3: hours only near the end, and nothing like "0 minutes late"."""
    shen, _ = acknowledged(school)
    shen.says(f"进度 {NUMBER}")
    assert "剩 10 个工作日（" in shen.sees.text
    waits_until(school, "2026-12-08T10:00")
    shen.says(f"进度 {NUMBER}")
    assert "小时工作时间（" in shen.sees.text
    waits_until(school, "2026-12-09T08:00")
    assert "刚过期限" in school.person("fang").saw("已转红色").text
    waits_until(school, "2026-12-14T10:00")
    shen.says(f"进度 {NUMBER}")
    assert "超期 4 个工作日" in shen.sees.text
