"""The durable core without HTTP: groups, backlogs, mass notices, timers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.figures import Figure, at_least, at_most, median, say
from benchmarks.running import Places
from benchmarks.servers import config, stub
from benchmarks.traffic import CYCLE
from bot.app import Service, settle_memory
from bot.clock import SystemClock
from bot.reception import _admitted
from flows.cards import Card, Receipt, content_to_json
from flows.events import Event, Said
from handlers.dispatcher import GROUP
from storage.columns import EPOCH
from storage.engine import Storage
from storage.records import Admitted, Lane

PEOPLE = 2000
ROUNDS = 5


class Core:
    """A service whose loops are turned by hand."""

    def __init__(self, places: Places, url: str, group: int = GROUP) -> None:
        self.service = Service(config(url, places.folder(), 1), SystemClock())
        self.calls = stub(self.service)
        self.service.dispatcher._group = group
        if group < GROUP:
            self.service.delivery._claim._limit = group
        self._said = 0
        settle_memory()  # as a service does once it is up

    def arrivals(self, count: int) -> list[Admitted]:
        """So many new messages."""
        now = SystemClock().now()
        numbers = range(self._said, self._said + count)
        self._said += count
        return [
            _admitted(Event(f"{n}", "wecom", f"p{n % PEOPLE}", now, Said(CYCLE[n // PEOPLE % len(CYCLE)])))
            for n in numbers
        ]

    def admit(self, arrivals: list[Admitted]) -> None:
        self.service.reception._write(arrivals)

    def handle(self) -> int:
        return self.service.dispatcher.step(SystemClock().now())

    async def deliver(self) -> None:
        while await self.service.delivery.step():
            pass

    def close(self) -> None:
        self.service.workers.close()
        self.service.storage.close()


def timed(deed: Callable[[], object]) -> float:
    """Seconds a deed takes."""
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def _cycle(places: Places, kind: str, count: int, group: int) -> float:
    """Events a second from admission until all it led to is delivered, so many sharing a transaction."""
    core = Core(places, places.url(kind, PEOPLE), group)
    batches = [core.arrivals(group) for _ in range(count // group)]

    async def whole() -> None:
        for batch in batches:
            core.admit(batch)
            core.handle()
            await core.deliver()

    seconds = timed(lambda: asyncio.run(whole()))
    core.close()
    return len(batches) * group / seconds


def groups(places: Places) -> list[Figure]:
    """Grouped against one transaction an event, the same code, the whole cycle: the median of some rounds."""
    figures = []
    for kind, wanted in (("SQLite", 20), ("PostgreSQL", 6)):
        rounds = []
        for _ in range(ROUNDS):
            say(f"groups on {kind}")
            rounds.append((_cycle(places, kind, 10_240, GROUP), _cycle(places, kind, 500, 1)))
        grouped, single = (median([one[at] for one in rounds]) for at in range(2))
        times = median([together / alone for together, alone in rounds])
        note = f"{grouped:,.0f}/s, one by one {single:,.0f}/s"
        figures.append(at_least(f"{kind}: grouped over one transaction an event", times, wanted, note=note))
    return figures


def backlog(places: Places) -> list[Figure]:
    """Handling with 10,000 arrivals waiting against handling them as they come."""
    figures = []
    for kind in ("SQLite", "PostgreSQL"):
        say(f"backlog on {kind}")
        fresh, late = Core(places, places.url(kind, PEOPLE)), Core(places, places.url(kind, PEOPLE))
        without = with_ = 0.0
        for _ in range(10_000 // GROUP):
            fresh.admit(fresh.arrivals(GROUP))
            without += timed(fresh.handle)
        late.admit(late.arrivals(10_000))
        for _ in range(10_000 // GROUP):
            with_ += timed(late.handle)
        fresh.close()
        late.close()
        note = f"{10_000 / with_:,.0f}/s"
        figures.append(
            at_least(f"{kind}: draining 10,000, over the rate without backlog", without / with_, 0.7, note=note)
        )
    return figures


def everybody(places: Places) -> list[Figure]:
    """One notice to 50,000 people."""
    say("50,000 people")
    url = places.url("SQLite", 50_000)
    core = Core(places, url, 1000)
    marks: set[int] = set()
    channel: Any = core.service.channels["wecom"]
    send = channel.send

    async def counted(to: Sequence[str], card: Card, mark: int) -> Receipt:
        marks.add(mark)
        receipt: Receipt = await send(to, card, mark)
        return receipt

    channel.send = counted
    content = content_to_json(Card(body="x"))
    now = SystemClock().now()
    with core.service.storage.work() as work:
        for person in range(1, 50_001):
            work.outbox.put(person, content, now=now, lane=Lane.TASK)
    seconds = timed(lambda: asyncio.run(core.deliver()))
    core.close()
    whole = len({account for account, _, _ in core.calls}) == len(core.calls) == 50_000
    figure = at_most("calls to message/send for one notice to 50,000 people", len(marks), 50, note=f"{seconds:.1f} s")
    return [figure if whole else Figure(figure.what, "not everybody", figure.wanted, holds=False)]


def timers(places: Places) -> list[Figure]:
    """Looking for due timers among a thousand pending ones and among a million."""
    figures = []
    for kind in ("SQLite", "PostgreSQL"):
        say(f"timers on {kind}")
        small, large = (_with_timers(places.url(kind), count) for count in (1_000, 1_000_000))
        now = SystemClock().now()
        taken: dict[Storage, list[float]] = {small: [], large: []}
        for _ in range(400):
            for storage, times in taken.items():
                times.append(timed(partial(_look, storage, now)))
        few, many = median(taken[small]), median(taken[large])
        note = f"{many * 1e6:,.0f} µs"
        figures.append(at_most(f"{kind}: finding due timers among 1,000,000, over 1,000", many / few, 1.5, note=note))
        small.close()
        large.close()
    return figures


def _look(storage: Storage, now: datetime) -> None:
    with storage.work() as work:
        if work.timers.due(now, 500):
            raise AssertionError("none is due")


def _with_timers(url: str, count: int) -> Storage:
    storage = Storage(url)
    later = (SystemClock().now() + timedelta(days=1) - EPOCH) // timedelta(microseconds=1)
    numbers = (
        f"generate_series(1, {count}) AS s(n)"
        if not storage.is_sqlite
        else f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s"
    )
    with storage._engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO timers (subject, name, due_at) SELECT 'case:' || n, 'halfway', {later} + n FROM {numbers}"
        )
        connection.exec_driver_sql("ANALYZE")
    return storage
