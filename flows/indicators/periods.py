"""Times that are past, as they are said in a question for a figure: days, weeks, months, terms (P2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from flows.calendar import Calendar
from flows.spans import later
from flows.vocabulary import vocabulary

_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Days:
    """The first day and the one after the last, and those they are held against."""

    first: date
    last: date
    earlier: tuple[date, date]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said of time. `days` is None for a term that the calendar has not; `rest` are the other words.

    `against` are days that the others are to be held against by the question itself.
    """

    days: Days | None
    rest: str
    against: Days | None = None

    def instants(self, now: datetime, calendar: Calendar) -> tuple[datetime, datetime, datetime, datetime] | None:
        """From when until when, and the same of what it is held against; None for what has not begun.

        What goes on is held against as much of the one before as has passed of it.
        """
        assert self.days is not None
        since, ends = _at(self.days.first, calendar), _at(self.days.last, calendar)
        if since >= now:
            return None
        until = min(ends, now)
        first, last = (self.against.first, self.against.last) if self.against else self.days.earlier
        before, after = _at(first, calendar), min(_at(last, calendar), now)
        if until < ends and not self.against:
            after = min(after, before + (until - since))
        return since, until, before, after


def spoken(said: str, today: date, calendar: Calendar) -> Spoken | None:
    """The time in these words; None where there is none."""
    grammar = vocabulary("indicators")
    main: Spoken | None = None
    against: Days | None = None
    rest, end = "", 0
    for found in _said().finditer(said):
        days = _days(found, today, calendar)
        before = said[end : found.start()]
        end = found.end()
        if re.search(grammar["shapes"]["against"], before) and days is not None and against is None:
            against, rest = days, rest + re.sub(grammar["shapes"]["against"], "", before)
        elif main is None:
            main, rest = Spoken(days, ""), rest + before
        else:
            rest += before + found[0]
    return replace(main, rest=rest + said[end:], against=against) if main is not None else None


def today_only(said: str, today: date) -> Spoken:
    """No time was said: what is the case now."""
    return Spoken(_whole(today, today + _DAY), said)


def year_before(days: Days) -> Days:
    """The same days of the year before (同比)."""
    return Days(later(days.first, -12), later(days.last, -12), days.earlier)


@cache
def _said() -> re.Pattern[str]:
    """One group for each way to say it; what is longer goes first."""
    grammar = vocabulary("indicators")
    shapes = grammar["shapes"]
    names = sorted(grammar["periods"], key=len, reverse=True)
    ways = [("range", shapes["range"]), ("date", shapes["date"]), ("weekday", shapes["weekday"])]
    ways += [("month", shapes["month"]), ("quarter", shapes["quarter"]), ("last", shapes["last"])]
    ways += [("word", "|".join(map(re.escape, names))), ("year", shapes["year"])]
    parts = [re.sub(r"\(\?P<(\w+)>", rf"(?P<{name}_\1>", shape.replace("{n}", shapes["n"])) for name, shape in ways]
    return re.compile("|".join(f"(?P<{name}>{part})" for (name, _), part in zip(ways, parts, strict=True)))


def _days(found: re.Match[str], today: date, calendar: Calendar) -> Days | None:
    way = next(name for name in _WAYS if found.group(name) is not None)
    given = {key.removeprefix(f"{way}_"): value for key, value in found.groupdict().items() if value is not None}
    return _WAYS[way](given, today, calendar)


def _word(given: Mapping[str, str], today: date, calendar: Calendar) -> Days | None:
    unit, _, back = vocabulary("indicators")["periods"][given["word"]].partition(":")
    if unit == "term":
        return _term(int(back), today, calendar)
    if unit == "half":
        first = date(today.year, 6 * int(back) - 5, 1)
        return Days(first, later(first, 6), (later(first, -6), first))
    return _unit(unit, int(back), today)


def _unit(unit: str, back: int, today: date) -> Days:
    """The so-manieth day, week, month, quarter or year before this one, held against the one before it."""
    if unit in ("day", "week"):
        span = _DAY if unit == "day" else 7 * _DAY
        first = today - (0 if unit == "day" else today.weekday()) * _DAY - back * span
        return Days(first, first + span, (first - span, first))
    months = _MONTHS[unit]
    month = (today.month - 1) // months * months + 1
    first = later(date(today.year, month, 1), -back * months)
    return Days(first, later(first, months), (later(first, -months), first))


