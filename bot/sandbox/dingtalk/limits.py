"""How much the platform lets through: calls of one API a second, calls and pushes a month. protocol/dingtalk.md 0.3"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.dingtalk.faults import DingFaults
from bot.sandbox.dingtalk.settings import DingSettings
from bot.sandbox.wire import Json

Month = tuple[int, int]


class Limits:
    """Counts what is billed; `elapsed` is real time, in seconds."""

    def __init__(self, settings: DingSettings, faults: DingFaults, elapsed: Callable[[], float]) -> None:
        self._settings = settings
        self._faults = faults
        self._elapsed = elapsed
        self._zone = ZoneInfo(settings.timezone)
        self._recent: defaultdict[str, deque[float]] = defaultdict(deque)
        self._calls: Counter[Month] = Counter()
        self._pushes: Counter[Month] = Counter()

    def _month(self, now: datetime) -> Month:
        local = now.astimezone(self._zone)
        return local.year, local.month

    def crowded(self, path: str) -> bool:
        """Whether this call is one too many in its second; counts it if not."""
        now, recent = self._elapsed(), self._recent[path]
        while recent and now - recent[0] >= 1.0:
            recent.popleft()
        if len(recent) >= self._settings.per_second:
            return True
        recent.append(now)
        return False

    def calls_left(self, now: datetime) -> bool:
        """Whether the month has another billed call in it."""
        return not self._faults.calls_spent and self._calls[self._month(now)] < self._settings.month_calls

    def charge_call(self, now: datetime) -> None:
        """One billed call."""
        self._calls[self._month(now)] += 1

    def push(self, now: datetime) -> bool:
        """One billed push; False when the month's are spent, which is when words are kept back."""
        if self._faults.pushes_spent or self._pushes[self._month(now)] >= self._settings.month_pushes:
            return False
        self._pushes[self._month(now)] += 1
        return True

    def spent(self, now: datetime) -> tuple[int, int]:
        """Calls and pushes of this month so far."""
        month = self._month(now)
        return self._calls[month], self._pushes[month]

    def dump(self) -> Json:
        """What the months have cost, for the state file."""
        return {"calls": [[*month, n] for month, n in self._calls.items()],
                "pushes": [[*month, n] for month, n in self._pushes.items()]}  # fmt: skip

    def load(self, kept: Json) -> None:
        """The other way round."""
        self._calls.update({(year, month): n for year, month, n in kept["calls"]})
        self._pushes.update({(year, month): n for year, month, n in kept["pushes"]})
