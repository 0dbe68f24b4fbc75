"""What was decided, what was thought of it, and what the president is told: one story (I1-I5, H1, H2, H5, P2, A9)."""

from __future__ import annotations

import re

from flows.supervision import Supervision
from tests.flows.reports import report
from tests.flows.test_digest import by_schedule
from tests.flows.test_surveys import finish
from tests.flows.test_time_stories import titles, waits_until
from tests.office import Office, Someone
from tests.service.doors import opened

FRIDAY = """
[[schedule]]
name = "weekly"
what = "digest"
at = "每周五 17:00"
holiday = "before"
to = ["person:顾明远"]
"""
ITEM = "SV-0001"


def test_nothing_fades(office: Office) -> None:
    """The story of the issue, from the president's meeting on Monday until the light fails again."""
    by_schedule(office, FRIDAY)
    waits_until(office, "2026-11-30T09:00")
    shen, liu, gu = (office.person(one) for one in ("shen", "liu", "gu"))
    decided(shen)
    liu.presses("认领")
    assert shen.sees.title == f"{ITEM} 已认领"
    students_are_asked(office)
    the_president_is_told(office, gu)
    it_turns_red(office, liu)
    it_is_done_in_the_end(office, shen, liu, gu)
    waits_until(office, "2027-01-08T09:00")
    gu.presses("又坏了")
    gu.says("又灭了三盏")
    assert office.case(ITEM).state == Supervision.DOING
    assert "重开 1 次" in liu.saw("又坏了").text


def decided(shen: Someone) -> None:
    """A sentence becomes an item; she corrects one line and confirms."""
    shen.says("督办 两周内完成东区路灯改造，后勤处牵头，基建处配合")
    for words in ("完成东区路灯改造", "总务处", "刘建平", "12月14日周一", "照片", "基建处"):
        assert words in shen.sees.text, words
    shen.says("不对，交办人是顾明远")
    assert "顾明远" in shen.sees.text
    shen.presses("提交")
    assert shen.sees.title == f"已立项，单号 {ITEM}"


def students_are_asked(office: Office) -> None:
    """Three lamps are repaired: two stars are asked about and called about, five are praise, silence is neither."""
    lin, chen, yu, zhou = (office.person(one) for one in ("lin", "chen", "yu", "zhou"))
    for userid, place in (("lin", "e3"), ("chen", "t1"), ("yu", "library")):
        number = report(office, userid, at=place)
        finish(office, number)
        office.person(userid).says(f"确认修好 {number}")
    office.passes(hours=6)
    for one in (lin, chen, yu):
        assert sum("这次维修您满意吗" in seen.text for seen in one.all) == 1
    chen.presses("5★")
    lin.presses("2★")
    lin.presses("来得慢")
    lin.presses("就这些")
    lin.says("等了两天")
    assert "来得慢；等了两天" in zhou.saw("请回访 林小雨").text
    zhou.presses("已回访")
    zhou.says("已加派人手")
    assert "已加派人手" in lin.sees.text
    report(office, "li", at="t3")


def the_president_is_told(office: Office, gu: Someone) -> None:
    """A card, a picture, a page; a figure opens its rows; what lies is urged at once."""
    waits_until(office, "2026-12-04T17:00")
    card = gu.saw("需要您过问的")
    assert gu.items[-1].kind == "image"
    with office.service.storage.reading() as work:
        digest = next(one.id for one in work.digests.recent(9) if one.name == "weekly")
    page = opened(office, f"/workbench/digest/{digest}", of="gu").text
    assert "50.0% 1/2" in satisfied(page)  # five stars and two; silence is neither
    assert "区间 9%–91%" in satisfied(page)
    rows = opened(office, f"/workbench/digest/{digest}/late", of="gu").text
    assert "R-0004" in rows
    button = next(label for label in card.buttons if label == "催办 R-0004")
    before = {one: len(office.person(one).items) for one in ("wu", "zheng", "sun")}
    gu.presses(button)
    urged = [
        one for one, count in before.items() if any("顾明远催办" in s.title for s in office.person(one).all[count:])
    ]
    assert urged


def satisfied(page: str) -> str:
    """The line of the page that says how many were satisfied."""
    found = re.search(r"满意率.{0,600}", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))
    assert found is not None
    return found[0]


def it_turns_red(office: Office, liu: Someone) -> None:
    """Reminded at the rhythm, reported with a picture; yellow, orange and red call one level more each."""
    waits_until(office, "2026-12-08T09:00")
    assert f"督办 {ITEM} 该报进展了" in titles(office, "liu")
    liu.presses("报进展")
    liu.says("换了一半灯杆")
    liu.says("50%")
    liu.sends_a_photo()
    assert "换了一半灯杆" in office.person("gu").saw("有新进展").text
    for moment, colour, called in (
        ("2026-12-10T17:00", "黄色", "liu"),
        ("2026-12-14T08:30", "橙色", "gu"),
        ("2026-12-15T08:30", "红色", "fang"),
    ):
        waits_until(office, moment)
        assert f"{ITEM} 已转{colour}" in titles(office, called)


def it_is_done_in_the_end(office: Office, shen: Someone, liu: Someone, gu: Someone) -> None:
    """More time by consent, with the first date beside it; no evidence, no end; whoever asked is told."""
    liu.presses("申请延期")
    liu.says("12月25日前")
    liu.says("灯杆到货晚")
    shen.presses("准予延期")
    assert "原定 12月14日周一 17:30，延期 1 次" in gu.saw("已延期").text
    liu.presses("报办结")
    liu.says("全换好了")
    liu.presses("跳过")
    assert "没有照片不能报办结" in liu.sees.text
    office.passes(minutes=5)
    liu.presses("报办结")
    liu.says("全换好了")
    liu.sends_a_photo()
    shen.presses("核对通过")
    assert gu.saw("已办结").title == f"{ITEM} 已办结"
