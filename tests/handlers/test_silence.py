"""What happens to a form when nobody answers (B7)."""

from __future__ import annotations

from tests.handlers.talk import drafts, tells
from tests.office import Office


def test_who_leaves_a_question_is_reminded_once_and_the_form_is_kept(office: Office) -> None:
    """B7: after half an hour, once; days later the form goes on where it was."""
    lin = office.person("lin")
    tells(lin, "报修", "东区", "3号楼502")
    seen = len(lin.items)
    office.passes(minutes=29)
    assert len(lin.items) == seen
    office.passes(minutes=2)
    assert "已经替您留着" in lin.sees.text
    assert "出了什么问题" in lin.sees.text
    office.passes(hours=5)
    office.restarts()
    assert len(lin.items) == seen + 1
    office.passes(days=3)
    lin.says("灯不亮")
    assert "照片" in lin.sees.text
    assert drafts(office, "lin")[0].answers["fault"] == "灯不亮"


def test_who_answers_and_leaves_again_is_reminded_of_the_next_question(school: Office) -> None:
    """B7: each question has its own patience."""
    lin = school.person("lin")
    tells(lin, "报修", "东区")
    school.passes(minutes=31)
    lin.says("3号楼502")
    school.passes(minutes=31)
    assert "已经替您留着" in lin.sees.text
    assert "出了什么问题" in lin.sees.text


def test_a_form_put_aside_and_one_that_ended_remind_nobody(school: Office) -> None:
    """B7: only what is in hand."""
    lin = school.person("lin")
    tells(lin, "报修", "东区", "取消")
    seen = len(lin.items)
    school.passes(minutes=31)
    assert len(lin.items) == seen
