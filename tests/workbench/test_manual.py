"""The manual at the workbench: for everybody to read, for the office what it lacks (O1, O4)."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from handlers.workbench.markdown import Block, Kind, Piece, blocks
from tests.office import Office
from tests.workbench.browser import Browser, signed_in
from tests.workbench.test_pages import plain


def test_everybody_who_is_signed_in_reads_the_manual(told: Office) -> None:
    """O1, Q2: title, version, department, owner, all parts; whoever has not signed in is led there and back."""
    browser = signed_in(told, "lin")
    assert "图书馆开放时间与借书" in plain(browser.get("/workbench/manual"))
    page = plain(browser.get("/workbench/manual/library"))
    for fact in ("版本 2026-09-10", "负责人 江丽", "步骤", "办理部门", "表格", "时限", "常见问题", "22:30 关门"):
        assert fact in page
    assert Browser(told).get("/workbench/manual/library").location == "/workbench/?next=/workbench/manual/library"
    assert browser.get("/workbench/manual/nothing").status == 404


def test_the_manual_is_searched_as_it_is_in_the_chat(told: Office) -> None:
    """O4."""
    browser = signed_in(told, "lin")
    found = browser.get(f"/workbench/manual?q={quote('饭卡掉了咋整')}").text
    assert "/workbench/manual/campus-card" in found
    assert "/workbench/manual/library" not in found
    nothing = browser.get(f"/workbench/manual?q={quote('<b>怎么转专业')}").text
    assert "没有找到" in nothing
    assert "<b>" not in nothing


def test_the_office_sees_what_the_manual_lacks_and_nobody_else(school: Office) -> None:
    """O4, Q2: questions passed on with what was answered, answers of no use without a name."""
    lin, shen = school.person("lin"), school.person("shen")
    lin.says("请人回答 游泳馆什么时候建好")
    shen.presses("回答")
    shen.says("明年九月。")
    lin.says("图书馆几点关门")
    lin.presses("没用")
    page = plain(signed_in(school, "zhao").get("/workbench/questions"))
    for fact in (
        "Q-0001 游泳馆什么时候建好",
        "已回答",
        "明年九月。 沈洁",
        "图书馆几点关门 图书馆开放时间与借书",
        "0 1",
    ):
        assert fact in page
    assert "林小雨" not in page
    assert signed_in(school, "lin").get("/workbench/questions").status == 403
    school.passes(days=31)
    assert "Q-0001" not in signed_in(school, "zhao").get("/workbench/questions").text


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        ("一\n二\n\n三", [Kind.WORDS, Kind.WORDS]),
        ("1. 一\n2. 二\n- 三", [Kind.NUMBERS, Kind.BULLETS]),
        ("2026 年起\n3.5 元一份", [Kind.WORDS]),
        ("", []),
    ],
)
def test_lines_of_a_kind_stand_together(markdown: str, read: list[Kind]) -> None:
    assert [block.kind for block in blocks(markdown)] == read


def test_only_links_to_pages_are_links() -> None:
    """Threat model: what an editor pastes runs nothing."""
    words = "见[表](https://a.example/x)，[别点](javascript:alert(1))，**要紧**<b>"
    assert blocks(words) == [
        Block(
            Kind.WORDS,
            (
                (
                    Piece("见"),
                    Piece("表", url="https://a.example/x"),
                    Piece("，[别点](javascript:alert(1))，"),
                    Piece("要紧", bold=True),
                    Piece("<b>"),
                ),
            ),
        )
    ]
