"""Calendars and instants for tests of time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flows.calendar import Calendar, load_calendar, read_calendar

ZONE = ZoneInfo("Asia/Shanghai")
SHIPPED = load_calendar(None, ZONE)

OWN = """
like = "friday"

[week]
monday    = ["08:00-12:00", "14:00-17:30"]
tuesday   = ["08:00-12:00", "14:00-17:30"]
wednesday = ["08:00-12:00", "14:00-17:30"]
thursday  = ["08:00-12:00", "14:00-17:30"]
friday    = ["08:00-12:00", "14:00-16:00"]

[[timetable]]
name  = "夏季作息"
from  = "05-01"
until = "09-30"
monday    = ["08:00-12:00", "14:30-18:00"]
tuesday   = ["08:00-12:00", "14:30-18:00"]
wednesday = ["08:00-12:00", "14:30-18:00"]
thursday  = ["08:00-12:00", "14:30-18:00"]
friday    = ["08:00-12:00", "14:30-16:30"]

[[term]]
name  = "2026 年秋季学期"
from  = 2026-09-07
until = 2027-01-22

[[vacation]]
name  = "寒假"
from  = 2026-01-24
until = 2026-03-01

[[vacation]]
name  = "暑假"
from  = 2026-07-18
until = 2026-08-30
tuesday = ["09:00-11:00"]

[[closed]]
name = "校庆"
day  = 2026-10-15

[[make_up]]
name = "校庆"
day  = 2026-10-17
like = "thursday"

[[make_up]]
name  = "招生咨询"
day   = 2026-07-19
hours = ["09:00-12:00"]
"""
TEACHING = read_calendar(OWN, ZONE)
NIGHTS = read_calendar('[week]\nsunday = ["22:00-24:00"]\nmonday = ["00:00-06:00"]', ZONE)
NEW_YORK = read_calendar(
    '[week]\nsunday = ["00:00-05:00", "06:00-24:00"]\nmonday = ["09:00-17:00"]', ZoneInfo("America/New_York")
)
ALWAYS = Calendar(ZONE, None)
ALL = [SHIPPED, TEACHING, NIGHTS, NEW_YORK, ALWAYS]


def at(text: str) -> datetime:
    """An instant on the campus."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
