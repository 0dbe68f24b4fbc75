"""Lines of cron as APScheduler reckons them; what is due is a row of ours all the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from flows.schedules.times import Reckon


class Line:
    """One line of cron in one zone. APScheduler counts 0 as Monday: `flows.schedules.times` lets no numbers through."""

    def __init__(self, zone: ZoneInfo, line: str) -> None:
        self._trigger = CronTrigger.from_crontab(line, timezone=zone)

    def after(self, at: datetime) -> datetime | None:
        """The first time later than this; None when there is none any more."""
        found: datetime | None = self._trigger.get_next_fire_time(None, at + timedelta(microseconds=1))
        return found


def reckoning(zone: ZoneInfo) -> Reckon:
    """Reckons in the office's zone."""
    return partial(Line, zone)
