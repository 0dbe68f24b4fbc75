"""Set times: cron or the words of an office, and where they fall when nobody works on that day."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from flows.calendar import Calendar
from flows.vocabulary import vocabulary

_DAY = timedelta(days=1)
_TRIED = 4000
"""So many times in a row may be skipped before a schedule counts as one that never comes."""
_NAMED = re.compile(r"[0-9*,/-]+ [0-9*,/-]+ (?:[0-9*,/-]+|last) [0-9a-z*,/-]+ (?P<weekday>[a-z*,-]+)")
_LONGEST = 120
"""No holiday has so many days; a calendar without a working day near is taken as it is."""


class Holiday(StrEnum):
    """What becomes of a time on a day without work: moved before or after, dropped, or kept all the same."""

    BEFORE = "before"
    AFTER = "after"
    SKIP = "skip"
    KEEP = "keep"


class Cron(Protocol):
    """Instants after each other, as a line of cron has them."""

    def after(self, at: datetime) -> datetime | None:
        """The first one later than this; None when there is none any more."""


Reckon = Callable[[str], Cron]
"""Makes a line of cron into times in the office's zone; raises ValueError on one it does not understand."""


@dataclass(frozen=True, slots=True)
class Written:
    """A line of cron, the policy that the words themselves ask for, and the only week of a term it is for, if any."""

    line: str
    asked: Holiday | None = None
    week: int = 0


def read_at(text: str) -> Written:
    """What was written; raises ValueError on anything else.

    Weekdays have names: 1 is Monday in one cron and Tuesday in another. A day of the month together with a weekday
    is "or" in one and "and" in another, so only one of the two may be given.
    """
    line = " ".join(text.lower().split())
    fields = _NAMED.fullmatch(line)
    if fields is not None:
        if fields["weekday"] != "*" and line.split()[2] != "*":
            raise ValueError(text)
        return Written(line)
    return _in_words("".join(text.split()))


def _in_words(text: str) -> Written:
    grammar = vocabulary("schedules")
    clock = re.fullmatch(grammar["clock"], text)
    if clock is None:
        raise ValueError(text)
    for form in grammar["form"]:
        found = re.fullmatch(form["says"], clock[1])
        if found is not None:
            parts = found.groupdict()
            names = re.sub(grammar["and"], "", parts.get("weekdays") or "")
            parts["weekdays"] = ",".join(grammar["weekdays"][name] for name in names)
            line = form["cron"].format(hour=int(clock[2]), minute=int(clock[3]), **parts)
            week = parts.get("week") or "0"
            week = grammar["weeks"].get(week, week)
            return Written(line, Holiday(form["holiday"]) if "holiday" in form else None, int(week))
    raise ValueError(text)


@dataclass(frozen=True, slots=True)
class Times:
    """When something is done: a line of cron, laid on the days the office works; in one week of a term only, if any."""

    cron: Cron
    holiday: Holiday
    zone: ZoneInfo
    week: int = 0

    def after(self, at: datetime, calendar: Calendar) -> datetime | None:
        """The first time later than this, in UTC; None when there is none."""
        found: datetime | None = self._from(at, calendar)
        for _ in range(_TRIED):
            found = self.cron.after(found) if found is not None else None
            if found is None:
                return None
            moved = self._moved(found, calendar) if self._is_its_week(found, calendar) else None
            if moved is not None and moved > at:
                return moved.astimezone(UTC)
        return None

    def last(self, since: datetime, until: datetime, calendar: Calendar) -> datetime | None:
        """The newest time in this span, both ends included; looked for where it is likely first."""
        for back in (_DAY, 40 * _DAY, 400 * _DAY):
            found = None
            following = self.after(max(since, until - back) - timedelta(microseconds=1), calendar)
            while following is not None and following <= until:
                found, following = following, self.after(following, calendar)
            if found is not None or until - back <= since:
                return found
        return None

    def _from(self, at: datetime, calendar: Calendar) -> datetime:
        """From where on a time may still fall later than `at`: what is put off may come from days before."""
        if self.holiday is not Holiday.AFTER:
            return at
        day = _near(at.astimezone(self.zone).date() - _DAY, -1, calendar)
        return datetime.combine(day + _DAY, time(0), self.zone) - timedelta(microseconds=1)

    def _is_its_week(self, at: datetime, calendar: Calendar) -> bool:
        """Weeks of a term are counted from the one its first day lies in."""
        day = at.astimezone(self.zone).date()
        for term in calendar.plan.terms if self.week and calendar.plan else ():
            if isinstance(term.first, date) and isinstance(term.last, date) and day <= term.last:
                monday = term.first - term.first.weekday() * _DAY
                if (day - monday).days // 7 + 1 == self.week:
                    return True
        return not self.week

    def _moved(self, at: datetime, calendar: Calendar) -> datetime | None:
        here = at.astimezone(self.zone)
        if self.holiday is Holiday.KEEP or calendar.works_on(here.date()):
            return here
        if self.holiday is Holiday.SKIP:
            return None
        day = _near(here.date(), -1 if self.holiday is Holiday.BEFORE else 1, calendar)
        return datetime.combine(day, here.timetz())


def _near(day: date, step: int, calendar: Calendar) -> date:
    """This day or the nearest working day in that direction."""
    found = day
    for _ in range(_LONGEST):
        if calendar.works_on(found):
            return found
        found += step * _DAY
    return day
