"""The picture of a digest: Chinese is really drawn, what people named is escaped, and it is there in time (issue 6)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from bot.pictures.__main__ import rendered
from bot.pictures.charts import draw
from bot.pictures.studio import drawn
from bot.pictures.svg import Sheet, fitted, width
from flows.digest.content import Content, Told, Unit

WORDS = dict.fromkeys(
    (
        "results",
        "process",
        "target",
        "met",
        "missed",
        "before",
        "daily",
        "sorts",
        "units",
        "opened",
        "ended",
        "cases",
        "elsewhere",
        "too_few",
    ),
    "字",
) | {"empty": "没有可算的：", "and": "、"}
TOLD = Told(
    "n", "报修办结率", "result", "95.3%", "", "不低于 95%", "94.1%", 20, 21, True, True, "", "", "", "", ""
)  # fmt: skip
CONTENT = Content(
    "周报", "云岭大学", "<script>&", "11月", (TOLD,), ("报修办结率",), (Unit("东区维修组", 9, ("88.9%",), (889,)),), (),
    (("11.20", 3, 1), ("11.21", 0, 2)), (("报修", 3),), (), (), WORDS,
)  # fmt: skip


def picture_of(words: str) -> bytes:
    sheet = Sheet(200)
    sheet.text(10, 40, words, 24)
    return rendered(sheet.done(60))


def test_chinese_is_drawn_and_each_sign_as_itself() -> None:
    """Without its font the renderer draws nothing, in silence; a box for every sign would make all alike."""
    assert len({picture_of(words) for words in ("", "办结", "响应", "䶮喆")}) == 4


def test_the_same_digest_gives_the_same_picture_in_time() -> None:
    """To the last byte, through the process of its own; the figure of two seconds is measured on a quiet machine."""
    began = time.perf_counter()
    first = asyncio.run(drawn(draw(CONTENT)))
    assert time.perf_counter() - began < 10
    assert first == rendered(draw(CONTENT))
    assert first.startswith(b"\x89PNG")


def test_names_are_words_and_never_markup() -> None:
    """Whatever a department is called."""
    assert "&lt;script&gt;&amp;" in draw(CONTENT)
    assert "<script>" not in draw(CONTENT)


def test_what_does_not_fit_is_cut() -> None:
    """With a sign that it goes on."""
    assert fitted("信息工程学院计算机系", 13, 60).endswith("\u2026")
    assert width(fitted("信息工程学院计算机系", 13, 60), 13) <= 60


def test_nothing_that_matters_is_cut() -> None:
    """Issue 6, read on a phone: half a number is another number; what it is, and the names of units, can be read."""
    many = replace(TOLD, value="100.0%", hits=12999, over=12999)
    names = [f"后勤保障与资产管理处第{sign}维修中心" for sign in "一二三四五六七八九十"]
    units = tuple(Unit(name, 9, ("88.9%",), (889,)) for name in names)
    long = replace(TOLD, value="12 小时 59 分", is_share=False)
    svg = draw(replace(CONTENT, title="月报", scope="信息工程学院" * 6, figures=(many, long), units=units))
    assert "12999/12999" in svg
    assert "12 小时 59 分" in svg
    assert "\u2026月报" in svg
    assert all(name in svg for name in names[:8])
    assert names[8] not in svg
    assert WORDS["elsewhere"] in svg


def test_units_without_a_figure_have_no_bar() -> None:
    """P4: small groups are not told of, nor is a chart drawn of none."""
    few = Unit("图书馆", 2, ("少于 5 件，不单列",), (-1,))
    assert "图书馆" not in draw(replace(CONTENT, units=(*CONTENT.units, few)))
    assert "报修办结率" not in draw(replace(CONTENT, figures=(), units=(few,)))
