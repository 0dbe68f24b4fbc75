"""How long it takes to say why something is due, counted over a year of calendar."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure, at_most, quantile, say
from benchmarks.running import Places
from flows.calendar import load_calendar
from flows.deadlines import Running, deadline
from flows.explaining import explain
from flows.limits import read_limit
from flows.texts import Texts

ROUNDS = 200
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 11, 24, 2, tzinfo=UTC)
LIMIT = "248 工作日"


def explained(_places: Places) -> list[Figure]:
    """248 working days from November 2025: a year with its holidays.

    The calendar keeps the days it has made, as it does in the service; the very first time takes longer. Counted is the
    time of the processor, since nothing here waits.
    """
    say(f"a due time over a year of calendar, {ROUNDS} times")
    calendar, texts, limit = load_calendar(None, ZONE), Texts("zh_CN", ZONE), read_limit(LIMIT)
    took = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        explain(deadline(limit, Running(START), calendar), "finish", calendar, texts).full(texts)
        took.append((time.thread_time() - began) * 1000)
    return [at_most("explaining a due time over a year of calendar, p99 of processing", quantile(took, 0.99), 5, "ms")]
