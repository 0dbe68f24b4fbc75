"""Several forms at once: a second one of the same kind, and the first gone on with by name (B5)."""

from __future__ import annotations

import pytest

from tests.handlers.talk import drafts, tells
from tests.office import Office, Someone


def two_forms(office: Office) -> Someone:
    """A lamp in the east is half reported when a tap in the west comes in between."""
    lin = office.person("lin")
    tells(lin, "报修", "东区3号楼502", "灯不亮", "再报一个", "西区3号楼201", "水龙头漏水")
    assert len(drafts(office, "lin")) == 2
    return lin


def test_a_second_report_puts_the_first_aside_and_it_is_gone_on_with_by_name(office: Office) -> None:
    """B5: by a word that only one of them knows."""
    lin = two_forms(office)
    lin.says("继续灯的那个")
    assert "接着填「报修」" in lin.sees.text
    assert "灯不亮" in lin.sees.text
    lin.says("提交")
    assert office.case("R-0001").answers["fault"] == "灯不亮"
    assert "接着填「报修」" in lin.sees.text
    lin.says("跳过")
    assert office.case("R-0002").answers["fault"] == "水龙头漏水"


@pytest.mark.parametrize("said", ["接着填3号楼502", "回到东区那个", "继续报灯"])
def test_a_form_is_named_by_place_or_by_fault(school: Office, said: str) -> None:
    """B5: whatever of it comes to mind."""
    lin = two_forms(school)
    lin.says(said)
    assert drafts(school, "lin")[-1].answers["fault"] == "灯不亮"


def test_a_name_that_fits_both_is_asked_back(school: Office) -> None:
    """B5, B10: at most three to choose from, never a guess."""
    lin = two_forms(school)
    lin.says("继续3号楼那个")
    assert lin.sees.title == "您想接着填哪一件？"
    assert len(lin.sees.buttons) == 2
    lin.presses(next(label for label in lin.sees.buttons if "502" in label))
    assert drafts(school, "lin")[-1].answers["fault"] == "灯不亮"


def test_going_on_without_a_name(school: Office) -> None:
    """B5: one form is shown again, several are offered, none is said to be none."""
    lin = school.person("lin")
    lin.says("接着填")
    assert "现在没有正在填的内容" in lin.sees.text
    tells(lin, "报修", "东区3号楼502", "接着填")
    assert "出了什么问题" in lin.sees.text
    tells(lin, "再报一件", "接着填")
    assert lin.sees.title == "您想接着填哪一件？"


def test_words_that_only_sound_like_it_are_an_answer(school: Office) -> None:
    """B5: what fits no form is what somebody wants to say."""
    lin = school.person("lin")
    tells(lin, "报修", "东区3号楼502", "热水器一直继续加热")
    assert drafts(school, "lin")[0].answers["fault"] == "热水器一直继续加热"
