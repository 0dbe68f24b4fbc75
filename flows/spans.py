"""Spans of time in the office's zone, made of days and hours, and how they are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.vocabulary import vocabulary

Works = Callable[[date], bool]
FIRST, LAST = time(0), time(23, 59)
WAKING = range(7, 22)
"""The hours somebody means who says an hour without saying which half of the day."""
EVENING = 22
"""Until when somebody is there who only says from when."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another; `open` is whether any time will do."""

    begins: datetime
    ends: datetime
    open: bool = False

    def value(self) -> Mapping[str, object]:
        """As the answer to a question."""
        return {"from": self.begins.isoformat(), "until": self.ends.isoformat(), "text": self.text}

    @property
    def text(self) -> str:
        """Said with date and weekday, as it is echoed."""
        words: dict[str, str] = vocabulary("moments")["text"]
        begins, ends = _day(self.begins), _day(self.ends)
        same = self.begins.date() == self.ends.date()
        whole = self.begins.time() == FIRST and self.ends.time() == LAST
        if self.open:
            return words["any"].format(last=ends)
        if whole:
            return begins if same else words["dates"].format(date=begins, last=ends)
        clock, until = f"{self.begins:%H:%M}", f"{self.ends:%H:%M}"
        if self.begins == self.ends:
            return words["at"].format(date=begins, clock=clock)
        shape = "span" if same else "long"
        return words[shape].format(date=begins, clock=clock, last=ends, until=until)


def _day(at: datetime) -> str:
    words = vocabulary("moments")["text"]
    said: str = words["date"].format(month=at.month, day=at.day, weekday=words["weekdays"][at.weekday()])
    return said


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """An instant of a day."""
    return datetime.combine(day, clock, zone)


def hour_of(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    """An instant by its hour; 24 is the last minute of the day."""
    return at(day, LAST if hour >= 24 else time(hour, minute), zone)


def whole(first: date, last: date, zone: ZoneInfo) -> Span:
    """From the first minute of one day to the last of another."""
    return Span(at(first, FIRST, zone), at(last, LAST, zone))


def end_of_month(day: date) -> date:
    """The last day of its month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def later(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    return min(end_of_month(first), first + timedelta(days=day.day - 1))


def working_day(after: date, count: int, works: Works) -> date:
    """The so-manieth working day after a day; a calendar without any gives up after three years."""
    day = after
    for _ in range(1100):
        day += timedelta(days=1)
        count -= works(day)
        if count <= 0:
            return day
    return after


def holiday(name: str, today: date) -> tuple[date, date] | None:
    """The next holiday of that name, with its first and last day; None when its date is not written down."""
    grammar = vocabulary("moments")
    for year in (today.year, today.year + 1):
        span = grammar["holidays"].get(name) or grammar["moving"][name].get(str(year))
        if span is None:
            continue
        first, last = (date(year, month, day) for month, day in span)
        if last + timedelta(days=14) >= today:
            return first, last
    return None
