"""Timetables: spans of work by weekday, and from when until when they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

from flows.misfiled import Misfiled, need

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\s*-\s*(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_YEARLY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")

Span = tuple[timedelta, timedelta]
"""From and until, since midnight."""

Week = tuple[tuple[Span, ...], ...]
"""The spans of each weekday, Monday first, in order."""

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the year with a name; without a `week` it changes no hours.

    Its ends are dates, or month and day of every year, and then it may go over New Year.
    """

    name: str
    first: date | MonthDay
    last: date | MonthDay
    week: Week | None = None

    @property
    def yearly(self) -> bool:
        """Whether it comes back every year."""
        return isinstance(self.first, tuple)

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        if isinstance(self.first, tuple) and isinstance(self.last, tuple):
            at = (day.month, day.day)
            if self.first <= self.last:
                return self.first <= at <= self.last
            return at >= self.first or at <= self.last
        assert isinstance(self.first, date)
        assert isinstance(self.last, date)
        return self.first <= day <= self.last


def read_week(file: str, data: Mapping[str, Any], where: str = "") -> Week | None:
    """The weekdays of a table; None when it names none of them. A day that is left out is free."""
    if not any(day in data for day in WEEKDAYS):
        return None
    return tuple(read_spans(file, where + day, data.get(day, [])) for day in WEEKDAYS)


def read_spans(file: str, key: str, written: object) -> tuple[Span, ...]:
    """Spans of one day such as `["08:00-12:00", "14:00-17:30"]`."""
    if not isinstance(written, list):
        raise Misfiled(file, "bad_span", key=key, text=str(written))
    spans = sorted(_span(file, key, str(text)) for text in written)
    for (_, ends), (begins, _) in pairwise(spans):
        if begins < ends:
            raise Misfiled(file, "spans_overlap", key=key)
    return tuple(spans)


def _span(file: str, key: str, text: str) -> Span:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise Misfiled(file, "bad_span", key=key, text=text)
    begins = timedelta(hours=int(match[1]), minutes=int(match[2]))
    ends = timedelta(hours=int(match[3]), minutes=int(match[4])) if match[3] else timedelta(hours=24)
    if ends <= begins:
        raise Misfiled(file, "bad_span", key=key, text=text)
    return begins, ends


def read_period(file: str, data: Mapping[str, Any], where: str, *, yearly: bool = False) -> Period:
    """A period with its name, `from` and `until`, and hours where it has some."""
    name = need(file, data, "name", str, where)
    first, last = (_end(file, data, key, where, yearly=yearly) for key in ("from", "until"))
    if isinstance(first, tuple) != isinstance(last, tuple):
        raise Misfiled(file, "mixed_ends", key=where.strip())
    if isinstance(first, date) and isinstance(last, date) and last < first:
        raise Misfiled(file, "ends_first", key=where.strip())
    return Period(name, first, last, read_week(file, data, where))


def _end(file: str, data: Mapping[str, Any], key: str, where: str, *, yearly: bool) -> date | MonthDay:
    value = data.get(key)
    if type(value) is date:
        return value
    match = _YEARLY.fullmatch(value) if yearly and isinstance(value, str) else None
    if match is None:
        raise Misfiled(file, "bad_date", key=where + key, text=str(value))
    return int(match[1]), int(match[2])


def in_order(file: str, kind: str, periods: list[Period]) -> tuple[Period, ...]:
    """Those of one year before those of every year; refuses two of a kind that overlap."""
    for one, other in combinations(periods, 2):
        if one.yearly == other.yearly and _overlap(one, other):
            raise Misfiled(file, "periods_overlap", key=kind, one=one.name, other=other.name)
    return tuple(sorted(periods, key=lambda period: period.yearly))


def _overlap(one: Period, other: Period) -> bool:
    if not one.yearly:
        return any(
            a.covers(end) for a, b in ((one, other), (other, one)) for end in (b.first,) if isinstance(end, date)
        )
    days = (date(2024, 1, 1) + timedelta(days=number) for number in range(366))
    return any(one.covers(day) and other.covers(day) for day in days)
