"""用印: a request through its stages, by chat and card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flows.approval import Approval
from flows.context import Context
from storage.records import Deputy
from tests.office import Office, Someone

NUMBER = "S-0001"


def on_leave(office: Office, userid: str, deputy: str, days: int = 5) -> None:
    """Somebody is away, and somebody else stands in."""
    now = office.clock.now()
    with office.service.storage.work() as work:
        ids = [office.known(work, one).id for one in (userid, deputy)]
        work.deputies.name(Deputy(ids[0], ids[1], now - timedelta(hours=1), now + timedelta(days=days)))


def apply(office: Office, userid: str = "li", **answers: object) -> str:
    """Somebody hands in a request for a seal, as the form would; returns the number."""
    given = {"kind": "contract", "document": "校企合作协议", "copies": "25", "file": (), **answers}
    return hand_in(office, "seal", userid, given)


def hand_in(office: Office, name: str, userid: str, given: Mapping[str, object]) -> str:
    """Somebody hands in any request."""
    rules = office.service.rules
    matter = rules.catalogue.get(name)
    assert matter is not None
    with office.service.storage.work() as work:
        person = office.known(work, userid)
        flow = rules.flows["approval"]
        number = flow.start(given, Context(office.clock.now(), person, matter, rules, work, flow)).number
    office.settles()
    return number


def people(office: Office, *userids: str) -> list[Someone]:
    return [office.person(userid) for userid in userids]


def test_the_story_of_a_seal(office: Office) -> None:
    """D1, D2, D4, D5, D9, D12, C5, C6, E1, E3, K5's way there: the whole story of the issue, up to the stamp."""
    li, xu, peng, shen, dong, jiang, tang, cao = people(
        office, "li", "xu", "peng", "shen", "dong", "jiang", "tang", "cao"
    )
    gu, fang, zhong, zhao = people(office, "gu", "fang", "zhong", "zhao")
    on_leave(office, "xu", "peng")
    li.says("用印")
    li.presses("合同、协议")
    li.says("校企合作协议")
    li.says("一共25份")
    li.sends_a_photo()
    li.presses("提交")
    assert li.sees.title == "已收到，单号 S-0001"
    assert "→ 部门负责人：等彭悦（代徐志宏），从 11月24日周二 10:05 起" in li.sees.text
    assert "○ 盖章：还没到" in li.sees.text

    assert peng.saw("请您审批").buttons == ["同意", "不同意", "退回", "更多"]
    assert "徐志宏休假，由您代办，两个名字都会记下" in peng.saw("请您审批").text
    assert xu.sees.title == "S-0001 用印申请由彭悦代您办"
    peng.presses("同意")
    assert peng.saw("请您审批").closing == "彭悦 已同意 · 11月24日周二 10:05"
    assert "✓ 部门负责人：彭悦（代徐志宏）" in li.sees.text

    for one in (shen, dong, jiang):
        assert "一位办了就行" in one.saw("请您审批").text
    dong.presses("更多")
    dong.presses("加签")
    dong.says("苏婉清")
    dong.presses("先于我")
    dong.presses("跳过")
    su = office.person("su")
    assert dong.cards == []
    assert "董怀民请您先签" in su.saw("请您审批").text
    su.presses("同意")
    dong.presses("同意")
    assert shen.cards == []
    assert shen.saw("请您审批").closing == "董怀民 已同意 · 11月24日周二 10:05"

    tang.presses("退回")
    tang.presses("申请人")
    tang.presses("改好直接回到我")
    tang.says("第三页没有附上")
    assert li.sees.title == "S-0001 用印申请：请您补充"
    assert "唐晓梅在「财务审核」退回：第三页没有附上" in li.sees.text
    li.presses("补充好了")
    li.says("补了第三页")
    li.sends_a_photo()
    assert "林小雨" not in tang.saw("请您审批").text
    assert "李文静补充了：补了第三页" in tang.saw("请您审批").text
    assert shen.cards == dong.cards == peng.cards == []
    tang.presses("同意")

    for one in (gu, fang, zhong):
        assert "共 3 位，同意达到 2/3 就通过" in one.saw("请您审批").text
    fang.presses("不同意")
    fang.presses("没有必要")
    assert office.case(NUMBER).state == Approval.RUNNING
    gu.presses("同意")
    assert zhong.saw("请您审批").buttons[0] == "同意"
    zhong.presses("同意")
    assert gu.cards == fang.cards == zhong.cards == []

    assert cao.saw("请您办理").buttons == ["已办", "退回", "更多"]
    cao.presses("已办")
    assert office.case(NUMBER).state == Approval.GRANTED
    assert li.sees.title == "S-0001 用印申请：已办结"
    assert zhao.items == []
    words = [entry.verb for entry in office.trail(NUMBER)]
    assert words == [
        "open", "agree", "add", "agree", "agree", "send_back", "supplement", "agree", "refuse", "agree", "agree",
        "done",
    ]  # fmt: skip


