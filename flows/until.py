"""A question for a deadline: within two weeks, within ten working days, before a day; always a day that is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.forms import Field, Option, Read, Reading, Unfit
from flows.moments import moments
from flows.numerals import Plain, plain
from flows.spans import LAST, Span, at, later, working_day
from flows.vocabulary import vocabulary

_LONGEST = 366
_YEARS = 5
_FAR = 300
"""Days ahead: a date that lies further is one that has passed."""


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline as it was said between two places of a plain sentence; without a value `reason` says why it is none.

    One that was counted in working days says how many and from when, so that it moves with the calendar (F9).
    """

    start: int
    end: int
    value: Mapping[str, object] | None
    reason: str = "past_time"


@dataclass(frozen=True, slots=True)
class Until(Field):
    """A question for the day by which something is to be done; weeks are counted in working days of the calendar."""

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        found = term_in(plain(said), reading)
        if found is None:
            raise Unfit("no_deadline")
        if found.value is None:
            raise Unfit(found.reason)
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
    found = _counted(said, reading) or _dated(said, reading)
    if found is not None:
        return found
    for moment in moments(said, reading.now, reading.zone, reading.works):
        values = [_ending(span.ends, reading) for span in moment.spans if span.ends > reading.now]
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
    day: date | None
    if half:
        day, days = (later(today, 6), 0) if half["year"] else (_days_on(10, today, reading), 10)
    elif _is_vague(said, *found.span("n")):
        return Term(found.start(), found.end(), None, "no_deadline")
    else:
        count, unit = int(found["n"]), grammar["units"][found["unit"]]
        days = count * {"weeks": 5, "workdays": 1}.get(unit, 0)
        day = _later(count, unit, reading)
    if day is None:
        return Term(found.start(), found.end(), None, "no_deadline")
    value = _ending(at(day, LAST, reading.zone), reading)
    if days:
        value |= {"workdays": days, "counted_from": today.isoformat()}
    return Term(found.start(), found.end(), value)


def _is_vague(said: Plain, start: int, end: int) -> bool:
    """Whether a number was said as two or three: its numerals stand side by side without a ten between them."""
    words, tens = said.original(start, end), vocabulary("numerals")["tens"]
    return len(words) > 1 and words.isalpha() and not any(char in tens for char in words)


def _dated(said: Plain, reading: Reading) -> Term | None:
    """A day of a month: of the year that is said, else of the next where this year's is over and that one is near.

    Elsewhere nobody plans so far. Any other day is read like all days.
    """
    today = reading.now.astimezone(reading.zone).date()
    days = re.finditer(vocabulary("supervision")["until"]["dated"], said.text)
    found = next(iter(sorted(days, key=lambda one: not one["before"])), None)
    if found is None:
        return None
    year = today.year + 1 if found["next"] else int(found["year"] or today.year)
    said_year = any(found[key] for key in ("year", "next", "this"))
    day = _day(year, found)
    if day is not None and not said_year:
        coming = _day(year + 1, found)
        if day >= today or coming is None or (coming - today).days > _FAR:
            return None
        day = coming
    if day is None:
        return Term(found.start(), found.end(), None, "no_such_day")
    value = _ending(at(day, LAST, reading.zone), reading) if day >= today else None
    return Term(found.start(), found.end(), value)


def _day(year: int, found: re.Match[str]) -> date | None:
    try:
        return date(year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _later(count: int, unit: str, reading: Reading) -> date | None:
    today = reading.now.astimezone(reading.zone).date()
    if not 1 <= count <= _LONGEST:
        return None
    match unit:
        case "weeks":
            return _days_on(5 * count, today, reading)
        case "months":
            return later(today, count)
        case "years":
            return later(today, 12 * count) if count <= _YEARS else None
        case "workdays":
            return _days_on(count, today, reading)
        case _:
            return today + timedelta(days=count)


def _days_on(count: int, today: date, reading: Reading) -> date:
    return working_day(today, count, reading.works)


def of_day(day: date, reading: Reading) -> dict[str, object]:
    """A day as an answer."""
    return _ending(at(day, LAST, reading.zone), reading)


def _ending(ends: datetime, reading: Reading) -> dict[str, object]:
    """An instant as an answer, with its year where it is another.

    A whole day ends with the office hours of that day, which the calendar knows.
    """
    whole = ends.time() == LAST
    text = Span(ends.replace(hour=0, minute=0) if whole else ends, ends).text
    if ends.year != reading.now.astimezone(reading.zone).year:
        text = str(vocabulary("supervision")["until"]["of_year"]).format(year=ends.year, day=text)
    return {"until": ends.isoformat(), "day": whole, "text": text}
