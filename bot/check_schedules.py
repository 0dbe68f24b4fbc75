"""Schedules and figures as they may be used: every time can be reckoned, every job, flow and state is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cron import reckoning
from flows import FLOWS, schedules
from flows.indicators.reading import Catalogue as Indicators
from flows.indicators.reading import faults as unknown
from flows.indicators.reading import read_all
from flows.misfiled import Misfiled
from flows.schedules import Schedule
from handlers import scheduled


def read(own: Path | None, zone: ZoneInfo) -> dict[str, Schedule]:
    """The office's schedules; raises `Misfiled`."""
    found = schedules.read_all(own, zone, reckoning(zone))
    for fault in scheduled.faults(found):
        raise fault
    return found


def indicators(own: Path | None) -> Indicators:
    """The office's figures; raises `Misfiled`."""
    found = read_all(own)
    for fault in unknown(found, FLOWS):
        raise fault
    return found


def faults(own: Path | None, zone: ZoneInfo) -> Iterator[Misfiled]:
    """The first that cannot be read, or all that cannot be done."""
    try:
        yield from scheduled.faults(schedules.read_all(own, zone, reckoning(zone)))
    except Misfiled as fault:
        yield fault
    try:
        yield from unknown(read_all(own), FLOWS)
    except Misfiled as fault:
        yield fault
