"""What a platform lets us have in a calendar month, what of it is used, and whether it will last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FEW_DAYS = timedelta(days=3)
"""The month's first days are counted as so many: one lively morning says nothing of four weeks."""
MOST = 80
"""Per cent of the month's allowance from which on somebody should know, however the month goes on."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """One kind of use of one platform in this month; a `limit` of 0 is one we do not know."""

    channel: str
    kind: str
    used: int
    limit: int
    forecast: int

    @property
    def percent(self) -> int:
        """How much of the limit is used, in whole per cent."""
        return self.used * 100 // self.limit if self.limit else 0

    @property
    def is_short(self) -> bool:
        """Whether it is nearly used up, or will be before the month ends."""
        return bool(self.limit) and (self.percent >= MOST or self.forecast > self.limit)


def month_of(now: datetime) -> str:
    """The month of a local time, as it is counted under: 2026-11."""
    return f"{now.year}-{now.month:02}"


def forecast(used: int, now: datetime) -> int:
    """What it comes to by the end of the month if it goes on like this; `now` is a local time."""
    begin = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (begin + timedelta(days=32)).replace(day=1)
    second = timedelta(seconds=1)
    whole, passed = (end - begin) // second, max(now - begin, FEW_DAYS) // second
    return -(-used * whole // passed)
