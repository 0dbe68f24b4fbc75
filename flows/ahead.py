"""How long beforehand something is to be declared, and whether it was (C11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.calendar import Calendar
from flows.calendar.days import ONE_DAY
from flows.limits import Limit, Unit, read_limit
from flows.misfiled import Misfiled
from flows.route.conditions import LATE


@dataclass(frozen=True, slots=True)
class Ahead:
    """The time that is asked for; with `by` it depends on the answer to an earlier choice."""

    limit: Limit | None = None
    by: str = ""
    table: tuple[tuple[str, Limit], ...] = ()

    def of(self, answers: Mapping[str, object]) -> Limit | None:
        """What holds for these answers."""
        return dict(self.table).get(str(answers.get(self.by))) if self.by else self.limit


def read_ahead(file: str, key: str, written: object) -> Ahead | None:
    """`ahead` of a question for a time; raises `Misfiled`. Whether `by` names a choice, the form knows."""
    match written:
        case None:
            return None
        case {"by": str(by), **table} if table:
            limits = [(str(answer), _limit(file, f"{key}.{answer}", text)) for answer, text in table.items()]
            return Ahead(by=by, table=tuple(limits))
        case _:
            return Ahead(_limit(file, key, written))


def _limit(file: str, key: str, text: Any) -> Limit:
    try:
        return read_limit(str(text))
    except ValueError as error:
        raise Misfiled(file, "bad_limit", key=key, text=str(text)) from error


def is_late(value: object, limit: Limit | None, now: datetime, calendar: Calendar) -> bool:
    """Whether less than that lies between now and when a time begins; of what has no beginning nothing is late."""
    begins = value.get("from") if isinstance(value, Mapping) else None
    if limit is None or not isinstance(begins, str):
        return False
    at = datetime.fromisoformat(begins)
    match limit.unit:
        case Unit.DAYS:
            return _days_between(now, at, calendar, limit.days) < limit.days
        case Unit.WORKING:
            return calendar.between(now, at) < limit.span
        case Unit.CLOCK:
            return at - now < limit.span


def _days_between(now: datetime, at: datetime, calendar: Calendar, enough: int) -> int:
    """The working days before a day: today counts while the office is still at work, its own day does not."""
    day = calendar.next_working(now).astimezone(calendar.zone).date()
    last, found = at.astimezone(calendar.zone).date(), 0
    while day < last and found < enough:
        found += calendar.works_on(day)
        day += ONE_DAY
    return found


def marked(value: object, late: bool) -> object:
    """A time that says whether it was declared too late."""
    if not isinstance(value, Mapping):
        return value
    plain = {key: one for key, one in value.items() if key != LATE}
    return {**plain, LATE: True} if late else plain
