"""Counting working time: when so much of it has passed, and how much lies between two instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.calendar.days import ONE_DAY, ZERO, Day
from flows.calendar.plan import Plan
from flows.calendar.timetable import Span

NOVEMBER = 11
"""When the State Council usually announces the next year."""

REMEMBERED = 4000
"""Days kept ready; more are counted anew."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How much of a day was counted."""

    day: Day
    working: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """When `working` has passed since `start`, and what was counted day by day; no days where every hour counts."""

    at: datetime
    start: datetime
    working: timedelta
    days: tuple[Counted, ...] = ()


class Calendar:
    """Answers about working time; knows no clock. Without a plan every hour counts, day and night."""

    def __init__(self, zone: ZoneInfo, plan: Plan | None) -> None:
        self.zone = zone
        self.plan = plan
        self._days: dict[date, Day] = {}

    @property
    def digest(self) -> int:
        """What tells this calendar from another (F9)."""
        return self.plan.digest() if self.plan else 0

    def is_announced(self, year: int) -> bool:
        """Whether the holidays of a year are known."""
        return self.plan is None or year in self.plan.notices

    def missing(self, now: datetime) -> list[int]:
        """The years whose holidays should be known and are not: this one, and the next from 1 November on."""
        today = now.astimezone(self.zone).date()
        years = [today.year, *([today.year + 1] if today.month >= NOVEMBER else [])]
        return [year for year in years if not self.is_announced(year)]

    def day(self, date: date) -> Day:
        """A day with its hours."""
        found = self._days.get(date)
        if found is None:
            assert self.plan is not None
            found = self._make(date, self.plan)
            if len(self._days) >= REMEMBERED:
                self._days.clear()
            self._days[date] = found
        return found

    def _make(self, date: date, plan: Plan) -> Day:
        kind, name, spans = plan.of(date)
        instants = self._instants(date, spans) if spans else ()
        return Day.of(date, kind, name, instants, known=date.year in plan.notices)

    def _instants(self, date: date, spans: tuple[Span, ...]) -> tuple[tuple[datetime, datetime], ...]:
        midnight = datetime.combine(date, time(0), self.zone)
        if midnight.utcoffset() == (midnight + ONE_DAY).utcoffset():
            start = midnight.astimezone(UTC)
            return tuple((start + begins, start + ends) for begins, ends in spans)
        found = (((midnight + begins).astimezone(UTC), (midnight + ends).astimezone(UTC)) for begins, ends in spans)
        return tuple((begins, ends) for begins, ends in found if begins < ends)  # an hour that is left out may be one

    def works_on(self, date: date) -> bool:
        """Whether there is work on a day at all."""
        return self.plan is None or bool(self.day(date).spans)

    def is_working(self, at: datetime) -> bool:
        """Whether it is working time; the end of a span is not."""
        return self.next_working(at) == at

    def next_working(self, at: datetime) -> datetime:
        """This instant if it is working time, else the beginning of the next span."""
        if self.plan is None:
            return at
        date = at.astimezone(self.zone).date()
        while True:
            for begins, ends in self.day(date).spans:
                if at < ends:
                    return at if begins <= at else begins.astimezone(at.tzinfo)
            date += ONE_DAY

    def after(self, start: datetime, working: timedelta) -> Due:
        """When so much working time has passed: the earliest such instant, which may be the end of a span."""
        start, left = start.astimezone(UTC), working
        if self.plan is None or working <= ZERO:
            return Due(start + max(working, ZERO), start, working)
        days: list[Counted] = []
        first = date = start.astimezone(self.zone).date()
        while True:
            day, before = self.day(date), left
            if date > first and left > day.working:
                left -= day.working  # a whole day
            else:
                for begins, ends in day.spans:
                    counted = min(left, max(ends - max(begins, start), ZERO))
                    left -= counted
                    if counted and left == ZERO:
                        days.append(Counted(day, before))
                        return Due(max(begins, start) + counted, start, working, tuple(days))
            days.append(Counted(day, before - left))
            date += ONE_DAY

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between; nothing when the end comes first."""
        if self.plan is None:
            return max(end - start, ZERO)
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        passed, date = ZERO, first
        while date <= last:
            day = self.day(date)
            if first < date < last:
                passed += day.working
            else:
                passed += sum((max(min(ends, end) - max(begins, start), ZERO) for begins, ends in day.spans), ZERO)
            date += ONE_DAY
        return passed

    def end_of_days(self, start: datetime, days: int) -> datetime:
        """When the so-manieth working day ends; the day of the start is not counted.

        As the Civil Code reckons periods of days (articles 201 and 203): they begin on the next day, and end with the
        hours of business.
        """
        if self.plan is None:
            return start + days * ONE_DAY
        date = start.astimezone(self.zone).date()
        while days:
            date += ONE_DAY
            days -= self.works_on(date)
        return self.day(date).spans[-1][1]
