"""Ways to count: each takes what an indicator names and says which cases stand over and under the line (P1).

All is whole numbers: cases, and seconds. A case is asked only what its trail said by the end of the period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flows.calendar import Calendar
from flows.limits import Unit
from storage.histories import History
from storage.records import Entry
from storage.surveys import SATISFIED

if TYPE_CHECKING:
    from flows.indicators.reading import Indicator

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted: the cases below the line and those of them above it; of `timed` cases so many `seconds`.

    What is no share has nothing below the line.
    """

    over: tuple[int, ...]
    hits: tuple[int, ...]
    seconds: int = 0
    timed: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """From one instant until just before another, and what it needs to tell how late an open case is.

    `late_since` says since when a case is past one of its limits, as of the end, and `due_since` since when past the
    date it was given where it has one; None when it is not.
    """

    since: datetime
    until: datetime
    calendar: Calendar
    late_since: Callable[[History], datetime | None]
    due_since: Callable[[History], datetime | None]

    def has(self, at: datetime | None) -> bool:
        """Whether something happened in it."""
        return at is not None and self.since <= at < self.until


def _of(one: Indicator, histories: Sequence[History]) -> Iterator[History]:
    for history in histories:
        case = history.case
        if (not one.flows or case.flow in one.flows) and case.state not in one.leave_out:
            yield history


def _into(entries: Sequence[Entry], states: Sequence[str]) -> Iterator[Entry]:
    """The lines by which a case came into one of these states from another."""
    for entry in entries:
        if entry.facts.get("to") in states and entry.facts.get("from") not in states:
            yield entry


def within(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many got there in time, and how long those took that did: a mean alone hides who waited.

    From being opened, or from coming into a state of `start`. What is under way and still in time does not count yet,
    and never does when it ended in time without getting there: nobody waited for it any more.
    """
    assert one.within is not None
    over, hits, seconds, timed = [], [], 0, 0
    for history in _of(one, histories):
        entries = history.entries
        begins = next((e.at for e in _into(entries, one.start)), None) if one.start else history.case.opened_at
        if begins is None or not period.has(begins):
            continue
        ends = next((e.at for e in _into(entries, one.reach) if e.at >= begins), None)
        limit = one.within.total(begins, period.calendar)
        took = _took(begins, ends or history.case.closed_at or period.until, one, period.calendar)
        if ends is None and took <= limit:
            continue
        over.append(history.case.id)
        if ends is not None:
            seconds, timed = seconds + took // _SECOND, timed + 1
            hits += [history.case.id] if took <= limit else []
    return Count(tuple(over), tuple(hits), seconds, timed)


def _took(begins: datetime, ends: datetime, one: Indicator, calendar: Calendar) -> timedelta:
    plain = one.within is None or one.within.unit is Unit.CLOCK
    return ends - begins if plain else calendar.between(begins, ends)


def stands(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many of those opened in the period stand in one of these states at its end."""
    over = [history for history in _of(one, histories) if period.has(history.case.opened_at)]
    return _share(over, [history for history in over if history.case.state in one.reach])


def ended(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many of those that ended in the period ended in one of these states."""
    over = [history for history in _of(one, histories) if period.has(history.case.closed_at)]
    return _share(over, [history for history in over if history.case.state in one.reach])


def once(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many of those that got there in the period never went back."""
    over = list(_reached(one, histories, period))
    return _share(over, [history for history in over if not _again(one, history)])


def again(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many of those that got there in the period went back after all."""
    over = list(_reached(one, histories, period))
    return _share(over, [history for history in over if _again(one, history)])


def _reached(one: Indicator, histories: Sequence[History], period: Period) -> Iterator[History]:
    for history in _of(one, histories):
        first = next(_into(history.entries, one.reach), None)
        if first is not None and period.has(first.at):
            yield history


def _again(one: Indicator, history: History) -> bool:
    return any(entry.verb in one.back for entry in history.entries)


def opened(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many came in."""
    return _number([history for history in _of(one, histories) if period.has(history.case.opened_at)])


def waiting(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many were open at the end."""
    return _number([history for history in _of(one, histories) if history.case.closed_at is None])


def late(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many were open at the end and past a limit of theirs."""
    open_ones = (history for history in _of(one, histories) if history.case.closed_at is None)
    return _number([history for history in open_ones if period.late_since(history) is not None])


def overdue(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many were open at the end and past the date they were given: others' answers may be late before it."""
    open_ones = (history for history in _of(one, histories) if history.case.closed_at is None)
    return _number([history for history in open_ones if period.due_since(history) is not None])


def settled(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many were done of those that were to be done by the end, or were done in the period."""
    done = [h for h in _of(one, histories) if period.has(h.case.closed_at) and h.case.state in one.reach]
    open_ones = (history for history in _of(one, histories) if history.case.closed_at is None)
    return _share([*done, *(history for history in open_ones if period.due_since(history) is not None)], done)


def satisfied(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many of those who gave stars in the period gave four or five; who said nothing is not among them (H5)."""
    over = [h for h in _of(one, histories) if h.rating is not None and period.has(h.rating.at)]
    return _share(over, [h for h in over if h.rating is not None and (h.rating.stars or 0) >= SATISFIED])


def unrated(one: Indicator, histories: Sequence[History], period: Period) -> Count:
    """How many of those whose time to rate ended in the period had said nothing."""
    over = [h for h in _of(one, histories) if h.rating is not None and period.has(h.rating.until)]
    return _share(over, [h for h in over if h.rating is not None and h.rating.at is None])


def _share(over: Sequence[History], hits: Sequence[History]) -> Count:
    return Count(tuple(one.case.id for one in over), tuple(one.case.id for one in hits))


def _number(hits: Sequence[History]) -> Count:
    return Count((), tuple(one.case.id for one in hits))


Measure = Callable[["Indicator", Sequence[History], Period], Count]

SHARES: Mapping[str, Measure] = {
    "within": within,
    "stands": stands,
    "ended": ended,
    "once": once,
    "again": again,
    "settled": settled,
    "satisfied": satisfied,
    "unrated": unrated,
}
NUMBERS: Mapping[str, Measure] = {"opened": opened, "waiting": waiting, "late": late, "overdue": overdue}
MEASURES: Mapping[str, Measure] = {**SHARES, **NUMBERS}
"""By the word for it in `measure`."""
