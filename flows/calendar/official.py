"""The State Council's holidays and make-up days, year by year, from the package `chinese_calendar`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of one year: days off and days of work, each after its holiday; it is complete."""

    year: int
    holidays: Mapping[date, str] = field(default_factory=dict)
    make_ups: Mapping[date, str] = field(default_factory=dict)


@cache
def published() -> Mapping[int, Notice]:
    """Every year the package knows.

    The package raises for years it does not know and never guesses, so a year that is missing here is one that had
    not been announced when it was released.
    """
    names: dict[str, str] = {one.value: one.chinese for one in Holiday}
    years = sorted({day.year for day in holidays})
    return {
        year: Notice(
            year,
            {day: names.get(name, name) for day, name in holidays.items() if day.year == year},
            {day: names.get(name, name) for day, name in workdays.items() if day.year == year},
        )
        for year in years
    }
