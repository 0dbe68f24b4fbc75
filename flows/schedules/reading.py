"""The office's `schedules.toml`: what is done when, read strictly; an unreadable time stops the start."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.calendar import Calendar
from flows.misfiled import Misfiled, need
from flows.schedules.times import Holiday, Reckon, Times, read_at
from flows.tables import tables

SHIPPED = Path(__file__).with_name("schedules.toml")
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_OWN = ("name", "what", "at", "holiday")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One entry: `what` names the job, `options` are for it alone, `file` says where it stands, with the line."""

    name: str
    what: str
    at: str
    times: Times
    file: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def stamp(self, calendar: Calendar) -> str:
        """What tells these times from others: as they are written, and the calendar they are laid on."""
        said = f"{self.at}\n{self.times.holiday}\n{calendar.digest}"
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def read_all(own: Path | None, zone: ZoneInfo, reckon: Reckon) -> dict[str, Schedule]:
    """Every schedule by its name; the office's own file replaces what ships as a whole. Raises `Misfiled`."""
    theirs = own / SHIPPED.name if own else None
    path = theirs if theirs and theirs.is_file() else SHIPPED
    found: dict[str, Schedule] = {}
    for file, row in tables(path, ["schedule"])["schedule"]:
        one = _schedule(file, row, zone, reckon)
        if one.name in found:
            raise Misfiled(file, "schedule_twice", text=one.name)
        found[one.name] = one
    return found


def _schedule(file: str, row: Mapping[str, Any], zone: ZoneInfo, reckon: Reckon) -> Schedule:
    name, what, at = (need(file, row, key, str) for key in ("name", "what", "at"))
    options = {key: value for key, value in row.items() if key not in _OWN}
    return Schedule(name, what, at, _times(file, name, at, row.get("holiday"), zone, reckon), file, options)


def _times(file: str, name: str, at: str, holiday: object, zone: ZoneInfo, reckon: Reckon) -> Times:
    try:
        written = read_at(at)
        cron, asked = reckon(written.line), written.asked
    except ValueError as error:
        raise Misfiled(file, "bad_schedule", name=name, text=at) from error
    if holiday is not None and (holiday not in set(Holiday) or asked not in (None, holiday)):
        raise Misfiled(file, "bad_holiday", name=name, text=str(holiday), asked=asked or "")
    if cron.after(_ANY_DAY) is None:
        raise Misfiled(file, "never_comes", name=name, text=at)
    return Times(cron, asked or Holiday(str(holiday or Holiday.KEEP)), zone, written.week)
