"""Rights on answers stage by stage: who may change one, who never sees it, and what is told of a change (C4)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.check import problems
from bot.config import OfficeConfig
from flows.approval import Approval
from flows.context import Context
from tests.flows.test_moving import moved
from tests.office import Office, Someone
from tests.service.doors import opened

ROOT = Path(__file__).parents[2]
PRIZE = """
kind   = "approval"
title  = "奖励申报"
series = "Z"
words  = ["申报奖励"]
owner  = "role:印章管理员"
ask = [
  { key = "name",   label = "名称", as = "text",   text = "什么奖？" },
  { key = "amount", label = "金额", as = "number", text = "多少元？", between = [1, 1000000] },
  { key = "reason", label = "理由", as = "text",   text = "为什么？" },
  { key = "file",   label = "附件", as = "files",  text = "附件发来。", optional = true },
]
limits = { respond = "1 工作日" }

[[stage]]
name = "部门负责人"
who  = "head-of:requester"

[[stage]]
name = "法务"
who  = "person:沈洁"
when = { ask = "amount", over = 10000 }
after = ["部门负责人"]
hide = ["reason", "file"]

[[stage]]
name  = "财务"
who   = ["person:唐晓梅", "person:苏婉清"]
after = ["法务"]
edit  = ["amount"]

