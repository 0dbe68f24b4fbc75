"""The office's calendar file: hours, timetables, terms, own days, and a year's notice the package does not have yet."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.calendar.days import ONE_DAY
from flows.calendar.official import Notice, published
from flows.calendar.plan import MakeUp, Plan
from flows.calendar.reckoning import Calendar
from flows.calendar.timetable import WEEKDAYS, Period, Week, in_order, read_period, read_spans, read_week
from flows.misfiled import Misfiled, known, need

SHIPPED = Path(__file__).with_name("calendar.toml")
_PERIOD = {"name", "from", "until", *WEEKDAYS}
_KEYS = {
    "week": set(WEEKDAYS),
    "timetable": _PERIOD,
    "term": _PERIOD,
    "vacation": _PERIOD,
    "closed": {"name", "day", "from", "until"},
    "make_up": {"name", "day", "like", "hours"},
    "notice": {"year", "source", "holiday"},
}
_HOLIDAY = {"name", "from", "until", "make_up"}
FIRST_YEAR, LAST_YEAR = 2000, 2200


def load_calendar(own: Path | None, zone: ZoneInfo) -> Calendar:
    """The office's own calendar, or the one that ships; raises `Misfiled`."""
    file = own or SHIPPED
    return read_calendar(file.read_text("utf-8"), zone, file.name)


def read_calendar(source: str, zone: ZoneInfo, file: str = SHIPPED.name) -> Calendar:
    """A calendar from its TOML; raises `Misfiled` at the first thing that is wrong."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(file, "not_toml", error=str(error)) from error
    known(file, data, {*_KEYS, "like"}, "")
    week = read_week(file, _table(file, data, "week"), "week.") if "week" in data else None
    if "week" in data and week is None:
        raise Misfiled(file, "no_hours")
    plan = Plan(
        week=week or _shipped_week(),
        timetables=_periods(file, data, "timetable"),
        terms=_periods(file, data, "term"),
        vacations=_periods(file, data, "vacation"),
        closings=dict(_closings(file, data)),
        make_ups=dict(_make_ups(file, data)),
        notices={**published(), **{notice.year: notice for notice in _notices(file, data)}},
        like=_weekday(file, data, "like", ""),
    )
    _has_hours(file, plan)
    return Calendar(zone, plan)


def _shipped_week() -> Week:
    week = read_week(SHIPPED.name, tomllib.loads(SHIPPED.read_text("utf-8"))["week"])
    assert week is not None
    return week


def _has_hours(file: str, plan: Plan) -> None:
    """A week, or a timetable of every year, in which nobody works would never let anything fall due."""
    weeks = [plan.week, *(one.week for one in (*plan.timetables, *plan.terms) if one.week is not None)]
    if not all(any(week) for week in weeks):
        raise Misfiled(file, "no_hours")


def _table(file: str, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, dict):
        raise Misfiled(file, "missing_key", key=key)
    known(file, table, _KEYS[key], f"{key}.")
    return table


def _rows(file: str, data: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables of that name, each with what it is called in a message."""
    rows = data.get(key, [])
    if not isinstance(rows, list):
        raise Misfiled(file, "not_tables", key=key)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise Misfiled(file, "not_tables", key=key)
        where = f"{key} {number} "
        known(file, row, _KEYS.get(key, _HOLIDAY), where)
        yield where, row


def _periods(file: str, data: Mapping[str, Any], kind: str) -> tuple[Period, ...]:
    found = []
    for where, row in _rows(file, data, kind):
        period = read_period(file, row, where, yearly=kind == "timetable")
        if kind == "timetable" and period.week is None:
            raise Misfiled(file, "no_hours")
        found.append(period)
    return in_order(file, kind, found)


def _closings(file: str, data: Mapping[str, Any]) -> Iterator[tuple[date, str]]:
    for where, row in _rows(file, data, "closed"):
        name = need(file, row, "name", str, where)
        for day in _days(file, row, where):
            yield day, name


def _make_ups(file: str, data: Mapping[str, Any]) -> Iterator[tuple[date, MakeUp]]:
    for where, row in _rows(file, data, "make_up"):
        name = str(row.get("name", ""))
        spans = read_spans(file, where + "hours", row["hours"]) if "hours" in row else None
        if spans == () or (spans and "like" in row):
            raise Misfiled(file, "bad_make_up", key=where.strip())
        yield _day(file, row, "day", where), MakeUp(name, _weekday(file, row, "like", where), spans)


def _notices(file: str, data: Mapping[str, Any]) -> Iterator[Notice]:
    """Whole years as the State Council announced them; one replaces what the package has of that year."""
    for where, row in _rows(file, data, "notice"):
        year = row.get("year")
        if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
            raise Misfiled(file, "bad_year", key=where + "year", text=str(year))
        holidays: dict[date, str] = {}
        make_ups: dict[date, str] = {}
        for inner, one in _rows(file, row, "holiday"):
            name = need(file, one, "name", str, where + inner)
            holidays |= dict.fromkeys(_days(file, one, where + inner), name)
            make_ups |= dict.fromkeys(_listed(file, one, where + inner), name)
        if not holidays:
            raise Misfiled(file, "missing_key", key=where + "holiday")
        for day in sorted({*holidays, *make_ups}):
            if day.year != year:
                raise Misfiled(file, "other_year", key=where.strip(), day=day, year=year)
        for day in sorted(holidays.keys() & make_ups.keys()):
            raise Misfiled(file, "both_ways", key=where.strip(), day=day)
        yield Notice(year, holidays, make_ups)


def _listed(file: str, row: Mapping[str, Any], where: str) -> list[date]:
    days = row.get("make_up", [])
    if not isinstance(days, list) or any(type(day) is not date for day in days):
        raise Misfiled(file, "bad_date", key=where + "make_up", text=str(days))
    return days


def _days(file: str, row: Mapping[str, Any], where: str) -> list[date]:
    """One `day`, or all `from` one `until` another."""
    if "day" in row:
        return [_day(file, row, "day", where)]
    first, last = (_day(file, row, key, where) for key in ("from", "until"))
    if last < first:
        raise Misfiled(file, "ends_first", key=where.strip())
    return [first + ONE_DAY * number for number in range((last - first).days + 1)]


def _day(file: str, row: Mapping[str, Any], key: str, where: str) -> date:
    value = row.get(key)
    if type(value) is not date or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Misfiled(file, "bad_date", key=where + key, text=str(value))
    return value


def _weekday(file: str, row: Mapping[str, Any], key: str, where: str) -> int:
    """Monday where nothing is said."""
    value = row.get(key, WEEKDAYS[0])
    if value not in WEEKDAYS:
        raise Misfiled(file, "bad_weekday", key=where + key, text=str(value))
    return WEEKDAYS.index(value)
