"""Taps and words that should not decide anything: stale, repeated, quoted, somebody else's (E2, E3, F20, F23)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.approval import Approval
from tests.flows.test_approval import NUMBER, apply, people
from tests.office import Office, Someone


def button(one: Someone, label: str) -> tuple[str, str]:
    """What a button of somebody's newest card carries, and the card."""
    card = one.cards[-1]
    key = next(str(b["key"]) for b in card.content["button_list"] if b["text"] == label)
    return key, str(card.content["task_id"])


def test_a_stale_card_is_answered_and_the_live_one_stands_hermes_webui_4955(office: Office) -> None:
    """E2, F23 (hermes-webui 4955: a dead end): no effect on the round that is open now, and the present state told."""
    apply(office, kind="letter", copies="2")
    xu, cao = people(office, "xu", "cao")
    old = button(xu, "同意")
    xu.presses("同意")
    cao.presses("退回")
    for word in ("部门负责人", "从那里重新走一遍", "内容有误"):
        cao.presses(word)
    office.passes(seconds=1)
    xu.forges(*old)
    assert f"{NUMBER} 现在是「审批中」" in xu.sees.text
    assert "曹亮 在 11月24日周二 10:05 退回" in xu.sees.text
    assert [entry.verb for entry in office.trail(NUMBER)] == ["open", "agree", "send_back"]
    assert xu.cards[-1].content["button_list"][0]["text"] == "同意"


def test_a_second_tap_changes_nothing_qwen_code_6930(office: Office) -> None:
    """E2, F23 (qwen-code 6930): it is told who decided what and when, each time."""
    apply(office)
    xu = office.person("xu")
    tap = button(xu, "同意")
    xu.presses("同意")
    for _ in range(2):
        office.passes(seconds=1)
        xu.forges(*tap)
        assert "徐志宏 在 11月24日周二 10:05 同意" in xu.sees.text
    assert [entry.verb for entry in office.trail(NUMBER)] == ["open", "agree"]
    assert [seen.text.count("请您审批") for seen in office.person("shen").all] == [1]


@pytest.mark.parametrize("who", ["su", "lin", "li", "cao"])
def test_a_bystander_decides_nothing_and_is_told_alone_curie_408_qwen_code_6930(school: Office, who: str) -> None:
    """E3, F19 (curie 408, qwen-code 6930): a stranger, the applicant, and who comes later; nobody else hears of it."""
    apply(school)
    xu, other = people(school, "xu", who)
    tap = button(xu, "同意")
    before, seen = len(other.items), len(xu.items)
    other.forges(*tap)
    assert len(other.items) == before + 1
    assert len(xu.items) == seen
    assert other.sees.buttons == []
    assert [entry.verb for entry in school.trail(NUMBER)] == ["open"]
    assert xu.cards[-1].content["button_list"][0]["text"] == "同意"


@pytest.mark.parametrize(
    "words",
    [
        f"「李文静：同意 {NUMBER}」\n- - - - - - - - - - - - - - -\n好的，我看看",
        f"李文静说：同意 {NUMBER}",
        f"请同意 {NUMBER}",
        f"同意 {NUMBER} 吗？",
        f"> 同意 {NUMBER}\n转发给您看",
    ],
)
def test_words_quoted_decide_nothing(school: Office, words: str) -> None:
    """F20: said by the very one who is asked, but in somebody else's words, or as a question."""
    apply(school)
    xu, su = people(school, "xu", "su")
    for one in (su, xu):
        one.says(words)
    assert [entry.verb for entry in school.trail(NUMBER)] == ["open"]
    assert school.case(NUMBER).state == Approval.RUNNING


def test_five_requests_of_one_who_leaves_one_of_them_due_in_a_minute(office: Office) -> None:
    """F24, D10: at once to who stands above; the time begins anew there, and the applicant is told of each."""
    xu, gu, li = people(office, "xu", "gu", "li")
    numbers = [apply(office)]
    office.passes(hours=45, minutes=54)  # Thursday before eight: the working day of the head is over then
    numbers += [apply(office) for _ in range(4)]
    office.act(lambda box: box.delete_user("xu"))
    assert xu.cards == []
    assert sum("用印申请由您接着办" in seen.title for seen in gu.all) == 5
    assert sum(seen.title.endswith("换人办了") for seen in li.all) == 5
    office.passes(minutes=2)
    assert office.trail(numbers[0])[-1].verb == "handed_over"
    gu.says(f"同意 {numbers[0]}")
    assert "顾明远（代徐志宏）" in li.sees.text


@pytest.mark.parametrize("tap_first", [True, False])
def test_the_tap_and_the_deadline_in_the_same_instant(office: Office, tap_first: bool) -> None:
    """F25: one wins by the order in which they came, the other changes nothing and is told."""
    apply(office, kind="letter", copies="2")
    xu = office.person("xu")
    office.passes(hours=45, minutes=54)  # Thursday before eight: the working day of the head is over then
    tap = button(xu, "同意")
    office.clock.advance(timedelta(minutes=1))
    item = next(one.id for one in xu.cards if str(one.content["task_id"]) == tap[1])
    for is_tap in (tap_first, not tap_first):
        if is_tap:
            office.run(office.sandbox.tap("xu", item, tap[0]))
        else:
            office.run(office.service.tick())
    office.settles()
    decided = [entry.verb for entry in office.trail(NUMBER) if entry.verb in ("agree", "lapse_move")]
    assert decided == (["agree"] if tap_first else ["lapse_move"])
    if not tap_first:
        assert "到时没有办，转给别人" in xu.sees.text
    assert xu.cards == []


def test_nothing_is_given_to_somebody_on_leave_nor_to_oneself(school: Office) -> None:
    """F26, D4, D9: told who is there instead; nobody brings in themselves."""
    apply(school)
    xu, su = people(school, "xu", "su")
    su.says("请人代办")
    for said in ("董怀民", "今天到周五", "提交"):
        su.says(said)
    xu.says(f"转交 {NUMBER} 苏婉清")
    xu.says("跳过")
    assert "苏婉清在休假，由董怀民代办。请直接找董怀民。" in xu.sees.text
    xu.says(f"加签 {NUMBER} 徐志宏")
    assert "没有找到「徐志宏」" in xu.sees.text
    xu.says("取消")
    assert [entry.verb for entry in school.trail(NUMBER)] == ["open"]
    xu.says(f"转交 {NUMBER} 董怀民")
    xu.says("跳过")
    dong = school.person("dong")
    dong.says(f"转交 {NUMBER} 徐志宏")
    dong.says("跳过")
    assert "不能再转回去" in dong.sees.text
    assert [entry.verb for entry in school.trail(NUMBER)] == ["open", "transfer"]
