"""D18: stages that read well and cannot be walked are told of before anybody meets them: file, line, remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.check import problems
from bot.config import Config, LogConfig, OfficeConfig, ServerConfig, StorageConfig
from flows.catalogue import SHIPPED, read_matter
from flows.limits import Unit, read_limit
from flows.route.sound import faults, longest
from tests.office import Office

HEAD = """kind   = "approval"
title  = "借投影"
series = "P"
words  = ["借个投影"]
owner  = "role:印章管理员"
ask = [
  { key = "count", label = "台数", as = "number", text = "要几台？", between = [1, 20] },
]
limits = { respond = "1d", finish = "2d" }
"""
FIRST = """
[[stage]]
name = "部门负责人"
who  = "head-of:requester"
"""
SECOND = """
[[stage]]
name  = "发放"
does  = "handle"
who   = "role:印章管理员"
after = ["部门负责人"]
"""


def told(tmp_path: Path, source: str, url: str = "") -> list[str]:
    """What the check says of an office with one more matter."""
    folder = tmp_path / "office" / "matters"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "projector.toml").write_text(source, "utf-8")
    storage = StorageConfig(url or f"sqlite:///{tmp_path / 'none.db'}", str(tmp_path / "files"))
    return problems(Config(ServerConfig(), storage, OfficeConfig(catalogue=tmp_path / "office"), LogConfig()))


def test_a_sound_matter_is_fine(tmp_path: Path) -> None:
    """D18: nothing is made up."""
    assert told(tmp_path, HEAD + FIRST + SECOND) == []


@pytest.mark.parametrize("when", ["over = 20", "under = 1", 'is = "30"', "among = []"])
def test_a_stage_no_answer_leads_to(tmp_path: Path, when: str) -> None:
    """D18: an unreachable stage."""
    [one] = told(tmp_path, f'{HEAD}{FIRST}when = {{ ask = "count", {when} }}\n{SECOND}')
    assert one.startswith("projector.toml:14：环节「部门负责人」永远轮不到")
    assert "请对照问题的 between" in one


def test_stages_that_wait_for_each_other(tmp_path: Path) -> None:
    """D18: a circle is told of with the line of a stage in it."""
    [one] = told(tmp_path, f'{HEAD}{FIRST}after = ["发放"]\n{SECOND}')
    assert one.startswith("projector.toml:17：环节「发放」绕了一圈等自己")
    assert "请改 after" in one


@pytest.mark.parametrize("share", ["3/2", "0", "x"])
def test_a_share_that_cannot_be_met(tmp_path: Path, share: str) -> None:
    """D18: more than all, nothing, and no share."""
    [one] = told(tmp_path, f'{HEAD}{FIRST}mode = "share"\nshare = "{share}"\n{SECOND}')
    assert one.startswith(f"projector.toml:15：「stage 1 share = {share}」不是比例")


def test_votes_where_nobody_counts_them(tmp_path: Path) -> None:
    """D18: a share or votes without a vote do nothing."""
    lines = 'share = "2/3"\nweights = { "顾明远" = 2 }\n'
    found = told(tmp_path, f"{HEAD}{FIRST}{lines}{SECOND}")
    assert [one.partition("：")[0] for one in found] == ["projector.toml:15", "projector.toml:14"]
    assert all("请加 mode" in one for one in found)


def test_a_wait_without_an_exit(tmp_path: Path) -> None:
    """D18: neither the stage nor the matter says what comes of silence."""
    found = told(tmp_path, (HEAD + FIRST + SECOND).replace('respond = "1d", ', ""))
    assert [one.partition("：")[0] for one in found] == ["projector.toml:11", "projector.toml:15"]
    assert all("请写 limits.respond" in one for one in found)


def test_stages_that_may_take_longer_than_was_promised(tmp_path: Path) -> None:
    """D18: those in a row are added up, those side by side are not."""
    [one] = told(tmp_path, f'{HEAD}{FIRST}silent = {{ after = "2d", then = "escalate" }}\n{SECOND}')
    assert one.startswith("projector.toml:9：各环节加起来最多要 72 小时，比「limits.finish」说好的 48 小时长")
    beside = SECOND.replace('after = ["部门负责人"]', "")
    assert told(tmp_path, f'{HEAD}{FIRST}silent = {{ after = "2d", then = "escalate" }}\n{beside}') == []


@pytest.mark.parametrize("words", ['"报修"', '"用印申请"'])
def test_a_word_two_matters_claim(tmp_path: Path, words: str) -> None:
    """D18: their titles are such words; both lines are named."""
    [one] = told(tmp_path, (HEAD + FIRST + SECOND).replace('"借个投影"', words))
    assert one.startswith(f"「{words[1:-1]}」这个词有几个事项都要")
    assert "projector.toml:4" in one


def test_a_rule_that_finds_nobody(tmp_path: Path, school: Office) -> None:
    """D18: an empty set of approvers, also of those to whom silence leads, and votes of somebody who is not asked."""
    rule = 'who = "role:没有人"\nsilent = { after = "1d", then = "transfer", to = "role:也没有" }\n'
    found = told(tmp_path, f"{HEAD}{FIRST}{SECOND.replace(SECOND.splitlines()[4], rule)}", school.config().storage.url)
    assert [one.partition("里没有人")[0] for one in found] == [
        "projector.toml:18：「stage 2 who」指的「role:没有人」",
        "projector.toml:19：「stage 2 silent.to」指的「role:也没有」",
    ]


def test_votes_of_somebody_who_is_not_asked(tmp_path: Path, school: Office) -> None:
    """D18: the share is counted among those who are."""
    rule = 'who = "group:校领导"\nmode = "share"\nshare = "2/3"\nweights = { "顾明远" = 2, "赵国栋" = 3 }\n'
    first = FIRST.replace('who  = "head-of:requester"\n', rule)
    [one] = told(tmp_path, HEAD + first + SECOND, school.config().storage.url)
    assert one.startswith("projector.toml:16：「stage 1 weights」里的「赵国栋」不在")


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.toml")))
def test_what_ships_keeps_its_promise(name: str) -> None:
    """D18: and with a promise an hour shorter than its stages take, it would not."""
    matter = read_matter(f"{name}.toml", (SHIPPED / f"{name}.toml").read_text("utf-8"))
    if matter.route is None:
        return
    assert list(faults(matter.file, matter.route, matter.form, matter.limits)) == []
    units = {stage.lapse.after.unit for stage in matter.route.stages if stage.lapse}
    assert len(units) == 1
    minutes = longest(matter.route)
    half = {
        Unit.DAYS: f"{minutes // 2880} 工作日",
        Unit.WORKING: f"{minutes // 120} 工作小时",
        Unit.CLOCK: f"{minutes // 120}h",
    }
    short = {"finish": read_limit(half[units.pop()])}
    [one] = faults(matter.file, matter.route, matter.form, short)
    assert one.problem == "promised_too_little"


URGENCY = """  { key = "urgency", label = "缓急", as = "choice", text = "急吗？", options = [
    { value = "normal", label = "不急" }, { value = "urgent", label = "急" } ] },
  { key = "hurry", label = "为什么", as = "text", text = "为什么急？", when = { ask = "urgency", is = "urgent" } },
