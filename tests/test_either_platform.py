"""Begun on one platform and gone on with on the other, both ways round (B8, E7); each notice once (issue 5)."""

from __future__ import annotations

import pytest

from flows.repair import Repair
from tests.both import BothOffice
from tests.flows import test_approval, test_repair
from tests.office import Someone

WAYS = pytest.mark.parametrize("way", ["from WeCom to DingTalk", "from DingTalk to WeCom"])


def phones(both: BothOffice, userid: str, way: str) -> tuple[Someone, Someone]:
    """Where somebody is first, where they go; a minute ago they were seen at the former."""
    pair = both.on_wecom(userid), both.person(userid)
    first, then = pair if way == "from WeCom to DingTalk" else (pair[1], pair[0])
    first.says("我的")
    both.passes(minutes=1)
    return first, then


def count(phone: Someone, words: str) -> int:
    return sum(words in seen.text for seen in phone.all)


@WAYS
def test_a_request_goes_on_from_the_same_question(both: BothOffice, way: str) -> None:
    """B8: half on the laptop, half on the tram; what is answered then is told there."""
    first, then = phones(both, "lin", way)
    first.says("报修")
    first.says("东区3号楼502")
    assert "出了什么问题" in first.sees.text
    both.passes(minutes=20)
    then.says("灯不亮")
    assert "灯不亮" in then.sees.text
    then.says("提交")
    assert count(then, "R-0001") == 1
    assert count(first, "R-0001") == 0


@WAYS
def test_an_approval_form_goes_on_from_the_same_question(both: BothOffice, way: str) -> None:
    """B8: the same with the form of an approval."""
    first, then = phones(both, "li", way)
    first.says("用印")
    first.says("合同")
    heard, question = len(first.all), first.sees.text.splitlines()[-1]
    both.passes(minutes=20)
    then.says("继续")
    assert "接着填「用印申请」" in then.sees.text
    assert then.sees.text.splitlines()[-1] == question
    assert len(first.all) == heard


@WAYS
def test_who_takes_a_repair_on_one_has_the_card_on_the_other_frozen(both: BothOffice, way: str) -> None:
    """E7: with the repair."""
    first, then = phones(both, "wu", way)
    test_repair.reported(both)
    assert (count(first, "新报修 R-0001"), count(then, "新报修 R-0001")) == (1, 0)
    assert "接单" in first.saw("新报修").buttons
    then.says("接单 R-0001")
    assert both.case().state == Repair.TAKEN
    assert first.cards == []
    assert "吴建国 已接单" in first.saw("新报修").closing
    assert "修好了" in then.sees.buttons


@WAYS
def test_who_decides_an_approval_on_one_has_the_card_on_the_other_frozen(both: BothOffice, way: str) -> None:
    """E7: with the approval."""
    first, then = phones(both, "xu", way)
    test_approval.apply(both)
    assert (count(first, "请您审批"), count(then, "请您审批")) == (1, 0)
    then.says("同意 S-0001")
    assert both.trail("S-0001")[-1].verb == "agree"
    assert first.cards == []
    assert "徐志宏 已同意" in first.saw("请您审批").closing


@WAYS
def test_each_notice_comes_once_where_they_were_last_active(both: BothOffice, way: str) -> None:
    """Issue 5: and follows whoever changes platform, from the next notice on."""
    first, then = phones(both, "wu", way)
    test_repair.reported(both)
    both.passes(minutes=5)
    then.says("我的")
    test_repair.reported(both)
    assert [(count(phone, "新报修 R-0001"), count(phone, "新报修 R-0002")) for phone in (first, then)] == [
        (1, 0),
        (0, 1),
    ]


@WAYS
def test_a_second_decision_on_the_other_one_decides_nothing(both: BothOffice, way: str) -> None:
    """E7, F23: the card that froze there is pressed all the same, as a phone without signal would."""
    first, then = phones(both, "wu", way)
    test_repair.reported(both)
    (card,) = [one for one in first.cards if "接单" in str(one.content)]
    key = next(str(one["key"]) for one in card.content["button_list"] if one["text"] == "接单")
    then.says("接单 R-0001")
    before = [entry.verb for entry in both.trail()]
    first.forges(key, card.id)
    assert [entry.verb for entry in both.trail()] == before
    assert first.cards == []


def test_a_tap_that_dingtalk_pushes_again_a_minute_later_changes_nothing_more(both: BothOffice) -> None:
    """F2, F23, decision 0012: it has no number of its own, and after half a minute counts as another one."""
    wu = both.person("wu")
    wu.says("我的")
    test_repair.reported(both)
    (card,) = wu.cards
    key = next(str(one["key"]) for one in card.content["button_list"] if one["text"] == "接单")
    wu.forges(key, card.id)
    wu.forges(key, card.id)
    said = len(wu.all)
    both.passes(seconds=61)
    wu.forges(key, card.id)
    assert [entry.verb for entry in both.trail()] == ["open", "offer", "take"]
    assert len(wu.all) <= said + 1
