"""批量同意: a preview, one tap, and each request on its own (D15, A5)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows.approval import Approval
from flows.catalogue import Misfiled, read_matter
from storage.records import Entry
from tests.flows.test_approval import apply, hand_in, people
from tests.office import Office
from tests.test_check_stages import FIRST, HEAD, SECOND, told


def asks_for(office: Office, items: str, amount: str = "900", userid: str = "li") -> str:
    """Somebody asks for supplies; a department head has to agree to more than 500 yuan."""
    given = {"items": items, "amount": amount, "use": "打印试卷", "room": None}
    return hand_in(office, "supplies", userid, given)


def verbs(office: Office, number: str) -> list[str]:
    return [entry.verb for entry in office.trail(number)]


def batch_of(entry: Entry) -> dict[str, object]:
    facts = entry.facts["batch"]
    assert isinstance(facts, dict)
    return facts


def test_two_requests_are_agreed_to_with_one_tap(office: Office) -> None:
    """D15, A5, E1: from 待办 through the preview; two lines, two frozen cards, one word."""
    first, second = asks_for(office, "硒鼓 2 个"), asks_for(office, "A4 纸 20 包", "1200", "peng")
    xu, tang = people(office, "xu", "tang")
    xu.says("待办")
    assert xu.sees.title == "有 2 件可以看过清单一起同意"
    xu.presses("批量同意")
    assert xu.sees.title == "这 2 件，一起同意吗？"
    assert "办公用品领用 李文静 物品 硒鼓 2 个 金额 900 用途 打印试卷" in xu.sees.text
    assert "办公用品领用 彭悦 物品 A4 纸 20 包 金额 1200" in xu.sees.text
    assert xu.sees.buttons == ["全部同意"]
    assert verbs(office, first) == verbs(office, second) == ["open"]
    xu.presses("全部同意")
    assert xu.sees.text == f"已同意 2 件：{first}、{second}。"
    assert verbs(office, first) == verbs(office, second) == ["open", "agree"]
    lines = [office.trail(number)[-1] for number in (first, second)]
    assert len({line.hash for line in lines}) == 2
    assert {batch_of(line)["size"] for line in lines} == {2}
    assert len({batch_of(line)["hash"] for line in lines}) == 1
    assert all("saw" in line.facts for line in lines)
    assert xu.cards == []
    closings = [seen.closing for seen in xu.all if "请您审批" in seen.text]
    assert closings == ["徐志宏 已同意 · 11月24日周二 10:05"] * 2
    assert [seen.text.count("请您办理") for seen in tang.all] == [1, 1]


def test_what_has_changed_since_is_left_out_and_said(school: Office) -> None:
    """D15: withdrawn, decided alone, and returned and asked anew; the last stays a turn of its own."""
    numbers = [asks_for(school, f"硒鼓 {count} 个") for count in range(1, 5)]
    li, xu = people(school, "li", "xu")
    xu.says("批量同意")
    li.says(f"撤回 {numbers[0]}")
    xu.says(f"同意 {numbers[1]}")
    xu.says(f"退回 {numbers[2]}")
    for word in ("申请人", "改好直接回到我", "内容有误"):
        xu.presses(word)
    li.says(f"补充好了 {numbers[2]} 改了")
    li.presses("跳过")
    xu.presses("全部同意")
    lines = xu.sees.text.splitlines()
    assert lines[0] == f"已同意 1 件：{numbers[3]}。"
    assert lines[1] == f"{numbers[0]} 没有算在内：现在是「已撤回」，李文静 在 11月24日周二 10:05 撤回。"
    assert lines[2].startswith(f"{numbers[1]} 没有算在内：现在是「审批中」，徐志宏 在")
    assert lines[3].startswith(f"{numbers[2]} 没有算在内：现在是「审批中」，李文静 在")
    assert verbs(school, numbers[0]) == ["open", "withdraw"]
    assert verbs(school, numbers[1]) == ["open", "agree"]
    assert verbs(school, numbers[2]) == ["open", "send_back", "supplement"]
    xu.says("批量同意")
    assert numbers[2] in xu.sees.text
    xu.says("全部同意")
    assert verbs(school, numbers[2])[-1] == "agree"


def test_only_where_the_matter_allows_it(school: Office) -> None:
    """D15: a seal is looked at alone, and is said to be; asked for in words that look like a tap, too."""
    number = apply(school)
    xu = school.person("xu")
    xu.says("批量同意")
    assert xu.sees.text == "您手上的 1 件都要一件一件批。回复「待办」可以看。"
    xu.says("全部同意")
    assert "一件一件批" in xu.sees.text
    with school.service.storage.reading() as work:
        task = work.tasks.open_on(school.case(number).id)[0]
    card = xu.cards[-1]
    xu.forges(f"g:{task.case_id}.{task.turn}", str(card.content["task_id"]))
    assert xu.sees.text.splitlines()[0] in (
        "这次一件也没有同意。",
        "这份清单已经点过了，或者有了新的。回复「批量同意」看现在的。",
    )
    assert verbs(school, number) == ["open"]


def test_a_preview_serves_once_and_only_its_reader(school: Office) -> None:
    """D15, E2, E3: a second tap is told so; nobody else's tap decides anything."""
    number = asks_for(school, "硒鼓 2 个")
    xu, peng = people(school, "xu", "peng")
    xu.says("批量同意")
    card = xu.cards[-1]
    key = str(card.content["button_list"][0]["key"])
    peng.forges(key, str(card.content["task_id"]))
    assert verbs(school, number) == ["open"]
    xu.says("批量同意")
    assert next(seen.closing for seen in xu.all if "一起同意吗" in seen.title).startswith("清单已更新")
    xu.forges(key, str(card.content["task_id"]))
    assert "已经点过了，或者有了新的" in xu.sees.text
    assert verbs(school, number) == ["open"]
    xu.presses("全部同意")
    assert verbs(school, number) == ["open", "agree"]