"""
WHEN = """  { key = "when", label = "时间", as = "when", text = "什么时候？", ahead = "2 工作日" },
"""
FOR_ALL = URGENCY.replace(', when = { ask = "urgency", is = "urgent" }', "")
FILE = '  { key = "file", label = "附件", as = "files", text = "发来。" },\n'
WHY = '  { key = "why", label = "事由", as = "text", text = "？", when = { ask = "size", is = "x" } },\n'
URGENT = '\n[urgent]\nwhen = { urgency = "urgent" }\n'


def asking(more: str) -> str:
    """The matter with more questions."""
    return HEAD.replace("]\nlimits", f"{more}]\nlimits")


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        (HEAD + FIRST + 'edit = ["cuont"]\n' + SECOND, 14, "是不是想写「count」"),
        (HEAD + FIRST + 'hide = ["cuont"]\n' + SECOND, 14, "是不是想写「count」"),
        (HEAD + FIRST + 'does = "read"\nedit = ["count"]\n' + SECOND, 15, "只是告知，没有人能改"),
        (HEAD + FIRST + 'edit = ["count"]\nhide = ["count"]\n' + SECOND, 14, "看不见就不能改"),
        (HEAD + FIRST + SECOND + 'when = { ask = "count", over = 2 }\nhide = ["count"]\n', 21, "藏不住「count」"),
        (asking(FILE) + FIRST + 'edit = ["file"]\n', 15, "是附件，不能改"),
        (asking(WHEN) + FIRST + SECOND, 8, "说晚了没有环节管"),
        (asking(WHEN.replace("2 工作日", "两天")) + FIRST, 8, "两天"),
        (asking(URGENCY) + FIRST + SECOND + URGENT, 0, "急件要说原因"),
        (asking(URGENCY) + FIRST + SECOND + URGENT + 'reason = "count"\n', 0, "急件要说原因"),
        (asking(FOR_ALL) + FIRST + URGENT + 'reason = "hurry"\n', 0, "只问说急的人"),
        (HEAD + FIRST + 'when = { late = "count" }\n', 14, "late 要指一个写了 ahead 的时间问题"),
        (asking(WHY) + FIRST, 8, "问题「size」没有"),
    ],
)  # fmt: skip
def test_rights_and_conditions_that_cannot_be_meant(tmp_path: Path, source: str, line: int, words: str) -> None:
    """C4, C11, D18: file, line where there is one, and what to do."""
    [one] = told(tmp_path, source)
    assert words in one
    if line:
        assert one.startswith(f"projector.toml:{line}：")
