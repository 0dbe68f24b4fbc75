"""The rules read again while the service runs: all of them or none, and what becomes of what is under way (C9)."""

from __future__ import annotations

import pytest

from flows.approval import Approval
from flows.catalogue import SHIPPED, Misfiled
from tests.flows.test_approval import apply, hand_in
from tests.handlers.talk import tells
from tests.office import Office, Someone
from tests.service.doors import metric, opened, ready

SEAL = (SHIPPED / "seal.toml").read_text("utf-8")
LEAVE = (SHIPPED / "leave.toml").read_text("utf-8")
NEW = SEAL.replace('title  = "用印申请"', 'title  = "盖章申请"').replace("用印文件的名称是？", "哪份文件？")
BROKEN = SEAL.replace("\n[[stage]]", "\n[[stage", 1)
WAY = (("xu", "同意"), ("shen", "同意"), ("tang", "同意"), ("gu", "同意"), ("fang", "同意"), ("cao", "已办"))
"""Who decides about a contract in more than 20 copies, up to the stamp."""


def bodies(person: Someone, title: str) -> list[str]:
    """What cards of that title said."""
    return [seen.text for seen in person.all if title in seen.text]


def goes_to_its_end(office: Office, number: str) -> None:
    """Everybody who is asked by the rules a request began under says yes."""
    for userid, button in WAY:
        office.person(userid).presses(button)
    assert office.case(number).state == Approval.GRANTED


def running(office: Office) -> Office:
    """A school of its own files, told of once what it began with."""
    office.goes_by(seal=SEAL)
    office.passes(seconds=1)
    return office


def test_what_is_written_is_in_force_once_it_is_read(school: Office) -> None:
    """C9: not before, also of words that nobody has said yet; a request under way ends by the rules it began under."""
    office, li = running(school), school.person("li")
    number = apply(office)
    folder = office.writes(seal=NEW)
    (folder / "zh_CN").mkdir()
    (folder / "zh_CN" / "labels.toml").write_text('[talk]\nnothing_open = "什么也没开"\n', "utf-8")
    tells(li, "取消", "用印申请")
    assert not any("什么也没开" in seen.text for seen in li.all)
    assert "盖在什么上面" in li.sees.text
    li.says("取消")
    office.rereads()
    tells(li, "取消", "盖章申请", "合同")
    assert any("什么也没开" in seen.text for seen in li.all)
    assert "哪份文件" in li.sees.text
    goes_to_its_end(office, number)
    assert office.person("cao").saw("盖章").title.startswith(f"{number} 用印申请")


def test_the_office_hears_once_that_cases_go_by_the_older_version(school: Office) -> None:
    """C9: how many there are, and how to move them; not again after a restart, nor without any."""
    office, zhou = running(school), school.person("zhou")
    apply(office)
    office.writes(seal=NEW)
    office.rereads()
    office.rereads()
    office.restarts()
    office.passes(seconds=1)
    [told] = bodies(zhou, "事项有了新版")
    assert "盖章申请：在办的 1 件仍按开始时的办完" in told
    assert "xiaoban move seal" in told
    office.writes(leave=LEAVE.replace('title  = "教职工请假"', 'title  = "请假"'))
    office.rereads()
    assert len(bodies(zhou, "事项有了新版")) == 2


BAD = {
    "toml": ("matters/seal.toml", BROKEN, "seal.toml", "不是正确的 TOML"),
    "stage": ("matters/seal.toml", SEAL.replace('who    = "head-of', 'whoo   = "head-of'), "seal.toml:", "「who」"),
    "flow": ("matters/seal.toml", SEAL.replace('"approval"', '"aproval"', 1), "seal.toml", "没有「aproval」这种流程"),
    "shape": ("matters/seal.toml", 'kind = "approval"\nask = ["x"]', "seal.toml", "写法不对"),
    "labels": ("zh_CN/labels.toml", "[talk]\n=", "zh_CN/labels.toml", "at line 2"),
    "notice": ("zh_CN/approval/asked.md", "{{ numbr }}", "approval/asked.md", "numbr"),
    "syntax": ("zh_CN/approval/asked.md", "一\n{% if %}", "approval/asked.md", "at line 2"),
    "plan": ("plans/gas.toml", "title = ", "plans/gas.toml", "不是正确的 TOML"),
    "places": ("places.toml", "[[area]", "places.toml", "不是正确的 TOML"),
    "dispatch": ("dispatch/repair.toml", "[kindz]", "dispatch/repair.toml", "kinds"),
}


