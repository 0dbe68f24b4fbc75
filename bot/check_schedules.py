"""Schedules as they may be used: every time can be reckoned, every job is there and takes its options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cron import reckoning
from flows import schedules
from flows.misfiled import Misfiled
from flows.schedules import Schedule
from handlers import scheduled


def read(own: Path | None, zone: ZoneInfo) -> dict[str, Schedule]:
    """The office's schedules; raises `Misfiled`."""
    found = schedules.read_all(own, zone, reckoning(zone))
    for fault in scheduled.faults(found):
        raise fault
    return found


def faults(own: Path | None, zone: ZoneInfo) -> Iterator[Misfiled]:
    """The first that cannot be read, or all that cannot be done."""
    try:
        yield from scheduled.faults(schedules.read_all(own, zone, reckoning(zone)))
    except Misfiled as fault:
        yield fault