[[stage]]
name  = "公示"
who   = "person:董怀民"
does  = "handle"
after = ["财务"]
hide  = ["amount", "file"]
"""
NUMBER = "Z-0001"


def applied(office: Office, **answers: object) -> None:
    """李文静 asks for a prize, with a picture."""
    office.goes_by(prize=PRIZE)
    li = office.person("li")
    li.says("申报奖励")
    li.says("教学竞赛奖")
    li.says(str(answers.get("amount", "5000元")))
    li.says("评委一致推荐")
    li.sends_a_photo()
    li.presses("提交")


def people(office: Office, *userids: str) -> list[Someone]:
    return [office.person(userid) for userid in userids]


def test_an_answer_is_changed_from_the_card_and_everybody_is_shown_the_difference(office: Office) -> None:
    """C4, E1, E5: the applicant and who decided before hear of it, who is asked has a new card, the old one decides
    nothing."""
    applied(office)
    li, xu, tang, su = people(office, "li", "xu", "tang", "su")
    xu.presses("同意")
    old = su.cards[-1]
    tang.presses("修改")
    assert tang.sees.buttons == ["金额（现在是 5000）"]
    tang.presses("金额（现在是 5000）")
    tang.says("3000")
    assert office.case(NUMBER).answers["amount"] == "3000"
    assert "原来是「5000」，现在是「3000」" in li.saw("唐晓梅改了金额").text
    assert "您前面办过" in xu.saw("唐晓梅改了金额").text
    assert "唐晓梅改了「金额」：原来是「5000」，现在是「3000」" in su.saw("请您审批").text
    key = next(b["key"] for b in old.content["button_list"] if b["text"] == "同意")
    before = len(office.trail(NUMBER))
    su.forges(str(key), str(old.content["task_id"]))
    assert len(office.trail(NUMBER)) == before
    changed = office.trail(NUMBER)[-1].facts["changed"]
    assert changed == {"ask": "amount", "label": "金额", "was": "5000", "now": "3000"}
    tang.presses("同意")
    su.presses("同意")
    assert office.person("dong").saw("请您办理").buttons[0] == "已办"


def test_it_is_changed_in_one_sentence(school: Office) -> None:
    """C4, B14: with the number or without; whoever may not change it is told, and what does not fit is told."""
    applied(school)
    xu, tang, su = people(school, "xu", "tang", "su")
    xu.says("改 金额 1")
    assert "您这一步不能改" in xu.sees.text
    xu.says("同意 Z-0001")
    tang.says("改 金额 三千")
    assert school.case(NUMBER).answers["amount"] == "3000"
    su.says("修改 Z-0001 金额改成 2800元")
    assert school.case(NUMBER).answers["amount"] == "2800"
    su.says("改 金额 很多")
    assert "请写一个数" in su.sees.text
    su.says("改 金额 2800")
    assert "没有改" in su.sees.text
    su.says("改 理由 没有")
    assert "您这一步不能改" in su.sees.text
    school.person("cao").says("改 Z-0001 金额 1")
    school.person("peng").says("改 Z-0001 金额 1")
    assert "没有您能" in school.person("peng").sees.text
    assert school.case(NUMBER).answers["amount"] == "2800"


def test_a_forged_tap_changes_nothing(school: Office) -> None:
    """C4, F19: the right is looked up at the moment of the change."""
    applied(school)
    xu, tang = people(school, "xu", "tang")
    xu.presses("同意")
    card = tang.cards[-1]
    key = next(str(b["key"]) for b in card.content["button_list"] if b["text"] == "修改")
    xu.forges(key, str(card.content["task_id"]))
    assert "改哪一项" not in xu.sees.text
    tang.presses("同意")
    tang.forges(key, str(card.content["task_id"]))
    assert "改哪一项" not in tang.sees.text


def test_a_change_calls_in_who_is_needed_now(school: Office) -> None:
    """C4, D12: legal affairs had been left out; it comes back to finance afterwards."""
    applied(school)
    xu, tang, shen = people(school, "xu", "tang", "shen")
    xu.presses("同意")
    tang.says("改 金额 20000")
    assert tang.cards == []
    shen.presses("同意")
    tang.presses("同意")
    assert school.person("su").cards


def _texts(one: Someone) -> str:
    return "\n".join(seen.text for seen in one.all)


def test_what_a_stage_hides_never_reaches_its_people(office: Office) -> None:
    """C4: not on cards, in answers about progress, on pages, in files, in what others were shown or changed."""
    applied(office, amount="20000元")
    xu, shen, tang, su, dong = people(office, "xu", "shen", "tang", "su", "dong")
    xu.presses("同意")
    shen.says("进度 Z-0001")
    shen.says("我的")
    page = opened(office, f"/workbench/cases/{NUMBER}", of="shen").text
    for words in (_texts(shen), page):
        assert "20000" in words
        assert "评委" not in words
    assert "/workbench/files/" not in page
    assert not [item for item in shen.items if item.kind == "image"]
    shen.presses("同意")
    tang.says("改 金额 4567")
    tang.presses("同意")
    su.presses("同意")
    dong.says("进度 Z-0001")
    dong.says("留言 Z-0001 什么时候要")
    page = opened(office, f"/workbench/cases/{NUMBER}", of="dong").text
    for words in (_texts(dong), page):
        assert "评委" in words
        assert "20000" not in words
        assert "4567" not in words
    assert opened(office, "/workbench/files/1", of="dong").status == 404
    assert opened(office, "/workbench/files/1", of="xu").status == 200
    assert "4567" in opened(office, f"/workbench/cases/{NUMBER}", of="xu").text


def test_who_comes_into_a_stage_sees_no_more_than_it_does(school: Office) -> None:
    """C4, D3, D10: by transfer, as somebody brought in, or as the successor of who has left."""
    applied(school, amount="20000元")
    xu, shen, cao, peng = people(school, "xu", "shen", "cao", "peng")
    xu.presses("同意")
    shen.says("加签 Z-0001")
    shen.presses("曹亮")
    shen.presses("先于我")
    shen.presses("跳过")
    cao.says("进度 Z-0001")
    cao.says("同意 Z-0001")
    shen.says("转交 Z-0001 彭悦")
    shen.presses("跳过")
    peng.says("进度 Z-0001")
    for one in (cao, peng, shen):
        assert "20000" in _texts(one)
        assert "评委" not in _texts(one)


def test_what_is_hidden_stays_so_in_another_version(school: Office) -> None:
    """C4, C9: under the stage's new name, and for those of a stage that is gone."""
    applied(school, amount="20000元")
    xu, shen = people(school, "xu", "shen")
    xu.presses("同意")
    renamed = PRIZE.replace('name = "法务"', 'name = "法制"\nwas  = "法务"').replace('["法务"]', '["法制"]')
    school.writes(prize=renamed)
    school.rereads()
    assert moved(school, name="prize")
    shen.says("进度 Z-0001")
    assert "法制" in shen.sees.text
    gone = PRIZE.replace('name = "法务"', 'name = "审计"').replace('["法务"]', '["审计"]').replace("沈洁", "董怀民")
    school.writes(prize=gone)
    school.rereads()
    assert moved(school, name="prize")
    shen.says("进度 Z-0001")
    assert "审计" in shen.sees.text
    assert "评委" not in _texts(shen)


