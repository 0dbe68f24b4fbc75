"""Limits: how long something may take, by the clock, in working hours, or in working days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flows.calendar.days import ZERO
from flows.calendar.reckoning import Calendar
from flows.misfiled import Misfiled
from flows.vocabulary import any_of, words

_CLOCK = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_WORKING = re.compile(rf"([1-9][0-9]{{0,2}}) ?({any_of('limits', 'all')})")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Unit(StrEnum):
    """What a limit counts."""

    CLOCK = "clock"
    WORKING = "working"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Limit:
    """So much time; of working days there are `days`, and `span` says nothing."""

    unit: Unit
    span: timedelta = ZERO
    days: int = 0

    def total(self, start: datetime, calendar: Calendar) -> timedelta:
        """How much time of a calendar this is, from an instant on."""
        if self.unit is Unit.DAYS:
            return calendar.between(start, calendar.end_of_days(start, self.days))
        return self.span

    @property
    def minutes(self) -> int:
        """For texts that say it as a number; a day is one of 24 hours."""
        return int((self.span or timedelta(days=self.days)) // timedelta(minutes=1))


def read_span(text: str) -> timedelta:
    """A span of the clock such as `30m`, `2h` or `7d`; raises ValueError on anything else."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def read_limit(text: str) -> Limit:
    """A span of the clock, or one of working time (`grammar/limits.toml`); raises ValueError on anything else."""
    match = _WORKING.fullmatch(text)
    if match is None:
        return Limit(Unit.CLOCK, read_span(text))
    amount, unit = int(match[1]), match[2]
    if unit in words("limits", "days"):
        return Limit(Unit.DAYS, days=amount)
    minutes = amount if unit in words("limits", "minutes") else amount * 60
    return Limit(Unit.WORKING, timedelta(minutes=minutes))


def read_limits(file: str, key: str, written: object) -> Mapping[str, Limit]:
    """A table of limits; raises `Misfiled`."""
    if not isinstance(written, dict):
        raise Misfiled(file, "missing_key", key=key)
    found: dict[str, Limit] = {}
    for name, text in written.items():
        try:
            found[name] = read_limit(str(text))
        except ValueError as error:
            raise Misfiled(file, "bad_limit", key=f"{key}.{name}", text=str(text)) from error
    return found
