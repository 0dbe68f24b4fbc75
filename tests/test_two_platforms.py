"""One person on two platforms: one draft, one notice, and the card on the other one freezes (B8, E7, Q1)."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.both import BothOffice
from tests.flows import test_approval, test_repair
from tests.workbench.browser import Browser


def test_everybody_is_one_person(both: BothOffice) -> None:
    """Q1: the staff number of one address book is the account of the other, and the names agree."""
    with both.service.storage.reading() as work:
        ids = {key: work.people.by_account(*key) for key in (("wecom", "li"), both.account("li"))}
        assert len({person.id for person in ids.values() if person is not None}) == 1
        assert work.people.count() == len(both.sandbox.corp.directory.visible())


def test_both_ways_in_are_called_by_their_names(both: BothOffice) -> None:
    """Q1: the workbench can be entered through either."""
    page = Browser(both).get("/workbench/").text
    assert "用企业微信登录" in page
    assert "用钉钉登录" in page


def test_a_form_begun_on_the_laptop_is_gone_on_with_on_the_tram(both: BothOffice) -> None:
    """B8: from the same question; each answer is told where the question was asked last."""
    there, here = both.on_wecom("lin"), both.person("lin")
    there.says("报修")
    there.says("东区3号楼502")
    before = len(there.items)
    both.passes(minutes=20)
    here.says("继续")
    assert "出了什么问题" in here.sees.text
    here.says("灯不亮")
    here.says("提交")
    assert "R-0001" in here.sees.text
    assert len([one for one in there.all[before:] if "R-0001" in one.text]) == 0


def test_who_decides_on_one_has_the_card_on_the_other_frozen(both: BothOffice) -> None:
    """E7: and each notice came once, where they were last active."""
    test_approval.apply(both)
    xu_there, xu_here = both.on_wecom("xu"), both.person("xu")
    shown = [one for one in (xu_there, xu_here) if one.cards]
    assert len(shown) == 1
    other = xu_here if shown[0] is xu_there else xu_there
    other.says("同意 S-0001")
    assert shown[0].cards == []
    assert "徐志宏 已同意" in shown[0].saw("请您审批").closing
    assert both.trail("S-0001")[-1].verb == "agree"


def test_a_story_with_half_of_them_on_each(both: BothOffice) -> None:
    """A1: the spine and the seal, the people divided between the platforms."""
    both.divides("lin", "zheng", "xu", "shen", "dong", "gu", "fang")
    test_repair.test_a_lamp_is_reported_taken_repaired_and_confirmed(both)


def test_the_seal_with_half_of_them_on_each(both: BothOffice) -> None:
    """A1: nobody of them knows where the others are."""
    both.divides("li", "peng", "dong", "jiang", "gu", "fang", "su")
    test_approval.test_the_story_of_a_seal(both)


def test_a_code_from_one_said_on_the_other_makes_two_one(both: BothOffice) -> None:
    """Q1: where the address books do not tell, the person proves it from both sides; once, and only from both."""
    channel, account = both.account("chen")
    with both.service.storage.work() as work:
        chen = work.people.by_account("wecom", "chen")
        work.people.detach(channel, account)
        other = work.people.meet(channel, account, both.clock.now())
        assert chen is not None
        assert other.id != chen.id
    there, here = both.on_wecom("chen"), both.person("chen")
    there.says("绑定")
    found = re.search(r"绑定 (\d{4} \d{4})", there.sees.text)
    assert found is not None
    there.says(f"绑定 {found[1]}")
    assert "到另一个平台上" in there.sees.text
    here.says(f"绑定 {found[1]}")
    assert "这个码不对" in here.sees.text
    there.says("绑定")
    found = re.search(r"绑定 (\d{4} \d{4})", there.sees.text)
    assert found is not None
    here.says(f"绑定{found[1]}")
    assert "陈思远，两个平台上是同一个人了" in here.sees.text
    with both.service.storage.reading() as work:
        assert work.people.by_account(channel, account) == work.people.by_account("wecom", "chen")


def test_who_was_wrongly_joined_is_taken_apart_and_stays_so(both: BothOffice) -> None:
    """Q1: by their word, on either side; no address book joins them again, a proof from both sides does."""
    there, here = both.on_wecom("chen"), both.person("chen")
    here.says("解绑")
    assert "确认解绑" in here.sees.text
    with both.service.storage.reading() as work:
        assert work.people.by_account(*both.account("chen")) == work.people.by_account("wecom", "chen")
    here.says("确认解绑")
    assert "各算各的" in here.sees.text
    for _ in range(2):
        both.clock.advance(timedelta(seconds=1))
        both.run(both.service.read_directories())
        with both.service.storage.reading() as work:
            one, other = work.people.by_account("wecom", "chen"), work.people.by_account(*both.account("chen"))
            assert one is not None
            assert other is not None
            assert one.id != other.id
            assert one.name == other.name == "陈思远"
            assert work.people.accounts_of([one.id])[one.id] == [("wecom", "chen")]
    there.says("解绑")
    assert "不用解绑" in there.sees.text
    there.says("绑定")
    found = re.search(r"绑定 (\d{4} \d{4})", there.sees.text)
    assert found is not None
    here.says(f"绑定 {found[1]}")
    with both.service.storage.reading() as work:
        assert work.people.by_account(*both.account("chen")) == work.people.by_account("wecom", "chen")


def test_what_was_under_way_stays_where_it_was_first(both: BothOffice) -> None:
    """Q1: said from the side that stays; the other one begins anew and decides nothing of it."""
    test_approval.apply(both)
    there, here = both.on_wecom("xu"), both.person("xu")
    there.says("解绑")
    there.says("确认解绑")
    assert "各算各的" in there.sees.text
    here.says("同意 S-0001")
    assert both.trail("S-0001")[-1].verb == "open"
    there.says("同意 S-0001")
    assert both.trail("S-0001")[-1].verb == "agree"