def test_more_than_a_card_shows_are_done_in_turns(school: Office) -> None:
    """D15: nothing is agreed to that was not seen."""
    numbers = [asks_for(school, f"硒鼓 {count} 个") for count in range(1, 9)]
    xu = school.person("xu")
    xu.says("批量同意")
    assert "还有 2 件没有列出" in xu.sees.text
    xu.says("全部同意")
    assert [verbs(school, number)[-1] for number in numbers] == ["agree"] * 6 + ["open"] * 2
    xu.says("批量同意")
    xu.says("全部同意")
    assert {verbs(school, number)[-1] for number in numbers} == {"agree"}


@pytest.mark.parametrize("words", ["批量不同意", "全部退回", "批量拒绝"])
def test_there_is_no_refusal_of_several(school: Office, words: str) -> None:
    """D15: with or without a preview."""
    number = asks_for(school, "硒鼓 2 个")
    xu = school.person("xu")
    xu.says("批量同意")
    xu.says(words)
    assert "不同意和退回没有批量的" in xu.sees.text
    assert school.case(number).state == Approval.RUNNING
    assert verbs(school, number) == ["open"]


def test_one_that_cannot_be_done_holds_up_no_other(school: Office) -> None:
    """D15, A5, F35: each stands for itself, also where the office's own text fails."""
    first, second = asks_for(school, "硒鼓 2 个"), asks_for(school, "A4 纸 20 包")
    xu = school.person("xu")
    xu.says("批量同意")
    with school.service.storage.work() as work:
        case = work.cases.by_number(first)
        assert case is not None
        work.cases.keep_matter("no such digest", "supplies", "kind = 1", school.clock.now())
        broken = work.cases.save(replace(case, digest="no such digest"))
        assert broken.version == case.version + 1
    xu.presses("全部同意")
    for _ in range(3):
        school.passes(seconds=30)
    assert verbs(school, first) == ["open"]
    assert verbs(school, second) == ["open", "agree"]


def test_the_case_s_page_says_with_what_it_was_agreed_to(school: Office) -> None:
    """E8: the preview is kept with its hash."""
    number = asks_for(school, "硒鼓 2 个")
    xu = school.person("xu")
    xu.says("批量同意")
    xu.says("全部同意")
    entry = school.trail(number)[-1]
    with school.service.storage.work() as work:
        kept = work.shown.many([int(str(batch_of(entry)["card"]))])
        work.shown.prune(school.clock.now(), school.clock.now())
    assert "硒鼓 2 个" in next(iter(kept.values())).content


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("batch = []", "bad_batch"),
        ("batch = true", "bad_batch"),
        ('batch = ["nothing"]', "no_such_ask"),
    ],
)
def test_a_matter_says_what_has_to_be_seen(line: str, words: str) -> None:
    """D15, D18: without it there is no batch; with something else it is a fault with a remedy."""
    with pytest.raises(Misfiled) as fault:
        read_matter("projector.toml", f"{line}\n{HEAD}{FIRST}{SECOND}")
    assert fault.value.problem == words


def test_a_batch_without_a_stage_that_decides(tmp_path: Path) -> None:
    """D15, D18: told with file and line."""
    only = SECOND.replace('after = ["部门负责人"]', "")
    [one] = told(tmp_path, f'batch = ["count"]\n{HEAD}{only}')
    assert one.startswith("projector.toml:1：「batch」用不上")