def test_legal_affairs_are_left_out_of_a_few_copies(school: Office) -> None:
    """D12: and finance and the leaders out of what is no contract."""
    apply(school, kind="letter", copies="2")
    school.person("xu").presses("同意")
    assert school.person("shen").items == school.person("tang").items == school.person("gu").items == []
    assert school.person("cao").sees.buttons == ["已办", "退回", "更多"]
    assert "－ 法务审核：这次不用" in school.person("li").sees.text


def test_typed_words_do_the_same_as_buttons(school: Office) -> None:
    """B14, E2, F20: by word and number; somebody else's word changes nothing."""
    apply(school)
    xu, su, li = people(school, "xu", "su", "li")
    su.says("同意 S-0001")
    assert "没有您能办的" in su.sees.text
    li.says("同意 S-0001")
    assert "这一步不归您办" in li.sees.text
    xu.says("同意 S-0001")
    assert len(school.trail(NUMBER)) == 2
    xu.says("同意 S-0001")
    assert "徐志宏 在 11月24日周二 10:05 同意" in xu.sees.text
    assert len(school.trail(NUMBER)) == 2
    school.person("jiang").says("不同意 S-0001 材料不全")
    assert school.case(NUMBER).state == Approval.REFUSED
    assert "原因：材料不全" in li.sees.text
    assert school.person("shen").cards == []


def test_an_old_card_decides_no_new_round(school: Office) -> None:
    """F23, D6: after a return everybody has a new card, and the old one is told so."""
    apply(school, kind="letter", copies="2")
    xu, cao = people(school, "xu", "cao")
    old = xu.cards[-1]
    key = next(b["key"] for b in old.content["button_list"] if b["text"] == "同意")
    xu.presses("同意")
    cao.presses("退回")
    cao.presses("部门负责人")
    cao.presses("从那里重新走一遍")
    cao.presses("内容有误")
    assert "曹亮退回：内容有误" in xu.sees.text
    xu.forges(key, str(old.content["task_id"]))
    assert school.trail(NUMBER)[-1].verb == "send_back"
    xu.presses("同意")
    assert cao.sees.buttons == ["已办", "退回", "更多"]


def test_what_was_shown_is_kept_with_its_hash(school: Office) -> None:
    """E8: it can be shown again, on the case's page."""
    apply(school)
    school.person("xu").presses("同意")
    entry = school.trail(NUMBER)[-1]
    saw = entry.facts["saw"]
    assert isinstance(saw, dict)
    with school.service.storage.work() as work:
        work.shown.prune(school.clock.now() + timedelta(days=400), school.clock.now() + timedelta(days=400))
        card = work.shown.many([int(saw["card"])])[int(saw["card"])]
    assert "校企合作协议" in card.content
    assert len(str(saw["hash"])) == 64


def test_a_transfer_moves_the_turn_and_its_card(school: Office) -> None:
    """D3, E5: the giver's card is closed, the taker's says from whom."""
    apply(school)
    xu, su = people(school, "xu", "su")
    xu.says("转交 S-0001 苏婉清")
    xu.says("我出差")
    assert xu.cards == []
    assert "徐志宏转交给您：我出差" in su.sees.text
    su.presses("同意")
    assert "苏婉清（代徐志宏）" in school.person("li").sees.text


def test_an_opinion_comes_back_to_the_giver(school: Office) -> None:
    """D3: delegation with return."""
    apply(school)
    xu, su = people(school, "xu", "su")
    xu.says("委派 S-0001 苏婉清")
    xu.presses("跳过")
    assert xu.cards == []
    assert su.sees.buttons == ["给意见", "更多"]
    su.presses("给意见")
    su.says("可以，注意违约条款")
    assert "苏婉清 的意见：可以，注意违约条款" in xu.sees.text
    xu.presses("同意")
    assert school.person("shen").cards


def test_withdrawn_at_once_and_by_consent(school: Office) -> None:
    """D7, E5: before the first decision at once, then those who decided are asked."""
    apply(school)
    li, xu = people(school, "li", "xu")
    li.presses("撤回")
    assert school.case(NUMBER).state == Approval.WITHDRAWN
    assert xu.cards == []
    apply(school)
    xu.presses("同意")
    li.presses("撤回")
    assert school.case("S-0002").state == Approval.RUNNING
    assert xu.sees.title == "S-0002 用印申请：李文静想撤回"
    xu.presses("同意撤回")
    assert school.case("S-0002").state == Approval.WITHDRAWN
    assert school.person("shen").cards == []


def test_urging_reaches_whose_turn_it_is_and_is_limited(school: Office) -> None:
    """D14: nothing moves; the second time it is said from when on."""
    apply(school)
    li, xu = people(school, "li", "xu")
    li.presses("催办")
    assert xu.sees.title == "S-0001 用印申请：申请人催办"
    assert xu.sees.buttons == ["同意", "不同意", "退回", "更多"]
    school.passes(minutes=1)
    li.presses("催办")
    assert "刚催过，11月24日周二 14:05 以后可以再催" in li.sees.text
    school.person("xu").presses("同意")
    assert all("催办" not in one.buttons for one in (school.person("xu").all))


