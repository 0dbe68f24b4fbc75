"""A card that can no longer be changed is replaced by one that says how it stands: who did what, and when (E4)."""

from __future__ import annotations

from flows.repair import Repair
from tests.flows.test_approval import NUMBER, apply, people
from tests.handlers.talk import reported, tells
from tests.office import Office, Seen, Someone

INSTEAD = "这条消息代替之前的卡片，那张卡片上的按钮已经失效。"


def instead(one: Someone) -> list[Seen]:
    """What somebody was shown in place of cards that could not be changed any more."""
    return [seen for seen in one.all if INSTEAD in seen.text]


def is_fixed(office: Office) -> None:
    """吴建国 has repaired the lamp and says so."""
    reported(office)
    wu = office.person("wu")
    wu.presses("接单")
    wu.presses("修好了")
    tells(wu, "换了灯管", "跳过")
    wu.sends_a_photo()


def test_a_question_that_is_over_is_not_asked_again(office: Office) -> None:
    """E4, G9: a repair that ended in silence, long after its card could be changed: how it ended, and no question."""
    lin = office.person("lin")
    is_fixed(office)
    assert lin.saw("修好了吗").buttons == ["确认修好", "没修好"]
    for _ in range(9):
        office.passes(days=1)
    assert office.case().state == Repair.UNCONFIRMED
    [card] = [seen for seen in instead(lin) if "到期自动结束" in seen.text]
    assert card.title == "R-0001 报修：已结束（无人确认）"
    assert "修好了吗" not in card.text
    assert card.buttons == []


def test_it_says_how_it_stands_now_where_it_has_gone_on(office: Office) -> None:
    """E1, E4: the colleagues of who decided: by whom, when, and what has come of it."""
    apply(office)
    office.person("xu").presses("同意")
    office.passes(hours=80)
    shen, dong, jiang = people(office, "shen", "dong", "jiang")
    dong.says(f"同意 {NUMBER}")
    for one in (shen, jiang):
        newest = instead(one)[-1]
        assert newest.title == f"{NUMBER} 用印申请：审批中"
        assert "董怀民 已同意 · 11月27日周五 18:05" in newest.text
        assert "校企合作协议" in newest.text
        assert newest.buttons == []
    before = len(instead(shen))
    office.passes(hours=80)
    office.person("li").says(f"撤回 {NUMBER}")
    assert len(instead(shen)) == before
