"""Dispatching like a good foreman: offers with their reasons, refusals, silence, and the dispatcher's last word."""

from __future__ import annotations

from datetime import timedelta

from flows.repair import Repair
from storage.records import Duty
from tests.flows.reports import report, verbs
from tests.office import Office


def on_duty(office: Office, *userids: str) -> None:
    """Only these are on the roster now."""
    now = office.clock.now()
    spans = timedelta(hours=8)
    with office.service.storage.work() as work:
        duties = [Duty(office.known(work, userid).id, now - spans, now + spans) for userid in userids]
        work.duties.replace(duties, now - timedelta(days=1), now + timedelta(days=1))


def test_an_urgent_job_is_one_person_s_and_the_card_says_why(office: Office) -> None:
    """G3, G5, G10: idle, skilled, on duty; the reasons are on the card and in the trail."""
    on_duty(office, "wu", "zheng")
    report(office)
    office.person("wu").presses("接单")
    report(office, "chen", "插座打火", urgency="urgent")
    zheng = office.person("zheng")
    assert zheng.sees.title == "新报修 R-0002"
    assert "派给您，因为：本片区的、是电工、在班、手上最少" in zheng.sees.text
    assert office.person("wu").saw("归您修").title == "R-0001 归您修"
    offer = office.trail("R-0002")[1]
    assert (offer.verb, offer.facts["mode"]) == ("offer", "one")
    assert offer.facts["considered"] == 7


def test_a_refusal_passes_it_on_and_silence_too_until_the_dispatcher_is_called(office: Office) -> None:
    """G5: he refuses with a reason, nobody answers in time, the dispatcher sees the candidates and why."""
    wu, zhou = office.person("wu"), office.person("zhou")
    on_duty(office, "wu", "zheng", "sun")
    report(office, urgency="urgent")
    sun = office.person("sun")
    assert sun.sees.buttons == ["接单", "拒单"]
    sun.presses("拒单")
    assert sun.sees.buttons[:2] == ["手上忙不开", "不会修这个"]
    sun.presses("手上忙不开")
    assert sun.cards == []
    assert wu.sees.title == "新报修 R-0001"
    assert "上一位没接\n手上忙不开" in wu.sees.text
    office.passes(minutes=10)
    assert wu.saw("新报修").closing.startswith("没有应答，已转给下一位")
    assert office.person("zheng").sees.title == "新报修 R-0001"
    office.passes(minutes=10)
    assert zhou.sees.title == "R-0001 没有派出去，请您派单"
    assert "孙立新（不派）" in zhou.sees.text
    assert "拒过单" in zhou.sees.text
    assert "没应答" in zhou.sees.text
    assert verbs(office) == ["open", "offer", "decline", "offer", "pass_on", "offer", "pass_on", "call"]
    zhou.presses("派单")
    zhou.presses("吴建国")
    zhou.says("他答应了")
    assert wu.sees.title == "新报修 R-0001"
    assert "他答应了" in wu.sees.text
    wu.presses("接单")
    assert office.case().state == Repair.TAKEN


def test_a_licence_holds_for_the_rules_and_for_the_dispatcher(office: Office) -> None:
    """G4: high voltage goes to who may, wherever from; nobody else can be chosen by hand either."""
    report(office, fault="配电箱冒烟")
    wu, zhou = office.person("wu"), office.person("zhou")
    assert "有高压电工证" in wu.sees.text
    assert office.person("zheng").items == office.person("sun").items == []
    zhou.says("派单 R-0001")
    assert zhou.sees.buttons == ["吴建国", "何大力"]
    zhou.says("郑国强")
    assert "请从这几个里选" in zhou.sees.text
    zhou.says("何大力")
    zhou.says("跳过")
    assert wu.cards == []
    assert office.person("he").sees.title == "新报修 R-0001"