@pytest.mark.parametrize("bad", BAD)
def test_one_bad_file_leaves_everything_in_force(school: Office, bad: str) -> None:
    """C9, bad input: told with file and remedy in the log, in the chat once, and on /readyz without going 503."""
    name, words, file, why = BAD[bad]
    office, zhou = running(school), school.person("zhou")
    before = office.service.rules
    folder = office.writes(leave=LEAVE.replace('title  = "教职工请假"', 'title  = "请假"'))
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, "utf-8")
    for _ in range(2):
        office.rereads()
    assert office.service.rules is before
    assert metric(office, "rules_read", "refused") == 2
    [told] = bodies(zhou, "规则没有读进来")
    assert file in told
    assert why in told
    page = ready(office)
    assert page.status == 200
    assert '"rules: ' in page.text
    path.unlink()
    office.writes(seal=NEW)
    office.rereads()
    assert office.service.rules is not before
    assert "规则已经读进来了" in zhou.sees.text
    assert '"rules: ' not in ready(office).text


def test_a_file_in_another_encoding_is_told_of(school: Office) -> None:
    """C9, bad input: as an editor set to GBK leaves it."""
    office = running(school)
    (office.folder / "own" / "matters" / "seal.toml").write_bytes(NEW.encode("gbk"))
    office.rereads()
    assert "不是 UTF-8 编码。请用编辑器另存为 UTF-8" in office.person("zhou").sees.text


def test_the_workbench_says_what_was_refused(school: Office) -> None:
    """C9: where those who run it look."""
    office = running(school)
    office.writes(seal=BROKEN)
    office.rereads()
    assert "seal.toml：不是正确的 TOML" in opened(office, "/workbench/running", of="zhou").text


VISIT = SEAL.replace('"用印", ', "").replace('series = "S"', 'series = "VI"').replace("用印申请", "来访用印")


@pytest.mark.parametrize("after", ["changed", "removed", "unreadable"])
def test_cases_go_on_whatever_becomes_of_their_file(office: Office, after: str) -> None:
    """C9, bad input: also after a restart; one that cannot be read goes on by the version kept, and that is told."""
    office.goes_by(visit=VISIT)
    given = {"kind": "contract", "document": "校企合作协议", "copies": "25", "file": ()}
    number = hand_in(office, "visit", "li", given)
    path = office.folder / "own" / "matters" / "visit.toml"
    if after == "removed":
        path.unlink()
    else:
        path.write_text(VISIT.replace("部门负责人", "部门") if after == "changed" else BROKEN, "utf-8")
    office.restarts()
    office.passes(seconds=1)
    told = bodies(office.person("zhou"), "规则没有读进来")
    assert ["visit.toml" in one for one in told] == ([True] if after == "unreadable" else [])
    goes_to_its_end(office, number)
    assert (office.service.rules.catalogue.get("visit") is None) == (after == "removed")


def test_without_a_version_kept_nothing_starts(school: Office) -> None:
    """C9, bad input: whoever has just written their first file hears of it before anybody else does."""
    with pytest.raises(Misfiled):
        school.goes_by(visit=BROKEN)
    school.goes_by(visit=VISIT)


def test_a_form_under_way_follows_the_questions_that_are_asked_now(school: Office) -> None:
    """C9, bad input: a question that is gone is not asked, one that is new is, and what was answered stays."""
    office, li = running(school), school.person("li")
    tells(li, "用印申请", "合同")
    assert "文件的名称" in li.sees.text
    fewer = SEAL.replace('{ key = "document", ', '{ key = "name", ').replace("用印文件的名称是？", "叫什么？")
    office.writes(seal=fewer)
    office.rereads()
    tells(li, "校企合作协议", "25份")
    assert "发给我" in li.sees.text
    li.sends_a_photo()
    li.presses("提交")
    assert office.case("S-0001").answers["name"] == "校企合作协议"
    assert office.case("S-0001").answers["kind"] == "contract"


def test_a_form_whose_matter_is_gone_is_told_to_be(school: Office) -> None:
    """C9, bad input: in one sentence, at the next word."""
    school.goes_by(visit=VISIT)
    li = school.person("li")
    tells(li, "来访用印", "合同")
    (school.folder / "own" / "matters" / "visit.toml").unlink()
    school.rereads()
    li.says("校企合作协议")
    assert "那张表已经结束了" in li.sees.text


RETIRED = SEAL.replace('title  = "用印申请"', 'retired = true\ntitle = "用印申请"')


def test_a_retired_matter_is_not_begun_and_its_cases_go_on(school: Office) -> None:
    """C9, design 7: not by words, menu, an old card or a form put aside; what is under way comes to its end."""
    office, li = running(school), school.person("li")
    number = apply(office)
    office.writes(seal=RETIRED)
    office.rereads()
    assert "seal" not in {matter.name for matter in office.service.rules.catalogue.all()}
    li.says("用印申请")
    assert "盖在什么上面" not in li.sees.text
    assert "用印申请" not in [*li.sees.buttons]
    li.says("帮助")
    assert "用印申请" not in li.sees.text
    goes_to_its_end(office, number)


def test_the_menu_follows(school: Office) -> None:
    """C9: the first matters of the catalogue, as it is now."""
    office = running(school)
    office.run(office.service.introduce())
    assert "用印申请" in str(office.sandbox.corp.menu)
    office.writes(seal=RETIRED)
    office.rereads()
    assert "用印申请" not in str(office.sandbox.corp.menu)