def _term(back: int, today: date, calendar: Calendar) -> Days | None:
    """This term or the one before it; what a calendar does not say is not guessed."""
    begun = sorted(_terms(today, calendar), reverse=True)
    if begun and begun[0][1] <= today:  # holidays: no term is on
        back = back - 1 if back else len(begun)
    if len(begun) <= back:
        return None
    first, last = begun[back]
    return Days(first, last, begun[back + 1] if len(begun) > back + 1 else (first - (last - first), first))


def _terms(today: date, calendar: Calendar) -> Iterator[tuple[date, date]]:
    """The terms that have begun: first day, and the one after the last."""
    for term in calendar.plan.terms if calendar.plan else ():
        if isinstance(term.first, date) and isinstance(term.last, date) and term.first <= today:
            yield term.first, term.last + _DAY


def _weekday(given: Mapping[str, str], today: date, _calendar: Calendar) -> Days:
    shapes = vocabulary("indicators")["shapes"]
    monday = _unit("week", shapes["weeks"][given["week"]], today).first
    day = monday + shapes["weekdays"][given["weekday"]] * _DAY
    return Days(day, day + _DAY, (day - 7 * _DAY, day - 6 * _DAY))


def _date(given: Mapping[str, str], today: date, _calendar: Calendar) -> Days | None:
    day = _on(given, _number(given["month"]), _number(given["day"]), today)
    return _whole(day, day + _DAY) if day else None


def _range(given: Mapping[str, str], today: date, _calendar: Calendar) -> Days | None:
    month, last = _number(given["month"]), _number(given.get("to_month", given["month"]))
    first = _on(given, month, _number(given["day"]), today)
    end = _on(given, last, _number(given["to_day"]), today)
    if first is None or end is None:
        return None
    if end < first and "year" in given:
        end = later(end, 12)
    if end < first:
        first = later(first, -12)
    return _whole(first, end + _DAY)


def _month(given: Mapping[str, str], today: date, _calendar: Calendar) -> Days | None:
    first = _on(given, _number(given["month"]), 1, today)
    return Days(first, later(first, 1), (later(first, -1), first)) if first else None


def _quarter(given: Mapping[str, str], today: date, _calendar: Calendar) -> Days | None:
    first = _on(given, 3 * _number(given["quarter"]) - 2, 1, today)
    return Days(first, later(first, 3), (later(first, -3), first)) if first else None


def _year(given: Mapping[str, str], today: date, _calendar: Calendar) -> Days:
    first = date(_year_of(given["year"], today), 1, 1)
    return Days(first, later(first, 12), (later(first, -12), first))


def _last(given: Mapping[str, str], today: date, _calendar: Calendar) -> Days:
    """So many days, weeks or months, today among them."""
    unit, count = vocabulary("indicators")["shapes"]["units"][given["unit"]], max(_number(given["count"]), 1)
    first = (
        later(today, -count) + _DAY if unit == "month" else today - (count * (7 if unit == "week" else 1) - 1) * _DAY
    )
    return _whole(first, today + _DAY)


_WAYS = {
    "range": _range,
    "date": _date,
    "weekday": _weekday,
    "month": _month,
    "quarter": _quarter,
    "last": _last,
    "word": _word,
    "year": _year,
}


def _on(given: Mapping[str, str], month: int, day: int, today: date) -> date | None:
    """A date; without a year the last one there was. None for one there is not."""
    years = [_year_of(given["year"], today)] if "year" in given else [today.year, today.year - 1]
    return next(_past(years, month, day, today, named="year" in given), None)


def _past(years: list[int], month: int, day: int, today: date, *, named: bool) -> Iterator[date]:
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if named or found <= today:
            yield found


def _year_of(said: str, today: date) -> int:
    back = vocabulary("indicators")["shapes"]["years"].get(said)
    return today.year - int(back) if back is not None else int(said[:4])


def _number(said: str) -> int:
    """Of Arabic or Chinese digits, below a hundred."""
    shapes = vocabulary("indicators")["shapes"]
    if said.isdecimal():
        return int(said)
    tens, ten, ones = said.rpartition(shapes["ten"])
    digits = shapes["digits"]
    return int(digits.get(tens, 1)) * (10 if ten else 0) + int(digits.get(ones, 0))


def _whole(first: date, last: date) -> Days:
    return Days(first, last, (first - (last - first), first))


def _at(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, time(0), calendar.zone)
