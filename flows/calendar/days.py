"""One day as the office has it: what kind it is, after what it is called, and its hours of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

ZERO, ONE_DAY = timedelta(0), timedelta(days=1)


class Kind(StrEnum):
    """What makes a day what it is; REST is one that simply has no hours."""

    ORDINARY = "ordinary"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    CLOSED = "closed"
    VACATION = "vacation"


@dataclass(frozen=True, slots=True)
class Day:
    """`spans` are instants in UTC, in order; `known` is false where the year's holidays are not announced yet."""

    on: date
    kind: Kind
    name: str
    spans: tuple[tuple[datetime, datetime], ...]
    known: bool
    working: timedelta

    @classmethod
    def of(cls, day: date, kind: Kind, name: str, spans: tuple[tuple[datetime, datetime], ...], *, known: bool) -> Day:
        """A day with the sum of its spans."""
        return cls(day, kind, name, spans, known, sum((ends - begins for begins, ends in spans), ZERO))
