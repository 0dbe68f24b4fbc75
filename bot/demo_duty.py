"""The demonstration campus's duty roster: the stand-in's campus file says who, and it is always written weeks ahead."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.duty import midnight
from storage import migrate
from storage.engine import Storage
from storage.records import Duty

AHEAD = timedelta(days=60)
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Daily:
    """A shift of every day, from and until counted from midnight."""

    starts: timedelta
    ends: timedelta
    accounts: tuple[str, ...]
    post: str


def read(campus: Path) -> Sequence[Daily]:
    """The `[[duty]]` tables of a campus file."""
    return [_daily(row) for row in tomllib.loads(campus.read_text("utf-8")).get("duty", [])]


def _daily(row: Mapping[str, Any]) -> Daily:
    starts, ends = (_span(clock) for clock in row["hours"].split("-"))
    return Daily(starts, ends, tuple(row["people"]), row["post"])


def _span(clock: str) -> timedelta:
    hours, minutes = clock.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def write(url: str, channel: str, shifts: Sequence[Daily], now: datetime) -> None:
    """Put the roster of the coming weeks into a demonstration's database, unless it reaches that far already."""
    migrate.upgrade(url)
    storage = Storage(url)
    try:
        with storage.work() as work:
            if not work.duties.during(now + AHEAD / 2, now + AHEAD / 2 + timedelta(days=1)):
                today = now.astimezone(ZONE).date()
                days = [midnight(today + timedelta(days=day), ZONE) for day in range(-1, AHEAD.days)]
                people = {one: work.people.meet(channel, one, now).id for each in shifts for one in each.accounts}
                duties = [
                    Duty(people[one], day + each.starts, day + each.ends, each.post)
                    for day in days
                    for each in shifts
                    for one in each.accounts
                ]
                work.duties.replace(duties, days[0], days[-1] + timedelta(days=1))
    finally:
        storage.close()
