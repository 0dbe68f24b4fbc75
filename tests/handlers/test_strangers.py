"""How a case stands is told to those it concerns, and whether it exists to nobody else (E3, F19)."""

from __future__ import annotations

import pytest

from flows.catalogue import SHIPPED
from tests.handlers.conftest import OwnMatters
from tests.handlers.talk import reported, tells
from tests.office import Office
from tests.service.doors import opened

THE_SAME = "没有您能办的 {}。回复「我的」可以看您的办件。"


@pytest.mark.parametrize("verb", ["接单", "撤回", "修好了"])
def test_a_stranger_learns_nothing_by_typing_numbers(school: Office, verb: str) -> None:
    """E3, F19: the same sentence for a case of somebody else's, one that is over, and one there never was."""
    reported(school)
    reported(school)
    school.person("lin").says("撤回 R-0002")
    chen = school.person("chen")
    for number in ("R-0001", "R-0002", "R-0003", "X-0001"):
        chen.says(f"{verb} {number}")
        assert chen.sees.text == THE_SAME.format(number)
    assert [entry.verb for entry in school.trail()] == ["open", "offer"]


def test_a_stranger_learns_nothing_by_forged_buttons(school: Office) -> None:
    """E3, F19: nor by taps that no phone of theirs offers."""
    reported(school)
    school.person("wu").presses("接单")
    chen = school.person("chen")
    seen = set()
    for action in ("m:1:take:1", "m:1:fix:2", "m:2:take:1", "m:1:lapse:1", "m:999:take:0"):
        chen.forges(action, "xb-1-1")
        seen.add(chen.sees.text)
    assert seen == {"这个按钮已经失效了。回复「我的」可以看您的办件。"}


def test_whom_a_case_concerns_is_told_how_it_stands(school: Office) -> None:
    """E2, E3: who asked, who holds it, who held it before, and the office."""
    reported(school)
    lin, wu, zheng, zhao = (school.person(userid) for userid in ("lin", "wu", "zheng", "zhao"))
    tells(lin, "接单 R-0001")
    assert "R-0001 这一步不归您办。现在等的是" in lin.sees.text
    wu.presses("接单")
    for person in (lin, zheng, zhao):
        person.says("接单 R-0001")
        assert person.sees.text.startswith("R-0001 现在是「正在修」")
        assert "吴建国 在" in person.sees.text


def test_an_old_card_of_a_former_holder_says_who_was_first(school: Office) -> None:
    """E2: the button was theirs once, so the reason is too."""
    reported(school)
    wu, zheng = school.person("wu"), school.person("zheng")
    card = zheng.cards[-1]
    wu.presses("接单")
    zheng.forges(str(card.content["button_list"][0]["key"]), str(card.content["task_id"]))
    assert "R-0001 现在是「正在修」" in zheng.sees.text


def test_whom_a_case_goes_up_to_sees_it_without_a_role_in_the_office(own_matters: OwnMatters) -> None:
    """D11, E3: in the talk, and on the page its card leads to."""
    repair = (SHIPPED / "repair.toml").read_text("utf-8")
    office = own_matters(repair=repair.replace('superior = "role:维修调度"', 'superior = "person:陈思远"'))
    reported(office)
    chen = office.person("chen")
    office.passes(hours=2)
    chen.presses("看进度")
    assert chen.sees.title == "R-0001 报修：等人接单"
    assert opened(office, "/workbench/cases/R-0001", of="chen").status == 200
    assert opened(office, "/workbench/cases/R-0001", of="li").status == 404
