"""When the office works: hours by weekday, holidays, make-up days, terms and timetables; pure (F1-F3)."""

from flows.calendar.days import Day, Kind
from flows.calendar.reading import load_calendar, read_calendar
from flows.calendar.reckoning import Calendar, Counted, Due

__all__ = ["Calendar", "Counted", "Day", "Due", "Kind", "load_calendar", "read_calendar"]
