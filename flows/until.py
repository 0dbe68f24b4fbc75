"""A question for a deadline: within two weeks, within ten working days, before a day; always a day that is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.forms import Field, Option, Read, Reading, Unfit
from flows.moments import moments
from flows.numerals import Plain, plain
from flows.spans import LAST, Span, at, later, working_day
from flows.vocabulary import vocabulary

_LONGEST = 366
_FAR = 300
"""Days ahead: a date that lies further is one that has passed."""


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline as it was said between two places of a plain sentence; none that is past has a value."""

    start: int
    end: int
    value: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Until(Field):
    """A question for the day by which something is to be done; weeks are counted in working days of the calendar."""

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        found = term_in(plain(said), reading)
        if found is None:
            raise Unfit("no_deadline")
        if found.value is None:
            raise Unfit("past_time")
        return Read(found.value)

    def lacks(self, value: object) -> str | None:
        return str(value["lacks"]) if isinstance(value, Mapping) and value.get("lacks") else None

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        among = have.get("among") if isinstance(have, Mapping) else None
        return tuple(Option(str(one["until"]), str(one["text"])) for one in among or ())

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        among = have.get("among") if isinstance(have, Mapping) else None
        for one in among or ():
            if one["until"] == value:
                return Read(one)
        raise Unfit("no_such_option", options=[one.label for one in self.choices(have, reading)])

    def show(self, value: object) -> str:
        return str(value.get("text", "")) if isinstance(value, Mapping) else ""


def term_in(said: Plain, reading: Reading) -> Term | None:
    """The first deadline in a sentence."""
    counted = _counted(said, reading) or _next_year(said, reading)
    if counted is not None:
        return counted
    for moment in moments(said, reading.now, reading.zone, reading.works):
        values = [_ending(span.ends) for span in moment.spans if span.ends > reading.now]
        known = {str(one["until"]): one for one in values}
        if len(known) > 1:
            value: Mapping[str, object] | None = {"text": "", "lacks": "reading", "among": list(known.values())}
        else:
            value = next(iter(known.values()), None)
        return Term(moment.start, moment.end, value)
    return None


def _counted(said: Plain, reading: Reading) -> Term | None:
    """Within so many weeks, months or days."""
    grammar = vocabulary("supervision")["until"]
    half = re.search(grammar["half"], said.text)
    found = half or re.search(grammar["within"], said.text)
    if found is None:
        return None
    today = reading.now.astimezone(reading.zone).date()
    day = _days_on(10, today, reading) if half else _later(int(found["n"]), grammar["units"][found["unit"]], reading)
    if day is None:
        return None
    return Term(found.start(), found.end(), _ending(at(day, LAST, reading.zone)))


def _next_year(said: Plain, reading: Reading) -> Term | None:
    """A day of a month that is over this year and comes within the next ten months; elsewhere nobody plans so far."""
    found = re.search(vocabulary("supervision")["until"]["dated"], said.text)
    today = reading.now.astimezone(reading.zone).date()
    if found is None:
        return None
    try:
        this, coming = (date(year, int(found["month"]), int(found["day"])) for year in (today.year, today.year + 1))
    except ValueError:
        return None
    if this >= today or (coming - today).days > _FAR:
        return None
    return Term(found.start(), found.end(), _ending(at(coming, LAST, reading.zone)))


def _later(count: int, unit: str, reading: Reading) -> date | None:
    today = reading.now.astimezone(reading.zone).date()
    if not 1 <= count <= _LONGEST:
        return None
    match unit:
        case "weeks":
            return _days_on(5 * count, today, reading)
        case "months":
            return later(today, count)
        case "workdays":
            return _days_on(count, today, reading)
        case _:
            return today + timedelta(days=count)


def _days_on(count: int, today: date, reading: Reading) -> date:
    return working_day(today, count, reading.works)


def of_day(day: date, zone: ZoneInfo) -> dict[str, object]:
    """A day as an answer."""
    return _ending(at(day, LAST, zone))


def _ending(ends: datetime) -> dict[str, object]:
    """An instant as an answer; a whole day ends with the office hours of that day, which the calendar knows."""
    if ends.time() == LAST:
        begins = ends.replace(hour=0, minute=0)
        return {"until": ends.isoformat(), "day": True, "text": Span(begins, ends).text}
    return {"until": ends.isoformat(), "day": False, "text": Span(ends, ends).text}
