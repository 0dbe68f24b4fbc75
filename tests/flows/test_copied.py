"""Who was only told of a request (抄送), and who is told when nobody is found for a stage (D11, D14)."""

from __future__ import annotations

from flows.approval import Approval
from tests.flows.test_approval import apply, hand_in, people
from tests.flows.test_leaving import sets_active
from tests.office import Office


def leave(office: Office, days: str = "2") -> str:
    """李文静 asks for leave; the personnel office is told."""
    given = {"kind": "annual", "when": None, "days": days, "reason": "回老家", "cover": None, "proof": ()}
    return hand_in(office, "leave", "li", given)


def test_who_was_told_of_it_can_see_it_later_and_no_more(school: Office) -> None:
    """D14, E3: in the chat and by its number, without any button; words that decide are refused."""
    number = leave(school)
    school.person("xu").presses("同意")
    staff, other = people(school, "Yan.Fei", "su")
    assert "抄送给您" in staff.sees.title
    assert staff.sees.buttons == ["看进度"]
    staff.presses("看进度")
    assert staff.sees.title == f"{number} 教职工请假：已办结"
    assert staff.sees.buttons == []
    for word in ("同意", "终止", "拿回"):
        before = len(school.trail(number))
        staff.says(f"{word} {number}")
        assert len(school.trail(number)) == before
    other.says(number)
    assert f"没有您能办的 {number}" in other.sees.text


def test_the_office_is_told_when_nobody_at_all_is_found(school: Office) -> None:
    """D11: neither by the rule nor as a last resort; the applicant keeps it, the office can go on with it."""
    li = school.person("li")
    sets_active(school, False, "xu", "zhao", "cao", "gu", "fang", "zhong")
    number = apply(school, kind="letter", copies="2")
    assert school.case(number).state == Approval.RETURNED
    assert "没有找到该办的人" in li.sees.text
    told = [
        one
        for one in people(school, "zhou", "tang", "shen", "liu")
        if any("「部门负责人」找不到人办" in seen.title for seen in one.all)
    ]
    assert told
    sets_active(school, True, "cao")
    who = told[0]
    who.says(f"跳到 {number}")
    who.presses("盖章")
    who.says("负责人都不在")
    assert school.person("cao").sees.buttons[0] == "已办"
    assert school.case(number).state == Approval.RUNNING


def test_who_answers_for_the_whole_does_not_for_their_own(school: Office) -> None:
    """F21, D17: whoever keeps the seal cannot jump over those who decide about their own request."""
    number = apply(school, "cao", kind="letter", copies="2")
    cao = school.person("cao")
    for word in ("跳到", "补录", "终止", "改派"):
        cao.says(f"{word} {number}")
    assert [entry.verb for entry in school.trail(number)] == ["open"]
    assert "盖章" not in cao.sees.buttons
