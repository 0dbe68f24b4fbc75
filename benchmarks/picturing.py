"""The picture of a digest, through the process that draws it."""

from __future__ import annotations

import asyncio
import time

from benchmarks.figures import Figure, at_most, median, say
from benchmarks.running import Places
from bot.pictures.charts import draw
from bot.pictures.studio import drawn
from flows.digest.content import Content, Told, Unit

ROUNDS = 9
_WORDS = ("results", "process", "target", "met", "missed", "before", "daily", "sorts", "units", "opened", "ended")
_MORE = ("cases", "elsewhere", "too_few", "empty", "and", "weekly", "persons")


def pictured(_places: Places) -> list[Figure]:
    """A full week: ten figures of each kind, eight units, seven days, five kinds of cases."""
    say("a digest's picture")
    svg = draw(_week())
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        asyncio.run(drawn(svg))
        taken.append(time.perf_counter() - began)
    return [at_most("a digest's picture", median(taken), 2, "s")]


def _week() -> Content:
    figures = tuple(
        Told(f"{kind}{n}", f"报修办结率{n}", kind, "95.3%", "", "不低于 95%", "94.1%", 20, 21, True, True, *[""] * 5)
        for kind in ("result", "process")
        for n in range(10)
    )
    units = tuple(Unit(f"后勤保障部第{n}维修中心", 9, ("88.9%",), (889,)) for n in range(8))
    return Content(
        "周报", "云岭大学", "全校", "11月16日至22日", figures, ("报修办结率",), units, (),
        tuple((f"11.{day}", day, day - 1) for day in range(16, 23)),
        tuple((f"事项{n}", 10 - n) for n in range(5)), (), (), dict.fromkeys((*_WORDS, *_MORE), "字"),
    )  # fmt: skip
