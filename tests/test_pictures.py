"""The picture of a digest: Chinese is really drawn, what people named is escaped, and it is there in time (issue 6)."""

from __future__ import annotations

import asyncio
import time

from bot.pictures.__main__ import rendered
from bot.pictures.charts import draw
from bot.pictures.studio import drawn
from bot.pictures.svg import Sheet, fitted, width
from flows.digest.content import Content, Told, Unit

WORDS = dict.fromkeys(
    ("results", "process", "target", "met", "missed", "before", "daily", "sorts", "units", "opened", "ended", "cases"),
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
