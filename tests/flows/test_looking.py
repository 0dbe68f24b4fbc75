"""How a case stands: asked after by number or button, opened with a click (C6, F43), and what a superior can do."""

from __future__ import annotations

import pytest

from tests.handlers.talk import drafts, reported, tells
from tests.office import Office, Seen
from tests.service.doors import opened

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
LONG = "灯坏了" + FAMILY * 39


def opens(office: Office, seen: Seen) -> str:
    """The page a click on this card opens, within the service."""
    url = str(seen.item.content["card_action"]["url"])
    base = office.config().server.public_url
    assert url.startswith(base)
    return url.removeprefix(base)


def test_a_card_that_was_cut_opens_the_whole(school: Office) -> None:
    """F43: for who reported it and for the crew, with buttons and without, open and closed."""
    lin, wu, zheng = (school.person(userid) for userid in ("lin", "wu", "zheng"))
    tells(lin, "报修", "东区3号楼502", LONG, "提交")
    assert "点开看全文" in lin.saw("已收到").text
    wu.presses("接单")
    for person, words in ((lin, "已收到"), (wu, "归您修"), (zheng, "新报修"), (lin, "有人来修了")):
        assert LONG in opened(school, opens(school, person.saw(words)), of=person.userid).text


def test_a_short_card_opens_its_case_too(school: Office) -> None:
    """P1: without a word about it."""
    reported(school)
    wu = school.person("wu")
    assert "点开看全文" not in wu.sees.text
    assert opens(school, wu.sees) == "/workbench/cases/R-0001"


def test_a_superior_looks_at_what_nobody_takes(school: Office) -> None:
    """G5: the card says whom to ask, shows the case at a tap, and again at a word."""
    reported(school)
    zhou = school.person("zhou")
    school.passes(hours=2)
    assert zhou.sees.title == "R-0001 超过 2 小时没人接单"
    assert zhou.sees.buttons == ["派单", "看进度"]
    assert "也可以回复：派单 R-0001" in zhou.sees.text
    zhou.presses("看进度")
    assert zhou.sees.title == "R-0001 报修：等人接单"
    assert "现在等的是" in zhou.sees.text
    assert "11月24日周二 10:05 林小雨 报修" in zhou.sees.text
    school.person("wu").presses("接单")
    zhou.says("进度 R-0001")
    assert zhou.sees.title == "R-0001 报修：正在修"
    assert "吴建国 接单" in zhou.sees.text


def test_a_superior_looks_at_what_drags_on(school: Office) -> None:
    """G5: the crew is asked for the repair, its superior is shown it."""
    reported(school)
    wu, zhou = school.person("wu"), school.person("zhou")
    wu.presses("接单")
    school.passes(days=2)
    assert wu.saw("还没有修好").buttons == ["修好了", "约时间", "退单", "先等等"]
    assert zhou.saw("还没有修好").buttons == ["派单", "看进度"]
    assert opened(school, opens(school, zhou.saw("还没有修好")), of="zhou").status == 200


@pytest.mark.parametrize("said", ["R-0001", "r1", "进度 R-0001", "R0001进度", "查 ｒ１"])
def test_a_number_is_enough(school: Office, said: str) -> None:
    """C6: who asked sees how it stands, with what can still be done."""
    reported(school)
    lin = school.person("lin")
    lin.says(said)
    assert lin.sees.title == "R-0001 报修：等人接单"
    assert lin.sees.buttons == ["撤回"]
    lin.presses("撤回")
    lin.says(said)
    assert lin.sees.title == "R-0001 报修：已撤回"
    assert lin.sees.buttons == []


def test_who_has_nothing_to_do_with_it_is_told_the_same_as_of_none(school: Office) -> None:
    """F19: by number, by word, by a forged button."""
    reported(school)
    chen = school.person("chen")
    for said in ("R-{}", "进度 R-{}"):
        told = []
        for number in ("0001", "0002"):
            chen.says(said.format(number))
            told.append(chen.sees.text.replace(number, ""))
        assert told[0] == told[1]
        assert "没有您能办的" in told[0]
    for key in ("l:1", "l:2"):
        chen.forges(key, "xb-1-1")
        assert chen.sees.text.startswith("这个按钮已经失效了")


def test_amid_a_form_it_takes_a_word(school: Office) -> None:
    """B4: a room may look like a number; after the answer the question comes again."""
    reported(school)
    lin = school.person("lin")
    tells(lin, "报修", "东区", "进度 R-0001")
    assert lin.saw("等人接单").title == "R-0001 报修：等人接单"
    assert "具体在哪" in lin.sees.text
    lin.says("R-0001")
    assert drafts(school, "lin")[0].answers["place"]["room"] == "R-0001"  # type: ignore[index]  # a table


def test_what_only_looks_like_a_number_is_searched_for(school: Office) -> None:
    """B10: no series of ours begins so."""
    lin = school.person("lin")
    lin.says("B12")
    assert "没看懂" in lin.sees.text
