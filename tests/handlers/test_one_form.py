"""One form for one thing, however it is come by; what is no longer open is not asked for (B5)."""

from __future__ import annotations

import pytest

from tests.handlers.talk import drafts, reported, tells
from tests.office import Office


@pytest.mark.parametrize("first", ["typed", "pressed"])
def test_the_same_move_typed_and_pressed_is_one_form(school: Office, first: str) -> None:
    """B5, B14: and answering it once makes the move once."""
    reported(school)
    wu = school.person("wu")
    wu.presses("接单")
    button = wu.cards[-1]

    def press() -> None:
        wu.presses("修好了", on=button)

    ways = [lambda: wu.says("修好了 R-0001"), press]
    for way in ways if first == "typed" else reversed(ways):
        way()
    assert "怎么修的" in wu.sees.text
    assert [draft.move for draft in drafts(school, "wu")] == ["fix"]
    tells(wu, "换了灯管", "跳过")
    wu.sends_a_photo()
    assert not drafts(school, "wu")
    assert [entry.verb for entry in school.trail()] == ["open", "offer", "take", "fix"]


def test_a_move_s_form_put_aside_is_gone_on_with(school: Office) -> None:
    """B5: what was answered is still there, and the form that was in hand waits."""
    reported(school)
    wu = school.person("wu")
    wu.presses("接单")
    button = wu.cards[-1]
    wu.presses("修好了")
    tells(wu, "换了灯管", "取消", "修好了", "换了灯管")
    office_draft = drafts(school, "wu")[-1].id
    school.act(lambda box: box.raw_event(box.inner.event("wu", school.clock.now(), "click", {"EventKey": "b:repair"})))
    assert "在哪里" in wu.sees.text
    school.passes(seconds=1)
    wu.presses("修好了", on=button)
    assert "「报修」先放着" in wu.sees.text
    assert "换了什么" in wu.sees.text
    assert drafts(school, "wu")[-1].id == office_draft
    assert len(drafts(school, "wu")) == 2
    wu.says("跳过")
    wu.sends_a_photo()
    answers = school.trail()[-1].facts["answers"]
    assert isinstance(answers, dict)
    assert (answers["note"], answers["parts"]) == ("换了灯管", None)
    assert "接着填「报修」" in wu.sees.text


def test_a_matter_s_form_put_aside_is_gone_on_with_by_name(school: Office) -> None:
    """B5: beginning it again is going on with it."""
    reported(school)
    wu = school.person("wu")
    wu.presses("接单")
    tells(wu, "报修", "西区", "修好了 R-0001")
    school.act(lambda box: box.raw_event(box.inner.event("wu", school.clock.now(), "click", {"EventKey": "b:repair"})))
    assert "具体在哪" in wu.sees.text
    assert [draft.asking for draft in drafts(school, "wu")] == ["note", "place"]


def test_a_form_of_an_earlier_round_does_not_come_back(school: Office) -> None:
    """F23: what was to be said about the last round is not said about this one."""
    reported(school)
    wu = school.person("wu")
    wu.presses("接单")
    wu.presses("修好了")
    wu.says("换了灯管")
    tells(wu, "退单 R-0001", "没有梯子")
    assert "接着填" not in wu.sees.text
    assert not drafts(school, "wu")
    tells(school.person("zhou"), "派单 R-0001", "吴建国", "跳过")
    wu.presses("接单")
    wu.presses("修好了")
    assert "怎么修的" in wu.sees.text
    assert [draft.answers for draft in drafts(school, "wu")] == [{}]


def test_a_round_that_ends_elsewhere_ends_its_form(school: Office) -> None:
    """F23: the reporter's answer came before: asked again in the next round, the form begins anew."""
    reported(school)
    lin, wu = school.person("lin"), school.person("wu")
    wu.presses("接单")
    tells(wu, "修好了", "换了灯管", "跳过")
    wu.sends_a_photo()
    tells(lin, "没修好", "还是不亮")
    assert school.case().state == "taken"
    tells(wu, "退单")
    first = drafts(school, "wu")[-1]
    tells(wu, "修好了 R-0001", "又换了", "跳过")
    wu.sends_a_photo()
    assert not drafts(school, "wu")
    tells(lin, "没修好", "仍然不亮")
    wu.says("退单")
    (second,) = drafts(school, "wu")
    assert second.id != first.id
