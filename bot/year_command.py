"""`xiaoban calendar YEAR`: the days of a year on which the office works otherwise, to lay beside the notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.sentences import sentence
from flows.calendar import Calendar, Day, Kind, load_calendar
from flows.calendar.days import ONE_DAY
from flows.explaining import amount
from flows.texts import Texts

PLAIN = {Kind.ORDINARY, Kind.REST}


def listed(config: Config, year: int) -> Iterator[str]:
    """Every day that is no ordinary one, and whether the year is announced."""
    zone = ZoneInfo(config.office.timezone)
    calendar = load_calendar(config.office.calendar, zone)
    texts = Texts(config.office.language, zone, config.office.catalogue, config.office.name)
    yield from _lines(calendar, texts, year)
    yield sentence("calendar", "announced" if calendar.is_announced(year) else "not_announced", year=year)


def _lines(calendar: Calendar, texts: Texts, year: int) -> Iterator[str]:
    day = date(year, 1, 1)
    while day.year == year:
        found = calendar.day(day)
        if found.kind not in PLAIN:
            yield _line(found, texts)
        day += ONE_DAY


def _line(day: Day, texts: Texts) -> str:
    weekday = texts.words("time", "weekdays")[day.on.weekday()]
    kind = texts.say("due", "kind", day.kind, name=day.name)
    working = amount(day.working, texts) if day.spans else ""
    return sentence("calendar", "day", day=day.on, weekday=weekday, kind=kind, working=working).rstrip()
