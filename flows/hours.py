"""Office hours: when somebody is there to answer, from a TOML file of spans by weekday."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.misfiled import Misfiled, known

SHIPPED = Path(__file__).parent / "hours.toml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\s*-\s*(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")

Span = tuple[timedelta, timedelta]
"""From and until, since midnight."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans for each weekday, Monday first, in order; at least one of them somewhere in the week."""

    week: tuple[tuple[Span, ...], ...]
    zone: ZoneInfo

    @classmethod
    def read(cls, own: Path | None, zone: ZoneInfo) -> Hours:
        """The office's own hours, or those that ship; raises `Misfiled`."""
        file = own / "hours.toml" if own else SHIPPED
        return read_hours((file if file.is_file() else SHIPPED).read_text("utf-8"), zone)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there."""
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime:
        """When somebody is there: at once when it is open, else the beginning of the next span."""
        here = at.astimezone(self.zone)
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        for days in range(8):
            day = midnight + timedelta(days=days)
            for begins, ends in self.week[day.weekday()]:
                if day + begins <= here < day + ends:
                    return at
                if day + begins > here:
                    return (day + begins).astimezone(at.tzinfo)
        raise AssertionError("a week without hours was refused on reading")


def read_hours(source: str, zone: ZoneInfo) -> Hours:
    """Hours from their TOML; raises `Misfiled`."""
    name = SHIPPED.name
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(name, "not_toml", error=str(error)) from error
    known(name, data, set(WEEKDAYS), "")
    week = tuple(_day(name, day, data) for day in WEEKDAYS)
    if not any(week):
        raise Misfiled(name, "no_hours")
    return Hours(week, zone)


def _day(file: str, day: str, data: Mapping[str, Any]) -> tuple[Span, ...]:
    written = data.get(day, [])
    if not isinstance(written, list):
        raise Misfiled(file, "bad_span", key=day, text=str(written))
    spans = sorted(_span(file, day, str(text)) for text in written)
    for (_, ends), (begins, _) in pairwise(spans):
        if begins < ends:
            raise Misfiled(file, "spans_overlap", key=day)
    return tuple(spans)


def _span(file: str, day: str, text: str) -> Span:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise Misfiled(file, "bad_span", key=day, text=text)
    begins = timedelta(hours=int(match[1]), minutes=int(match[2]))
    ends = timedelta(hours=int(match[3]), minutes=int(match[4])) if match[3] else timedelta(hours=24)
    if ends <= begins:
        raise Misfiled(file, "bad_span", key=day, text=text)
    return begins, ends
