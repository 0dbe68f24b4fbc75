"""Is it alive, is it ready, and the counters: /healthz, /readyz, /metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics, generate_latest

from bot.workers import Workers
from storage.engine import Storage, Unreachable

SLOW = timedelta(seconds=60)
"""An arrival or a notice that waits longer than this means a queue does not move."""


class Metrics:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no annotations
        self.registry = CollectorRegistry()
        self.admitted = self._counter("inbox_admitted", "distinct arrivals taken", "channel")
        self.sent = self._counter("outbox_sent", "notices delivered", "channel")
        self.dead = self._counter("outbox_dead", "notices given up", "channel")
        self.refused = self._counter("door_refused", "callbacks refused at the door", "reason")
        self.failed = self._counter("inbox_failed", "failures while handling an arrival", "outcome")
        self.model = self._counter("model_requests", "words a model was asked about", "outcome")
        self.rules = self._counter("rules_read", "readings of the rules while running", "outcome")
        self.waiting = self._gauge("queue_waiting", "rows waiting", "queue")
        self.age = self._gauge("queue_oldest_seconds", "age of the oldest waiting row", "queue")
        metered = ("channel", "kind")
        self.used = self._gauge("platform_used", "used this month of what a platform counts", *metered)
        self.limit = self._gauge("platform_limit", "how much there is a month, 0 if not known", *metered)
        self.forecast = self._gauge("platform_forecast", "what it comes to by the end of the month", *metered)

    def _counter(self, name: str, text: str, label: str) -> Counter:
        return Counter(f"xiaoban_{name}", text, [label], registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"xiaoban_{name}", text, labels, registry=self.registry)

    def text(self) -> bytes:
        """Prometheus text."""
        return generate_latest(self.registry)


@dataclass(frozen=True, slots=True)
class State:
    """What /readyz says; `warnings` are what somebody should look at while the work goes on."""

    ready: bool
    reasons: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Health:
    """Looks at the database, the queues, and what the platforms last said."""

    storage: Storage
    workers: Workers
    metrics: Metrics
    paused: Mapping[str, tuple[datetime, str]]
    warned: Callable[[datetime], Sequence[str]]
    ticked_at: datetime | None = None
    stopping: bool = False

    async def state(self, now: datetime) -> State:
        """Whether this process does its work right now, and if not, why."""
        if self.stopping:
            return State(False, ("stopping",))
        try:
            return await asyncio.wait_for(self.workers.run(self._look, now), timeout=8)
        except (Unreachable, TimeoutError) as error:
            return State(False, (f"database: {error or 'no answer in time'}",))

    def _look(self, now: datetime) -> State:
        reasons: list[str] = []
        with self.storage.work() as work:
            work.touch()
            queues = {"inbox": work.inbox.pending(), "outbox": work.outbox.waiting(now)}
            parked = len(work.inbox.odd(1000))
            dead = len(work.outbox.dead(1000))
        for queue, (count, since) in queues.items():
            age = (now - since).total_seconds() if since else 0.0
            self.metrics.waiting.labels(queue).set(count)
            self.metrics.age.labels(queue).set(age)
            if since and now - since > SLOW:
                reasons.append(f"{queue}: the oldest of {count} waits for {int(age)} s")
        reasons += [f"{name}: {why}" for name, (until, why) in self.paused.items() if until > now]
        if self.ticked_at is not None and now - self.ticked_at > SLOW:
            reasons.append("clock: no tick for a minute")
        figures = {"inbox": queues["inbox"][0], "outbox": queues["outbox"][0], "parked": parked, "dead": dead}
        return State(not reasons, tuple(reasons), tuple(self.warned(now)), figures)
