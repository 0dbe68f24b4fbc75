"""What the calendar file and the announced holidays say together, as one value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flows.calendar.days import Kind
from flows.calendar.official import Notice
from flows.calendar.timetable import Period, Span, Week


@dataclass(frozen=True, slots=True)
class MakeUp:
    """A day of the office's own on which it works: with the hours of a weekday, or its own."""

    name: str
    like: int = 0
    spans: tuple[Span, ...] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Which hours hold on which day. The office's own days go before the announced ones, vacations before terms."""

    week: Week
    timetables: tuple[Period, ...] = ()
    terms: tuple[Period, ...] = ()
    vacations: tuple[Period, ...] = ()
    closings: Mapping[date, str] = field(default_factory=dict)
    make_ups: Mapping[date, MakeUp] = field(default_factory=dict)
    notices: Mapping[int, Notice] = field(default_factory=dict)
    like: int = 0

    def of(self, day: date) -> tuple[Kind, str, tuple[Span, ...]]:
        """What kind of day it is, after what, and its hours."""
        own = self.make_ups.get(day)
        if own is not None:
            return Kind.MAKE_UP, own.name, own.spans or self.teaching(day)[own.like]
        if day in self.closings:
            return Kind.CLOSED, self.closings[day], ()
        notice = self.notices.get(day.year)
        if notice is not None and day in notice.holidays:
            return Kind.HOLIDAY, notice.holidays[day], ()
        vacation = _within(self.vacations, day)
        week = (vacation.week or _NONE) if vacation else self.teaching(day)
        if notice is not None and day in notice.make_ups and any(week[self.like]):
            return Kind.MAKE_UP, notice.make_ups[day], week[self.like]
        spans = week[day.weekday()]
        if vacation and not spans:
            return Kind.VACATION, vacation.name, ()
        return (Kind.ORDINARY if spans else Kind.REST), vacation.name if vacation else "", spans

    def teaching(self, day: date) -> Week:
        """The hours of a day's season or term, whatever vacation it may be."""
        for periods in (self.timetables, self.terms):
            period = _within(periods, day)
            if period is not None and period.week is not None:
                return period.week
        return self.week

    def term(self, day: date) -> str:
        """The term or vacation a day lies in, or nothing."""
        found = _within(self.vacations, day) or _within(self.terms, day)
        return found.name if found else ""

    def digest(self) -> int:
        """A number of 60 bits that is another when any day may be another (F9)."""
        notices = [(n.year, sorted(n.holidays.items()), sorted(n.make_ups.items())) for n in self.notices.values()]
        days = (sorted(self.closings.items()), sorted(self.make_ups.items(), key=lambda one: one[0]), sorted(notices))
        facts = (self.week, self.timetables, self.terms, self.vacations, days, self.like)
        return int(hashlib.sha256(repr(facts).encode()).hexdigest()[:15], 16)


_NONE: Week = ((),) * 7


def _within(periods: tuple[Period, ...], day: date) -> Period | None:
    return next((period for period in periods if period.covers(day)), None)