def test_the_dispatcher_takes_a_job_out_of_somebody_s_hands(office: Office) -> None:
    """G10: the override at any time; who had it, and the reporter, are told."""
    report(office)
    wu, zhou, lin = office.person("wu"), office.person("zhou"), office.person("lin")
    wu.presses("接单")
    for said in ("派单 R-0001", "郑国强", "离得近"):
        zhou.says(said)
    assert wu.sees.title == "R-0001 改派给别人了"
    assert "离得近" in wu.sees.text
    assert wu.cards == []
    office.person("zheng").presses("接单")
    assert "郑国强" in lin.sees.text


def test_what_the_dispatcher_gave_comes_back_to_the_dispatcher(school: Office) -> None:
    """G5: no answer to an override is not passed on behind the dispatcher's back."""
    report(school)
    zhou = school.person("zhou")
    for said in ("派单 R-0001", "郑国强", "跳过"):
        zhou.says(said)
    school.passes(minutes=10)
    assert zhou.sees.title == "R-0001 没有派出去，请您派单"
    assert school.case().state == Repair.REPORTED


def test_a_refusal_leaves_the_others_of_the_crew_their_cards(school: Office) -> None:
    """G5, E5: only the one who refused has no card any more, and the reporter can still withdraw."""
    report(school)
    wu, zheng, lin = (school.person(userid) for userid in ("wu", "zheng", "lin"))
    zheng.presses("拒单")
    zheng.presses("今天不在")
    assert zheng.cards == []
    assert wu.sees.buttons == ["接单", "拒单"]
    assert lin.sees.buttons == ["撤回"]
    school.passes(hours=1)
    assert wu.sees.title == "R-0001 还没有人接单"
    assert zheng.sees.title != "R-0001 还没有人接单"
    school.passes(hours=1)
    assert school.person("zhou").sees.title == "R-0001 超过 2 小时没人接单"
    lin.presses("撤回")
    assert wu.cards == []


def test_when_all_refuse_the_dispatcher_is_called_at_once(school: Office) -> None:
    """G5, D11: it does not wait for a limit."""
    report(school)
    for userid in ("sun", "wu", "zheng"):
        school.person(userid).presses("拒单")
        school.person(userid).presses("手上忙不开")
    assert school.person("zhou").sees.title == "R-0001 没有派出去，请您派单"
    assert school.person("qian").items == []


def test_the_roster_says_who_is_asked(school: Office) -> None:
    """G3: who is off duty gets no card; without any roster everybody is on duty."""
    on_duty(school, "wu")
    report(school)
    assert school.person("zheng").items == []
    assert "在班" in school.person("wu").sees.text


def test_a_time_is_arranged_and_the_reporter_told(school: Office) -> None:
    """G5: the arrival time by card."""
    report(school)
    wu, lin = school.person("wu"), school.person("lin")
    wu.presses("接单")
    wu.presses("约时间")
    wu.says("明天下午三点")
    assert lin.sees.title == "R-0001 约好时间了"
    assert "11月25日周三 15:00" in lin.sees.text
    school.passes(days=2)
    assert wu.sees.title == "R-0001 接单后还没有修好"


def test_who_takes_a_job_hears_of_others_in_the_same_building(school: Office) -> None:
    """G7: off peak small jobs are merged into one trip."""
    report(school)
    report(school, "chen", "插座松了")
    report(school, "chen", "插座松了", at="t1")
    wu = school.person("wu")
    wu.says("接单 R-0001")
    nearby = [seen.title for seen in wu.all if "顺路" in seen.title]
    assert nearby == ["顺路：R-0002 也在这栋楼"]
    assert wu.sees.buttons == ["接单", "拒单"]


def test_a_repair_is_finished_with_a_picture(school: Office) -> None:
    """G9: it cannot be skipped."""
    report(school)
    wu = school.person("wu")
    wu.presses("接单")
    for said in ("修好了", "换了灯管", "跳过", "跳过"):
        wu.says(said)
    assert "「照片」是必填的" in wu.sees.text
    wu.sends_a_photo()
    assert school.case().state == Repair.FIXED
