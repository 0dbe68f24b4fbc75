"""Schedules and figures as they may be used: every time can be reckoned, every job, flow and state is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cron import reckoning
from flows import FLOWS, schedules
from flows.calendar import Calendar, load_calendar
from flows.indicators.reading import Catalogue as Indicators
from flows.indicators.reading import faults as unknown
from flows.indicators.reading import read_all
from flows.misfiled import Misfiled
from flows.schedules import Schedule
from handlers import scheduled


def read(own: Path | None, zone: ZoneInfo, calendar: Calendar) -> dict[str, Schedule]:
    """The office's schedules; raises `Misfiled`."""
    found = schedules.read_all(own, zone, reckoning(zone))
    for fault in (*scheduled.faults(found), *_without_terms(found, calendar)):
        raise fault
    return found


def _without_terms(found: Mapping[str, Schedule], calendar: Calendar) -> Iterator[Misfiled]:
    """Schedules that go by terms, where the office's calendar has none: they would never come."""
    for one in found.values():
        if one.times.week and not (calendar.plan and calendar.plan.terms):
            yield Misfiled(one.file, "no_terms", name=one.name, text=one.at)


def indicators(own: Path | None) -> Indicators:
    """The office's figures; raises `Misfiled`."""
    found = read_all(own)
    for fault in unknown(found, FLOWS):
        raise fault
    return found


def faults(own: Path | None, zone: ZoneInfo, calendar: Path | None) -> Iterator[Misfiled]:
    """The first that cannot be read, or all that cannot be done."""
    try:
        found = schedules.read_all(own, zone, reckoning(zone))
        yield from scheduled.faults(found)
        with suppress(Misfiled):  # what is wrong with the calendar is told by itself
            yield from _without_terms(found, load_calendar(calendar, zone))
    except Misfiled as fault:
        yield fault
    try:
        yield from unknown(read_all(own), FLOWS)
    except Misfiled as fault:
        yield fault
