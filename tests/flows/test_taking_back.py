"""拿回: a word is taken back while nobody after has acted; whether the next have read it is shown (D8)."""

from __future__ import annotations

from tests.flows.test_approval import NUMBER, apply, people
from tests.office import Office
from tests.workbench.browser import signed_in


def test_whether_the_next_have_read_it_is_shown(office: Office) -> None:
    """D8: opening the case in the chat is reading it; being sent the card is not."""
    apply(office)
    xu, shen, dong = people(office, "xu", "shen", "dong")
    xu.presses("同意")
    xu.says(NUMBER)
    assert "您在「部门负责人」的意见还可以拿回" in xu.sees.text
    assert xu.sees.text.count("还没有看") == 3
    office.passes(minutes=5)
    shen.says(NUMBER)
    assert "可以拿回" not in shen.sees.text
    dong.presses("更多")
    xu.says(NUMBER)
    assert "沈洁 已经看过，11月24日周二 10:10" in xu.sees.text
    assert "董怀民 已经看过" in xu.sees.text
    assert "江丽 还没有看" in xu.sees.text
    xu.says(f"拿回 {NUMBER}")
    assert "徐志宏拿回重办，董怀民、沈洁已经看过" in xu.sees.text
    assert shen.cards == dong.cards == []
    assert shen.saw("请您审批").closing == "徐志宏 已拿回 · 11月24日周二 10:10"


def test_nobody_has_read_it(school: Office) -> None:
    """D8: said when it is taken back; and a new turn is unread again."""
    apply(school)
    xu, shen = people(school, "xu", "shen")
    xu.presses("同意")
    shen.says(NUMBER)
    xu.says(f"拿回 {NUMBER}")
    xu.presses("同意")
    xu.says(f"拿回 {NUMBER}")
    assert "徐志宏拿回重办，后面的人还没有看过" in xu.sees.text


def test_once_the_next_has_acted_it_is_too_late(school: Office) -> None:
    """D8: the words are gone, the line is not shown, and it is told by whom."""
    apply(school)
    xu, shen = people(school, "xu", "shen")
    xu.presses("同意")
    shen.presses("同意")
    xu.says(NUMBER)
    assert "可以拿回" not in xu.sees.text
    xu.says(f"拿回 {NUMBER}")
    assert "沈洁 在 11月24日周二 10:05 同意" in xu.sees.text
    assert [entry.verb for entry in school.trail(NUMBER)] == ["open", "agree", "agree"]


def test_a_look_at_the_page_is_a_look(school: Office) -> None:
    """D8: the page behind the card counts too, and shows the same line to whoever can take it back."""
    apply(school)
    xu = school.person("xu")
    xu.presses("同意")
    assert "可以拿回" not in signed_in(school, "shen").get(f"/workbench/cases/{NUMBER}").text
    page = signed_in(school, "xu").get(f"/workbench/cases/{NUMBER}").text
    assert "沈洁 已经看过" in page
    assert "江丽 还没有看" in page