def test_a_change_of_what_is_hidden_is_not_told(school: Office) -> None:
    """C4: nor by a new card."""
    parallel = PRIZE.replace('after = ["财务"]\nhide', 'after = ["法务"]\nhide')
    school.goes_by(prize=parallel)
    li = school.person("li")
    for words in ("申报奖励", "教学竞赛奖", "5000", "评委一致推荐"):
        li.says(words)
    li.presses("跳过")
    li.presses("提交")
    school.person("xu").presses("同意")
    dong = school.person("dong")
    count = len(dong.items)
    school.person("tang").says("改 金额 3000")
    assert len(dong.items) == count
    dong.presses("已办")
    assert school.case(NUMBER).state == Approval.RUNNING


def test_a_question_is_only_asked_where_an_earlier_answer_is_so(school: Office) -> None:
    """C4: conditions between fields; changing the earlier one takes the later one with it."""
    li = school.person("li")
    for words in ("申请发文", "通知", "急件"):
        li.says(words)
    assert "为什么要加急" in li.sees.text
    li.says("明天要报到省里")
    li.says("关于放假的通知")
    li.says("各部门")
    li.sends_a_photo()
    assert "明天要报到省里" in li.sees.text
    li.says("改 缓急")
    li.presses("平件")
    assert "明天要报到省里" not in li.sees.text
    li.presses("提交")
    assert "hurry" not in school.case("DOC-0001").answers


def started(office: Office, matter: str, userid: str = "li", **answers: object) -> str:
    """A request handed in as a form would; returns its number."""
    rules = office.service.rules
    found = rules.catalogue.get(matter)
    assert found is not None
    with office.service.storage.work() as work:
        person = work.people.by_account("wecom", userid)
        assert person is not None
        ctx = Context(office.clock.now(), person, found, rules, work, rules.flows["approval"])
        number = rules.flows["approval"].start(answers, ctx).number
    office.settles()
    return number


def test_the_worked_example_of_the_manual_is_a_matter_that_works(school: Office) -> None:
    """C4, C6, C11: as it stands in docs/writing-a-matter.md, from the first word to its end."""
    page = (ROOT / "docs" / "writing-a-matter.md").read_text("utf-8")
    source = page.split("### A worked example")[1].split("```toml\n")[1].split("```")[0]
    (school.folder / "own" / "matters").mkdir(parents=True)
    (school.folder / "own" / "matters" / "loan.toml").write_text(source, "utf-8")
    config = replace(school.config(), office=OfficeConfig(catalogue=school.folder / "own"))
    assert [one for one in problems(config) if "loan" in one] == []
    school.goes_by(loan=source)
    li, xu, zhao, tang = people(school, "li", "xu", "zhao", "tang")
    for words in ("借用设备", "投影 2 台", "3000", "明天上午9点到11点", "课程答辩", "带出校", "市科技馆"):
        li.says(words)
    assert "要多经「临时借用」同意" in li.sees.text
    li.presses("提交")
    xu.presses("同意")
    zhao.presses("同意")
    tang.says("改 押金 2000")
    assert "原来是「3000」，现在是「2000」" in li.saw("改了押金").text
    tang.presses("同意")
    assert tang.saw("请您办理").title == "LN-0001 借用设备：请您办理"
    tang.presses("已办")
    assert school.case("LN-0001").state == Approval.GRANTED