def test_a_comment_moves_nothing(school: Office) -> None:
    """D14."""
    apply(school)
    li, xu = people(school, "li", "xu")
    li.says("留言 S-0001 对方周五前要")
    assert xu.sees.title == "S-0001 李文静留言"
    assert school.case(NUMBER).version == 1


def test_silence_reminds_twice_and_goes_to_the_superior(school: Office) -> None:
    """D13, F24's clock: armed by the trail, told as time's own doing."""
    apply(school)
    xu, gu = people(school, "xu", "gu")
    school.passes(hours=9)
    assert xu.sees.title == "S-0001 用印申请：还在等您"
    school.passes(hours=37)
    assert xu.saw("请您审批").closing.startswith("到时没有办，已转给别人")
    assert xu.cards == []
    assert gu.sees.title == "S-0001 用印申请：请您审批"
    assert [entry.verb for entry in school.trail(NUMBER)] == ["open", "remind", "remind", "lapse_move"]


def test_somebody_who_left_is_followed_by_their_successor(school: Office) -> None:
    """D10, F24: open turns, in the stage they were of."""
    apply(school)
    li = school.person("li")
    school.person("xu").presses("同意")
    school.act(lambda box: box.delete_user("shen"))
    zhao = school.person("zhao")
    assert zhao.sees.buttons[:2] == ["同意", "不同意"]
    zhao.presses("同意")
    assert "赵国栋（代沈洁）" in li.sees.text


def test_nobody_decides_about_their_own_request(school: Office) -> None:
    """F21, D11: the head's own request goes to whoever is above."""
    apply(school, "xu")
    gu, xu = people(school, "gu", "xu")
    assert "徐志宏不能批自己的申请" in gu.sees.text
    assert "同意" not in [button for seen in xu.all for button in seen.buttons]


def test_an_administrator_can_stop_jump_and_enter_paper(school: Office) -> None:
    """D17: each with a reason; a word on paper is marked."""
    apply(school)
    zhao, li, cao = people(school, "zhao", "li", "cao")
    cao.says("补录 S-0001")
    cao.presses("部门负责人 徐志宏")
    cao.says("2026-11-20")
    cao.says("纸质审批单已归档")
    assert school.person("xu").cards == []
    shen = school.person("shen")
    assert "徐志宏 2026-11-20 在纸上同意" in shen.sees.text
    zhao.says("跳到 S-0001")
    zhao.presses("盖章")
    zhao.says("校长已电话同意")
    assert cao.sees.buttons == ["已办", "退回", "更多"]
    assert shen.cards == []
    zhao.says("终止 S-0001 协议作废")
    assert school.case(NUMBER).state == Approval.STOPPED
    assert "原因：协议作废" in li.sees.text


def test_an_answer_is_put_right_and_calls_in_who_is_needed(school: Office) -> None:
    """C5, D12: more copies, and legal affairs are asked although it goes straight back."""
    apply(school, copies="3")
    xu, tang, li, shen = people(school, "xu", "tang", "li", "shen")
    xu.presses("同意")
    assert shen.items == []
    tang.says("退回 S-0001")
    tang.presses("申请人")
    tang.presses("改好直接回到我")
    tang.presses("内容有误")
    li.presses("改内容")
    li.presses("份数")
    li.says("30")
    assert "原来是「3」，现在是「30」" in li.sees.text
    li.presses("补充好了")
    li.says("份数改了")
    li.presses("跳过")
    assert shen.sees.buttons[0] == "同意"
    assert tang.cards == []
    shen.presses("同意")
    assert tang.sees.buttons[0] == "同意"


def test_a_word_is_taken_back(school: Office) -> None:
    """D8: while nobody after has acted."""
    apply(school)
    xu, shen = people(school, "xu", "shen")
    xu.presses("同意")
    xu.says("拿回 S-0001")
    assert shen.cards == []
    assert xu.sees.buttons[0] == "同意"


def test_a_deputy_is_named_in_the_chat(school: Office) -> None:
    """D9: who stands in is told, new turns are theirs, and on the last day it ends by itself."""
    xu, peng = people(school, "xu", "peng")
    xu.says("请人代办")
    xu.says("徐志宏")
    assert "没有找到「徐志宏」" in xu.sees.text
    xu.says("彭悦")
    xu.says("今天到周五")
    xu.presses("提交")
    assert xu.sees.title == "D-0001 已请彭悦代办"
    assert peng.sees.title == "徐志宏请您代办"
    apply(school)
    assert peng.sees.buttons[0] == "同意"
    school.passes(days=4)
    assert peng.saw("代办结束").title == "D-0001 代办结束"
    apply(school)
    assert xu.sees.title == "S-0002 用印申请：请您审批"


def test_who_comes_back_early_is_asked_again(school: Office) -> None:
    """D9: from then on."""
    xu = school.person("xu")
    for said in ("请人代办", "彭悦", "今天到周五", "提交", "提前回来"):
        xu.says(said)
    apply(school)
    assert xu.sees.title == "S-0001 用印申请：请您审批"
    assert "彭悦" not in xu.sees.text
